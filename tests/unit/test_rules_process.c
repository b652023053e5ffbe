/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules about what a process may be: table by table what they find and make of it,
 * then over made-up processes that they never give more and that they settle.
 */
#include "judge.h"
#include "rows.h"

#include "base/text.h"
#include "rules/capabilities.h"
#include "system/caps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLENTY = 64 * 1024 * 1024, ASKED_MAX = 1024 * 1024 };

struct row {
	const char *name;
	const char *profile;
	enum scope scope;
	const char *own;
	const char *document;
	const char *findings;
	const char *result; /* NULL: as it was */
};

static void check(const struct row *row)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct judge_case c = {
		.profile = row->profile, .scope = row->scope, .own = row->own, .document = row->document
	};
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, row->findings), "%s: findings\n%swanted\n%s", row->name, judged.findings,
		  row->findings);
	cr_expect(text_is(judged.document, row->result ? row->result : row->document), "%s: document\n%s\nwanted\n%s",
		  row->name, judged.document, row->result ? row->result : row->document);
	cr_expect(judge_settles(&arena, &c, &judged), "%s: does not settle", row->name);
}

#define NONE "\"inheritable\":[],\"permitted\":[],\"ambient\":[]"
#define ALLOW_NBS "\"capabilities.allowed\":{\"action\":\"rewrite\",\"allow\":[\"CAP_NET_BIND_SERVICE\"]}"
#define CAPS(bounding, effective, inheritable, permitted, ambient)                                                     \
	"{\"bounding\":[" bounding "],\"effective\":[" effective "],\"inheritable\":[" inheritable                     \
	"],\"permitted\":[" permitted "],\"ambient\":[" ambient "]}"
#define PROCESS(members) "{\"process\":{" members "}}"
#define NBS "\"CAP_NET_BIND_SERVICE\""
#define CUT "rewritten capabilities.allowed /process/capabilities\n"

static const struct row capabilities_rows[] = {
	{ "allowed ones stay as they were written", ALLOW_NBS, 0, NULL,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "],\"effective\":[" NBS "]}"), "", NULL },
	{ "none asked for", ALLOW_NBS, 0, NULL, PROCESS("\"capabilities\":{}"), "", NULL },
	{ "all others go, from all sets", ALLOW_NBS, 0, NULL,
	  PROCESS("\"capabilities\":" CAPS(NBS ",\"CAP_SYS_ADMIN\"", "\"CAP_KILL\"," NBS, "\"CAP_KILL\"",
					   "\"CAP_KILL\"," NBS, "\"CAP_KILL\"")),
	  CUT, PROCESS("\"capabilities\":" CAPS(NBS, NBS, "", NBS, "")) },
	{ "a missing object gives everything with some runtimes", ALLOW_NBS, 0, NULL, PROCESS("\"args\":[\"sh\"]"), CUT,
	  PROCESS("\"args\":[\"sh\"],\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "null is missing", ALLOW_NBS, 0, NULL, PROCESS("\"capabilities\":null"), CUT,
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "so is a missing process", ALLOW_NBS, 0, NULL, "{}", CUT,
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "spelt in small letters: crun takes it", ALLOW_NBS, 0, NULL,
	  PROCESS("\"capabilities\":{\"bounding\":[\"cap_net_bind_service\"]}"), CUT,
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "as a number: crun takes it", ALLOW_NBS, 0, NULL, PROCESS("\"capabilities\":{\"effective\":[\"21\"]}"), CUT,
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "two in one: crun takes it", ALLOW_NBS, 0, NULL,
	  PROCESS("\"capabilities\":{\"permitted\":[\"CAP_NET_BIND_SERVICE,CAP_SYS_ADMIN\"]}"), CUT,
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "inheritable ones alone are not needed (CVE-2022-29162)", ALLOW_NBS, 0, NULL,
	  PROCESS("\"capabilities\":" CAPS(NBS, NBS, NBS, NBS, "")), CUT,
	  PROCESS("\"capabilities\":" CAPS(NBS, NBS, "", NBS, "")) },
	{ "ambient ones stay", ALLOW_NBS, 0, NULL, PROCESS("\"capabilities\":" CAPS(NBS, NBS, NBS, NBS, NBS)), "",
	  NULL },
	{ "nothing is allowed where the profile lists nothing", "\"capabilities.allowed\":{\"action\":\"rewrite\"}", 0,
	  NULL, PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"), CUT,
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "deny", "\"capabilities.allowed\":{\"action\":\"deny\"}", 0, NULL,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"), "denied capabilities.allowed /process/capabilities\n",
	  NULL },
	{ "note", "\"capabilities.allowed\":{\"action\":\"note\"}", 0, NULL, PROCESS("\"args\":[]"),
	  "noted capabilities.allowed /process/capabilities\n", NULL },
	{ "exec without an object has the container's own", ALLOW_NBS, SCOPE_EXEC,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"), PROCESS("\"args\":[]"), "", NULL },
	{ "create has no such container", ALLOW_NBS, SCOPE_CONTAINER,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"), PROCESS("\"args\":[]"), CUT,
	  PROCESS("\"args\":[],\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "which is cut when the profile became stricter", "\"capabilities.allowed\":{\"action\":\"rewrite\"}",
	  SCOPE_EXEC, PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"), PROCESS("\"args\":[]"), CUT,
	  PROCESS("\"args\":[],\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "exec --privileged", ALLOW_NBS, SCOPE_EXEC, PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"),
	  PROCESS("\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\"," NBS "]}"), CUT,
	  PROCESS("\"capabilities\":" CAPS(NBS, "", "", "", "")) },
};

ROWS(rules, capabilities, capabilities_rows)
{
	check(&capabilities_rows[*row]);
}

Test(rules, capability_names_are_those_of_libcap)
{
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		cr_expect(eq(int, caps_number(capability_name(i)), (int)i), "%s", capability_name(i));
	cr_expect(capability_name(CAPABILITY_COUNT) == NULL);
	cr_expect(eq(int, caps_number("CAP_NOTHING"), -1));
	cr_expect(text_is(capability_name(CAPABILITY_CHOWN), "CAP_CHOWN"));
	cr_expect(text_is(capability_name(CAPABILITY_NET_BIND_SERVICE), "CAP_NET_BIND_SERVICE"));
}

#define NON_ROOT "\"user.non-root\":{\"action\":\"rewrite\"}"
#define FORCED "rewritten user.non-root /process/user\n"
#define USER(user, env) "\"user\":{" user "},\"env\":[" env "]"
#define U65532 "\"uid\":65532,\"gid\":65532"
#define OWN_NET "\"linux\":{\"namespaces\":[{\"type\":\"network\"}]"
#define PROC "\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}]"

