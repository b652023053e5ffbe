/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints how command_read() reads a command line, as one line of JSON.
 *
 *	show_command WORD...     reads its own arguments
 *	show_command --stdin0    reads many lines from standard input: each word ends
 *	                         in a NUL, each line in a word that is one byte 0x01
 */
#include "base/arena.h"
#include "base/fail.h"
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARENA_BYTES = 16 << 20,
	WORDS_MAX = 4096,
};

static void print_string(const char *string)
{
	if (!string) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *string; string++) {
		unsigned char c = (unsigned char)*string;

		/* bytes as Latin-1, so that any byte comes back as it was */
		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_member(const char *name, const char *value)
{
	printf(",\"%s\":", name);
	print_string(value);
}

static void print_command(const struct command *command, bool read, const struct fail *f)
{
	static const char *const kinds[] = {
		"uncertain", "passes", "creates", "starts", "execs", "updates", "deletes", "mounts",
	};

	printf("{\"read\":%s,\"kind\":\"%s\"", read ? "true" : "false", kinds[command->kind]);
	print_member("verb", command->verb);
	print_member("root", command->root);
	print_member("log", command->log);
	print_member("log-format", command->log_format);
	print_member("id", command->id);
	print_member("bundle", command->bundle);
	print_member("config", command->config);
	print_member("pid-file", command->pid_file);
	print_member("process", command->process);
	print_member("resources", command->resources);
	printf(",\"verb_at\":%d,\"id_at\":%d,\"rootless\":%s,\"forced\":%s", command->verb_at, command->id_at,
	       command->rootless_forced ? "true" : "false", command->forced ? "true" : "false");
	printf(",\"options\":[");
	for (size_t i = 0; i < command->n_options; i++) {
		const struct command_option *option = &command->options[i];

		printf("%s[", i ? "," : "");
		print_string(option->name);
		putchar(',');
		print_string(option->value);
		printf(",%d,%d]", option->first, option->n_words);
	}
	printf("],\"rest\":[");
	for (size_t i = 0; i < command->n_rest; i++) {
		if (i)
			putchar(',');
		print_string(command->rest[i]);
	}
	putchar(']');
	print_member("failure", f->text);
	printf("}\n");
}

static void show(const char *const *argv)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct command command = { 0 };
	struct fail f = { 0 };
	bool read = command_read(&command, &arena, argv, &f);

	print_command(&command, read, &f);
}

static int show_all(void)
{
	static const char *argv[WORDS_MAX + 2] = { "ocigate" };
	static char *words[WORDS_MAX + 1];
	static size_t sizes[WORDS_MAX + 1];
	size_t count = 0;

	while (getdelim(&words[count], &sizes[count], '\0', stdin) > 0) {
		if (strcmp(words[count], "\001") != 0) {
			argv[count + 1] = words[count];
			if (++count == WORDS_MAX)
				return EXIT_FAILURE;
			continue;
		}
		argv[count + 1] = NULL;
		show(argv);
		count = 0;
	}
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--stdin0") == 0)
		return show_all();
	show((const char *const *)argv);
	return EXIT_SUCCESS;
}
