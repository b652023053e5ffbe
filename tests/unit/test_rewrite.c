/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/text.h"
#include "rewrite.h"

#include <string.h>

enum { WORDS_MAX = 16, ARENA_MAX_BYTES = 4 * 1024 * 1024 };

static struct json *parse(struct arena *arena, const char *text)
{
	struct json *json = NULL;
	struct fail f = { 0 };

	cr_assert(json_read(&json, arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	return json;
}

static const char *text_of(struct arena *arena, const struct json *json)
{
	const char *text = NULL;
	size_t n_bytes;

	cr_assert(json_write(&text, &n_bytes, arena, json));
	return text;
}

static const char config[] =
	"{\"process\":{\"user\":{\"uid\":7,\"gid\":8},\"args\":[\"httpd\"],\"env\":[\"A=1\"],\"cwd\":\"/srv\","
	"\"noNewPrivileges\":true,\"terminal\":true,\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}}";

static const struct {
	const char *argv[WORDS_MAX];
	const char *process; /* NULL: refused */
} made[] = {
	{ { "ocigate", "exec", "c1", "ls", "-l" },
	  "{\"user\":{\"uid\":7,\"gid\":8},\"args\":[\"ls\",\"-l\"],\"env\":[\"A=1\"],\"cwd\":\"/srv\","
	  "\"noNewPrivileges\":true,\"terminal\":false,\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}" },
	{ { "ocigate", "exec", "-t", "--user", "0:0", "--cwd", "/", "--env", "B=2", "c1", "sh" },
	  "{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"sh\"],\"env\":[\"A=1\",\"B=2\"],\"cwd\":\"/\","
	  "\"noNewPrivileges\":true,\"terminal\":true,\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}" },
	{ { "ocigate", "exec", "--cap", "CAP_SYS_ADMIN", "c1", "sh" },
	  "{\"user\":{\"uid\":7,\"gid\":8},\"args\":[\"sh\"],\"env\":[\"A=1\"],\"cwd\":\"/"
	  "srv\",\"noNewPrivileges\":true,"
	  "\"terminal\":false,\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_SYS_ADMIN\"],"
	  "\"effective\":[\"CAP_SYS_ADMIN\"],\"permitted\":[\"CAP_SYS_ADMIN\"],\"inheritable\":[\"CAP_SYS_ADMIN\"],"
	  "\"ambient\":[\"CAP_SYS_ADMIN\"]}}" },
	{ { "ocigate", "exec", "--user", "root", "c1", "sh" }, NULL },
	{ { "ocigate", "exec", "--user", "0:", "c1", "sh" }, NULL },
	{ { "ocigate", "exec", "--user", "4294967296", "c1", "sh" }, NULL },
};

ROWS(rewrite, exec_options_are_a_process, made)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct command command;
	struct json *process = NULL;
	struct fail f = { 0 };
	bool good;

	cr_assert(command_read(&command, &arena, made[*row].argv, &f), "row %zu: %s", *row, f.text);
	good = rewrite_process(&process, &arena, parse(&arena, config), &command, &f);
	cr_assert_eq(good, made[*row].process != NULL, "row %zu: %s", *row, f.text);
	if (good)
		cr_expect_str_eq(text_of(&arena, process), made[*row].process, "row %zu", *row);
	else
		cr_expect_eq(f.kind, FAIL_USAGE);
}

Test(rewrite, exec_keeps_how_and_takes_out_what)
{
	static const char *const argv[] = {
		"ocigate", "--root",         "/r",    "exec", "-t", "--detach", "--pid-file", "/p",   "--user",
		"0",       "--cap=CAP_KILL", "--env", "A=b",  "c1", "sh",       "-c",         "true", NULL
	};
	static const char *const wanted[] = { "ocigate",         "--root",     "/r", "exec",
					      "--detach",        "--pid-file", "/p", "--process",
					      "/proc/self/fd/9", "c1",         NULL };
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct command command;
	const char *const *words;
	struct fail f = { 0 };

	cr_assert(command_read(&command, &arena, argv, &f), "%s", f.text);
	cr_assert(rewrite_exec(&words, &arena, argv, &command, "/proc/self/fd/9", &f), "%s", f.text);
	for (size_t i = 0; wanted[i] || words[i]; i++)
		cr_assert(text_is(words[i], wanted[i]), "word %zu: %s", i, words[i] ? words[i] : "(end)");
}

static const struct {
	const char *memory;
	const char *resources; /* NULL: refused */
} sizes[] = {
	{ "1048576", "{\"memory\":{\"limit\":1048576}}" },
	{ "512m", "{\"memory\":{\"limit\":536870912}}" },
	{ "1G", "{\"memory\":{\"limit\":1073741824}}" },
	{ "1gb", "{\"memory\":{\"limit\":1073741824}}" },
	{ "2KiB", "{\"memory\":{\"limit\":2048}}" },
	{ "-1", "{\"memory\":{\"limit\":-1}}" },
	{ "10b", "{\"memory\":{\"limit\":10}}" },
	{ "1.5g", NULL },
	{ "", NULL },
	{ "g", NULL },
	{ "1x", NULL },
	{ "1kk", NULL },
	{ "9999999999p", NULL },
	{ "-1k", NULL },
};

ROWS(rewrite, update_options_are_resources, sizes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct command_option option = { .name = "memory", .value = sizes[*row].memory, .n_words = 2 };
	struct command command = { .kind = COMMAND_UPDATES, .options = &option, .n_options = 1 };
	struct json *resources = NULL;
	struct fail f = { 0 };
	bool good = rewrite_resources(&resources, &arena, &command, &f);

	cr_assert_eq(good, sizes[*row].resources != NULL, "%s: %s", sizes[*row].memory, f.text);
	if (good)
		cr_expect_str_eq(text_of(&arena, resources), sizes[*row].resources);
}

Test(rewrite, the_seal_is_the_digest_of_the_bytes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct rewrite rewrite;
	struct fail f = { 0 };

	cr_assert(rewrite_document(&rewrite, &arena, parse(&arena, " { \"a\" : 1 } "), &f));
	cr_expect_str_eq(rewrite.bytes, "{\"a\":1}");
	/* printf '{"a":1}' | sha256sum */
	cr_expect_str_eq(rewrite.seal, "sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
}
