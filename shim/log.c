/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include "base/text.h"
#include "record_json.h"
#include "system/beneath.h"
#include "system/directory.h"
#include "system/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define DEFAULT_LOG OCIGATE_LOCALSTATEDIR "/log/ocigate/decisions.jsonl"

enum {
	LOG_VALUE_MAX_BYTES = 512, /* of one text in a line */
	LOG_FINDINGS_MAX = 64,     /* a line is for reading; the record has all */
};

static const char *shortened(struct arena *arena, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length <= LOG_VALUE_MAX_BYTES)
		return text;
	length = LOG_VALUE_MAX_BYTES;
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--; /* not into the middle of a character */
	return arena_printf(arena, "%.*s...", (int)length, text);
}

static struct json *log_findings(struct arena *arena, const struct decision *decision)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	size_t left = LOG_FINDINGS_MAX;

	for (const struct finding *finding = decision->findings; list && finding && left;
	     finding = finding->next, left--) {
		struct json *entry = json_new(arena, JSON_OBJECT);

		if (!record_put(arena, entry, "rule", finding->rule->id) ||
		    !record_put(arena, entry, "effect", effect_name(finding->effect)) ||
		    !record_put(arena, entry, "place", shortened(arena, finding->place)) ||
		    !record_put(arena, entry, "text", shortened(arena, finding->text)) ||
		    !record_put(arena, entry, "waivedBy", finding->waived_by) || !json_append(list, entry))
			return NULL;
	}
	return list;
}

static bool log_decision(struct arena *arena, struct json *line, const struct decision *decision)
{
	return !decision || (record_put(arena, line, "verdict", verdict_name(decision->verdict)) &&
			     json_set(arena, line, "nFindings", json_new_u64(arena, decision->n_findings)) &&
			     json_set(arena, line, "nDenied", json_new_u64(arena, decision->n_denied)) &&
			     json_set(arena, line, "findings", log_findings(arena, decision)));
}

static bool log_origin(struct arena *arena, struct json *line, const struct record_facts *facts)
{
	const struct policy_origin *policy = facts->policy_origin;
	const struct policy_origin *profile = facts->profile_origin;

	return (!policy || (record_put(arena, line, "policy", policy->source) &&
			    record_put(arena, line, "policyDigest", policy->digest) &&
			    record_put(arena, line, "policyProblem", policy->problem))) &&
	       (!facts->profile || record_put(arena, line, "profile", facts->profile->name)) &&
	       (!profile || (record_put(arena, line, "profileDigest", profile->digest) &&
			     record_put(arena, line, "profileProblem", profile->problem)));
}

static bool log_identity(struct arena *arena, struct json *line, const struct identity *identity)
{
	return !identity || (record_put(arena, line, "engine", engine_name(identity->engine)) &&
			     record_put(arena, line, "namespace", identity->namespace) &&
			     record_put(arena, line, "pod", identity->pod) &&
			     record_put(arena, line, "claimedImage", identity->claimed_image) &&
			     record_put(arena, line, "image", identity->image));
}

/* one flat object, one line; its members are documented in ocigate-record(5) */
static const char *log_line(struct arena *arena, const struct record_key *key, const struct record_facts *facts,
			    const char *now, size_t *ret_bytes)
{
	struct json *line = json_new(arena, JSON_OBJECT);
	const char *text;

	if (!json_set(arena, line, "version", json_new_u64(arena, 1)) || !record_put(arena, line, "time", now) ||
	    !record_put(arena, line, "event", facts->event) || !record_put(arena, line, "id", key->id) ||
	    !record_put(arena, line, "root", key->root) || !record_put(arena, line, "bundle", facts->bundle) ||
	    !record_put(arena, line, "runtime", facts->runtime) ||
	    !record_put(arena, line, "mode", facts->policy ? policy_mode_name(facts->policy->mode) : NULL) ||
	    !json_set(arena, line, "pid", json_new_u64(arena, (uint64_t)getpid())) ||
	    !log_identity(arena, line, facts->identity) || !log_origin(arena, line, facts) ||
	    !record_put(arena, line, "seal", facts->seal) || !log_decision(arena, line, facts->decision) ||
	    !record_put(arena, line, "message", shortened(arena, facts->message)) ||
	    !json_write(&text, ret_bytes, arena, line))
		return NULL;
	return text;
}

static bool log_to_file(struct arena *arena, const char *file, const char *line, size_t n_bytes, struct fail *f)
{
	const char *path = file ? file : DEFAULT_LOG;
	char *whole = arena_alloc(arena, n_bytes + 1);
	CLOSE_ON_RETURN int fd = -1;

	if (!*path)
		return true;
	if (!whole)
		return fail_memory(f);
	memcpy(whole, line, n_bytes);
	whole[n_bytes] = '\n';
	/* O_NONBLOCK: a FIFO that nobody reads must not stop every container of the host */
	fd = path_open(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		char *directory = arena_string(arena, path);

		if (!directory)
			return fail_memory(f);
		*strrchr(directory, '/') = '\0';
		if (directory_make(directory, 0700))
			fd = path_open(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
	}
	if (fd < 0)
		return fail_system(f, "open the decision log %s", path);
	/* one write, so that lines of containers that start at once do not mix */
	errno = 0;
	if (write(fd, whole, n_bytes + 1) != (ssize_t)(n_bytes + 1))
		return fail_system(f, "write to the decision log %s", path);
	return true;
}

static bool log_to_sinks(struct arena *arena, const struct policy *policy, const char *line, size_t n_bytes,
			 struct fail *f)
{
	bool kept = log_to_file(arena, policy->decisions_file, line, n_bytes, f);

	if (policy->decisions_syslog) {
		openlog("ocigate", LOG_PID, LOG_AUTHPRIV);
		syslog(LOG_NOTICE, "%s", line);
		closelog();
	}
	if (policy->decisions_audit && !netlink_audit(line))
		kept = fail_system(f, "write to the kernel's audit log");
	return kept;
}

bool log_append(struct arena *arena, const struct record_key *key, const struct record_facts *facts, const char *now,
		struct fail *f)
{
	struct fail of_log = { 0 };
	size_t n_bytes = 0;
	const char *line = log_line(arena, key, facts, now, &n_bytes);

	if (!line)
		return fail_memory(f);
	if (log_to_sinks(arena, facts->policy, line, n_bytes, &of_log) || !facts->policy->decisions_required)
		return true;
	*f = of_log;
	return fail_while(f, "the policy wants every decision logged");
}