static const struct row user_rows[] = {
	{ "root becomes somebody", NON_ROOT, 0, NULL, PROCESS(USER("\"uid\":0,\"gid\":0", "\"HOME=/srv\"")), FORCED,
	  PROCESS(USER(U65532, "\"HOME=/srv\"")) },
	{ "a missing user is root", NON_ROOT, 0, NULL, PROCESS("\"env\":[\"HOME=/srv\"]"), FORCED,
	  PROCESS("\"env\":[\"HOME=/srv\"],\"user\":{" U65532 "}") },
	{ "a missing process too", NON_ROOT, 0, NULL, "{}", FORCED "rewritten user.non-root /process/env/0\n",
	  PROCESS("\"user\":{" U65532 "},\"env\":[\"HOME=/tmp\"]") },
	{ "a uid of null is root", NON_ROOT, 0, NULL, PROCESS(USER("\"uid\":null,\"gid\":7", "\"HOME=/srv\"")), FORCED,
	  PROCESS(USER("\"uid\":65532,\"gid\":7", "\"HOME=/srv\"")) },
	{ "4294967295 is root", NON_ROOT, 0, NULL, PROCESS(USER("\"uid\":4294967295", "\"HOME=/srv\"")), FORCED,
	  PROCESS(USER(U65532, "\"HOME=/srv\"")) },
	{ "others stay, also in group 0", NON_ROOT, 0, NULL, PROCESS(USER("\"uid\":1000,\"gid\":0", "\"HOME=/\"")), "",
	  NULL },
	{ "a group that was asked for stays", NON_ROOT, 0, NULL,
	  PROCESS(USER("\"uid\":0,\"gid\":1000,\"additionalGids\":[5]", "\"HOME=/srv\"")), FORCED,
	  PROCESS(USER("\"uid\":65532,\"gid\":1000,\"additionalGids\":[5]", "\"HOME=/srv\"")) },
	{ "the profile's user", "\"user.non-root\":{\"action\":\"rewrite\",\"uid\":200,\"gid\":300}", 0, NULL,
	  PROCESS(USER("\"uid\":0", "\"HOME=/srv\"")), FORCED,
	  PROCESS(USER("\"uid\":200,\"gid\":300", "\"HOME=/srv\"")) },
	{ "a profile cannot make it root", "\"user.non-root\":{\"action\":\"rewrite\",\"uid\":0,\"gid\":0}", 0, NULL,
	  PROCESS(USER("\"uid\":0", "\"HOME=/srv\"")), FORCED, PROCESS(USER(U65532, "\"HOME=/srv\"")) },
	{ "deny", "\"user.non-root\":{\"action\":\"deny\"}", 0, NULL, PROCESS(USER("\"uid\":0", "\"HOME=/\"")),
	  "denied user.non-root /process/user\n", NULL },
	{ "in the container's user namespace", NON_ROOT, 0, NULL,
	  "{\"process\":{" USER("\"uid\":0,\"gid\":0",
				"\"HOME=/srv\"") "},\"linux\":{\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,"
						 "\"size\":65536}]}}",
	  FORCED,
	  "{\"process\":{" USER(U65532, "\"HOME=/srv\"") "},\"linux\":{\"uidMappings\":[{\"containerID\":0,\"hostID\":"
							 "100000,\"size\":65536}]}}" },
	{ "not in the container's user namespace", NON_ROOT, 0, NULL,
	  "{\"linux\":{\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1},"
	  "{\"containerID\":1,\"hostID\":100000,\"size\":65531}]}}",
	  "denied user.non-root /process/user\n", NULL },
	{ "HOME of root", NON_ROOT, 0, NULL,
	  PROCESS(USER("\"uid\":0", "\"A=1\",\"HOME=/root\",\"B=2\",\"HOME=//root/x/..\"")),
	  FORCED "rewritten user.non-root /process/env/1\nrewritten user.non-root /process/env/3\n",
	  PROCESS(USER(U65532, "\"A=1\",\"HOME=/tmp\",\"B=2\",\"HOME=/tmp\"")) },
	{ "HOME empty, relative, the root directory", NON_ROOT, 0, NULL,
	  PROCESS(USER("\"uid\":0", "\"HOME=\",\"HOME=root\",\"HOME=/\"")),
	  FORCED "rewritten user.non-root /process/env/0\nrewritten user.non-root /process/env/1\n"
		 "rewritten user.non-root /process/env/2\n",
	  PROCESS(USER(U65532, "\"HOME=/tmp\",\"HOME=/tmp\",\"HOME=/tmp\"")) },
	{ "no HOME", NON_ROOT, 0, NULL, PROCESS(USER("\"uid\":0", "\"A=1\"")),
	  FORCED "rewritten user.non-root /process/env/1\n", PROCESS(USER(U65532, "\"A=1\",\"HOME=/tmp\"")) },
	{ "what root had from the start becomes ambient", NON_ROOT, 0, NULL,
	  PROCESS(USER("\"uid\":0", "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  "\"CAP_CHOWN\",\"CAP_KILL\"," NBS, "\"CAP_CHOWN\"," NBS, "", "\"CAP_CHOWN\",\"CAP_KILL\"", "")),
	  FORCED "rewritten user.non-root /process/capabilities\n",
	  PROCESS(USER(U65532, "\"HOME=/srv\"") ",\"capabilities\":" CAPS("\"CAP_CHOWN\",\"CAP_KILL\"," NBS,
									  "\"CAP_CHOWN\"", "\"CAP_CHOWN\"",
									  "\"CAP_CHOWN\"", "\"CAP_CHOWN\"")) },
	{ "after what is not allowed was cut", NON_ROOT "," ALLOW_NBS, 0, NULL,
	  PROCESS(USER("\"uid\":0", "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  "\"CAP_CHOWN\"," NBS, "\"CAP_CHOWN\"," NBS, "", "\"CAP_CHOWN\"," NBS, "")),
	  CUT FORCED "rewritten user.non-root /process/capabilities\n",
	  PROCESS(USER(U65532, "\"HOME=/srv\"") ",\"capabilities\":" CAPS(NBS, NBS, NBS, NBS, NBS)) },
	{ "low ports in the container's own network", NON_ROOT, 0, NULL,
	  "{\"process\":{" USER("\"uid\":0", "\"HOME=/srv\"") ",\"capabilities\":" CAPS(NBS, NBS, NBS, NBS,
											NBS) "}," PROC "," OWN_NET "}}",
	  FORCED "rewritten user.non-root /process/capabilities\n"
		 "rewritten user.non-root /linux/sysctl/net.ipv4.ip_unprivileged_port_start\n",
	  "{\"process\":{" USER(U65532, "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  NBS, NBS, NBS, NBS, NBS) "}," PROC "," OWN_NET
					   ",\"sysctl\":{\"net.ipv4.ip_unprivileged_port_start\":\"0\"}}}" },
	{ "not in a network that others made", NON_ROOT, 0, NULL,
	  "{\"process\":{" USER("\"uid\":0", "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  NBS, NBS, NBS, NBS,
		  NBS) "}," PROC ",\"linux\":{\"namespaces\":[{\"type\":\"network\",\"path\":\"/run/netns/a\"}]}}",
	  FORCED "rewritten user.non-root /process/capabilities\n",
	  "{\"process\":{" USER(U65532, "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  NBS, NBS, NBS, NBS,
		  NBS) "}," PROC ",\"linux\":{\"namespaces\":[{\"type\":\"network\",\"path\":\"/run/netns/a\"}]}}" },
	{ "nor where runtimes could not write it", NON_ROOT, 0, NULL,
	  "{\"process\":{" USER("\"uid\":0", "\"HOME=/srv\"") ",\"capabilities\":" CAPS(NBS, NBS, NBS, NBS,
											NBS) "}," OWN_NET "}}",
	  FORCED "rewritten user.non-root /process/capabilities\n",
	  "{\"process\":{" USER(U65532, "\"HOME=/srv\"") ",\"capabilities\":" CAPS(NBS, NBS, NBS, NBS, NBS) "}," OWN_NET
													    "}}" },
	{ "nor where the engine has set it", NON_ROOT, 0, NULL,
	  "{\"process\":{" USER("\"uid\":0", "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  NBS, NBS, NBS, NBS, NBS) "}," PROC "," OWN_NET
					   ",\"sysctl\":{\"net/ipv4/ip_unprivileged_port_start\":\"80\"}}}",
	  FORCED "rewritten user.non-root /process/capabilities\n",
	  "{\"process\":{" USER(U65532, "\"HOME=/srv\"") ",\"capabilities\":" CAPS(
		  NBS, NBS, NBS, NBS, NBS) "}," PROC "," OWN_NET
					   ",\"sysctl\":{\"net/ipv4/ip_unprivileged_port_start\":\"80\"}}}" },
	{ "exec is the container's own user", NON_ROOT, SCOPE_EXEC, PROCESS("\"user\":{\"uid\":1000,\"gid\":1001}"),
	  PROCESS(USER("\"uid\":0,\"gid\":0", "\"HOME=/srv\"")), FORCED,
	  PROCESS(USER("\"uid\":1000,\"gid\":1001", "\"HOME=/srv\"")) },
	{ "create is not", NON_ROOT, SCOPE_CONTAINER, PROCESS("\"user\":{\"uid\":1000,\"gid\":1001}"),
	  PROCESS(USER("\"uid\":0,\"gid\":0", "\"HOME=/srv\"")), FORCED, PROCESS(USER(U65532, "\"HOME=/srv\"")) },
	{ "or the profile's when that is root", NON_ROOT, SCOPE_EXEC, PROCESS("\"user\":{\"uid\":0,\"gid\":1001}"),
	  PROCESS(USER("\"uid\":0,\"gid\":0", "\"HOME=/srv\"")), FORCED, PROCESS(USER(U65532, "\"HOME=/srv\"")) },
	{ "exec as another user that is not root", NON_ROOT, SCOPE_EXEC, PROCESS("\"user\":{\"uid\":1000}"),
	  PROCESS("\"user\":{\"uid\":2000}"), "", NULL },
};

