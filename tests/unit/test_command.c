/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of argv: spellings, where runc and crun differ, what passes, and little memory. */
#include "base/arena.h"
#include "base/fail.h"
#include "base/text.h"
#include "command.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

enum {
	ARENA_BYTES = 1 << 20,
	WORDS_MAX = 64,
	TEXT_BYTES = 1024,
};

#define ID128                                                                                                          \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                                             \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* a line of words with one blank between them; '' is an empty word */
struct line {
	char text[TEXT_BYTES];
	const char *argv[WORDS_MAX];
};

static void line_split(struct line *ret, const char *text)
{
	size_t count = 0;
	char *at = ret->text;

	snprintf(ret->text, sizeof(ret->text), "ocigate %s", text);
	while (at && *at && count < WORDS_MAX - 1) {
		char *blank = strchr(at, ' ');

		ret->argv[count++] = at;
		if (blank)
			*blank++ = '\0';
		if (strcmp(ret->argv[count - 1], "''") == 0)
			ret->argv[count - 1] = "";
		at = blank;
	}
	ret->argv[count] = NULL;
}

/* what was read, as words: only what is there */
struct shown {
	char text[TEXT_BYTES];
};

static void add(struct shown *shown, const char *name, const char *value)
{
	size_t length = strlen(shown->text);

	if (value)
		snprintf(shown->text + length, sizeof(shown->text) - length, "%s%s=%s", length ? " " : "", name, value);
}

static void show(struct shown *ret, const struct command *command)
{
	static const char *const kinds[] = {
		"uncertain", "passes", "creates", "starts", "execs", "updates", "deletes", "mounts",
	};

	ret->text[0] = '\0';
	add(ret, "kind", kinds[command->kind]);
	add(ret, "verb", command->verb);
	add(ret, "root", command->root);
	add(ret, "log", command->log);
	add(ret, "format", command->log_format);
	add(ret, "rootless", command->rootless_forced ? "true" : NULL);
	add(ret, "cgroup-manager", command->cgroup_manager);
	add(ret, "id", command->id);
	add(ret, "bundle", command->bundle);
	add(ret, "config", command->config);
	add(ret, "pid", command->pid_file);
	add(ret, "process", command->process);
	add(ret, "resources", command->resources);
	add(ret, "forced", command->forced ? "true" : NULL);
	for (size_t i = 0; i < command->n_options; i++)
		add(ret, command->options[i].name, command->options[i].value ? command->options[i].value : "on");
	for (size_t i = 0; i < command->n_rest; i++)
		add(ret, "rest", command->rest[i]);
}

