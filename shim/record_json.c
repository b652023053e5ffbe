/* SPDX-License-Identifier: Apache-2.0 */
/* What a record says. Environment and arguments never get into it: they hold secrets. */
#include "record_json.h"

#include "system/process.h"

#include <string.h>
#include <unistd.h>

/* NULL for @text leaves the member out */
bool record_put(struct arena *arena, struct json *object, const char *key, const char *text)
{
	return !text || json_set(arena, object, key, json_new_string(arena, text));
}

static bool put_shared(struct arena *arena, struct json *object, const char *key, const struct json *value)
{
	return !value || json_set(arena, object, key, json_share(arena, value));
}

static struct json *creator_of(struct arena *arena)
{
	struct json *creator = json_new(arena, JSON_OBJECT);
	uint64_t pid = (uint64_t)getpid();
	uint64_t start = 0;

	if (!process_start(&start, pid) || !json_set(arena, creator, "pid", json_new_u64(arena, pid)) ||
	    !json_set(arena, creator, "start", json_new_u64(arena, start)))
		return NULL;
	return creator;
}

struct json *record_head_json(struct arena *arena, const struct record_key *key, const struct record_facts *facts,
			      const char *state)
{
	struct json *head = json_new(arena, JSON_OBJECT);

	if (json_set(arena, head, "version", json_new_u64(arena, 1)) && record_put(arena, head, "id", key->id) &&
	    record_put(arena, head, "root", key->root) && record_put(arena, head, "runtime", facts->runtime) &&
	    record_put(arena, head, "state", state) && record_put(arena, head, "bundle", facts->bundle) &&
	    record_put(arena, head, "config", facts->config_path) && record_put(arena, head, "seal", facts->seal) &&
	    record_put(arena, head, "engine", engine_name(facts->identity->engine)) &&
	    record_put(arena, head, "profile", facts->profile->name) &&
	    record_put(arena, head, "mode", policy_mode_name(facts->policy->mode)) &&
	    json_set(arena, head, "creator", creator_of(arena)))
		return head;
	return NULL;
}

static struct json *standards_of(struct arena *arena, const struct standards *standards)
{
	struct json *object = json_new(arena, JSON_OBJECT);

	if (record_put(arena, object, "pss", standards->pss) && record_put(arena, object, "cis", standards->cis) &&
	    record_put(arena, object, "nist", standards->nist) &&
	    record_put(arena, object, "attack", standards->attack))
		return object;
	return NULL;
}

static struct json *finding_of(struct arena *arena, const struct finding *finding)
{
	struct json *object = json_new(arena, JSON_OBJECT);

	if (record_put(arena, object, "rule", finding->rule->id) &&
	    record_put(arena, object, "effect", effect_name(finding->effect)) &&
	    record_put(arena, object, "place", finding->place) && record_put(arena, object, "text", finding->text) &&
	    record_put(arena, object, "before", finding->before) &&
	    record_put(arena, object, "after", finding->after) &&
	    record_put(arena, object, "waivedBy", finding->waived_by) &&
	    json_set(arena, object, "standards", standards_of(arena, &finding->rule->standards)))
		return object;
	return NULL;
}

static struct json *findings_of(struct arena *arena, const struct decision *decision)
{
	struct json *list = json_new(arena, JSON_ARRAY);

	for (const struct finding *finding = decision->findings; list && finding; finding = finding->next) {
		if (!json_append(list, finding_of(arena, finding)))
			return NULL;
	}
	return list;
}

/* the waivers that count for this container; exec is judged with them too */
static struct json *waivers_of(struct arena *arena, const struct record_facts *facts, const char *today)
{
	struct json *list = json_new(arena, JSON_ARRAY);

	for (const struct rule *rule = rules; list && rule->id; rule++) {
		const struct policy_waiver *waiver = policy_waiver(facts->policy, rule->id, facts->identity, today);
		struct json *entry;

		if (!waiver)
			continue;
		entry = json_new(arena, JSON_OBJECT);
		if (!record_put(arena, entry, "rule", waiver->rule) ||
		    !record_put(arena, entry, "until", waiver->until) ||
		    !record_put(arena, entry, "owner", waiver->owner) ||
		    !record_put(arena, entry, "reason", waiver->reason) || !json_append(list, entry))
			return NULL;
	}
	return list;
}