ROWS(rules, user_non_root, user_rows)
{
	check(&user_rows[*row]);
}

#define GROUPS "\"user.groups\":{\"action\":\"rewrite\"}"
#define VALID "\"user.valid\":{\"action\":\"deny\"}"
#define UMASK "\"user.umask\":{\"action\":\"rewrite\"}"

static const struct row group_rows[] = {
	{ "groups of the system go", GROUPS, 0, NULL,
	  PROCESS("\"user\":{\"uid\":1,\"gid\":0,\"additionalGids\":[0,10,100,99,1000,4294967295]}"),
	  "rewritten user.groups /process/user/gid\nrewritten user.groups /process/user/additionalGids\n",
	  PROCESS("\"user\":{\"uid\":1,\"gid\":65532,\"additionalGids\":[100,1000]}") },
	{ "a missing group is group 0", GROUPS, 0, NULL, PROCESS("\"user\":{\"uid\":1}"),
	  "rewritten user.groups /process/user/gid\n", PROCESS("\"user\":{\"uid\":1,\"gid\":65532}") },
	{ "others stay", GROUPS, 0, NULL, PROCESS("\"user\":{\"uid\":1,\"gid\":100,\"additionalGids\":[]}"), "", NULL },
	{ "root's are not looked at", GROUPS, 0, NULL, PROCESS("\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0]}"),
	  "", NULL },
	{ "no group is small enough", "\"user.groups\":{\"action\":\"rewrite\",\"minGid\":0}", 0, NULL,
	  PROCESS("\"user\":{\"uid\":1,\"gid\":0}"), "", NULL },
	{ "the profile's group is below its own minimum",
	  "\"user.groups\":{\"action\":\"rewrite\",\"minGid\":500,\"gid\":7}", 0, NULL,
	  PROCESS("\"user\":{\"uid\":1,\"gid\":499}"), "rewritten user.groups /process/user/gid\n",
	  PROCESS("\"user\":{\"uid\":1,\"gid\":500}") },
	{ "exec gets the container's group", GROUPS, SCOPE_EXEC, PROCESS("\"user\":{\"uid\":1,\"gid\":1001}"),
	  PROCESS("\"user\":{\"uid\":1,\"gid\":0}"), "rewritten user.groups /process/user/gid\n",
	  PROCESS("\"user\":{\"uid\":1,\"gid\":1001}") },
	{ "not in the container's user namespace", GROUPS, 0, NULL,
	  "{\"process\":{\"user\":{\"uid\":1}},\"linux\":{\"gidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":9}]"
	  "}}",
	  "denied user.groups /process/user/gid\n", NULL },
	{ "numbers that runtimes read differently", VALID, 0, NULL,
	  PROCESS("\"user\":{\"uid\":4294967295,\"gid\":2147483648,\"additionalGids\":[5,4294967294]}"),
	  "denied user.valid /process/user/uid\ndenied user.valid /process/user/gid\n"
	  "denied user.valid /process/user/additionalGids/1\n",
	  NULL },
	{ "they cannot be made safe", "\"user.valid\":{\"action\":\"rewrite\"}", 0, NULL,
	  PROCESS("\"user\":{\"uid\":4294967295}"), "denied user.valid /process/user/uid\n", NULL },
	{ "the largest that is well", VALID, 0, NULL, PROCESS("\"user\":{\"uid\":2147483647,\"gid\":null}"), "", NULL },
	{ "no user", VALID, 0, NULL, "{}", "", NULL },
	{ "umask 0", UMASK, 0, NULL, PROCESS("\"user\":{\"umask\":0}"), "rewritten user.umask /process/user/umask\n",
	  PROCESS("\"user\":{\"umask\":18}") },
	{ "umask 007 keeps its bits", UMASK, 0, NULL, PROCESS("\"user\":{\"umask\":7}"),
	  "rewritten user.umask /process/user/umask\n", PROCESS("\"user\":{\"umask\":23}") },
	{ "umask 077", UMASK, 0, NULL, PROCESS("\"user\":{\"umask\":63}"), "", NULL },
	{ "no umask: runtimes take 022", UMASK, 0, NULL, PROCESS("\"user\":{\"uid\":1}"), "", NULL },
};

ROWS(rules, user_groups, group_rows)
{
	check(&group_rows[*row]);
}

#define CWD "\"process.cwd\":{\"action\":\"deny\"}"
#define ENTRY "\"process.entrypoint\":{\"action\":\"deny\"}"
#define BAD_CWD "denied process.cwd /process/cwd\n"
#define BAD_PROGRAM "denied process.entrypoint /process/args/0\n"
#define NNP "\"process.no-new-privileges\":{\"action\":\"rewrite\"}"
#define LABELS "\"process.labels\":{\"action\":\"rewrite\"}"
#define PRIORITY "\"process.priority\":{\"action\":\"rewrite\"}"