static const struct {
	const char *line;
	const char *shown;
} read_rows[] = {
	/* every spelling of a value */
	{ "create --bundle B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create --bundle=B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create -b B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create -bB c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create --b B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create -bundle B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create --bundl B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create --bu=B c", "kind=creates verb=create id=c bundle=B bundle=B" },
	{ "create --bundle=B=C c", "kind=creates verb=create id=c bundle=B=C bundle=B=C" },
	{ "create --bundle --no-pivot c", "kind=creates verb=create id=c bundle=--no-pivot bundle=--no-pivot" },
	{ "create --bundle -- c", "kind=creates verb=create id=c bundle=-- bundle=--" },
	{ "create --bundle - c", "kind=creates verb=create id=c bundle=- bundle=-" },
	/* the last one counts; runc refuses the name beside the letter */
	{ "create --bundle A --bundle B c", "kind=creates verb=create id=c bundle=B bundle=A bundle=B" },
	{ "create -b A --bundle B c", "kind=creates verb=create id=c bundle=B bundle=A bundle=B" },
	/* switches */
	{ "run -d --keep c", "kind=creates verb=run id=c detach=on keep=on" },
	{ "run --detach=false c", "kind=creates verb=run id=c detach=false" },
	{ "run --detach=T c", "kind=creates verb=run id=c detach=on" },
	{ "restore -no-subreaper c", "kind=creates verb=restore id=c no-subreaper=on" },
	/* options behind the id, as runc sorts them */
	{ "run c --bundle B", "kind=creates verb=run id=c bundle=B bundle=B" },
	{ "run --bundle A c --bundle B", "kind=creates verb=run id=c bundle=B bundle=A bundle=B" },
	{ "run --no-pivot c --detach", "kind=passes verb=run" },
	{ "run -- c", "kind=creates verb=run id=c" },
	{ "-- run c", "kind=creates verb=run id=c" },
	/* crun only */
	{ "create -f F c", "kind=creates verb=create id=c config=F config=F" },
	{ "create --config=F -b B c", "kind=creates verb=create id=c bundle=B config=F config=F bundle=B" },
	{ "run -df F c", "kind=creates verb=run id=c config=F detach=on config=F" },
	{ "restore c ignored", "kind=creates verb=restore id=c" },
	{ "mounts add c F", "kind=mounts verb=mounts id=c rest=add rest=c rest=F" },
	{ "mounts remove c F", "kind=mounts verb=mounts id=c rest=remove rest=c rest=F" },
	/* runc only */
	{ "create --pidfd-socket S c", "kind=creates verb=create id=c pidfd-socket=S" },
	{ "--criu create start c", "kind=starts verb=start id=c" },
	/* in front of the verb: values that look like verbs */
	{ "--log run create c", "kind=creates verb=create log=run id=c" },
	{ "--cgroup-manager disabled create c", "kind=creates verb=create cgroup-manager=disabled id=c" },
	{ "--cgroup-m=disabled create c", "kind=creates verb=create cgroup-manager=disabled id=c" },
	{ "--cgroup-manager create start c", "kind=starts verb=start cgroup-manager=create id=c" },
	{ "--root R --log L --log-format=json --systemd-cgroup start c",
	  "kind=starts verb=start root=R log=L format=json id=c" },
	{ "-root R -log=L start c", "kind=starts verb=start root=R log=L id=c" },
	{ "--root A --root B start c", "kind=starts verb=start root=B id=c" },
	{ "--rootless=true --root R start c", "kind=starts verb=start root=R rootless=true id=c" },
	{ "--rootless=false --root R start c", "kind=starts verb=start root=R id=c" },
	{ "--version=false --help=false start c", "kind=starts verb=start id=c" },
	{ "-v=false start c", "kind=starts verb=start id=c" },
	/* exec: what is behind the id is the command's own */
	{ "exec -p F c", "kind=execs verb=exec id=c process=F process=F" },
	{ "exec --process=F --detach --pid-file P c",
	  "kind=execs verb=exec id=c pid=P process=F process=F detach=on pid-file=P" },
	{ "exec c sh -c --bundle=x", "kind=execs verb=exec id=c rest=sh rest=-c rest=--bundle=x" },
	{ "exec c -- sh", "kind=execs verb=exec id=c rest=-- rest=sh" },
	{ "exec -- c sh", "kind=execs verb=exec id=c rest=sh" },
	{ "exec c", "kind=execs verb=exec id=c" },
	{ "exec -t -e A=b --cap CAP_KILL -u 0:0 c id",
	  "kind=execs verb=exec id=c tty=on env=A=b cap=CAP_KILL user=0:0 rest=id" },
	{ "exec --tty=false c id", "kind=execs verb=exec id=c tty=false rest=id" },
	{ "exec -tno c id", "kind=execs verb=exec id=c tty=false rest=id" },
	{ "exec -g 5 --ignore-paused c id", "kind=execs verb=exec id=c additional-gids=5 ignore-paused=on rest=id" },
	{ "exec --cgr --frob c id", "kind=execs verb=exec id=c cgroup=--frob rest=id" },
	{ "exec -du1:2 c id", "kind=execs verb=exec id=c detach=on user=1:2 rest=id" },
	/* update */
	{ "update --resources - c", "kind=updates verb=update id=c resources=- resources=-" },
	{ "update --resources=- c", "kind=updates verb=update id=c resources=- resources=-" },
	{ "update -r F c", "kind=updates verb=update id=c resources=F resources=F" },
	{ "update --memory -1 --cpu-burst 5 c", "kind=updates verb=update id=c memory=-1 cpu-burst=5" },
	/* ids */
	{ "start " ID128, "kind=starts verb=start id=" ID128 },
	{ "start a.b_c+d-e", "kind=starts verb=start id=a.b_c+d-e" },
};

