/* SPDX-License-Identifier: Apache-2.0 */
/* What rules share: how a finding is told, and how a failure is passed on. */
#include "rule.h"

#include "base/text.h"

#include <string.h>

const struct rule *rule_by_id(const char *id)
{
	for (const struct rule *rule = rules; rule->id; rule++) {
		if (*rule->id == *id && text_is(rule->id, id))
			return rule;
	}
	return NULL;
}

bool rule_fails(struct judging *j)
{
	return fail_memory(j->f);
}

static bool value_text(struct judging *j, const char **ret, const struct json *value)
{
	size_t n_bytes;

	*ret = NULL;
	return !value || json_write(ret, &n_bytes, j->arena, value) || rule_fails(j);
}

static enum effect effect_of(const struct judging *j, bool can_be_made_safe)
{
	if (j->waived_by)
		return EFFECT_WAIVED;
	switch (j->setting->action) {
	case ACTION_REWRITE:
		return can_be_made_safe ? EFFECT_REWRITTEN : EFFECT_DENIED;
	case ACTION_NOTE:
	case ACTION_ALLOW:
		return EFFECT_NOTED;
	case ACTION_DENY:
		return EFFECT_DENIED;
	}
	return EFFECT_DENIED;
}

static bool finding_add(struct judging *j, struct finding *finding, const char *format, va_list args) PRINTF(3, 0);

static bool finding_add(struct judging *j, struct finding *finding, const char *format, va_list args)
{
	const char *prefix = j->place_prefix ? text_starts(finding->place, j->place_prefix) : NULL;

	finding->rule = j->rule;
	finding->waived_by = finding->effect == EFFECT_WAIVED ? j->waived_by : NULL;
	finding->text = arena_vprintf(j->arena, format, args);
	if (!finding->text)
		return rule_fails(j);
	if (prefix)
		finding->place = prefix;

	if (j->last)
		j->last->next = finding;
	else
		j->first = finding;
	j->last = finding;
	j->n_findings++;
	j->n_denied += finding->effect == EFFECT_DENIED;
	j->n_rewritten += finding->effect == EFFECT_REWRITTEN;
	return true;
}

bool rule_found(struct judging *j, const char *place, const struct json *before, const struct json *after,
		const char *format, ...)
{
	struct finding *finding = arena_alloc(j->arena, sizeof(*finding));
	va_list args;
	bool kept;

	if (!finding)
		return rule_fails(j);
	finding->place = place;
	finding->effect = effect_of(j, true);
	if (!value_text(j, &finding->before, before) || !value_text(j, &finding->after, after))
		return false;
	va_start(args, format);
	kept = finding_add(j, finding, format, args);
	va_end(args);
	return kept && finding->effect == EFFECT_REWRITTEN;
}

void rule_refuses(struct judging *j, const char *place, const struct json *before, const char *format, ...)
{
	struct finding *finding = arena_alloc(j->arena, sizeof(*finding));
	va_list args;

	if (!finding) {
		rule_fails(j);
		return;
	}
	finding->place = place;
	finding->effect = effect_of(j, false);
	if (!value_text(j, &finding->before, before))
		return;
	va_start(args, format);
	finding_add(j, finding, format, args);
	va_end(args);
}

struct json *rule_object(struct judging *j, struct json *parent, const char *key)
{
	struct json *object = json_member(parent, key);

	if (object)
		return object;
	object = json_new(j->arena, JSON_OBJECT);
	return rule_set(j, parent, key, object) ? object : NULL;
}

bool rule_set(struct judging *j, struct json *object, const char *key, struct json *value)
{
	return json_set(j->arena, object, key, value) || rule_fails(j);
}

const char *rule_place(struct judging *j, const char *format, ...)
{
	va_list args;
	const char *place;

	va_start(args, format);
	place = arena_vprintf(j->arena, format, args);
	va_end(args);
	if (place)
		return place;
	rule_fails(j);
	return "?";
}

const struct json *rule_strings(const struct judging *j, const char *name)
{
	return json_member(j->setting->params, name);
}

uint64_t rule_u64(const struct judging *j, const char *name, uint64_t otherwise)
{
	uint64_t value;

	return json_u64(&value, json_member(j->setting->params, name)) ? value : otherwise;
}