static const struct row process_rows[] = {
	{ "a directory of the image", CWD, 0, NULL, PROCESS("\"cwd\":\"/app/proc\""), "", NULL },
	{ "a name that only begins like it", CWD, 0, NULL, PROCESS("\"cwd\":\"/procs\""), "", NULL },
	{ "CVE-2024-21626", CWD, 0, NULL, PROCESS("\"cwd\":\"/proc/self/fd/7\""), BAD_CWD, NULL },
	{ "and round about", CWD, 0, NULL, PROCESS("\"cwd\":\"/a/..//./proc/self/fd/../fd/7/\""), BAD_CWD, NULL },
	{ "by its other name", CWD, 0, NULL, PROCESS("\"cwd\":\"/dev/fd/7\""), BAD_CWD, NULL },
	{ "/sys", CWD, 0, NULL, PROCESS("\"cwd\":\"/sys\""), BAD_CWD, NULL },
	{ "relative", CWD, 0, NULL, PROCESS("\"cwd\":\"proc/self\""), BAD_CWD, NULL },
	{ "empty", CWD, 0, NULL, PROCESS("\"cwd\":\"\""), BAD_CWD, NULL },
	{ "missing", CWD, 0, NULL, PROCESS("\"args\":[]"), BAD_CWD, NULL },
	{ "it cannot be made safe", "\"process.cwd\":{\"action\":\"rewrite\"}", SCOPE_EXEC, NULL,
	  PROCESS("\"cwd\":\"/proc/self/fd/7\""), BAD_CWD, NULL },
	{ "a program", ENTRY, 0, NULL, PROCESS("\"cwd\":\"/\",\"args\":[\"/bin/sh\",\"/proc/self/exe\"]"), "", NULL },
	{ "CVE-2019-5736", ENTRY, 0, NULL, PROCESS("\"cwd\":\"/\",\"args\":[\"/proc/self/exe\"]"), BAD_PROGRAM, NULL },
	{ "from the working directory", ENTRY, 0, NULL, PROCESS("\"cwd\":\"/srv\",\"args\":[\"../proc/self/exe\"]"),
	  BAD_PROGRAM, NULL },
	{ "without one", ENTRY, 0, NULL, PROCESS("\"args\":[\"proc/self/exe\"]"), BAD_PROGRAM, NULL },
	{ "by a descriptor", ENTRY, 0, NULL, PROCESS("\"cwd\":\"/\",\"args\":[\"/dev/stdin\"]"), BAD_PROGRAM, NULL },
	{ "found by PATH", ENTRY, 0, NULL,
	  PROCESS("\"cwd\":\"/\",\"args\":[\"exe\"],\"env\":[\"PATH=/bin:/x/../proc/self:/usr/bin\"]"),
	  "denied process.entrypoint /process/env/0\n", NULL },
	{ "found by PATH from the working directory", ENTRY, 0, NULL,
	  PROCESS("\"cwd\":\"/proc/self\",\"args\":[\"exe\"],\"env\":[\"A=1\",\"PATH=/bin:.\"]"),
	  "denied process.entrypoint /process/env/1\n", NULL },
	{ "an ordinary PATH", ENTRY, 0, NULL,
	  PROCESS("\"cwd\":\"/\",\"args\":[\"sh\"],\"env\":[\"PATH=/usr/bin:/bin::\",\"PATH=\"]"), "", NULL },
	{ "no program", ENTRY, 0, NULL, PROCESS("\"args\":[]"), "denied process.entrypoint /process/args\n", NULL },
	{ "no args", ENTRY, 0, NULL, "{}", "denied process.entrypoint /process/args\n", NULL },
	{ "noNewPrivileges missing", NNP, 0, NULL, PROCESS("\"args\":[]"),
	  "rewritten process.no-new-privileges /process/noNewPrivileges\n",
	  PROCESS("\"args\":[],\"noNewPrivileges\":true") },
	{ "noNewPrivileges false", NNP, SCOPE_EXEC, NULL, PROCESS("\"noNewPrivileges\":false"),
	  "rewritten process.no-new-privileges /process/noNewPrivileges\n", PROCESS("\"noNewPrivileges\":true") },
	{ "noNewPrivileges true", NNP, 0, NULL, PROCESS("\"noNewPrivileges\":true"), "", NULL },
	{ "apparmor=unconfined", LABELS, 0, NULL, PROCESS("\"apparmorProfile\":\"unconfined\""),
	  "denied process.labels /process/apparmorProfile\n", NULL },
	{ "an AppArmor profile", LABELS, 0, NULL, PROCESS("\"apparmorProfile\":\"docker-default\""), "", NULL },
	{ "a container's SELinux label", LABELS, 0, NULL,
	  PROCESS("\"selinuxLabel\":\"system_u:system_r:container_t:s0:c1,c2\""), "", NULL },
	{ "spc_t", LABELS, 0, NULL, PROCESS("\"selinuxLabel\":\"system_u:system_r:spc_t:s0\""),
	  "denied process.labels /process/selinuxLabel\n", NULL },
	{ "no label at all", LABELS, 0, NULL, PROCESS("\"selinuxLabel\":\"container_t\""),
	  "denied process.labels /process/selinuxLabel\n", NULL },
	{ "an empty label is none", LABELS, 0, NULL, PROCESS("\"selinuxLabel\":\"\""), "", NULL },
	{ "classes that starve the host", PRIORITY, 0, NULL,
	  PROCESS("\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":99},"
		  "\"ioPriority\":{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":0},\"oomScoreAdj\":-1000"),
	  "rewritten process.priority /process/scheduler\nrewritten process.priority /process/ioPriority\n"
	  "rewritten process.priority /process/oomScoreAdj\n",
	  PROCESS("\"oomScoreAdj\":-999") },
	{ "a class that nobody knows", PRIORITY, 0, NULL,
	  PROCESS("\"scheduler\":{\"policy\":\"SCHED_EXT\"},\"ioPriority\":{}"),
	  "rewritten process.priority /process/scheduler\nrewritten process.priority /process/ioPriority\n",
	  PROCESS("") },
	{ "a negative nice", PRIORITY, 0, NULL, PROCESS("\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":-1}"),
	  "rewritten process.priority /process/scheduler\n", PROCESS("") },
	{ "modest ones", PRIORITY, SCOPE_EXEC, NULL,
	  PROCESS("\"scheduler\":{\"policy\":\"SCHED_BATCH\",\"nice\":10},\"ioPriority\":{\"class\":\"IOPRIO_CLASS_"
		  "IDLE\"},"
		  "\"oomScoreAdj\":-998"),
	  "", NULL },
};

ROWS(rules, process, process_rows)
{
	check(&process_rows[*row]);
}

#define BOUNDED "\"exec.bounded\":{\"action\":\"rewrite\"}"
#define NOFILE(soft, hard) "{\"type\":\"RLIMIT_NOFILE\",\"hard\":" hard ",\"soft\":" soft "}"
#define CORE(soft, hard) "{\"type\":\"RLIMIT_CORE\",\"hard\":" hard ",\"soft\":" soft "}"

static const struct row exec_rows[] = {
	{ "the same as the container", BOUNDED, SCOPE_EXEC,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "]},\"noNewPrivileges\":true,\"apparmorProfile\":\"a\","
		  "\"rlimits\":[" NOFILE("1", "2") "],\"oomScoreAdj\":5"),
	  PROCESS("\"capabilities\":{\"effective\":[" NBS "]},\"noNewPrivileges\":true,\"apparmorProfile\":\"a\","
		  "\"rlimits\":[" NOFILE("1", "2") "],\"oomScoreAdj\":5"),
	  "", NULL },
	{ "exec --privileged", BOUNDED, SCOPE_EXEC, PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"),
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS ",\"CAP_SYS_ADMIN\"],\"effective\":[\"CAP_SYS_ADMIN\"]}"),
	  "rewritten exec.bounded /process/capabilities\n", PROCESS("\"capabilities\":" CAPS(NBS, "", "", "", "")) },
	{ "names that only crun takes", BOUNDED, SCOPE_EXEC, PROCESS("\"capabilities\":{\"bounding\":[" NBS "]}"),
	  PROCESS("\"capabilities\":{\"bounding\":[\"cap_net_bind_service\"]}"),
	  "rewritten exec.bounded /process/capabilities\n", PROCESS("\"capabilities\":" CAPS("", "", "", "", "")) },
	{ "of a container of which nothing is known", BOUNDED, SCOPE_EXEC, NULL,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "]},\"apparmorProfile\":\"unconfined\",\"oomScoreAdj\":-5"),
	  "rewritten exec.bounded /process/capabilities\nrewritten exec.bounded /process/apparmorProfile\n"
	  "rewritten exec.bounded /process/oomScoreAdj\n",
	  PROCESS("\"capabilities\":" CAPS("", "", "", "", "") ",\"oomScoreAdj\":0") },
	{ "noNewPrivileges of the container", BOUNDED, SCOPE_EXEC, PROCESS("\"noNewPrivileges\":true"), PROCESS(""),
	  "rewritten exec.bounded /process/noNewPrivileges\n", PROCESS("\"noNewPrivileges\":true") },
	{ "its own noNewPrivileges", BOUNDED, SCOPE_EXEC, PROCESS(""), PROCESS("\"noNewPrivileges\":true"), "", NULL },
	{ "kept longer than the container when memory is out", BOUNDED, SCOPE_EXEC, PROCESS("\"oomScoreAdj\":5"),
	  PROCESS("\"oomScoreAdj\":4"), "rewritten exec.bounded /process/oomScoreAdj\n", PROCESS("\"oomScoreAdj\":5") },
	{ "another label, and none", BOUNDED, SCOPE_EXEC,
	  PROCESS("\"apparmorProfile\":\"docker-default\",\"selinuxLabel\":\"a:b:container_t:s0\""),
	  PROCESS("\"apparmorProfile\":\"unconfined\",\"selinuxLabel\":\"\""),
	  "rewritten exec.bounded /process/apparmorProfile\nrewritten exec.bounded /process/selinuxLabel\n",
	  PROCESS("\"apparmorProfile\":\"docker-default\",\"selinuxLabel\":\"a:b:container_t:s0\"") },
	{ "limits above the container's, one that it has not, one that is left out", BOUNDED, SCOPE_EXEC,
	  PROCESS("\"rlimits\":[" NOFILE("10", "20") ",{\"type\":\"RLIMIT_NPROC\",\"hard\":3,\"soft\":3}]"),
	  PROCESS("\"rlimits\":[" NOFILE("5", "18446744073709551615") "," CORE("7", "7") "]"),
	  "rewritten exec.bounded /process/rlimits/0\nrewritten exec.bounded /process/rlimits/2\n",
	  PROCESS("\"rlimits\":[" NOFILE("5", "20") "," CORE(
		  "7", "7") ",{\"type\":\"RLIMIT_NPROC\",\"hard\":3,\"soft\":3}]") },
	{ "no limits at all", BOUNDED, SCOPE_EXEC, PROCESS("\"rlimits\":[" CORE("0", "0") "]"), PROCESS(""),
	  "rewritten exec.bounded /process/rlimits/0\n", PROCESS("\"rlimits\":[" CORE("0", "0") "]") },
	{ "no process", BOUNDED, SCOPE_EXEC, NULL, "{}", "", NULL },
	{ "a waiver of user.groups does not reach here", "baseline", SCOPE_EXEC,
	  PROCESS("\"capabilities\":{\"bounding\":[" NBS "]},\"noNewPrivileges\":true"),
	  PROCESS("\"cwd\":\"/\",\"args\":[\"id\"],\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}"),
	  "rewritten exec.bounded /process/capabilities\nrewritten exec.bounded /process/noNewPrivileges\n",
	  PROCESS("\"cwd\":\"/\",\"args\":[\"id\"],\"capabilities\":" CAPS("", "", "", "",
									   "") ",\"noNewPrivileges\":true") },
	{ "any command", "\"exec.command\":{\"action\":\"deny\"}", SCOPE_EXEC, NULL, PROCESS("\"args\":[\"sh\"]"), "",
	  NULL },
	{ "an allowed command", "\"exec.command\":{\"action\":\"deny\",\"allow\":[\"/usr/bin/pg_*\",\"id\"]}",
	  SCOPE_EXEC, NULL, PROCESS("\"args\":[\"/usr/bin/pg_isready\"]"), "", NULL },
	{ "the same name elsewhere", "\"exec.command\":{\"action\":\"deny\",\"allow\":[\"id\"]}", SCOPE_EXEC, NULL,
	  PROCESS("\"args\":[\"/tmp/id\"]"), "denied exec.command /process/args/0\n", NULL },
	{ "a denied command wherever it is", "\"exec.command\":{\"action\":\"deny\",\"deny\":[\"ba?h\"]}", SCOPE_EXEC,
	  NULL, PROCESS("\"args\":[\"/bin/bash\"]"), "denied exec.command /process/args/0\n", NULL },
	{ "no command where some are allowed", "\"exec.command\":{\"action\":\"rewrite\",\"allow\":[\"id\"]}",
	  SCOPE_EXEC, NULL, PROCESS(""), "denied exec.command /process/args/0\n", NULL },
	{ "none is allowed", "\"exec.command\":{\"action\":\"deny\",\"allow\":[]}", SCOPE_EXEC, NULL,
	  PROCESS("\"args\":[\"sh\"]"), "denied exec.command /process/args/0\n", NULL },
	{ "create is not exec", "\"exec.command\":{\"action\":\"deny\",\"allow\":[]}", 0, NULL,
	  PROCESS("\"args\":[\"sh\"]"), "", NULL },
};