ROWS(command, reads, read_rows)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct line line;
	struct command command = { 0 };
	struct fail f = { 0 };
	struct shown shown;
	bool read;

	line_split(&line, read_rows[*row].line);
	read = command_read(&command, &arena, line.argv, &f);
	show(&shown, &command);
	cr_expect(eq(str, shown.text, (char *)read_rows[*row].shown), "%s: %s", read_rows[*row].line, f.text);
	cr_expect(eq(int, read, f.kind == FAIL_NONE), "%s", read_rows[*row].line);
	cr_expect(eq(int, read, command.kind != COMMAND_UNCERTAIN), "%s", read_rows[*row].line);
}

static const struct {
	const char *line;
	const char *reason; /* part of the message */
} refused_rows[] = {
	/* accepted by both, understood differently */
	{ "create -b=B c", "read --bundle differently" },
	{ "create -bundle=B c", "read --bundle differently" },
	{ "exec -p=F c", "read --process differently" },
	{ "exec -t=false c id", "read an option differently" },
	{ "exec --tty=0 c id", "read an option differently" },
	{ "exec -c=CAP_KILL c id", "read an option differently" },
	{ "exec -user 0 c id", "read the container id differently" },
	{ "--rootless=true start c", "put it in front of --root" },
	{ "--root R --rootless true create c", "put it in front of --root" },
	/* empty paths */
	{ "create --bundle= c", "--bundle is empty" },
	{ "create --bundle '' c", "--bundle is empty" },
	{ "create --bundle B --bundle '' c", "--bundle is empty" },
	{ "--root= create c", "--root is empty" },
	{ "--log '' create c", "--log is empty" },
	{ "exec --process= c", "--process is empty" },
	/* a file to runc, standard input to crun */
	{ "exec --process - c", "--process is \"-\"" },
	{ "exec -p- c", "--process is \"-\"" },
	{ "create --config - c", "--config is \"-\"" },
	{ "run -f- c", "--config is \"-\"" },
	/* what a newer version may know */
	{ "create --frob c", "word 2, '--frob', is no option" },
	{ "--frob create c", "word 1, '--frob', is no option" },
	{ "create -x c", "word 2, '-x', is no option" },
	{ "exec --env --frob --frob c", "word 4, '--frob'" },
	{ "frob c", "word 1, 'frob', is no verb" },
	{ "--root R frob", "word 3, 'frob', is no verb" },
	{ "''", "is no verb" },
	{ "-", "is no verb" },
	{ "Create c", "is no verb" },
	{ "creat c", "is no verb" },
	{ "mounts list c F", "wanted add or remove" },
	/* an abbreviation that depends on the version */
	{ "exec --p F c", "more than one option" },
	{ "exec --proces F c", "more than one option" },
	{ "--roo=A --root B start c", "more than one option" },
	{ "--roo R start c", "more than one option" },
	/* numbers that C and Go take differently */
	{ "create --preserve-fds 010 c", "plain decimal number" },
	{ "create --preserve-fds=0x1 c", "plain decimal number" },
	{ "create --preserve-fds 99999999999 c", "plain decimal number" },
	{ "create --preserve-fds x c", "plain decimal number" },
	/* runc takes the value of the last word from the front */
	{ "create a c --bundle", "takes its value from another place" },
	/* ids */
	{ "start ''", "container id ''" },
	{ "start .", "container id" },
	{ "start ..", "container id" },
	{ "start ../x", "container id" },
	{ "start a/b", "container id" },
	{ "start .hidden", "container id" },
	{ "start -- -x", "container id" },
	{ "start a,b", "container id" },
	{ "start a@b", "container id" },
	{ "start -", "container id" },
	{ "start " ID128 "a", "container id" },
};