static struct json *origin_of(struct arena *arena, const char *name, const struct policy_origin *origin)
{
	struct json *object = json_new(arena, JSON_OBJECT);

	if (record_put(arena, object, "name", name) && record_put(arena, object, "source", origin->source) &&
	    record_put(arena, object, "digest", origin->digest) &&
	    record_put(arena, object, "problem", origin->problem))
		return object;
	return NULL;
}

static struct json *profile_of(struct arena *arena, const struct record_facts *facts)
{
	struct json *profile = origin_of(arena, facts->profile->name, facts->profile_origin);

	return put_shared(arena, profile, "rules", facts->profile->rules) ? profile : NULL;
}

static struct json *sinks_of(struct arena *arena, const struct policy *policy)
{
	struct json *sinks = json_new(arena, JSON_OBJECT);

	if (record_put(arena, sinks, "file", policy->decisions_file) &&
	    json_set(arena, sinks, "syslog", json_new_bool(arena, policy->decisions_syslog)) &&
	    json_set(arena, sinks, "audit", json_new_bool(arena, policy->decisions_audit)) &&
	    json_set(arena, sinks, "required", json_new_bool(arena, policy->decisions_required)))
		return sinks;
	return NULL;
}

static struct json *identity_json(struct arena *arena, const struct identity *identity)
{
	struct json *object = json_new(arena, JSON_OBJECT);

	if (record_put(arena, object, "engine", engine_name(identity->engine)) &&
	    record_put(arena, object, "namespace", identity->namespace) &&
	    record_put(arena, object, "pod", identity->pod) &&
	    record_put(arena, object, "claimedImage", identity->claimed_image) &&
	    record_put(arena, object, "image", identity->image))
		return object;
	return NULL;
}

/* what exec and update are held to: the container's own process and limits, without what may be secret (env, args) */
static struct json *own_of(struct arena *arena, const struct json *document)
{
	static const char *const kept[] = { "user",         "capabilities", "noNewPrivileges", "apparmorProfile",
					    "selinuxLabel", "rlimits",      "oomScoreAdj",     "scheduler",
					    "ioPriority" };
	const struct json *process = json_member(document, "process");
	struct json *own = json_new(arena, JSON_OBJECT);
	struct json *own_process = json_new(arena, JSON_OBJECT);
	struct json *own_linux = json_new(arena, JSON_OBJECT);

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (!own_process || !put_shared(arena, own_process, kept[i], json_member(process, kept[i])))
			return NULL;
	}
	if (!own_linux || !put_shared(arena, own_linux, "resources", json_path(document, "linux", "resources", NULL)) ||
	    !json_set(arena, own, "process", own_process) || !json_set(arena, own, "linux", own_linux))
		return NULL;
	return own;
}

struct json *record_decision_json(struct arena *arena, const struct record_facts *facts, const char *now)
{
	struct json *object = json_new(arena, JSON_OBJECT);
	char today[11] = { 0 };

	memcpy(today, now, sizeof(today) - 1);
	if (record_put(arena, object, "time", now) && record_put(arena, object, "event", facts->event) &&
	    record_put(arena, object, "verdict", verdict_name(facts->decision->verdict)) &&
	    json_set(arena, object, "identity", identity_json(arena, facts->identity)) &&
	    json_set(arena, object, "policy", origin_of(arena, NULL, facts->policy_origin)) &&
	    json_set(arena, object, "profile", profile_of(arena, facts)) &&
	    json_set(arena, object, "waivers", waivers_of(arena, facts, today)) &&
	    json_set(arena, object, "decisions", sinks_of(arena, facts->policy)) &&
	    json_set(arena, object, "findings", findings_of(arena, facts->decision)) &&
	    json_set(arena, object, "own", own_of(arena, facts->document)))
		return object;
	return NULL;
}