ROWS(rules, exec, exec_rows)
{
	check(&exec_rows[*row]);
}

#define ANNOTATIONS "\"annotations.runtime\":{\"action\":\"rewrite\"}"
#define ARCH "\"seccomp.filter\":{\"action\":\"rewrite\"}"
#define FILTER(members) "{\"linux\":{\"seccomp\":{" members "}}}"
#define PIDS "\"resources.pids\":{\"action\":\"rewrite\",\"max\":100}"
#define MEMORY "\"resources.memory\":{\"action\":\"rewrite\",\"maxBytes\":1000}"
#define RESOURCES(members) "{\"linux\":{\"resources\":{" members "}}}"

static const struct row other_rows[] = {
	{ "annotations that crun and systemd obey", ANNOTATIONS, 0, NULL,
	  "{\"annotations\":{\"a\":\"1\",\"run.oci.seccomp_bpf_data\":\"x\",\"org.systemd.property.Delegate\":\"true\","
	  "\"b/c\":\"2\",\"module.wasm.image/"
	  "variant\":\"compat\",\"org.systemd.property.CollectMode\":\"'inactive'\"}}",
	  "rewritten annotations.runtime /annotations/run.oci.seccomp_bpf_data\n"
	  "rewritten annotations.runtime /annotations/org.systemd.property.Delegate\n"
	  "rewritten annotations.runtime /annotations/module.wasm.image~1variant\n",
	  "{\"annotations\":{\"a\":\"1\",\"b/c\":\"2\",\"org.systemd.property.CollectMode\":\"'inactive'\"}}" },
	{ "an annotation that is null", ANNOTATIONS, 0, NULL, "{\"annotations\":{\"run.oci.handler\":null}}",
	  "rewritten annotations.runtime /annotations/run.oci.handler\n", "{\"annotations\":{}}" },
	{ "no annotations", ANNOTATIONS, 0, NULL, "{\"annotations\":null}", "", NULL },
	{ "a given filter stays, for the native architecture", ARCH, 0, NULL,
	  FILTER("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]"),
	  "rewritten seccomp.filter /linux/seccomp/architectures\n",
	  FILTER("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\"]") },
	{ "another architecture alone", ARCH, 0, NULL,
	  FILTER("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86\"]"),
	  "rewritten seccomp.filter /linux/seccomp/architectures\n",
	  FILTER("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\"]") },
	{ "no architectures are the native one", ARCH, 0, NULL,
	  FILTER("\"defaultAction\":\"SCMP_ACT_KILL\",\"architectures\":[]"), "", NULL },
	{ "a filter that allows by default stays", ARCH, 0, NULL,
	  FILTER("\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_"
		 "ERRNO\"}]"),
	  "", NULL },
	{ "keep", "\"seccomp.filter\":{\"action\":\"rewrite\",\"architectures\":\"keep\"}", 0, NULL,
	  FILTER("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86\"]"), "", NULL },
	{ "no filter, deny", "\"seccomp.filter\":{\"action\":\"deny\"}", 0, NULL, "{}",
	  "denied seccomp.filter /linux/seccomp\n", NULL },
	{ "a filter that filters nothing", "\"seccomp.filter\":{\"action\":\"deny\"}", 0, NULL,
	  FILTER("\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[]"), "denied seccomp.filter /linux/seccomp\n",
	  NULL },
	{ "{} is no filter", "\"seccomp.filter\":{\"action\":\"deny\"}", 0, NULL, FILTER(""),
	  "denied seccomp.filter /linux/seccomp\n", NULL },
	{ "a filter that we do not have", "\"seccomp.filter\":{\"action\":\"rewrite\",\"base\":\"other\"}", 0, NULL,
	  "{}", "denied seccomp.filter /linux/seccomp\n", NULL },
	{ "no limit on processes", PIDS, 0, NULL, "{}", "rewritten resources.pids /linux/resources/pids/limit\n",
	  RESOURCES("\"pids\":{\"limit\":100}") },
	{ "0, which is none", PIDS, 0, NULL, RESOURCES("\"pids\":{\"limit\":0}"),
	  "rewritten resources.pids /linux/resources/pids/limit\n", RESOURCES("\"pids\":{\"limit\":100}") },
	{ "-1, which is none", PIDS, 0, NULL, RESOURCES("\"pids\":{\"limit\":-1}"),
	  "rewritten resources.pids /linux/resources/pids/limit\n", RESOURCES("\"pids\":{\"limit\":100}") },
	{ "too many processes", PIDS, 0, NULL, RESOURCES("\"pids\":{\"limit\":101}"),
	  "rewritten resources.pids /linux/resources/pids/limit\n", RESOURCES("\"pids\":{\"limit\":100}") },
	{ "fewer stay", PIDS, 0, NULL, RESOURCES("\"pids\":{\"limit\":100}"), "", NULL },
	{ "by the control group's own name", PIDS, 0, NULL,
	  RESOURCES("\"pids\":{\"limit\":7},\"unified\":{\"pids.max\":\"max\",\"io.weight\":\"1\"}"),
	  "rewritten resources.pids /linux/resources/unified/pids.max\n",
	  RESOURCES("\"pids\":{\"limit\":7},\"unified\":{\"io.weight\":\"1\"}") },
	{ "a stricter one stays", PIDS, 0, NULL, RESOURCES("\"pids\":{\"limit\":7},\"unified\":{\"pids.max\":\"5\"}"),
	  "", NULL },
	{ "as many as may be", PIDS, 0, NULL, RESOURCES("\"pids\":{\"limit\":100},\"unified\":{\"pids.max\":\"100\"}"),
	  "", NULL },
	{ "update without it", PIDS, SCOPE_UPDATE, NULL, RESOURCES("\"memory\":{\"limit\":5}"), "", NULL },
	{ "update to fewer", PIDS, SCOPE_UPDATE, NULL, RESOURCES("\"pids\":{\"limit\":5}"), "", NULL },
	{ "update to more", PIDS, SCOPE_UPDATE, NULL, RESOURCES("\"pids\":{\"limit\":101}"),
	  "denied resources.pids /linux/resources/pids/limit\n", NULL },
	{ "update to none", PIDS, SCOPE_UPDATE, NULL, RESOURCES("\"pids\":{\"limit\":-1}"),
	  "denied resources.pids /linux/resources/pids/limit\n", NULL },
	{ "update by name", PIDS, SCOPE_UPDATE, NULL, RESOURCES("\"unified\":{\"pids.max\":\"101\"}"),
	  "denied resources.pids /linux/resources/unified/pids.max\n", NULL },
	{ "no limit on memory", MEMORY, 0, NULL, RESOURCES("\"memory\":{\"reservation\":3}"),
	  "rewritten resources.memory /linux/resources/memory/limit\n",
	  RESOURCES("\"memory\":{\"reservation\":3,\"limit\":1000}") },
	{ "not above that of memory and swap", MEMORY, 0, NULL, RESOURCES("\"memory\":{\"swap\":500}"),
	  "rewritten resources.memory /linux/resources/memory/limit\n",
	  RESOURCES("\"memory\":{\"swap\":500,\"limit\":500}") },
	{ "too much memory", MEMORY, 0, NULL, RESOURCES("\"memory\":{\"limit\":1001,\"swap\":-1}"),
	  "rewritten resources.memory /linux/resources/memory/limit\n",
	  RESOURCES("\"memory\":{\"limit\":1000,\"swap\":-1}") },
	{ "a profile that names no limit asks for none", "\"resources.memory\":{\"action\":\"rewrite\"}", 0, NULL, "{}",
	  "", NULL },
};

