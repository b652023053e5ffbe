/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: judge_case FOLDER
 * Judges FOLDER/config.json (or process.json, resources.json with own.json) by the
 * profile of FOLDER/profile.json and prints what came of it:
 *
 *	verdict rewrite
 *	rewritten user.non-root /process/user
 *	document {"ociVersion":...}
 *
 * or "refused <reason>" when the document or the profile cannot be read. FOLDER/profile
 * may be a name of a built-in profile instead. The evidence is gathered for real, with
 * the folder as the bundle.
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

static bool load(struct text_file *ret, struct arena *arena, const char *name)
{
	CLOSE_ON_RETURN int fd = path_open(AT_FDCWD, name, O_RDONLY);
	struct fail f = { 0 };

	return fd >= 0 && fd_read_all(&ret->bytes, &ret->n_bytes, arena, fd, MAX_BYTES, &f);
}

static int refused(const struct fail *f)
{
	printf("refused %s\n", f->text);
	return 0;
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

/* which file the case is about, what it is, and what is put around it */
static const struct {
	const char *file;
	enum document_kind kind;
	enum scope scope;
	const char *outer, *inner; /* members around it */
	const char *prefix;
} forms[] = {
	{ "config.json", DOCUMENT_CONFIG, SCOPE_CONTAINER, NULL, NULL, NULL },
	{ "process.json", DOCUMENT_PROCESS, SCOPE_EXEC, NULL, "process", "/process" },
	{ "resources.json", DOCUMENT_RESOURCES, SCOPE_UPDATE, "linux", "resources", "/linux/resources" },
};

static struct json *wrapped(struct arena *arena, struct json *document, const char *name)
{
	struct json *around = name ? json_new(arena, JSON_OBJECT) : document;

	return !name || json_set(arena, around, name, document) ? around : NULL;
}

static void print(struct arena *arena, const struct decision *decision, const struct json *document)
{
	const char *text = "";
	size_t n_bytes;

	printf("verdict %s\n", verdict_name(decision->verdict));
	for (const struct finding *finding = decision->findings; finding; finding = finding->next)
		printf("%s %s %s\n", effect_name(finding->effect), finding->rule->id, finding->place);
	if (decision->verdict != VERDICT_DENY && json_write(&text, &n_bytes, arena, document))
		printf("document %s\n", text);
}

int main(int argc, char **argv)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(MAX_BYTES * 4);
	struct policy policy;
	struct identity identity = { .id = "case" };
	struct evidence evidence = { 0 };
	struct decision decision;
	struct profile profile;
	struct text_file file, own_file;
	struct json *document, *config, *own = NULL;
	struct fail f = { 0 };
	size_t form = 0;

	if (argc != 2 || chdir(argv[1]) < 0)
		return 2;
	while (form < ARRAY_SIZE(forms) && !load(&file, &arena, forms[form].file))
		form++;
	if (form == ARRAY_SIZE(forms))
		return 2;
	policy_embedded(&policy);
	if (!profile_of_case(&profile, &arena, &f) ||
	    !document_read(&document, &arena, forms[form].kind, file.bytes, file.n_bytes, &f))
		return refused(&f);
	if (load(&own_file, &arena, "own.json") &&
	    !json_read(&own, &arena, own_file.bytes, own_file.n_bytes, JSON_STRICT, &f))
		return refused(&f);
	config = wrapped(&arena, wrapped(&arena, document, forms[form].inner), forms[form].outer);
	if (forms[form].scope == SCOPE_CONTAINER &&
	    !evidence_gather(&evidence, &arena, document, AT_FDCWD,
			     json_member(profile_setting(&profile, "mounts.sensitive")->params, "paths"), &f))
		return refused(&f);

	const struct question question = {
		.scope = forms[form].scope, .config = config, .own = own, .identity = &identity, .policy = &policy,
		.profile = &profile, .evidence = &evidence, .place_prefix = forms[form].prefix, .today = "2026-11-22",
	};
	if (!decision_make(&decision, &arena, &question, &f))
		return refused(&f);
	print(&arena, &decision, document);
	return 0;
}
