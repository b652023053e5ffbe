/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule is. A rule looks at one concern of a container, tells what it found
 * and, where it is told to, makes it safe. The table (table.c) has one row for each.
 *
 * A rule only ever takes away: what it leaves in the document allows no more than
 * what it was given.
 */
#ifndef OCIGATE_RULE_H
#define OCIGATE_RULE_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"
#include "evidence.h"

#include <stdbool.h>
#include <stddef.h>

/* what a profile says about a rule; zero refuses */
enum action {
	ACTION_DENY = 0,
	ACTION_REWRITE, /* made safe; refused where that cannot be */
	ACTION_NOTE,    /* recorded only */
	ACTION_ALLOW,   /* not looked at */
};

/* what became of one finding */
enum effect {
	EFFECT_DENIED = 0,
	EFFECT_REWRITTEN,
	EFFECT_NOTED,
	EFFECT_WAIVED,
};

/* what is being judged, as bits */
enum scope {
	SCOPE_CONTAINER = 1, /* config.json of create, run, restore */
	SCOPE_EXEC = 2,      /* a process for a container that runs */
	SCOPE_UPDATE = 4,    /* linux.resources of update */
	SCOPE_LIVE = 8,      /* other changes of a container that runs: crun mounts */
};

enum param_kind {
	PARAM_STRINGS = 0,  /* array of strings */
	PARAM_CAPABILITIES, /* array of names as capabilities(7) has them */
	PARAM_PATHS,        /* array of absolute, clean paths; patterns as in fnmatch(3) */
	PARAM_ID,           /* user or group: 0 to 2147483647; a rule that may not take 0 says so itself */
	PARAM_U64,
	PARAM_BOOL,
	PARAM_STRING,
	PARAM_DEVICES, /* array of "c 1:3", "b 8:0", "c 136:*" */
};

struct param {
	const char *name;
	enum param_kind kind;
};

/* the standards that ask for a rule */
struct standards {
	const char *pss;    /* Pod Security Standards: level and control */
	const char *cis;    /* CIS Docker Benchmark, section 5 and 4 */
	const char *nist;   /* NIST SP 800-190, section */
	const char *attack; /* MITRE ATT&CK technique */
};

enum { RULE_MAX_PARAMS = 6 };

struct judging;

struct rule {
	const char *id; /* the word for it everywhere: profiles, messages, waivers, records */
	const char *title;
	struct standards standards;
	unsigned scopes;                      /* of enum scope */
	struct param params[RULE_MAX_PARAMS]; /* ends at a NULL name */
	/* looks only when the profile does not say "allow"; failures go to judging->f */
	void (*judge)(struct judging *j);
};

/* the rules in the order in which they are applied; ends at a NULL id */
extern const struct rule rules[];

enum { RULES_MAX = 64 };

/** rule_by_id() - the row, or NULL */
const struct rule *rule_by_id(const char *id);

/* a rule as one profile sets it */
struct setting {
	enum action action;
	const struct json *params; /* the rule's object in the resolved profile */
};

struct finding {
	struct finding *next;
	const struct rule *rule;
	enum effect effect;
	const char *place;     /* JSON Pointer into the document that was judged */
	const char *before;    /* JSON text, or NULL for absent */
	const char *after;     /* JSON text, or NULL for removed or not to be made safe */
	const char *text;      /* one line: what was found, what is wanted */
	const char *waived_by; /* owner and reason, when EFFECT_WAIVED */
};

/* one run of the table over one document */
struct judging {
	struct arena *arena;
	struct fail *f;
	enum scope scope;
	struct json
		*config; /* the document; SCOPE_EXEC: {"process": ...}; SCOPE_UPDATE: {"linux": {"resources": ...}} */
	const struct json *own; /* SCOPE_EXEC, SCOPE_UPDATE: what the record keeps of the container's own document */
	const struct evidence *evidence; /* SCOPE_CONTAINER */
	const char *place_prefix;        /* what the user's document has in front: SCOPE_EXEC's has no "/process" */

	/* of the rule that is running */
	const struct rule *rule;
	const struct setting *setting;
	const char *waived_by; /* NULL, or why this rule's findings do not count */

	struct finding *first;
	struct finding *last;
	size_t n_findings;
	size_t n_denied;
	size_t n_rewritten;
};

/**
 * rule_found() - tell what is wrong
 * @place:	JSON Pointer
 * @before:	the value as it is, NULL when absent
 * @after:	what would be safe, NULL for "take it out"
 * @format:	one line for people: what was found and what is wanted
 *
 * Returns true when the rule must now make it so. Then, and only then, it changes
 * the document.
 */
bool rule_found(struct judging *j, const char *place, const struct json *before, const struct json *after,
		const char *format, ...) MUST_CHECK PRINTF(5, 6);

/** rule_refuses() - tell what is wrong and cannot be made safe: denied unless only noted or waived */
void rule_refuses(struct judging *j, const char *place, const struct json *before, const char *format, ...)
	PRINTF(4, 5);

/** rule_fails() - memory is out: the decision fails as a whole; always false */
bool rule_fails(struct judging *j);

/** rule_object() - the member object @key of @parent, made where absent; NULL when memory is out */
struct json *rule_object(struct judging *j, struct json *parent, const char *key) MUST_CHECK;

/** rule_set() - json_set(), a failure goes to judging->f */
bool rule_set(struct judging *j, struct json *object, const char *key, struct json *value);

/** rule_place() - a place as arena text; "?" when memory is out (the failure is kept) */
const char *rule_place(struct judging *j, const char *format, ...) PRINTF(2, 3);

/** rule_strings() - the array parameter @name, NULL when the profile has none */
const struct json *rule_strings(const struct judging *j, const char *name);

/** rule_u64() - the number parameter @name, or @otherwise */
uint64_t rule_u64(const struct judging *j, const char *name, uint64_t otherwise);

#endif