ROWS(rules, other, other_rows)
{
	check(&other_rows[*row]);
}

Test(rules, no_filter_becomes_the_default_one)
{
	static const char *const without[] = { "{}", "{\"linux\":{\"seccomp\":null}}",
					       FILTER("\"defaultAction\":\"SCMP_ACT_LOG\"") };
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);

	for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
		struct judge_case c = { .profile = ARCH, .document = without[i] };
		struct judged judged;
		const struct json *filter;

		judge(&judged, &arena, &c);
		filter = json_path(judged.config, "linux", "seccomp", NULL);
		cr_expect(text_is(judged.findings, "rewritten seccomp.filter /linux/seccomp\n"), "%s", judged.findings);
		cr_expect(text_is(json_member_string(filter, "defaultAction"), "SCMP_ACT_ERRNO"));
		cr_expect(eq(u32, json_member(filter, "architectures")->count, 1));
		cr_expect(json_has_string(json_member(filter, "architectures"), "SCMP_ARCH_X86_64"));
		cr_expect(judge_settles(&arena, &c, &judged));
	}
}

Test(rules, no_default_filter_where_it_would_be_wrong)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct evidence s390x = { .seccomp_arch = "SCMP_ARCH_S390X" };
	struct judge_case c = { .profile = ARCH, .document = "{}", .evidence = &s390x };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(eq(int, (int)judged.verdict, VERDICT_DENY));
}

Test(rules, a_waiver_leaves_the_document_alone)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct judge_case c = { .profile = NON_ROOT, .document = PROCESS("\"user\":{}"), .waived = "user.non-root" };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, "waived user.non-root /process/user\n"), "%s", judged.findings);
	cr_expect(text_is(judged.document, c.document));
	cr_expect(eq(int, (int)judged.verdict, VERDICT_ALLOW));
}

Test(rules, messages_say_what_was_asked_for)
{
	static const struct {
		const char *profile, *document, *message;
	} cases[] = {
		{ "\"capabilities.allowed\":{\"action\":\"deny\",\"allow\":[" NBS "]}",
		  PROCESS("\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"," NBS
			  ",\"CAP_SYS_ADMIN\",\"CAP_BPF\"]}"),
		  "permission denied: capabilities.allowed: CAP_CHOWN, CAP_KILL, CAP_SYS_ADMIN and 1 more asked for; "
		  "allowed: CAP_NET_BIND_SERVICE (/process/capabilities; profile test)" },
		{ "\"capabilities.allowed\":{\"action\":\"deny\"}",
		  PROCESS("\"capabilities\":{\"bounding\":[\"all\"]}"),
		  "permission denied: capabilities.allowed: \"all\" is no name as in capabilities(7); runtimes read "
		  "such "
		  "names differently (/process/capabilities; profile test)" },
		{ CWD, PROCESS("\"cwd\":\"/proc/self/fd/8\""),
		  "permission denied: process.cwd: a directory of the kernel, by which a process can reach the host "
		  "(CVE-2024-21626); a directory of the image is wanted (/process/cwd; profile test)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .profile = cases[i].profile, .document = cases[i].document };
		struct judged judged;

		judge(&judged, &arena, &c);
		cr_expect(text_is(judged.message, cases[i].message), "%s\nwanted\n%s", judged.message,
			  cases[i].message);
	}
}

Test(rules, privileged_shape_is_named)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct capabilities all = { .sets = { (UINT64_C(1) << CAPABILITY_COUNT) - 1 } };
	struct json *process = json_new(&arena, JSON_OBJECT);
	struct json *top = json_new(&arena, JSON_OBJECT);
	struct judge_case c = { .profile = "\"capabilities.allowed\":{\"action\":\"deny\"}" };
	struct judged judged;
	size_t n_bytes;

	cr_assert(json_set(&arena, process, "capabilities", capabilities_write(&arena, &all)));
	cr_assert(json_set(&arena, top, "process", process));
	cr_assert(json_write(&c.document, &n_bytes, &arena, top));
	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.texts, "CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and 38 more asked for "
					"(--privileged?); allowed: none\n"),
		  "%s", judged.texts);
}

/* what real engines ask for, tests/data/README.md */
static const struct {
	const char *file;
	enum scope scope;
} asked[] = {
	{ "docker.json", SCOPE_CONTAINER },
	{ "docker-privileged.json", SCOPE_CONTAINER },
	{ "docker-hardened.json", SCOPE_CONTAINER },
	{ "docker-host.json", SCOPE_CONTAINER },
	{ "podman.json", SCOPE_CONTAINER },
	{ "podman-privileged.json", SCOPE_CONTAINER },
	{ "ctr.json", SCOPE_CONTAINER },
	{ "ctr-privileged.json", SCOPE_CONTAINER },
	{ "k8s.json", SCOPE_CONTAINER },
	{ "k8s-hardened.json", SCOPE_CONTAINER },
	{ "k8s-privileged.json", SCOPE_CONTAINER },
	{ "k8s-sandbox.json", SCOPE_CONTAINER },
	{ "runc-spec.json", SCOPE_CONTAINER },
	{ "crun-spec.json", SCOPE_CONTAINER },
	{ "docker-exec.json", SCOPE_EXEC },
	{ "docker-exec-privileged.json", SCOPE_EXEC },
	{ "podman-exec.json", SCOPE_EXEC },
};

static const char *asked_text(struct arena *arena, size_t row)
{
	const char *directory = getenv("OCIGATE_TEST_DATA");
	const char *path = arena_printf(arena, "%s/%s", directory ? directory : "tests/data", asked[row].file);
	FILE *file = path ? fopen(path, "re") : NULL;
	char *text = arena_alloc(arena, ASKED_MAX);
	size_t n_bytes;

	cr_assert(file && text, "%s", asked[row].file);
	n_bytes = fread(text, 1, ASKED_MAX - 1, file);
	cr_assert(n_bytes > 0 && n_bytes < ASKED_MAX - 1);
	cr_assert(zero(int, fclose(file)));
	return asked[row].scope == SCOPE_EXEC ? arena_printf(arena, "{\"process\":%s}", text) : text;
}

