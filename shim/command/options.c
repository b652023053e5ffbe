/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, and how to look things up in them. From the sources of runc 1.1.5,
 * 1.1.15, 1.3.6 and crun 1.8.1, 1.21, 1.28. Nothing here reads a command line.
 */
#include "options.h"

#include "../base/text.h"

#include <string.h>

#define FIELD(name) EFFECT_FIELD, offsetof(struct command, name)
#define NO VALUE_NO_OPTION
#define SWITCH VALUE_SWITCH
#define TEXT VALUE_TEXT
#define NUMBER VALUE_NUMBER

enum {
	OF_STARTS_ONE = OF_CREATE | OF_RUN,
	OF_BUNDLED = OF_STARTS_ONE | OF_RESTORE,
	OF_CRIU = OF_RESTORE | OF_CHECKPOINT,
};

/* clang-format off */

static const struct option_row options[] = {
	/* place                          name                   as   runc, crun                   effect */
	{ OF_GLOBAL,                      "debug",               0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_GLOBAL,                      "log",                 0,   { TEXT, TEXT },              FIELD(log) },
	{ OF_GLOBAL,                      "log-format",          0,   { TEXT, TEXT },              FIELD(log_format) },
	{ OF_GLOBAL,                      "log-level",           0,   { NO, TEXT },                EFFECT_NONE, 0 },
	{ OF_GLOBAL,                      "root",                0,   { TEXT, TEXT },              FIELD(root) },
	{ OF_GLOBAL,                      "rootless",            0,   { TEXT, TEXT },              EFFECT_ROOTLESS, 0 },
	{ OF_GLOBAL,                      "criu",                0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_GLOBAL,                      "systemd-cgroup",      0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_GLOBAL,                      "cgroup-manager",      0,   { NO, TEXT },                FIELD(cgroup_manager) },
	{ OF_GLOBAL,                      "version",             'v', { SWITCH, SWITCH },          EFFECT_ENDS, 0 },
	{ OF_GLOBAL,                      "version",             'V', { NO, SWITCH },              EFFECT_ENDS, 0 },
	/* of every verb, too */
	{ OF_ALL,                         "help",                'h', { SWITCH, NO },              EFFECT_ENDS, 0 },
	{ OF_ALL,                         "help",                '?', { NO, SWITCH },              EFFECT_ENDS, 0 },
	{ OF_ALL,                         "usage",               0,   { NO, SWITCH },              EFFECT_ENDS, 0 },
	{ OF_ALL,                         "program-name",        0,   { NO, TEXT },                EFFECT_NONE, 0 },
	{ OF_ALL,                         "HANG",                0,   { NO, VALUE_OPTIONAL },      EFFECT_NONE, 0 },

	/* behind the verb */
	{ OF_BUNDLED | OF_SPEC,           "bundle",              'b', { TEXT, TEXT },              FIELD(bundle) },
	{ OF_STARTS_ONE,                  "config",              'f', { NO, TEXT },                FIELD(config) },
	{ OF_BUNDLED | OF_EXEC,           "console-socket",      0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_STARTS_ONE | OF_EXEC,        "pidfd-socket",        0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_BUNDLED | OF_EXEC,           "pid-file",            0,   { TEXT, TEXT },              FIELD(pid_file) },
	{ OF_STARTS_ONE,                  "no-pivot",            0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_RESTORE,                     "no-pivot",            0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_STARTS_ONE,                  "no-new-keyring",      0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_STARTS_ONE | OF_EXEC,        "preserve-fds",        0,   { NUMBER, NUMBER },          EFFECT_NONE, 0 },
	{ OF_CREATE,                      "no-subreaper",        0,   { NO, SWITCH },              EFFECT_NONE, 0 },
	{ OF_RUN,                         "no-subreaper",        0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_RESTORE,                     "no-subreaper",        0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_RUN | OF_RESTORE | OF_EXEC,  "detach",              'd', { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_RUN,                         "keep",                0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },

	{ OF_CRIU,                        "image-path",          0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_CRIU,                        "work-path",           0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "parent-path",         0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "leave-running",       0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "pre-dump",            0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "status-fd",           0,   { NUMBER, NO },              EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "page-server",         0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "tcp-skip-in-flight",  0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_CHECKPOINT,                  "link-remap",          0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_CRIU,                        "tcp-established",     0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_RESTORE,                     "tcp-close",           0,   { NO, SWITCH },              EFFECT_NONE, 0 },
	{ OF_CRIU,                        "ext-unix-sk",         0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_CRIU,                        "shell-job",           0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_CRIU,                        "file-locks",          0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_CRIU,                        "lazy-pages",          0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_CRIU,                        "auto-dedup",          0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_CRIU,                        "empty-ns",            0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_CRIU,                        "manage-cgroups-mode", 0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	/* declared as a switch by crun, which then takes the next word all the same */
	{ OF_CRIU,                        "network-lock",        0,   { NO, TEXT },                EFFECT_NONE, 0 },
	{ OF_RESTORE,                     "lsm-profile",         0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_RESTORE,                     "lsm-mount-context",   0,   { TEXT, TEXT },              EFFECT_NONE, 0 },

	{ OF_EXEC,                        "process",             'p', { TEXT, TEXT },              FIELD(process) },
	{ OF_EXEC,                        "cwd",                 0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "env",                 'e', { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "tty",                 't', { SWITCH, VALUE_OPTIONAL },  EFFECT_NONE, 0 },
	{ OF_EXEC,                        "user",                'u', { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "additional-gids",     'g', { NUMBER, NO },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "process-label",       0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "apparmor",            0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "no-new-privs",        0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_EXEC,                        "cap",                 'c', { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "cgroup",              0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_EXEC,                        "ignore-paused",       0,   { SWITCH, NO },              EFFECT_NONE, 0 },

	{ OF_UPDATE,                      "resources",           'r', { TEXT, TEXT },              FIELD(resources) },
	{ OF_UPDATE,                      "blkio-weight",        0,   { NUMBER, TEXT },            EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-period",          0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-quota",           0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-burst",           0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-share",           0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-rt-period",       0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-rt-runtime",      0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpu-idle",            0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpuset-cpus",         0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "cpuset-mems",         0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "kernel-memory",       0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "kernel-memory-tcp",   0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "memory",              0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "memory-reservation",  0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "memory-swap",         0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "pids-limit",          0,   { NUMBER, TEXT },            EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "l3-cache-schema",     0,   { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_UPDATE,                      "mem-bw-schema",       0,   { TEXT, TEXT },              EFFECT_NONE, 0 },

	{ OF_KILL,                        "all",                 'a', { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_DELETE,                      "force",               'f', { SWITCH, SWITCH },          EFFECT_FORCES, 0 },
	{ OF_KILL | OF_DELETE,            "regex",               'r', { NO, SWITCH },              EFFECT_PATTERN, 0 },
	{ OF_LIST | OF_PS,                "format",              'f', { TEXT, TEXT },              EFFECT_NONE, 0 },
	{ OF_LIST,                        "quiet",               'q', { SWITCH, SWITCH },          EFFECT_NONE, 0 },
	{ OF_EVENTS,                      "interval",            0,   { TEXT, NO },                EFFECT_NONE, 0 },
	{ OF_EVENTS,                      "stats",               0,   { SWITCH, NO },              EFFECT_NONE, 0 },
	{ OF_SPEC,                        "file",                'f', { NO, TEXT },                EFFECT_NONE, 0 },
	{ OF_SPEC,                        "rootless",            0,   { SWITCH, SWITCH },          EFFECT_NONE, 0 },
};

/* clang-format on */

_Static_assert(ARRAY_SIZE(options) <= OPTIONS_MAX, "OPTIONS_MAX is too small");

/* clang-format off */

/* exec wants a command behind the id unless --process is given: crun.c, runc only finds out later */
static const struct verb_row verbs[] = {
	/*                                              runc: min, max   crun: min, max                   id, ends at id, rest */
	{ "create",     COMMAND_CREATES, OF_CREATE,     { { true, 1, 1 }, { true, 1, 1 } },                1, false, false },
	{ "run",        COMMAND_CREATES, OF_RUN,        { { true, 1, 1 }, { true, 1, 1 } },                1, false, false },
	{ "restore",    COMMAND_CREATES, OF_RESTORE,    { { true, 1, 1 }, { true, 1, 2 } },                1, false, false },
	{ "start",      COMMAND_STARTS,  OF_OTHER,      { { true, 1, 1 }, { true, 1, 1 } },                1, false, false },
	{ "exec",       COMMAND_EXECS,   OF_EXEC,       { { true, 1, ENDLESS }, { true, 1, ENDLESS } },    1, true,  true },
	{ "update",     COMMAND_UPDATES, OF_UPDATE,     { { true, 1, 1 }, { true, 1, 1 } },                1, false, false },
	/* mounts add|remove ID FILE */
	{ "mounts",     COMMAND_MOUNTS,  OF_OTHER,      { { false, 0, 0 }, { true, 3, 3 } },               2, false, true },

	{ "delete",     COMMAND_DELETES, OF_DELETE,     { { true, 1, 1 }, { true, 1, 1 } },                1, false, false },
	{ "state",      COMMAND_PASSES,  OF_OTHER,      { { true, 1, 1 }, { true, 1, 1 } },                1, false, false },
	{ "kill",       COMMAND_PASSES,  OF_KILL,       { { true, 1, 2 }, { true, 1, 2 } },                1, false, false },
	{ "pause",      COMMAND_PASSES,  OF_OTHER,      { { true, 1, 1 }, { true, 1, 2 } },                1, false, false },
	{ "resume",     COMMAND_PASSES,  OF_OTHER,      { { true, 1, 1 }, { true, 1, 2 } },                1, false, false },
	{ "ps",         COMMAND_PASSES,  OF_PS,         { { true, 1, ENDLESS }, { true, 1, 1 } },          1, true,  false },
	{ "events",     COMMAND_PASSES,  OF_EVENTS,     { { true, 1, 1 }, { false, 0, 0 } },               1, false, false },
	{ "checkpoint", COMMAND_PASSES,  OF_CHECKPOINT, { { true, 1, 1 }, { true, 1, 2 } },                1, false, false },
	{ "list",       COMMAND_PASSES,  OF_LIST,       { { true, 0, 0 }, { true, 0, 0 } },                0, false, false },
	{ "features",   COMMAND_PASSES,  OF_OTHER,      { { true, 0, 0 }, { true, 0, ENDLESS } },          0, false, false },
	{ "spec",       COMMAND_PASSES,  OF_SPEC,       { { true, 0, 0 }, { true, 0, 0 } },                0, false, false },
	{ "help",       COMMAND_PASSES,  OF_OTHER,      { { true, 0, ENDLESS }, { false, 0, 0 } },         0, false, false },
	{ "h",          COMMAND_PASSES,  OF_OTHER,      { { true, 0, ENDLESS }, { false, 0, 0 } },         0, false, false },
};

/* clang-format on */

const struct verb_row *verb_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (text_is(verbs[i].name, name))
			return &verbs[i];
	}
	return NULL;
}

static bool is_of(const struct option_row *option, enum runtime runtime, unsigned int of)
{
	return (option->of & of) && option->form[runtime] != VALUE_NO_OPTION;
}

static bool starts_with(const struct option_row *option, const char *start, size_t length)
{
	return strncmp(option->name, start, length) == 0;
}

const struct option_row *option_named(enum runtime runtime, unsigned int of, const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (is_of(&options[i], runtime, of) && starts_with(&options[i], name, length) &&
		    !options[i].name[length])
			return &options[i];
	}
	return NULL;
}

const struct option_row *option_lettered(enum runtime runtime, unsigned int of, char letter)
{
	for (size_t i = 0; letter && i < ARRAY_SIZE(options); i++) {
		if (is_of(&options[i], runtime, of) && options[i].letter == letter)
			return &options[i];
	}
	return NULL;
}

const struct option_row *option_abbreviated(bool *ret_several, enum runtime runtime, unsigned int of, const char *start,
					    size_t length)
{
	const struct option_row *found = NULL;

	*ret_several = false;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!is_of(&options[i], runtime, of) || !starts_with(&options[i], start, length))
			continue;
		/* -v and -V are two rows of one name */
		if (found && !text_is(found->name, options[i].name))
			*ret_several = true;
		found = &options[i];
	}
	return *ret_several ? NULL : found;
}

bool option_is_switch(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (text_is(options[i].name, name) &&
		    (options[i].form[RUNC] == VALUE_SWITCH || options[i].form[CRUN] == VALUE_SWITCH))
			return true;
	}
	return false;
}

size_t option_number(const struct option_row *option)
{
	return (size_t)(option - options);
}