ROWS(command, refuses, refused_rows)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct line line;
	struct command command = { 0 };
	struct fail f = { 0 };

	line_split(&line, refused_rows[*row].line);
	cr_expect(eq(int, command_read(&command, &arena, line.argv, &f), 0), "%s", refused_rows[*row].line);
	cr_expect(eq(int, f.kind, FAIL_USAGE), "%s", refused_rows[*row].line);
	cr_expect(eq(int, command.kind, COMMAND_UNCERTAIN), "%s", refused_rows[*row].line);
	cr_expect(strstr(f.text, refused_rows[*row].reason) != NULL, "%s: %s", refused_rows[*row].line, f.text);
}

static const struct {
	const char *line;
	const char *shown;
} pass_rows[] = {
	/* what engines ask to find out what a runtime can */
	{ "--version", "kind=passes" },
	{ "-v", "kind=passes" },
	{ "-V", "kind=passes" },
	{ "--help", "kind=passes" },
	{ "-?", "kind=passes" },
	{ "features", "kind=passes verb=features" },
	{ "checkpoint --help", "kind=passes verb=checkpoint" },
	{ "restore --lsm-mount-context", "kind=passes verb=restore" },
	{ "create --help", "kind=passes verb=create" },
	{ "create -h c", "kind=passes verb=create" },
	{ "create -? c", "kind=passes verb=create" },
	{ "create --usage", "kind=passes verb=create" },
	{ "run c --help", "kind=passes verb=run" },
	{ "--root R --version create c", "kind=passes root=R" },
	{ "help create", "kind=passes verb=help" },
	{ "h", "kind=passes verb=h" },
	{ "init", "kind=passes" },
	{ "", "kind=passes" },
	{ "--root R", "kind=passes root=R" },
	{ "--root", "kind=passes" },
	{ "--", "kind=passes" },
	/* housekeeping; the id where it is certain */
	{ "--root R state c", "kind=passes verb=state root=R id=c" },
	{ "kill c KILL", "kind=passes verb=kill id=c" },
	{ "kill --all c 9", "kind=passes verb=kill id=c all=on" },
	{ "kill -a c", "kind=passes verb=kill id=c all=on" },
	{ "kill --regex c.* KILL", "kind=passes verb=kill" },
	{ "kill -9 c", "kind=passes verb=kill" },
	{ "pause c", "kind=passes verb=pause id=c" },
	{ "resume c", "kind=passes verb=resume id=c" },
	{ "ps --format json c", "kind=passes verb=ps id=c format=json" },
	{ "events --stats c", "kind=passes verb=events id=c stats=on" },
	{ "list --format=json", "kind=passes verb=list" },
	{ "spec --rootless", "kind=passes verb=spec" },
	{ "state --frob c", "kind=passes verb=state" },
	{ "state a/b", "kind=passes verb=state" },
	{ "state", "kind=passes verb=state" },
	{ "checkpoint --image-path I --work-path W --leave-running c",
	  "kind=passes verb=checkpoint id=c image-path=I work-path=W leave-running=on" },
	{ "delete --force c", "kind=deletes verb=delete id=c forced=true force=on" },
	{ "delete c", "kind=deletes verb=delete id=c" },
	{ "delete --force=false c", "kind=deletes verb=delete id=c force=false" },
	{ "delete --regex c.*", "kind=passes verb=delete" },
	{ "delete --help", "kind=passes verb=delete" },
	{ "delete --frob c", "kind=passes verb=delete" },
	{ "delete", "kind=passes verb=delete" },
	/* an unknown option hides the verb, and all it can be is housekeeping */
	{ "--frob state c", "kind=passes" },
	{ "--frob x kill c", "kind=passes" },
	/* certain to be rejected by both */
	{ "create", "kind=passes verb=create" },
	{ "create a b", "kind=passes verb=create" },
	{ "create --bundle", "kind=passes verb=create" },
	{ "create --no-pivot=maybe c", "kind=passes verb=create" },
	{ "create --config F --no-pivot=false c", "kind=passes verb=create" },
	{ "start --", "kind=passes verb=start" },
	{ "exec", "kind=passes verb=exec" },
	{ "mounts add c", "kind=passes" },
	{ "--log", "kind=passes" },
	{ "--debug=maybe create c", "kind=passes" },
};