static bool json_has_number_below(const struct json *array, uint32_t min)
{
	uint32_t number;

	for (const struct json *item = array ? array->first : NULL; item; item = item->next) {
		if (!json_u32(&number, item) || number < min)
			return true;
	}
	return false;
}

ROWS(rules, restricted_over_what_engines_ask_for, asked)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct judge_case c = {
		.profile = "restricted",
		.scope = asked[*row].scope,
		.own = PROCESS("\"user\":{\"uid\":1000,\"gid\":1000},\"noNewPrivileges\":true,\"capabilities\":{}"),
	};
	const struct json *process, *groups;
	struct capabilities caps;
	struct judged judged;
	uint32_t uid = 0, gid = 0;

	c.document = asked_text(&arena, *row);
	judge(&judged, &arena, &c);
	process = json_member(judged.config, "process");
	capabilities_read(&caps, json_member(process, "capabilities"));
	groups = json_path(process, "user", "additionalGids", NULL);

	cr_expect(json_u32(&uid, json_path(process, "user", "uid", NULL)) && uid >= 1000);
	cr_expect(json_u32(&gid, json_path(process, "user", "gid", NULL)) && gid >= 100);
	cr_expect(not(json_has_number_below(groups, 100)));
	cr_expect(json_is_true(json_member(process, "noNewPrivileges")));
	cr_expect(caps.odd == NULL);
	cr_expect(zero(u64, capabilities_union(&caps) & ~(UINT64_C(1) << CAPABILITY_NET_BIND_SERVICE)));
	if (c.scope == SCOPE_CONTAINER)
		cr_expect(eq(u32, json_path(judged.config, "linux", "seccomp", "architectures", NULL)->count, 1));
	cr_expect(judge_settles(&arena, &c, &judged), "%s", judged.findings);
}

/* ---- laws, over made-up processes ---- */

struct dice {
	uint64_t state;
};

static unsigned roll(struct dice *dice, unsigned sides)
{
	dice->state ^= dice->state << 13;
	dice->state ^= dice->state >> 7;
	dice->state ^= dice->state << 17;
	return (unsigned)(dice->state >> 33) % sides;
}

#define PICK(dice, list) (list)[roll(dice, ARRAY_SIZE(list))]

static const char *made_up_set(struct dice *dice, struct arena *arena, const char *name)
{
	static const char *const some[] = { "CAP_CHOWN",
					    "CAP_KILL",
					    "CAP_NET_BIND_SERVICE",
					    "CAP_SYS_ADMIN",
					    "CAP_SETUID",
					    "CAP_NET_RAW",
					    "cap_sys_admin",
					    "CAP_KILL,CAP_BPF",
					    "21",
					    "" };
	const char *text = arena_printf(arena, ",\"%s\":[", name);
	unsigned n = roll(dice, 5);

	if (roll(dice, 5) == 0)
		return roll(dice, 2) ? "" : arena_printf(arena, ",\"%s\":null", name);
	for (unsigned i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s\"%s\"", text, i ? "," : "",
				    roll(dice, 8) ? some[roll(dice, 6)] : PICK(dice, some));
	return arena_printf(arena, "%s]", text);
}

static const char *made_up_capabilities(struct dice *dice, struct arena *arena)
{
	if (roll(dice, 6) == 0)
		return roll(dice, 2) ? "" : ",\"capabilities\":null";
	return arena_printf(arena, ",\"capabilities\":{\"x\":1%s%s%s%s%s}", made_up_set(dice, arena, "bounding"),
			    made_up_set(dice, arena, "effective"), made_up_set(dice, arena, "inheritable"),
			    made_up_set(dice, arena, "permitted"), made_up_set(dice, arena, "ambient"));
}

static const char *made_up_process(struct dice *dice, struct arena *arena)
{
	static const char *const users[] = { "",
					     ",\"user\":null",
					     ",\"user\":{}",
					     ",\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0,10,1000]}",
					     ",\"user\":{\"uid\":1000,\"gid\":0,\"umask\":0}",
					     ",\"user\":{\"uid\":1000,\"gid\":1000,\"additionalGids\":[5]}",
					     ",\"user\":{\"uid\":4294967295,\"gid\":4294967295}",
					     ",\"user\":{\"uid\":null,\"gid\":7,\"umask\":7}",
					     ",\"user\":{\"gid\":99,\"additionalGids\":null}" };
	static const char *const flags[] = { "", ",\"noNewPrivileges\":true", ",\"noNewPrivileges\":false",
					     ",\"noNewPrivileges\":null" };
	static const char *const environments[] = { "", ",\"env\":[]", ",\"env\":null",
						    ",\"env\":[\"HOME=/root\",\"A=b\"]",
						    ",\"env\":[\"HOME=/srv\",\"PATH=/proc/self\"]" };
	static const char *const programs[] = { ",\"cwd\":\"/\",\"args\":[\"sh\"]",
						",\"cwd\":\"/proc/self/fd/3\",\"args\":[\"/proc/self/exe\"]", "",
						",\"cwd\":\"a\",\"args\":[]" };
	static const char *const rests[] = { "",
					     ",\"oomScoreAdj\":-1000",
					     ",\"oomScoreAdj\":500,\"apparmorProfile\":\"a\"",
					     ",\"apparmorProfile\":\"unconfined\"",
					     ",\"selinuxLabel\":\"a:b:spc_t:s0\"",
					     ",\"scheduler\":{\"policy\":\"SCHED_RR\"}",
					     ",\"selinuxLabel\":\"a:b:c:s0\"" };
	static const char *const limits[] = { "", ",\"rlimits\":null", ",\"rlimits\":[" NOFILE("5", "10") "]",
					      ",\"rlimits\":[" NOFILE("7", "7") "," CORE("0", "0") "]",
					      ",\"rlimits\":[" CORE("18446744073709551615",
								    "18446744073709551615") "]" };

	return arena_printf(arena, "{\"process\":{\"terminal\":false%s%s%s%s%s%s%s}}", PICK(dice, users),
			    PICK(dice, flags), PICK(dice, environments), PICK(dice, programs), PICK(dice, rests),
			    PICK(dice, limits), made_up_capabilities(dice, arena));
}

/* what the program has once it is started, and what it can get by starting files with privileges */
struct power {
	bool root;
	bool odd; /* names that some runtime may understand */
	uint64_t has;
	uint64_t gains;
};

/* capabilities(7), "Transformation of capabilities during execve()"; @absent is what a missing object means */
static void power_of(struct power *ret, const struct json *process, const struct capabilities *absent)
{
	const struct json *object = json_member(process, "capabilities");
	bool bounded = json_is_true(json_member(process, "noNewPrivileges"));
	struct capabilities caps;
	uint32_t uid;

	capabilities_read(&caps, object);
	if (!object)
		caps = *absent;
	ret->root = !json_u32(&uid, json_path(process, "user", "uid", NULL)) || uid == 0 || uid == UINT32_MAX;
	ret->odd = caps.odd != NULL;
	ret->has = caps.sets[CAPABILITY_AMBIENT] & caps.sets[CAPABILITY_INHERITABLE] & caps.sets[CAPABILITY_PERMITTED];
	if (ret->root)
		ret->has |= (caps.sets[CAPABILITY_BOUNDING] | caps.sets[CAPABILITY_INHERITABLE]) &
			    (bounded ? caps.sets[CAPABILITY_PERMITTED] : UINT64_MAX);
	ret->gains = ret->has;
	if (!bounded)
		ret->gains |= caps.sets[CAPABILITY_BOUNDING] | caps.sets[CAPABILITY_INHERITABLE];
}

