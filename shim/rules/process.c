/* SPDX-License-Identifier: Apache-2.0 */
/* The rest of "process": where it starts, which program, what it may gain, how it is confined and scheduled. */
#include "all.h"
#include "base/text.h"

#include <string.h>

/*
 * Are these the kernel's files? /proc/self/fd/7 as working directory was a directory of
 * the host (CVE-2024-21626), /proc/self/exe as program the runtime itself
 * (CVE-2019-5736). /dev/fd and /dev/stdin are links to /proc/self/fd.
 */
static bool is_kernels(const char *clean)
{
	static const char *const tops[] = { "/proc", "/sys", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr" };

	for (size_t i = 0; i < ARRAY_SIZE(tops); i++) {
		if (text_path_is_below(clean, tops[i]))
			return true;
	}
	return false;
}

void rule_process_cwd(struct judging *j)
{
	const struct json *cwd = json_path(j->config, "process", "cwd", NULL);
	const char *clean = json_string(cwd) ? text_path_clean(j->arena, json_string(cwd)) : NULL;

	if (!json_string(cwd) || json_string(cwd)[0] != '/')
		rule_refuses(j, "/process/cwd", cwd, "an absolute path is wanted");
	else if (!clean)
		rule_fails(j);
	else if (is_kernels(clean))
		rule_refuses(j, "/process/cwd", cwd,
			     "a directory of the kernel, by which a process can reach the host (CVE-2024-21626); a "
			     "directory of the image is wanted");
}

/* is @path, as seen from the working directory, one of the kernel's files? When memory is out as well */
static bool leads_to_kernel(struct judging *j, const char *path)
{
	const char *cwd = json_string(json_path(j->config, "process", "cwd", NULL));
	const char *joined = path[0] == '/' ? path : arena_printf(j->arena, "/%s/%s", cwd ? cwd : "", path);
	const char *clean = joined ? text_path_clean(j->arena, joined) : NULL;

	return clean ? is_kernels(clean) : !rule_fails(j);
}

/* a bare name is looked for in the directories of PATH: "exe" with PATH=/proc/self is the runtime */
static bool path_leads_to_kernel(struct judging *j, const char *list)
{
	for (const char *end; *list; list = *end ? end + 1 : end) {
		const char *directory;

		end = list + strcspn(list, ":");
		directory = arena_bytes(j->arena, list, (size_t)(end - list));
		if (!directory)
			return rule_fails(j);
		if (leads_to_kernel(j, directory))
			return true;
	}
	return false;
}

static void path_judge(struct judging *j)
{
	const struct json *env = json_path(j->config, "process", "env", NULL);
	unsigned index = 0;

	for (const struct json *item = env ? env->first : NULL; item; item = item->next, index++) {
		const char *list = json_string(item) ? text_starts(json_string(item), "PATH=") : NULL;

		if (list && path_leads_to_kernel(j, list))
			rule_refuses(j, rule_place(j, "/process/env/%u", index), item,
				     "programs would be looked for among the files of the kernel (CVE-2019-5736)");
	}
}

void rule_process_entrypoint(struct judging *j)
{
	const struct json *args = json_path(j->config, "process", "args", NULL);
	const struct json *first = args ? args->first : NULL;
	const char *program = json_string(first);

	if (!program) {
		rule_refuses(j, "/process/args", args, "a program to start is wanted");
		return;
	}
	if (!strchr(program, '/'))
		path_judge(j);
	else if (leads_to_kernel(j, program))
		rule_refuses(j, "/process/args/0", first,
			     "a file of the kernel, by which a process can overwrite the runtime (CVE-2019-5736); a "
			     "program of the image is wanted");
}

void rule_process_no_new_privileges(struct judging *j)
{
	const struct json *given = json_path(j->config, "process", "noNewPrivileges", NULL);
	struct json *safe = json_new_bool(j->arena, true);
	struct json *process;

	if (json_is_true(given))
		return;
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, "/process/noNewPrivileges", given, safe,
			"programs with the set-user-ID bit or file capabilities would gain privileges; true is wanted "
			"(--security-opt no-new-privileges)"))
		return;
	process = rule_object(j, j->config, "process");
	if (process)
		rule_set(j, process, "noNewPrivileges", safe);
}

