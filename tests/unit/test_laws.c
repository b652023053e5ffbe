/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laws 2, 4 and 5 over made-up documents and made-up profiles: never looser, what no
 * rule touches stays, and a second run changes no byte.
 */
#include "judge.h"
#include "made_up.h"
#include "rows.h"
#include "yardstick.h"

#include "base/text.h"

#include <string.h>

enum {
	PLENTY = 64 * 1024 * 1024,
	PER_ROW = 800,
};

static struct json *parsed(struct arena *arena, const char *text)
{
	struct fail f = { 0 };
	struct json *json;

	cr_assert(json_read(&json, arena, text, strlen(text), JSON_STRICT, &f), "%s: %s", f.text, text);
	return json;
}

struct tally {
	unsigned n[3]; /* by verdict */
};

static void judge_text(struct judged *ret, struct arena *arena, struct judge_case *c, const char *text)
{
	struct evidence evidence;

	made_up_evidence(&evidence, arena, parsed(arena, text));
	c->document = text;
	c->evidence = &evidence;
	judge(ret, arena, c);
	c->evidence = NULL;
}

#define EXPECT(condition, law)                                                                                         \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			cr_fatal("%s\nprofile %s\nown %s\nbefore %s\nafter %s\n%s", law, profile->as_drawn.bytes,      \
				 c->own ? c->own : "", before, judged.document, judged.findings);                      \
	} while (0)

static void laws_check(struct arena *arena, struct judge_case *c, const struct made_up_profile *profile,
		       const char *before, struct tally *tally)
{
	struct pair pair = { .is_exec = c->scope == SCOPE_EXEC };
	struct judged judged, again, strict;
	const char *yard;

	c->profile = profile->as_drawn.bytes;
	judge_text(&judged, arena, c, before);
	tally->n[judged.verdict]++;

	pair.before = parsed(arena, before);
	pair.after = parsed(arena, judged.document);
	pair.own = c->own ? parsed(arena, c->own) : NULL;
	yard = looser(&pair);
	EXPECT(!yard, yard);

	EXPECT(judged.verdict == VERDICT_REWRITE || judged.verdict == VERDICT_DENY || text_is(judged.document, before),
	       "allowed, and changed all the same");
	EXPECT(profile->rewrites || text_is(judged.document, before), "changed by a profile that rewrites nothing");

	/* what is denied never leaves; only the rest is written */
	if (judged.verdict != VERDICT_DENY) {
		judge_text(&again, arena, c, judged.document);
		EXPECT(text_is(again.document, judged.document), again.document);
		EXPECT(again.verdict == VERDICT_ALLOW, again.findings);
	}

	c->profile = profile->with_deny.bytes;
	judge_text(&strict, arena, c, before);
	EXPECT((strict.verdict == VERDICT_DENY) == (judged.verdict != VERDICT_ALLOW),
	       "\"deny\" refuses what \"rewrite\" changes");
	EXPECT(text_is(strict.document, before), "changed by \"deny\"");
}

static void laws_check_one(struct chance *chance, enum scope scope, struct tally *tally)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct made_up_profile *profile = arena_alloc(&arena, sizeof(*profile));
	struct text *document = arena_alloc(&arena, sizeof(*document));
	struct text *own = arena_alloc(&arena, sizeof(*own));
	struct judge_case c = { .scope = scope };

	cr_assert(profile && document && own);
	made_up_profile(profile, chance);
	made_up_document(document, chance, scope);
	made_up_own(own, chance);
	if (scope != SCOPE_CONTAINER && likely(chance, 95))
		c.own = own->bytes;
	laws_check(&arena, &c, profile, document->bytes, tally);
}

static const struct {
	enum scope scope;
	uint64_t seed;
} runs[] = {
	{ SCOPE_CONTAINER, 1 }, { SCOPE_CONTAINER, 2 }, { SCOPE_CONTAINER, 3 }, { SCOPE_CONTAINER, 4 },
	{ SCOPE_CONTAINER, 5 }, { SCOPE_CONTAINER, 6 }, { SCOPE_CONTAINER, 7 }, { SCOPE_CONTAINER, 8 },
	{ SCOPE_EXEC, 9 },      { SCOPE_EXEC, 10 },     { SCOPE_EXEC, 11 },     { SCOPE_UPDATE, 12 },
};

ROWS(laws, never_looser_and_settled, runs)
{
	struct chance chance = { .state = runs[*row].seed * UINT64_C(0x9e3779b97f4a7c15) };
	struct tally tally = { 0 };

	for (int i = 0; i < PER_ROW; i++)
		laws_check_one(&chance, runs[*row].scope, &tally);
	cr_log_info("denied %u, allowed %u, rewritten %u\n", tally.n[VERDICT_DENY], tally.n[VERDICT_ALLOW],
		    tally.n[VERDICT_REWRITE]);
	/* else the laws were tested on next to nothing */
	cr_expect(tally.n[VERDICT_DENY] > PER_ROW / 20 &&
		  (runs[*row].scope == SCOPE_UPDATE || tally.n[VERDICT_REWRITE] > PER_ROW / 20));
}