ROWS(command, passes, pass_rows)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct line line;
	struct command command = { 0 };
	struct fail f = { 0 };
	struct shown shown;

	line_split(&line, pass_rows[*row].line);
	cr_expect(command_read(&command, &arena, line.argv, &f), "%s: %s", pass_rows[*row].line, f.text);
	show(&shown, &command);
	cr_expect(eq(str, shown.text, (char *)pass_rows[*row].shown), "%s", pass_rows[*row].line);
}

Test(command, a_refusal_knows_the_log_and_the_verb)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct line line;
	struct command command = { 0 };
	struct fail f = { 0 };
	struct shown shown;

	line_split(&line, "--root R --log L --log-format json exec --frob c sh");
	cr_expect(not(command_read(&command, &arena, line.argv, &f)));
	show(&shown, &command);
	cr_expect(eq(str, shown.text, (char *)"kind=uncertain verb=exec root=R log=L format=json"));
	cr_expect(eq(int, command.verb_at, 7));
}

Test(command, places_are_indices_into_argv)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct line line;
	struct command command = { 0 };
	struct fail f = { 0 };

	line_split(&line, "--root R run c --bundle B --detach");
	cr_assert(command_read(&command, &arena, line.argv, &f));
	cr_expect(eq(int, command.verb_at, 3));
	cr_expect(eq(int, command.id_at, 4));
	cr_assert(eq(sz, command.n_options, 2));
	cr_expect(eq(int, command.options[0].first, 5));
	cr_expect(eq(int, command.options[0].n_words, 2));
	cr_expect(eq(int, command.options[1].first, 7));
	cr_expect(eq(int, command.options[1].n_words, 1));
	cr_expect(eq(ptr, (void *)command.bundle, (void *)line.argv[6]));
}

Test(command, no_argv_at_all_passes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	const char *const argv[] = { NULL };
	struct command command = { 0 };
	struct fail f = { 0 };

	cr_expect(command_read(&command, &arena, argv, &f));
	cr_expect(eq(int, command.kind, COMMAND_PASSES));
}

static const struct {
	const char *line;
	const char *name;
	bool has;
} has_rows[] = {
	{ "exec --tty c sh", "tty", true },
	{ "exec --tty=false c sh", "tty", false },
	{ "exec --tty --tty=false c sh", "tty", false },
	{ "exec --tty=false --tty c sh", "tty", true },
	{ "exec --user false c sh", "user", true },
	{ "exec c --tty", "tty", false },
	{ "exec -c X c sh", "cap", true },
	{ "exec --no-new-privs=f c sh", "no-new-privs", false },
};

ROWS(command, has, has_rows)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct line line;
	struct command command = { 0 };
	struct fail f = { 0 };

	line_split(&line, has_rows[*row].line);
	cr_assert(command_read(&command, &arena, line.argv, &f), "%s: %s", has_rows[*row].line, f.text);
	cr_expect(eq(int, command_has(&command, has_rows[*row].name), has_rows[*row].has), "%s", has_rows[*row].line);
}

/* each limit from nothing up to enough: fails as out of memory, or reads as with plenty */
Test(command, little_memory_refuses)
{
	struct line line;
	bool enough = false;

	line_split(&line, "--root R run c --bundle B -d --no-pivot");
	for (size_t limit = 0; limit < 4096; limit++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(limit);
		struct command command = { 0 };
		struct fail f = { 0 };
		bool read = command_read(&command, &arena, line.argv, &f);

		cr_assert(read || !enough, "%zu", limit);
		cr_assert(eq(int, f.kind, read ? FAIL_NONE : FAIL_MEMORY), "%zu", limit);
		cr_assert(eq(int, command.kind, read ? COMMAND_CREATES : COMMAND_UNCERTAIN), "%zu", limit);
		enough = read;
	}
	cr_expect(enough);
}