/* the third of "user:role:type:level"; NULL when memory is out or there is none */
static const char *selinux_type(struct judging *j, const char *label)
{
	const char *role = strchr(label, ':');
	const char *type = role ? strchr(role + 1, ':') : NULL;

	return type ? arena_bytes(j->arena, type + 1, strcspn(type + 1, ":")) : NULL;
}

/*
 * The kernel takes white space around the name, a namespace in front (":root:unconfined") and several names
 * ("unconfined//&x"): the word counts wherever it stands alone.
 */
static bool is_unconfined(const char *profile)
{
	static const char word[] = "unconfined";
	static const char between[] = " \t\n\v\f\r:/&";

	for (; profile && *profile; profile += strcspn(profile, between)) {
		size_t length;

		profile += strspn(profile, between);
		length = strcspn(profile, between);
		if (length == sizeof(word) - 1 && memcmp(profile, word, length) == 0)
			return true;
	}
	return false;
}

void rule_process_labels(struct judging *j)
{
	const struct json *apparmor = json_path(j->config, "process", "apparmorProfile", NULL);
	const struct json *selinux = json_path(j->config, "process", "selinuxLabel", NULL);
	const char *label = json_string(selinux);
	const char *type = label ? selinux_type(j, label) : NULL;

	if (is_unconfined(json_string(apparmor)))
		rule_refuses(j, "/process/apparmorProfile", apparmor,
			     "AppArmor would not confine the process (--security-opt apparmor=unconfined); leave the "
			     "option out");
	if (label && label[0] && (!type || !json_has_string(rule_strings(j, "selinuxTypes"), type)))
		rule_refuses(j, "/process/selinuxLabel", selinux,
			     "SELinux would not confine the process as a container; a type such as container_t is "
			     "wanted");
}

/* one that gives no more processor or disk time than others get; what is not known is none */
static bool is_plain_scheduler(const struct json *scheduler)
{
	const char *policy = json_member_string(scheduler, "policy");
	const struct json *nice = json_member(scheduler, "nice");
	int64_t value = 0;

	return (text_is(policy, "SCHED_OTHER") || text_is(policy, "SCHED_BATCH") || text_is(policy, "SCHED_IDLE")) &&
	       (!nice || (json_i64(&value, nice) && value >= 0));
}

static bool is_plain_io(const struct json *priority)
{
	const char *class = json_member_string(priority, "class");

	return text_is(class, "IOPRIO_CLASS_BE") || text_is(class, "IOPRIO_CLASS_IDLE");
}

static void priority_judge(struct judging *j, const char *key, bool (*is_plain)(const struct json *value),
			   const char *text)
{
	struct json *process = json_member(j->config, "process");
	struct json *given = json_member(process, key);

	if (given && !is_plain(given) && rule_found(j, rule_place(j, "/process/%s", key), given, NULL, "%s", text))
		json_remove(process, given);
}

static void oom_judge(struct judging *j)
{
	enum { NEVER_KILLED = -1000 };
	struct json *process = json_member(j->config, "process");
	const struct json *given = json_member(process, "oomScoreAdj");
	struct json *safe = json_new_i64(j->arena, NEVER_KILLED + 1);
	int64_t score;

	if (!given || (json_i64(&score, given) && score > NEVER_KILLED))
		return;
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/oomScoreAdj", given, safe,
		       "the kernel could never end the process when memory is out; more than %d is wanted",
		       NEVER_KILLED))
		rule_set(j, process, "oomScoreAdj", safe);
}

void rule_process_priority(struct judging *j)
{
	priority_judge(
		j, "scheduler", is_plain_scheduler,
		"comes before the host's own processes; SCHED_OTHER, SCHED_BATCH or SCHED_IDLE is wanted, and no "
		"negative nice");
	priority_judge(j, "ioPriority", is_plain_io,
		       "comes before the host's own processes; IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE is wanted");
	oom_judge(j);
}