static bool limits_are_at_most(const struct json *now, const struct json *then)
{
	for (const struct json *limit = now ? now->first : NULL; limit; limit = limit->next) {
		for (const struct json *old = then ? then->first : NULL; old; old = old->next) {
			uint64_t a = 0, b = 0;

			if (!text_is(json_member_string(old, "type"), json_member_string(limit, "type")))
				continue;
			if (!json_u64(&a, json_member(limit, "hard")) || !json_u64(&b, json_member(old, "hard")) ||
			    a > b)
				return false;
			if (!json_u64(&a, json_member(limit, "soft")) || !json_u64(&b, json_member(old, "soft")) ||
			    a > b)
				return false;
		}
	}
	return !then || (now && now->count >= then->count);
}

/* is there any way in which @now may do what @then may not? */
static const char *looser(const struct json *now, const struct json *then, const struct capabilities *absent)
{
	struct power is, was;
	int64_t a, b;
	uint32_t mask, old_mask;

	power_of(&is, now, absent);
	power_of(&was, then, absent);
	if (is.root && !was.root)
		return "root";
	if (is.has & ~was.has)
		return "capabilities from the start";
	if (is.gains & ~was.gains)
		return "capabilities to gain";
	if (is.odd && !was.odd)
		return "names of capabilities";
	if (json_is_true(json_member(then, "noNewPrivileges")) && !json_is_true(json_member(now, "noNewPrivileges")))
		return "noNewPrivileges";
	if (json_i64(&b, json_member(then, "oomScoreAdj")) && (!json_i64(&a, json_member(now, "oomScoreAdj")) || a < b))
		return "oomScoreAdj";
	if (json_u32(&old_mask, json_path(then, "user", "umask", NULL)) &&
	    (!json_u32(&mask, json_path(now, "user", "umask", NULL)) || (old_mask & ~mask)))
		return "umask";
	if (!limits_are_at_most(json_member(now, "rlimits"), json_member(then, "rlimits")))
		return "rlimits";
	return NULL;
}

static const char *made_up_profile(struct dice *dice, struct arena *arena)
{
	static const char *const actions[] = { "rewrite", "rewrite", "allow", "deny", "note" };
	static const char *const allows[] = { "", ",\"allow\":[]", ",\"allow\":[\"CAP_KILL\",\"CAP_SYS_ADMIN\"]",
					      ",\"allow\":[\"CAP_NOTHING\"," NBS "]" };
	static const char *const ids[] = { "", ",\"uid\":0,\"gid\":0", ",\"uid\":7,\"gid\":2147483647" };
	static const char *const groups[] = { "", ",\"minGid\":0", ",\"minGid\":2147483647,\"gid\":1", ",\"gid\":0" };

	if (roll(dice, 4) == 0)
		return roll(dice, 2) ? "restricted" : "baseline";
	return arena_printf(
		arena,
		"\"capabilities.allowed\":{\"action\":\"%s\"%s},\"user.non-root\":{\"action\":\"%s\"%s},"
		"\"user.groups\":{\"action\":\"%s\"%s},\"user.umask\":{\"action\":\"%s\"},"
		"\"process.no-new-privileges\":{\"action\":\"%s\"},\"process.priority\":{\"action\":\"%s\"},"
		"\"exec.bounded\":{\"action\":\"%s\"}",
		PICK(dice, actions), PICK(dice, allows), PICK(dice, actions), PICK(dice, ids), PICK(dice, actions),
		PICK(dice, groups), PICK(dice, actions), PICK(dice, actions), PICK(dice, actions), PICK(dice, actions));
}

enum { SEEDS = 12, PROCESSES = 400 };

static const uint64_t seeds[SEEDS] = { 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233 };

ROWS(laws, never_looser_and_idempotent, seeds)
{
	struct dice dice = { .state = seeds[*row] * UINT64_C(0x9e3779b97f4a7c15) };

	for (int i = 0; i < PROCESSES; i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .scope = roll(&dice, 2) ? SCOPE_EXEC : SCOPE_CONTAINER };
		struct fail f = { 0 };
		struct capabilities absent;
		struct json *then, *kept;
		struct judged judged;
		const char *why;

		c.profile = made_up_profile(&dice, &arena);
		c.document = made_up_process(&dice, &arena);
		c.own = made_up_process(&dice, &arena);
		cr_assert(json_read(&then, &arena, c.document, strlen(c.document), JSON_STRICT, &f), "%s", f.text);
		cr_assert(json_read(&kept, &arena, c.own, strlen(c.own), JSON_STRICT, &f), "%s", f.text);
		judge(&judged, &arena, &c);

		/* a missing object: in exec the container's own, else whatever the runtime likes, so all */
		capabilities_read(&absent, json_path(kept, "process", "capabilities", NULL));
		for (int k = 0; c.scope == SCOPE_CONTAINER && k < CAPABILITY_SETS; k++)
			absent.sets[k] = UINT64_MAX;
		why = looser(json_member(judged.config, "process"), json_member(then, "process"), &absent);
		cr_assert(why == NULL, "looser, %s: with %s and own %s\n%s\nbecame\n%s", why, c.profile, c.own,
			  c.document, judged.document);
		cr_assert(judge_settles(&arena, &c, &judged), "does not settle: with %s and own %s\n%s\nbecame\n%s",
			  c.profile, c.own, c.document, judged.document);
	}
}

ROWS(laws, exec_is_bounded_by_the_container, seeds)
{
	struct dice dice = { .state = seeds[*row] * UINT64_C(0xbf58476d1ce4e5b9) };

	for (int i = 0; i < PROCESSES; i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .profile = roll(&dice, 2) ? "baseline" : "restricted", .scope = SCOPE_EXEC };
		const struct json *process, *mine;
		struct capabilities caps, own;
		struct fail f = { 0 };
		struct json *kept;
		struct judged judged;

		c.document = made_up_process(&dice, &arena);
		c.own = made_up_process(&dice, &arena);
		cr_assert(json_read(&kept, &arena, c.own, strlen(c.own), JSON_STRICT, &f), "%s", f.text);
		judge(&judged, &arena, &c);
		if (judged.verdict == VERDICT_DENY)
			continue;
		process = json_member(judged.config, "process");
		mine = json_member(kept, "process");
		capabilities_read(&caps, json_member(process, "capabilities"));
		capabilities_read(&own, json_member(mine, "capabilities"));
		cr_assert(caps.odd == NULL && (capabilities_union(&caps) & ~own.sets[CAPABILITY_BOUNDING]) == 0,
			  "own %s\n%s", c.own, judged.document);
		cr_assert(json_is_true(json_member(process, "noNewPrivileges")) ||
			  !json_is_true(json_member(mine, "noNewPrivileges")));
		cr_assert(text_is(json_member_string(process, "apparmorProfile"),
				  json_member_string(mine, "apparmorProfile")) ||
			  !json_member(process, "apparmorProfile"));
		cr_assert(limits_are_at_most(json_member(process, "rlimits"), json_member(mine, "rlimits")),
			  "own %s\n%s", c.own, judged.document);
	}
}

/* a decision that runs out of memory fails; it never comes to another verdict */
static const char *const memory_profiles[] = { "restricted", "baseline" };

ROWS(laws, out_of_memory_decides_nothing, memory_profiles)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO((size_t)PLENTY * 16);
	struct judge_case c = {
		.profile = memory_profiles[*row],
		.document = "{\"process\":{\"cwd\":\"/\",\"args\":[\"sh\"],\"env\":[\"HOME=/root\",\"PATH=/bin\"],"
			    "\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0],\"umask\":0},\"oomScoreAdj\":-1000,"
			    "\"capabilities\":{\"bounding\":[" NBS ",\"CAP_BPF\"],\"permitted\":[" NBS "],"
			    "\"effective\":[" NBS "]}},\"annotations\":{\"run.oci.handler\":\"x\"}," PROC
			    ",\"linux\":{\"namespaces\":[{\"type\":\"network\"}]}}",
	};
	struct judged enough, judged;
	size_t max_bytes = 0;

	judge(&enough, &arena, &c);
	while (!judge_within(&judged, &arena, &c, max_bytes))
		max_bytes += max_bytes < 16384 ? 16 : 4096;
	cr_expect(max_bytes > 0);
	cr_expect(text_is(judged.document, enough.document));
	cr_expect(text_is(judged.findings, enough.findings));
	cr_expect(eq(int, (int)judged.verdict, (int)enough.verdict));
}
