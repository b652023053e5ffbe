/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: judge_case FOLDER
 * Judges FOLDER/config.json (or process.json, resources.json, live.json with own.json) by
 * the profile of FOLDER/profile.json and prints what came of it:
 *
 *	verdict rewrite
 *	rewritten user.non-root /process/user: root is asked for; another user is wanted, such as 65532
 *	document {"ociVersion":...}
 *
 * or "refused <reason>" when the document or the profile cannot be read. FOLDER/profile
 * may be a name of a built-in profile instead. The evidence is gathered for real, with
 * the folder as the bundle.
 *
 * What came out is judged once more: a byte that changes then is an error of the case (law 5).
 */
#include "base/text.h"
#include "decision.h"
#include "document.h"
#include "evidence.h"
#include "system/beneath.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_BYTES = 64 * 1024 * 1024 };

struct text_file {
	const char *bytes;
	size_t n_bytes;
};

/* which file the case is about, what it is, and what is put around it */
struct form {
	const char *file;
	enum document_kind kind;
	enum scope scope;
	const char *outer, *inner; /* members around it */
	const char *prefix;
};

static const struct form forms[] = {
	{ "config.json", DOCUMENT_CONFIG, SCOPE_CONTAINER, NULL, NULL, NULL },
	{ "process.json", DOCUMENT_PROCESS, SCOPE_EXEC, NULL, "process", "/process" },
	{ "resources.json", DOCUMENT_RESOURCES, SCOPE_UPDATE, "linux", "resources", "/linux/resources" },
	{ "live.json", DOCUMENT_CONFIG, SCOPE_LIVE, NULL, NULL, NULL },
};

/* all that is the same when what came out is judged again */
struct bench {
	struct arena *arena;
	const struct form *form;
	struct profile profile;
	struct json *own;
	struct fail f;
};

struct outcome {
	struct decision decision;
	const char *text; /* of the document as the rules left it */
	size_t n_bytes;
};

static bool load(struct text_file *ret, struct arena *arena, const char *name)
{
	CLOSE_ON_RETURN int fd = path_open(AT_FDCWD, name, O_RDONLY);
	struct fail f = { 0 };

	return fd >= 0 && fd_read_all(&ret->bytes, &ret->n_bytes, arena, fd, MAX_BYTES, &f);
}

static bool profile_of_case(struct profile *ret, struct arena *arena, struct fail *f)
{
	const struct json *layers[PROFILE_MAX_LAYERS];
	const char *name = "restricted";
	struct text_file file;
	size_t n = 0;

	if (load(&file, arena, "profile.json") &&
	    !profile_read(&layers[n++], &name, arena, "case", "profile.json", file.bytes, file.n_bytes, f))
		return false;
	if (load(&file, arena, "profile"))
		name = arena_bytes(arena, file.bytes, strcspn(file.bytes, "\n"));
	while (name && n < PROFILE_MAX_LAYERS) {
		const char *text = profile_built_in(name, NULL);
		const char *self = name;

		if (!text)
			return fail_input(f, "no profile %s", name);
		if (!profile_read(&layers[n++], &name, arena, self, self, text, strlen(text), f))
			return false;
	}
	return profile_resolve(ret, arena, "case", layers, n, f);
}

static bool own_of_case(struct bench *b)
{
	struct text_file file;

	return !load(&file, b->arena, "own.json") ||
	       json_read(&b->own, b->arena, file.bytes, file.n_bytes, JSON_STRICT, &b->f);
}

static struct json *wrapped(struct arena *arena, struct json *document, const char *name)
{
	struct json *around = name ? json_new(arena, JSON_OBJECT) : document;

	return !name || json_set(arena, around, name, document) ? around : NULL;
}

static bool judge(struct outcome *ret, struct bench *b, const char *bytes, size_t n_bytes)
{
	const struct form *form = b->form;
	const struct json *guarded = json_member(profile_setting(&b->profile, "mounts.sensitive")->params, "paths");
	struct identity identity = { .id = "case" };
	struct evidence evidence = { 0 };
	struct policy policy;
	struct json *document;

	policy_embedded(&policy);
	if (!document_read(&document, b->arena, form->kind, bytes, n_bytes, &b->f) ||
	    (form->scope == SCOPE_CONTAINER &&
	     !evidence_gather(&evidence, b->arena, document, AT_FDCWD, guarded, &b->f)))
		return false;
	evidence.seccomp_arch = "SCMP_ARCH_X86_64"; /* the same wherever this runs */

	const struct question question = {
		.scope = form->scope,
		.config = wrapped(b->arena, wrapped(b->arena, document, form->inner), form->outer),
		.own = b->own,
		.identity = &identity,
		.policy = &policy,
		.profile = &b->profile,
		.evidence = &evidence,
		.place_prefix = form->prefix,
		.today = "2026-11-22",
	};
	return decision_make(&ret->decision, b->arena, &question, &b->f) &&
	       (json_write(&ret->text, &ret->n_bytes, b->arena, document) || fail_memory(&b->f));
}

static void print(const struct outcome *outcome)
{
	printf("verdict %s\n", verdict_name(outcome->decision.verdict));
	for (const struct finding *finding = outcome->decision.findings; finding; finding = finding->next)
		printf("%s %s %s: %s\n", effect_name(finding->effect), finding->rule->id, finding->place,
		       finding->text);
	if (outcome->decision.verdict != VERDICT_DENY)
		printf("document %s\n", outcome->text);
}

/* what is denied never leaves; all else comes out as it went in */
static bool print_again(struct bench *b, const struct outcome *first)
{
	struct outcome again;

	if (first->decision.verdict == VERDICT_DENY)
		return true;
	if (!judge(&again, b, first->text, first->n_bytes))
		return false;
	if (again.decision.verdict != VERDICT_ALLOW || !text_is(again.text, first->text)) {
		puts("not settled, judged again it is:");
		print(&again);
	}
	return true;
}

int main(int argc, char **argv)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(MAX_BYTES * 4);
	struct bench b = { .arena = &arena, .form = forms };
	const struct form *end = forms + ARRAY_SIZE(forms);
	struct outcome outcome;
	struct text_file file;

	if (argc != 2 || chdir(argv[1]) < 0)
		return 2;
	while (b.form < end && !load(&file, &arena, b.form->file))
		b.form++;
	if (b.form == end)
		return 2;
	if (!profile_of_case(&b.profile, &arena, &b.f) || !own_of_case(&b) ||
	    !judge(&outcome, &b, file.bytes, file.n_bytes)) {
		printf("refused %s\n", b.f.text);
		return 0;
	}
	print(&outcome);
	if (!print_again(&b, &outcome))
		printf("refused when judged again: %s\n", b.f.text);
	return 0;
}
