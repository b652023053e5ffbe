/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules about files and namespaces: table by table with made-up evidence, then
 * over what engines really write, then over made-up documents that they never give
 * more and that they settle.
 */
#include "judge.h"
#include "rows.h"

#include "base/text.h"
#include "profile.h"
#include "rules/devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLENTY = 64 * 1024 * 1024, TEXT_MAX = 64 * 1024 };

struct row {
	const char *name;
	const char *document;
	const char *findings; /* "": nothing */
	const char *result;   /* NULL: as it was */
	const char *says;     /* in a finding's text; NULL: not looked at */
	const struct evidence *evidence;
};

static bool says(const struct judged *judged, const char *words)
{
	return !words || strstr(judged->texts, words);
}

static void check(const struct row *row, const char *profile)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct judge_case c = { .profile = profile, .document = row->document, .evidence = row->evidence };
	const char *result = row->result ? row->result : row->document;
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, row->findings), "%s: findings\n%s(%s)wanted\n%s", row->name, judged.findings,
		  judged.texts, row->findings);
	cr_expect(text_is(judged.document, result), "%s: document\n%s\nwanted\n%s", row->name, judged.document, result);
	cr_expect(says(&judged, row->says), "%s: text\n%swanted\n%s", row->name, judged.texts, row->says);
	cr_expect(judge_settles(&arena, &c, &judged), "%s: does not settle", row->name);
}

#define MOUNTS(list) "{\"mounts\":[" list "]}"
#define MOUNT(destination, type, source, options)                                                                      \
	"{\"destination\":\"" destination "\",\"type\":\"" type "\",\"source\":\"" source "\",\"options\":[" options   \
	"]}"
#define BIND(destination, source) MOUNT(destination, "bind", source, "\"rbind\"")

/* ---- mounts.type ---- */

#define TYPES "\"mounts.type\":{\"action\":\"deny\",\"allow\":[\"proc\",\"tmpfs\"]}"
#define TYPE_REFUSED "denied mounts.type /mounts/0/type\n"

static const struct row types[] = {
	{ "no mounts", "{}", "", NULL, NULL, NULL },
	{ "allowed", MOUNTS(MOUNT("/proc", "proc", "proc", "")), "", NULL, NULL, NULL },
	{ "a bind mount has no type", MOUNTS(BIND("/x", "/y")), "", NULL, NULL, NULL },
	{ "whatever type stands beside bind", MOUNTS(MOUNT("/x", "debugfs", "/y", "\"bind\"")), "", NULL, NULL, NULL },
	{ "overlay", MOUNTS(MOUNT("/x", "overlay", "overlay", "\"lowerdir=/etc\"")), TYPE_REFUSED, NULL, "'overlay'",
	  NULL },
	{ "debugfs", MOUNTS(MOUNT("/x", "debugfs", "debugfs", "")), TYPE_REFUSED, NULL, NULL, NULL },
	{ "a disk", MOUNTS(MOUNT("/x", "ext4", "/dev/sda1", "\"ro\"")), TYPE_REFUSED, NULL, NULL, NULL },
	{ "Bind is no bind", MOUNTS(MOUNT("/x", "Bind", "/etc", "\"Bind\"")), TYPE_REFUSED, NULL, NULL, NULL },
	{ "PROC is not proc", MOUNTS(MOUNT("/x", "PROC", "proc", "")), TYPE_REFUSED, NULL, NULL, NULL },
	{ "none", MOUNTS(MOUNT("/x", "none", "/etc", "")), TYPE_REFUSED, NULL, NULL, NULL },
	{ "empty", MOUNTS(MOUNT("/x", "", "/etc", "")), TYPE_REFUSED, NULL, NULL, NULL },
	{ "absent", MOUNTS("{\"destination\":\"/x\",\"source\":\"/etc\"}"), TYPE_REFUSED, NULL, NULL, NULL },
};

ROWS(mounts, type, types)
{
	check(&types[*row], TYPES);
}

/* ---- mounts.destination ---- */

#define DESTINATION "\"mounts.destination\":{\"action\":\"deny\"}"
#define DESTINATION_REFUSED "denied mounts.destination /mounts/0/destination\n"

static struct evidence_file null_device = {
	.kind = FILE_CHARACTER_DEVICE, .real = "/dev/null", .major = 1, .minor = 3
};
static struct evidence_file zero_device = {
	.kind = FILE_CHARACTER_DEVICE, .real = "/dev/null", .major = 1, .minor = 5
};
static struct evidence_file linked_to_proc = { .kind = FILE_PLAIN, .real = "/srv/x", .destination = "/proc/sys" };
static struct evidence_file linked_to_run = { .kind = FILE_PLAIN, .real = "/srv/x", .destination = "/run/x" };
static struct evidence_file linked_to_dev = { .kind = FILE_DIRECTORY, .real = "/srv/x", .destination = "/dev" };
static struct evidence_file linked_to_root = { .kind = FILE_DIRECTORY, .real = "/srv/x", .destination = "/" };

#define ONE(name, file) static const struct evidence name = { .mounts = &(file), .n_mounts = 1 }
ONE(with_null, null_device);
ONE(with_zero, zero_device);
ONE(with_proc_link, linked_to_proc);
ONE(with_run_link, linked_to_run);
ONE(with_dev_link, linked_to_dev);
ONE(with_root_link, linked_to_root);

static const struct row destinations[] = {
	{ "a directory", MOUNTS(BIND("/data", "/srv/x")), "", NULL, NULL, NULL },
	{ "a slash at the end", MOUNTS(BIND("/data/", "/srv/x")), "", NULL, NULL, NULL },
	{ "two slashes", MOUNTS(BIND("//data//x", "/srv/x")), "", NULL, NULL, NULL },
	{ "the root", MOUNTS(BIND("/", "/srv/x")), DESTINATION_REFUSED, NULL, "root filesystem", NULL },
	{ "the root, spelt //", MOUNTS(BIND("//", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "the root, spelt /.", MOUNTS(BIND("/.", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "relative", MOUNTS(BIND("data", "/srv/x")), DESTINATION_REFUSED, NULL, "absolute", NULL },
	{ "empty", MOUNTS(BIND("", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "absent", MOUNTS("{\"type\":\"tmpfs\"}"), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "dots", MOUNTS(BIND("/data/../proc", "/srv/x")), DESTINATION_REFUSED, NULL, "'..'", NULL },
	{ "dots at the end", MOUNTS(BIND("/data/..", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "dots in a name are a name", MOUNTS(BIND("/data/..x", "/srv/x")), "", NULL, NULL, NULL },

	{ "proc", MOUNTS(MOUNT("/proc", "proc", "proc", "")), "", NULL, NULL, NULL },
	{ "proc with a slash", MOUNTS(MOUNT("/proc/", "proc", "proc", "")), "", NULL, NULL, NULL },
	{ "sysfs", MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "\"ro\"")), "", NULL, NULL, NULL },
	{ "cgroup", MOUNTS(MOUNT("/sys/fs/cgroup", "cgroup", "cgroup", "")), "", NULL, NULL, NULL },
	{ "cgroup2", MOUNTS(MOUNT("/sys/fs/cgroup", "cgroup2", "cgroup", "")), "", NULL, NULL, NULL },
	{ "a volume over /proc", MOUNTS(BIND("/proc", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "a volume that says it is proc", MOUNTS(MOUNT("/proc", "proc", "/srv/x", "\"bind\"")), DESTINATION_REFUSED,
	  NULL, NULL, NULL },
	{ "a tmpfs over /proc", MOUNTS(MOUNT("/proc", "tmpfs", "tmpfs", "")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "below /proc", MOUNTS(BIND("/proc/sys", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "below /proc, spelt oddly", MOUNTS(BIND("//proc/./self//attr", "/srv/x")), DESTINATION_REFUSED, NULL,
	  "/proc/self/attr", NULL },
	{ "proc below /proc", MOUNTS(MOUNT("/proc/x", "proc", "proc", "")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "sysfs at /proc", MOUNTS(MOUNT("/proc", "sysfs", "sysfs", "")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "below /sys", MOUNTS(BIND("/sys/kernel", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "a volume for cgroups", MOUNTS(BIND("/sys/fs/cgroup", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "a second proc that nothing masks", MOUNTS(MOUNT("/data", "proc", "proc", "")), DESTINATION_REFUSED, NULL,
	  "masked", NULL },
	{ "a second sysfs", MOUNTS(MOUNT("/data", "sysfs", "sysfs", "")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "processes is not proc", MOUNTS(BIND("/processes", "/srv/x")), "", NULL, NULL, NULL },

	{ "dev", MOUNTS(MOUNT("/dev", "tmpfs", "tmpfs", "")), "", NULL, NULL, NULL },
	{ "a volume over /dev", MOUNTS(BIND("/dev", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "pts", MOUNTS(MOUNT("/dev/pts", "devpts", "devpts", "")), "", NULL, NULL, NULL },
	{ "a volume over pts", MOUNTS(BIND("/dev/pts", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "a file over a terminal", MOUNTS(BIND("/dev/pts/0", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "shared memory", MOUNTS(MOUNT("/dev/shm", "tmpfs", "shm", "")), "", NULL, NULL, NULL },
	{ "bound shared memory", MOUNTS(BIND("/dev/shm", "/srv/x")), "", NULL, NULL, NULL },
	{ "queues", MOUNTS(MOUNT("/dev/mqueue", "mqueue", "mqueue", "")), "", NULL, NULL, NULL },
	{ "the kubelet's message", MOUNTS(BIND("/dev/termination-log", "/srv/x")), "", NULL, NULL, NULL },
	{ "a file over /dev/null", MOUNTS(BIND("/dev/null", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "the very /dev/null", MOUNTS(BIND("/dev/null", "/dev/null")), "", NULL, NULL, &with_null },
	{ "another device over it", MOUNTS(BIND("/dev/null", "/dev/null")), DESTINATION_REFUSED, NULL, NULL,
	  &with_zero },
	{ "the very device, but no bind mount", MOUNTS(MOUNT("/dev/null", "tmpfs", "/dev/null", "")),
	  DESTINATION_REFUSED, NULL, NULL, &with_null },
	{ "the console", MOUNTS(BIND("/dev/console", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "ptmx", MOUNTS(BIND("/dev/ptmx", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },
	{ "descriptors", MOUNTS(BIND("/dev/fd/3", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, NULL },

	{ "a link to /proc/sys", MOUNTS(BIND("/data", "/srv/x")), DESTINATION_REFUSED, NULL, "/proc/sys",
	  &with_proc_link },
	{ "a link to /dev", MOUNTS(BIND("/data", "/srv/x")), DESTINATION_REFUSED, NULL, NULL, &with_dev_link },
	{ "a link to the root", MOUNTS(MOUNT("/data", "tmpfs", "tmpfs", "")), DESTINATION_REFUSED, NULL, NULL,
	  &with_root_link },
	{ "a link to /run", MOUNTS(BIND("/var/run/x", "/srv/x")), "", NULL, NULL, &with_run_link },
};

ROWS(mounts, destination, destinations)
{
	check(&destinations[*row], DESTINATION);
}

/* ---- mounts.options ---- */

#define OPTIONS_REFUSED "denied mounts.options /mounts/0/options\n"

static const struct row options[] = {
	{ "read-only", MOUNTS(MOUNT("/x", "bind", "/y", "\"rbind\",\"ro\"")), "", NULL, NULL, NULL },
	{ "read-only twice", MOUNTS(MOUNT("/x", "bind", "/y", "\"ro\",\"ro\",\"rro\"")), "", NULL, NULL, NULL },
	{ "none", MOUNTS("{\"destination\":\"/x\"}"), "", NULL, NULL, NULL },
	{ "both", MOUNTS(MOUNT("/x", "bind", "/y", "\"ro\",\"rw\"")), OPTIONS_REFUSED, NULL, "(/x)", NULL },
	{ "both, the other way", MOUNTS(MOUNT("/x", "bind", "/y", "\"rw\",\"bind\",\"ro\"")), OPTIONS_REFUSED, NULL,
	  NULL, NULL },
	{ "both, recursive", MOUNTS(MOUNT("/x", "bind", "/y", "\"rro\",\"rw\"")), OPTIONS_REFUSED, NULL, NULL, NULL },
	{ "remount", MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "\"remount\",\"rw\"")), OPTIONS_REFUSED, NULL, "remount",
	  NULL },
};

ROWS(mounts, options, options)
{
	check(&options[*row], "\"mounts.options\":{\"action\":\"deny\"}");
}

static const struct row options_rewritten[] = {
	{ "the stricter one stays", MOUNTS(MOUNT("/x", "bind", "/y", "\"rw\",\"bind\",\"ro\"")),
	  "rewritten mounts.options /mounts/0/options\n", MOUNTS(MOUNT("/x", "bind", "/y", "\"bind\",\"ro\"")), NULL,
	  NULL },
	{ "remount cannot be made safe", MOUNTS(MOUNT("/x", "tmpfs", "/y", "\"remount\"")), OPTIONS_REFUSED, NULL, NULL,
	  NULL },
};

ROWS(mounts, options_rewritten, options_rewritten)
{
	check(&options_rewritten[*row], "\"mounts.options\":{\"action\":\"rewrite\"}");
}

/* ---- mounts.propagation ---- */

#define PROPAGATION "\"mounts.propagation\":{\"action\":\"rewrite\"}"

static const struct row propagations[] = {
	{ "private and slave stay",
	  MOUNTS(MOUNT("/x", "bind", "/y", "\"rprivate\"") "," MOUNT("/z", "bind", "/y",
								     "\"rslave\",\"slave\",\"unbindable\"")),
	  "", NULL, NULL, NULL },
	{ "shared becomes slave", MOUNTS(MOUNT("/x", "bind", "/y", "\"rbind\",\"rshared\",\"ro\"")),
	  "rewritten mounts.propagation /mounts/0/options\n",
	  MOUNTS(MOUNT("/x", "bind", "/y", "\"rbind\",\"rslave\",\"ro\"")), "(/x)", NULL },
	{ "each of them", MOUNTS(MOUNT("/x", "tmpfs", "y", "\"shared\",\"rshared\"")),
	  "rewritten mounts.propagation /mounts/0/options\n",
	  MOUNTS(MOUNT("/x", "tmpfs", "y", "\"rslave\",\"rslave\"")), NULL, NULL },
};

ROWS(mounts, propagation, propagations)
{
	check(&propagations[*row], PROPAGATION);
}

/* ---- mounts.cgroup-read-only ---- */

#define READ_ONLY "\"mounts.cgroup-read-only\":{\"action\":\"rewrite\"}"
#define MADE_READ_ONLY "rewritten mounts.cgroup-read-only /mounts/0/options\n"

static const struct row cgroups[] = {
	{ "read-only stays", MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "\"nosuid\",\"ro\"")), "", NULL, NULL, NULL },
	{ "proc stays", MOUNTS(MOUNT("/proc", "proc", "proc", "\"rw\"")), "", NULL, NULL, NULL },
	{ "a bind mount stays", MOUNTS(MOUNT("/x", "sysfs", "/y", "\"bind\"")), "", NULL, NULL, NULL },
	{ "rw becomes ro", MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "\"rw\",\"nosuid\"")), MADE_READ_ONLY,
	  MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "\"nosuid\",\"ro\"")), "(/sys)", NULL },
	{ "nothing becomes ro", MOUNTS(MOUNT("/sys/fs/cgroup", "cgroup", "cgroup", "\"nosuid\"")), MADE_READ_ONLY,
	  MOUNTS(MOUNT("/sys/fs/cgroup", "cgroup", "cgroup", "\"nosuid\",\"ro\"")), NULL, NULL },
	{ "both become ro", MOUNTS(MOUNT("/sys/fs/cgroup", "cgroup2", "cgroup", "\"ro\",\"rw\"")), MADE_READ_ONLY,
	  MOUNTS(MOUNT("/sys/fs/cgroup", "cgroup2", "cgroup", "\"ro\"")), NULL, NULL },
	{ "what crun takes for no options is not lost", MOUNTS("{\"destination\":\"/sys\",\"type\":\"sysfs\"}"),
	  MADE_READ_ONLY,
	  MOUNTS("{\"destination\":\"/sys\",\"type\":\"sysfs\",\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"ro\"]}"),
	  NULL, NULL },
	{ "an empty list is a list", MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "")), MADE_READ_ONLY,
	  MOUNTS(MOUNT("/sys", "sysfs", "sysfs", "\"ro\"")), NULL, NULL },
};

ROWS(mounts, cgroup_read_only, cgroups)
{
	check(&cgroups[*row], READ_ONLY);
}

Test(mounts, nothing_is_mounted_live)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct judge_case c = { .profile = "baseline", .scope = SCOPE_LIVE, .document = "{}" };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, "denied mounts.live \n"), "%s", judged.findings);
	c.profile = "privileged";
	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, ""));
}

/* ---- mounts.sensitive ---- */

static const struct {
	const char *name;
	const char *options; /* behind "rbind" */
	struct evidence_file file;
	bool is_refused;
	const char *says;
} sources[] = {
	{ "a directory", "", { .kind = FILE_DIRECTORY, .real = "/srv/data" }, false, NULL },
	{ "a home's project", "", { .kind = FILE_DIRECTORY, .real = "/home/me/project" }, false, NULL },
	{ "a socket", "", { .kind = FILE_SOCKET, .real = "/run/mysqld/mysqld.sock" }, false, NULL },
	{ "a fifo", "", { .kind = FILE_OTHER, .real = "/srv/fifo" }, false, NULL },
	{ "a guarded directory", "", { .kind = FILE_DIRECTORY, .real = "/etc" }, true, "the host's /etc " },
	{ "a file in it", "", { .kind = FILE_PLAIN, .real = "/etc/shadow" }, true, "/etc/shadow" },
	{ "read-only changes nothing", ",\"ro\"", { .kind = FILE_PLAIN, .real = "/etc/shadow" }, true, NULL },
	{ "what only begins like it", "", { .kind = FILE_DIRECTORY, .real = "/etcetera" }, false, NULL },
	{ "all of the host", "", { .kind = FILE_DIRECTORY, .real = "/" }, true, "the host's / " },
	{ "what guarded ones are in",
	  "",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib" },
	  true,
	  "and with it /var/lib/" },
	{ "/var", "", { .kind = FILE_DIRECTORY, .real = "/var" }, true, NULL },
	{ "/run", "", { .kind = FILE_DIRECTORY, .real = "/run" }, true, NULL },
	{ "the socket of Docker", "", { .kind = FILE_SOCKET, .real = "/run/docker.sock" }, true, NULL },
	{ "the socket of snapd", "", { .kind = FILE_SOCKET, .real = "/run/snapd.socket" }, true, NULL },
	{ "the socket of a daemon in its own directory",
	  "",
	  { .kind = FILE_SOCKET, .real = "/run/libvirt/libvirt-sock" },
	  true,
	  NULL },
	{ "a socket that nobody has heard of", "", { .kind = FILE_SOCKET, .real = "/run/any.sock" }, true, NULL },
	{ "the pipe of init", "", { .kind = FILE_OTHER, .real = "/run/initctl" }, true, NULL },
	{ "directory of LXD", "", { .kind = FILE_DIRECTORY, .real = "/run/lxd" }, true, NULL },
	{ "libraries of the host", "", { .kind = FILE_DIRECTORY, .real = "/lib32" }, true, NULL },
	{ "the socket of containerd",
	  "",
	  { .kind = FILE_SOCKET, .real = "/run/containerd/containerd.sock" },
	  true,
	  NULL },
	{ "a socket under another name",
	  "",
	  { .kind = FILE_SOCKET, .real = "/srv/x", .alias_of = "/run/docker.sock" },
	  true,
	  "under the name of /srv/x" },
	{ "a file under another name",
	  "",
	  { .kind = FILE_PLAIN, .real = "/var/lib/docker/volumes/v/_data/x", .alias_of = "/etc/x" },
	  true,
	  NULL },
	{ "another name of a directory above",
	  "",
	  { .kind = FILE_DIRECTORY, .real = "/srv/x", .alias_of = "/" },
	  true,
	  NULL },
	{ "another name that is harmless",
	  "",
	  { .kind = FILE_DIRECTORY, .real = "/srv/x", .alias_of = "/srv/y" },
	  false,
	  NULL },
	{ "another name that is excepted",
	  "",
	  { .kind = FILE_PLAIN,
	    .real = "/var/lib/kubelet/pods/a/volume-subpaths/v/c/0",
	    .alias_of = "/var/lib/kubelet/pods/a/volumes/t/v/f" },
	  false,
	  NULL },
	{ "a link of /proc", "", { .kind = FILE_DIRECTORY, .real = "/srv/data", .alias_of = "/proc" }, true, NULL },
	{ "nothing", "", { .kind = FILE_MISSING }, true, "cannot be seen" },
	{ "a namespace", "", { .kind = FILE_PLAIN }, true, "no file" },
	{ "a disk", "", { .kind = FILE_BLOCK_DEVICE, .real = "/srv/sda", .major = 8 }, true, "block device (8:0)" },
	{ "memory", "", { .kind = FILE_CHARACTER_DEVICE, .real = "/srv/mem", .major = 1, .minor = 1 }, true, "c 1:1" },
	{ "/dev/null",
	  "",
	  { .kind = FILE_CHARACTER_DEVICE, .real = "/dev/null", .major = 1, .minor = 3 },
	  false,
	  NULL },
	{ "the console",
	  "",
	  { .kind = FILE_CHARACTER_DEVICE, .real = "/dev/console", .major = 5, .minor = 1 },
	  true,
	  NULL },
	{ "a terminal", "", { .kind = FILE_CHARACTER_DEVICE, .real = "/dev/pts/0", .major = 136 }, true, NULL },
	{ "time zone, read-only", ",\"ro\"", { .kind = FILE_PLAIN, .real = "/usr/share/zoneinfo/UTC" }, false, NULL },
	{ "time zone, writable", "", { .kind = FILE_PLAIN, .real = "/usr/share/zoneinfo/UTC" }, true, "read-only" },
	{ "time zone, as some see it", ",\"ro\",\"rw\"", { .kind = FILE_PLAIN, .real = "/etc/localtime" }, true, NULL },
	{ "what the time zone is in", ",\"ro\"", { .kind = FILE_DIRECTORY, .real = "/usr/share" }, true, NULL },
	{ "Docker's hosts", "", { .kind = FILE_PLAIN, .real = "/var/lib/docker/containers/0a/hosts" }, false, NULL },
	{ "Docker's volume", "", { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/volumes/v/_data" }, false, NULL },
	{ "a part of it", "", { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/volumes/v/_data/x/y" }, false, NULL },
	{ "all of Docker's volumes", "", { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/volumes" }, true, NULL },
	{ "Docker's configuration of a container",
	  "",
	  { .kind = FILE_PLAIN, .real = "/var/lib/docker/containers/0a/config.v2.json" },
	  true,
	  NULL },
	{ "an image's layer", "", { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/overlay2/0a/diff" }, true, NULL },
	{ "a pod's volume",
	  "",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/kubelet/pods/a/volumes/t/v" },
	  false,
	  NULL },
	{ "the kubelet's certificates", "", { .kind = FILE_DIRECTORY, .real = "/var/lib/kubelet/pki" }, true, NULL },
	{ "Podman's volume",
	  "",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/containers/storage/volumes/v/_data" },
	  false,
	  NULL },
	{ "Podman's hosts",
	  "",
	  { .kind = FILE_PLAIN, .real = "/run/containers/storage/overlay-containers/0a/userdata/hosts" },
	  false,
	  NULL },
};

ROWS(mounts, sensitive, sources)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct evidence_file file = sources[*row].file;
	struct evidence evidence = { .mounts = &file,
				     .n_mounts = 1,
				     .rootfs = { .kind = FILE_DIRECTORY, .real = "/srv/r" } };
	struct judge_case c = { .profile = "\"mounts.sensitive\":{\"action\":\"deny\"}", .evidence = &evidence };
	struct judged judged;

	c.document = arena_printf(
		&arena, "{\"mounts\":[{\"destination\":\"/x\",\"source\":\"/named\",\"options\":[\"rbind\"%s]}]}",
		sources[*row].options);
	judge(&judged, &arena, &c);
	cr_expect(
		text_is(judged.findings, sources[*row].is_refused ? "denied mounts.sensitive /mounts/0/source\n" : ""),
		"%s: %s", sources[*row].name, judged.texts);
	cr_expect(says(&judged, sources[*row].says), "%s: %s", sources[*row].name, judged.texts);
	cr_expect(text_is(judged.document, c.document));
}

Test(mounts, without_evidence_no_source_passes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	static const struct evidence nothing = { 0 };
	struct judge_case c = { .profile = "\"mounts.sensitive\":{\"action\":\"deny\"}",
				.document = MOUNTS(BIND("/x", "/srv/x") "," BIND("/y", "/srv/y")),
				.evidence = &nothing };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings,
			  "denied mounts.sensitive /mounts/0/source\ndenied mounts.sensitive /mounts/1/source\n"));
}

Test(mounts, a_pod_gets_no_files_of_another)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct evidence_file files[] = {
		{ .kind = FILE_DIRECTORY, .real = "/srv/x" },
		{ .kind = FILE_PLAIN, .real = "/var/lib/kubelet/pods/a/etc-hosts" },
		{ .kind = FILE_DIRECTORY, .real = "/var/lib/kubelet/pods/a/volumes/kubernetes.io~secret/s" },
		{ .kind = FILE_DIRECTORY, .real = "/var/lib/kubelet/pods/ab/volumes/kubernetes.io~secret/s" },
	};
	struct evidence evidence = { .mounts = files, .n_mounts = 4 };
	struct judge_case c = { .profile = "\"mounts.sensitive\":{\"action\":\"deny\"}",
				.document = MOUNTS(BIND("/1", "/1") "," BIND("/2", "/2") "," BIND("/3", "/3") "," BIND(
					"/4", "/4")),
				.evidence = &evidence };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, "denied mounts.sensitive /mounts/3/source\n"), "%s", judged.texts);
	cr_expect(strstr(judged.texts, "another pod") != NULL, "%s", judged.texts);
}

/* ---- namespaces.host ---- */

#define ALL_BUT_NETWORK "{\"type\":\"mount\"},{\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"uts\"}"
#define NAMESPACES(list) "{\"linux\":{\"namespaces\":[" list "]}}"

static enum namespace_kind other_kinds[] = { NAMESPACE_OTHER, NAMESPACE_OTHER, NAMESPACE_OTHER,
					     NAMESPACE_OTHER, NAMESPACE_OTHER, NAMESPACE_OTHER };
static enum namespace_kind host_kinds[] = { NAMESPACE_HOST, NAMESPACE_HOST, NAMESPACE_HOST,
					    NAMESPACE_HOST, NAMESPACE_HOST, NAMESPACE_HOST };
static const struct evidence other_namespaces = { .namespaces = other_kinds, .n_namespaces = 6 };
static const struct evidence host_namespaces = { .namespaces = host_kinds, .n_namespaces = 6 };
static const struct evidence no_evidence = { 0 };

static const struct row namespaces[] = {
	{ "its own", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\"}"), "", NULL, NULL, &no_evidence },
	{ "another container's", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\",\"path\":\"/proc/7/ns/net\"}"), "",
	  NULL, NULL, &other_namespaces },
	{ "an empty path is none", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\",\"path\":\"\"}"), "", NULL, NULL,
	  &no_evidence },
	{ "the host's, by leaving it out", NAMESPACES(ALL_BUT_NETWORK), "denied namespaces.host /linux/namespaces\n",
	  NULL, "--network=host", &no_evidence },
	{ "the host's, by path",
	  NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\",\"path\":\"/run/docker/netns/default\"}"),
	  "denied namespaces.host /linux/namespaces/4\n", NULL, "hostNetwork", &host_namespaces },
	{ "a path that leads to none", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\",\"path\":\"/etc/passwd\"}"),
	  "denied namespaces.host /linux/namespaces/4\n", NULL, "not known", &no_evidence },
	{ "two of a type", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\"},{\"type\":\"network\"}"),
	  "denied namespaces.host /linux/namespaces\n", NULL, "2 entries", &no_evidence },
	{ "the host's users, by path",
	  NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\"},{\"type\":\"user\",\"path\":\"/proc/1/ns/user\"}"),
	  "denied namespaces.host /linux/namespaces/5\n", NULL, NULL, &host_namespaces },
	{ "a cgroup namespace of its own", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\"},{\"type\":\"cgroup\"}"),
	  "", NULL, NULL, &no_evidence },
	{ "no namespaces at all", NAMESPACES(""),
	  "denied namespaces.host /linux/namespaces\ndenied namespaces.host /linux/namespaces\ndenied namespaces.host "
	  "/linux/namespaces\ndenied namespaces.host /linux/namespaces\ndenied namespaces.host /linux/namespaces\n",
	  NULL, NULL, &no_evidence },
	{ "not even the list", "{}",
	  "denied namespaces.host /linux/namespaces\ndenied namespaces.host /linux/namespaces\ndenied namespaces.host "
	  "/linux/namespaces\ndenied namespaces.host /linux/namespaces\ndenied namespaces.host /linux/namespaces\n",
	  NULL, "--pid=host", &no_evidence },
};

ROWS(namespaces, host, namespaces)
{
	check(&namespaces[*row], "\"namespaces.host\":{\"action\":\"deny\"}");
}

static const struct row namespaces_allowed[] = {
	{ "left out", NAMESPACES(ALL_BUT_NETWORK), "", NULL, NULL, &no_evidence },
	{ "by path", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\",\"path\":\"/proc/1/ns/net\"}"), "", NULL, NULL,
	  &host_namespaces },
	{ "a path to anything is not the host's", NAMESPACES(ALL_BUT_NETWORK ",{\"type\":\"network\",\"path\":\"/x\"}"),
	  "denied namespaces.host /linux/namespaces/4\n", NULL, NULL, &no_evidence },
	{ "only that type", NAMESPACES("{\"type\":\"mount\"},{\"type\":\"ipc\"},{\"type\":\"uts\"}"),
	  "denied namespaces.host /linux/namespaces\n", NULL, "pid", &no_evidence },
};

ROWS(namespaces, host_allowed, namespaces_allowed)
{
	check(&namespaces_allowed[*row], "\"namespaces.host\":{\"action\":\"deny\",\"allow\":[\"network\"]}");
}

/* ---- rootfs ---- */

static const struct {
	const char *document;
	struct evidence_file rootfs;
	const char *link;
	const char *says; /* NULL: passes */
} roots[] = {
	{ "{\"root\":{\"path\":\"rootfs\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/a/rootfs" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/overlay2/a/merged" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/home/me/.local/share/containers/storage/overlay/a/merged" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY,
	    .real = "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/a/rootfs" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/165536.165536/overlay2/a/merged" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/rootfs/overlayfs/a" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/vfs/dir/a" }, NULL, NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/buildkit/executor/a/rootfs" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/containers/storage/overlay/a/merged" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/containers/storage/btrfs/subvolumes/a" },
	  NULL,
	  NULL },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/run/systemd" }, NULL, "(/run)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/run/docker" }, NULL, "(/run)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/run/podman" }, NULL, "(/run)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/run/ocigate/a" }, NULL, "(/run)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/run/containerd" }, NULL, "(/run)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/root/.ssh" }, NULL, "(/root/.ssh)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/home/me" }, NULL, "(/home/*/.docker)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/home/me/.ssh" }, NULL, "(/home/*/.ssh)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/var/spool/cron" }, NULL, "(/var/spool)" },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/overlay2" },
	  NULL,
	  "(/var/lib/docker)" },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker/volumes/a/_data" },
	  NULL,
	  "(/var/lib/docker)" },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/containers/storage" },
	  NULL,
	  "(/var/lib/containers)" },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/kubelet/pods" },
	  NULL,
	  "(/var/lib/kubelet)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/root/bundle/rootfs" }, NULL, NULL },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/tmp/bundle/rootfs" }, NULL, NULL },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/", .alias_of = "/" },
	  NULL,
	  "the host's own" },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/mnt/x", .alias_of = "/" },
	  NULL,
	  "the host's own" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/" }, NULL, "a part of the host" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/usr/lib/x" }, NULL, "(/usr)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/proc/7/root/x" }, NULL, "(/proc)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/etc" }, NULL, "(/etc)" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/var" }, NULL, "a part of the host" },
	{ "{\"root\":{\"path\":\"/x\"}}",
	  { .kind = FILE_DIRECTORY, .real = "/var/lib/docker" },
	  NULL,
	  "a part of the host" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/home" }, NULL, "a part of the host" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_PLAIN, .real = "/srv/x" }, NULL, "no directory" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_MISSING }, NULL, "can be seen" },
	{ "{\"root\":{\"path\":\"/x\"}}", { .kind = FILE_DIRECTORY, .real = "/srv/x" }, "proc", "/proc" },
	{ "{\"root\":{\"path\":\"\"}}", { .kind = FILE_DIRECTORY, .real = "/srv/x" }, NULL, "no root filesystem" },
	{ "{\"root\":{}}", { .kind = FILE_DIRECTORY, .real = "/srv/x" }, NULL, "no root filesystem" },
	{ "{}", { .kind = FILE_DIRECTORY, .real = "/srv/x" }, NULL, "no root filesystem" },
};

ROWS(rootfs, path, roots)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct evidence evidence = { .rootfs = roots[*row].rootfs, .rootfs_link = roots[*row].link };
	struct judge_case c = { .profile = "\"rootfs.path\":{\"action\":\"deny\"}",
				.document = roots[*row].document,
				.evidence = &evidence };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(text_is(judged.findings, roots[*row].says ? "denied rootfs.path /root/path\n" : ""), "row %zu: %s",
		  *row, judged.texts);
	cr_expect(says(&judged, roots[*row].says), "row %zu: %s", *row, judged.texts);
}

#define ROOT_PROPAGATION(value) "{\"linux\":{\"rootfsPropagation\":\"" value "\"}}"
#define MADE_SLAVE "rewritten rootfs.propagation /linux/rootfsPropagation\n"

static const struct row root_propagations[] = {
	{ "absent", "{}", "", NULL, NULL, NULL },
	{ "empty", ROOT_PROPAGATION(""), "", NULL, NULL, NULL },
	{ "private", ROOT_PROPAGATION("rprivate"), "", NULL, NULL, NULL },
	{ "slave", ROOT_PROPAGATION("slave"), "", NULL, NULL, NULL },
	{ "unbindable", ROOT_PROPAGATION("unbindable"), "", NULL, NULL, NULL },
	{ "shared", ROOT_PROPAGATION("shared"), MADE_SLAVE, ROOT_PROPAGATION("rslave"), NULL, NULL },
	{ "rshared", ROOT_PROPAGATION("rshared"), MADE_SLAVE, ROOT_PROPAGATION("rslave"), NULL, NULL },
	{ "what nobody knows", ROOT_PROPAGATION("Shared"), MADE_SLAVE, ROOT_PROPAGATION("rslave"), NULL, NULL },
};

ROWS(rootfs, propagation, root_propagations)
{
	check(&root_propagations[*row], "\"rootfs.propagation\":{\"action\":\"rewrite\"}");
}

#define READ_ONLY_ROOT                                                                                                 \
	"\"rootfs.read-only\":{\"action\":\"rewrite\",\"writable\":[\"/tmp\",\"/run\"],\"sizeBytes\":1024}"
#define TMP(uid, gid)                                                                                                  \
	"{\"destination\":\"/"                                                                                         \
	"tmp\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"nosuid\",\"nodev\",\"noexec\",\"mode=1777\","    \
	"\"uid=" uid "\",\"gid=" gid "\",\"size=1024\"]}"
#define RUN(uid, gid)                                                                                                  \
	"{\"destination\":\"/"                                                                                         \
	"run\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"nosuid\",\"nodev\",\"noexec\",\"mode=0755\","    \
	"\"uid=" uid "\",\"gid=" gid "\",\"size=1024\"]}"
#define FOUND_ROOT "rewritten rootfs.read-only /root/readonly\n"
#define FOUND_MOUNT(n) "rewritten rootfs.read-only /mounts/" n "\n"

static struct evidence_file run_by_link = { .destination = "/run" };
ONE(with_run_mounted_by_link, run_by_link);

static const struct row read_only_roots[] = {
	{ "it is already: the engine was asked for it", "{\"root\":{\"path\":\"r\",\"readonly\":true}}", "", NULL, NULL,
	  NULL },
	{ "absent", "{\"root\":{\"path\":\"r\"}}", FOUND_ROOT FOUND_MOUNT("0") FOUND_MOUNT("1"),
	  "{\"root\":{\"path\":\"r\",\"readonly\":true},\"mounts\":[" TMP("0", "0") "," RUN("0", "0") "]}",
	  "--read-only", NULL },
	{ "false, for a user",
	  "{\"root\":{\"readonly\":false},\"process\":{\"user\":{\"uid\":7,\"gid\":8}},\"mounts\":[{\"destination\":\"/"
	  "run/secrets\"}]}",
	  FOUND_ROOT FOUND_MOUNT("0") FOUND_MOUNT("1"),
	  "{\"root\":{\"readonly\":true},\"process\":{\"user\":{\"uid\":7,\"gid\":8}},\"mounts\":[" TMP(
		  "7", "8") "," RUN("7", "8") ",{\"destination\":\"/run/secrets\"}]}",
	  NULL, NULL },
	{ "mounted already", "{\"root\":{},\"mounts\":[{\"destination\":\"/tmp/\"}]}", FOUND_ROOT FOUND_MOUNT("0"),
	  "{\"root\":{\"readonly\":true},\"mounts\":[" RUN("0", "0") ",{\"destination\":\"/tmp/\"}]}", NULL, NULL },
	{ "mounted over", "{\"root\":{},\"mounts\":[{\"destination\":\"/tmp\"},{\"destination\":\"/\"}]}", FOUND_ROOT,
	  "{\"root\":{\"readonly\":true},\"mounts\":[{\"destination\":\"/tmp\"},{\"destination\":\"/\"}]}", NULL,
	  NULL },
	{ "mounted by a link", "{\"root\":{},\"mounts\":[{\"destination\":\"/var/run\"}]}", FOUND_ROOT FOUND_MOUNT("0"),
	  "{\"root\":{\"readonly\":true},\"mounts\":[" TMP("0", "0") ",{\"destination\":\"/var/run\"}]}", NULL,
	  &with_run_mounted_by_link },
	{ "no root at all", "{}", FOUND_ROOT FOUND_MOUNT("0") FOUND_MOUNT("1"),
	  "{\"root\":{\"readonly\":true},\"mounts\":[" TMP("0", "0") "," RUN("0", "0") "]}", NULL, NULL },
};

ROWS(rootfs, read_only, read_only_roots)
{
	check(&read_only_roots[*row], READ_ONLY_ROOT);
}

Test(rootfs, read_only_is_last_of_all_rules_that_look_at_mounts)
{
	bool seen = false;

	for (const struct rule *rule = rules; rule->id; rule++) {
		bool looks_at_mounts = text_starts(rule->id, "mounts.") || text_starts(rule->id, "rootfs.");

		cr_expect(not(seen && looks_at_mounts), "%s", rule->id);
		seen = seen || text_is(rule->id, "rootfs.read-only");
	}
	cr_expect(seen);
}

/* ---- devices ---- */

#define ALLOWED "\"allow\":[\"c 1:3\",\"c 136:*\",\"b 7:0\"]"
#define DEVICES(list) "{\"linux\":{\"devices\":[" list "]}}"
#define NODE(path, type, major, minor)                                                                                 \
	"{\"path\":\"" path "\",\"type\":\"" type "\",\"major\":" major ",\"minor\":" minor "}"
#define DEVICE_REFUSED "denied devices.allowed /linux/devices/0\n"
#define FIVE                                                                                                           \
	NODE("/dev/a", "b", "8", "0")                                                                                  \
	"," NODE("/dev/b", "b", "8", "1") "," NODE("/dev/c", "b", "8", "2") "," NODE(                                  \
		"/dev/d", "b", "8", "3") "," NODE("/dev/e", "b", "8", "4")

static const struct row devices[] = {
	{ "none", "{}", "", NULL, NULL, NULL },
	{ "allowed", DEVICES(NODE("/dev/null", "c", "1", "3")), "", NULL, NULL, NULL },
	{ "allowed under any name", DEVICES(NODE("/dev/nothing", "c", "1", "3")), "", NULL, NULL, NULL },
	{ "unbuffered is the same", DEVICES(NODE("/dev/null", "u", "1", "3")), "", NULL, NULL, NULL },
	{ "allowed by a wildcard", DEVICES(NODE("/dev/x", "c", "136", "77")), "", NULL, NULL, NULL },
	{ "a fifo", DEVICES("{\"path\":\"/dev/initctl\",\"type\":\"p\"}"), "", NULL, NULL, NULL },
	{ "a disk", DEVICES(NODE("/dev/sda", "b", "8", "0")), DEVICE_REFUSED, NULL, "\"b 8:0\"", NULL },
	{ "a disk that calls itself null", DEVICES(NODE("/dev/null", "b", "8", "0")), DEVICE_REFUSED, NULL,
	  "another device", NULL },
	{ "the same numbers, but a block device", DEVICES(NODE("/dev/x", "b", "1", "3")), DEVICE_REFUSED, NULL, NULL,
	  NULL },
	{ "an allowed device in the place of null", DEVICES(NODE("/dev//null", "c", "136", "0")), DEVICE_REFUSED, NULL,
	  "another device", NULL },
	{ "a fifo in the place of null", DEVICES("{\"path\":\"/dev/null\",\"type\":\"p\"}"), DEVICE_REFUSED, NULL, NULL,
	  NULL },
	{ "out of the root", DEVICES(NODE("/dev/../../x", "c", "1", "3")), DEVICE_REFUSED, NULL, NULL, NULL },
	{ "no path", DEVICES("{\"type\":\"c\",\"major\":1,\"minor\":3}"), DEVICE_REFUSED, NULL, NULL, NULL },
	{ "no type", DEVICES("{\"path\":\"/dev/x\",\"major\":1,\"minor\":3}"), DEVICE_REFUSED, NULL, NULL, NULL },
	{ "no numbers", DEVICES("{\"path\":\"/dev/x\",\"type\":\"c\"}"), DEVICE_REFUSED, NULL, NULL, NULL },
	{ "all minors are no number", DEVICES(NODE("/dev/x", "c", "136", "-1")), DEVICE_REFUSED, NULL, NULL, NULL },
	{ "many are one finding", DEVICES(FIVE), "denied devices.allowed /linux/devices\n", NULL,
	  "5 devices of the host are asked for (--privileged), /dev/a", NULL },
};

ROWS(devices, allowed, devices)
{
	check(&devices[*row], "\"devices.allowed\":{\"action\":\"deny\"," ALLOWED "}");
}

Test(devices, in_a_user_namespace_the_path_is_what_counts)
{
	static const struct {
		const char *document;
		struct evidence_file seen;
		const char *findings;
	} rows[] = {
		{ DEVICES(NODE("/dev/null", "c", "1", "3")),
		  { .kind = FILE_CHARACTER_DEVICE, .major = 1, .minor = 3 },
		  "" },
		{ DEVICES(NODE("/etc/shadow", "c", "1", "3")), { .kind = FILE_PLAIN }, DEVICE_REFUSED },
		{ DEVICES(NODE("/run/x.sock", "c", "1", "3")), { .kind = FILE_SOCKET }, DEVICE_REFUSED },
		{ DEVICES(NODE("/dev/sda", "c", "1", "3")),
		  { .kind = FILE_BLOCK_DEVICE, .major = 1, .minor = 3 },
		  DEVICE_REFUSED },
		{ DEVICES(NODE("/dev/x", "c", "1", "3")),
		  { .kind = FILE_CHARACTER_DEVICE, .major = 1, .minor = 1 },
		  DEVICE_REFUSED },
		{ DEVICES(NODE("/dev/x", "c", "1", "3")), { .kind = FILE_MISSING }, DEVICE_REFUSED },
		{ DEVICES("{\"path\":\"/etc/shadow\",\"type\":\"p\"}"), { .kind = FILE_PLAIN }, DEVICE_REFUSED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct evidence_file seen = rows[i].seen;
		struct evidence evidence = { .devices = &seen, .n_devices = 1 };
		struct judge_case c = { .profile = "\"devices.allowed\":{\"action\":\"deny\"," ALLOWED "}",
					.document = rows[i].document,
					.evidence = &evidence };
		struct judged judged;

		judge(&judged, &arena, &c);
		cr_expect(text_is(judged.findings, rows[i].findings), "row %zu: %s", i, judged.findings);
	}
}

#define RESOURCES(list) "{\"linux\":{\"resources\":{\"devices\":[" list "]}}}"
#define NONE_AT_ALL "{\"allow\":false,\"access\":\"rwm\"}"
#define MAY(type, major, minor, access)                                                                                \
	"{\"allow\":true,\"type\":\"" type "\",\"major\":" major ",\"minor\":" minor ",\"access\":\"" access "\"}"
#define RULE_REFUSED(n) "denied devices.cgroup /linux/resources/devices/" n "\n"
#define PUT_IN_FRONT "rewritten devices.cgroup /linux/resources/devices/0\n"

static const struct row device_rules[] = {
	{ "none at all", RESOURCES(NONE_AT_ALL), "", NULL, NULL, NULL },
	{ "none at all, spelt out",
	  RESOURCES("{\"allow\":false,\"type\":\"a\",\"major\":-1,\"minor\":-1,\"access\":\"mwr\"}"), "", NULL, NULL,
	  NULL },
	{ "allowed ones",
	  RESOURCES(NONE_AT_ALL
		    "," MAY("c", "1", "3", "rwm") "," MAY("c", "136", "-1", "rwm") "," MAY("c", "136", "4", "r")),
	  "", NULL, NULL, NULL },
	{ "refusals in between",
	  RESOURCES(NONE_AT_ALL
		    "," MAY("c", "1", "3",
			    "rwm") ",{\"allow\":false,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rwm\"}"),
	  "", NULL, NULL, NULL },
	{ "making nodes",
	  RESOURCES(
		  NONE_AT_ALL
		  ",{\"allow\":true,\"type\":\"c\",\"access\":\"m\"},{\"allow\":true,\"type\":\"b\",\"access\":\"m\"}"),
	  "", NULL, NULL, NULL },
	{ "absent", "{}", PUT_IN_FRONT, RESOURCES(NONE_AT_ALL), NULL, NULL },
	{ "empty", RESOURCES(""), PUT_IN_FRONT, RESOURCES(NONE_AT_ALL), NULL, NULL },
	{ "resources without", "{\"linux\":{\"resources\":{\"pids\":{}}}}", PUT_IN_FRONT,
	  "{\"linux\":{\"resources\":{\"pids\":{},\"devices\":[" NONE_AT_ALL "]}}}", NULL, NULL },
	{ "not in front", RESOURCES(MAY("c", "1", "3", "rwm") "," NONE_AT_ALL), PUT_IN_FRONT,
	  RESOURCES(NONE_AT_ALL "," MAY("c", "1", "3", "rwm") "," NONE_AT_ALL), NULL, NULL },
	{ "a refusal of less", RESOURCES("{\"allow\":false,\"access\":\"rw\"}"), PUT_IN_FRONT,
	  RESOURCES(NONE_AT_ALL ",{\"allow\":false,\"access\":\"rw\"}"), NULL, NULL },
	{ "a refusal of some", RESOURCES("{\"allow\":false,\"type\":\"c\",\"access\":\"rwm\"}"), PUT_IN_FRONT,
	  RESOURCES(NONE_AT_ALL ",{\"allow\":false,\"type\":\"c\",\"access\":\"rwm\"}"), NULL, NULL },
	{ "privileged", RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"access\":\"rwm\"}"), RULE_REFUSED("1"), NULL,
	  "--privileged", NULL },
	{ "everything, by type",
	  RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"a\",\"major\":1,\"minor\":3,\"access\":\"m\"}"),
	  RULE_REFUSED("1"), NULL, "--privileged", NULL },
	{ "everything, by an empty type", RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"\",\"access\":\"r\"}"),
	  RULE_REFUSED("1"), NULL, NULL, NULL },
	{ "everything, in two halves",
	  RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"c\",\"access\":\"rwm\"},{\"allow\":true,\"type\":\"b\","
				"\"access\":\"rwm\"}"),
	  RULE_REFUSED("1") RULE_REFUSED("2"), NULL, "every block device", NULL },
	{ "a disk", RESOURCES(NONE_AT_ALL "," MAY("b", "8", "0", "r")), RULE_REFUSED("1"), NULL, "b 8:0", NULL },
	{ "all disks", RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"b\",\"major\":8,\"access\":\"rwm\"}"),
	  RULE_REFUSED("1"), NULL, "b 8:*", NULL },
	{ "more than is allowed of a major",
	  RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"b\",\"major\":7,\"access\":\"rwm\"}"), RULE_REFUSED("1"),
	  NULL, NULL, NULL },
	{ "all majors", RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"c\",\"minor\":3,\"access\":\"rwm\"}"),
	  RULE_REFUSED("1"), NULL, NULL, NULL },
	{ "no access is all access", RESOURCES(NONE_AT_ALL ",{\"allow\":true,\"type\":\"b\"}"), RULE_REFUSED("1"), NULL,
	  NULL, NULL },
	{ "a type nobody knows", RESOURCES(NONE_AT_ALL "," MAY("x", "1", "3", "m")), RULE_REFUSED("1"), NULL, NULL,
	  NULL },
	{ "numbers nobody knows", RESOURCES(NONE_AT_ALL "," MAY("c", "-2", "3", "rw")), RULE_REFUSED("1"), NULL, NULL,
	  NULL },
	{ "allowed before all is refused", RESOURCES(MAY("b", "8", "0", "rwm") "," NONE_AT_ALL),
	  RULE_REFUSED("0") PUT_IN_FRONT, RESOURCES(NONE_AT_ALL "," MAY("b", "8", "0", "rwm") "," NONE_AT_ALL), NULL,
	  NULL },
};

ROWS(devices, cgroup, device_rules)
{
	check(&device_rules[*row], "\"devices.cgroup\":{\"action\":\"rewrite\"," ALLOWED "}");
}

Test(devices, without_a_control_group_nothing_is_allowed)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct evidence evidence = { .no_cgroup = true };
	struct judge_case c = { .profile = "\"devices.cgroup\":{\"action\":\"rewrite\"," ALLOWED "}",
				.document = RESOURCES(NONE_AT_ALL "," MAY("c", "1", "3", "rwm")),
				.evidence = &evidence };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(eq(int, judged.verdict, VERDICT_DENY));
	cr_expect(text_is(judged.findings, "denied devices.cgroup /linux/resources/devices\n"), "%s", judged.findings);
}

Test(devices, an_update_allows_no_more_devices)
{
	static const struct {
		const char *document;
		const char *findings;
	} updates[] = {
		{ RESOURCES("{\"allow\":true,\"access\":\"rwm\"}"),
		  "denied devices.cgroup /linux/resources/devices/0\n" },
		{ RESOURCES(MAY("b", "8", "0", "r")), "denied devices.cgroup /linux/resources/devices/0\n" },
		/* containerd sends the list of the container's document again */
		{ RESOURCES(NONE_AT_ALL "," MAY("c", "1", "3", "rwm")), "" },
		{ "{\"linux\":{\"resources\":{\"cpu\":{}}}}", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(updates); i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .profile = "baseline", .scope = SCOPE_UPDATE, .document = updates[i].document };
		struct judged judged;

		judge(&judged, &arena, &c);
		cr_expect(text_is(judged.findings, updates[i].findings), "%s: %s", updates[i].document,
			  judged.findings);
	}
}

Test(devices, numbers_and_names_of_the_common_ones)
{
	cr_expect(device_is_harmless(1, 3) && device_is_harmless(1, 9) && device_is_harmless(5, 0));
	cr_expect(not(device_is_harmless(1, 1) || device_is_harmless(5, 1) || device_is_harmless(5, 2)));
	cr_expect(device_node_at("/dev/zero") && device_node_at("/dev/zero")->minor == 5);
	cr_expect(device_node_at("/dev/sda") == NULL);
}

/* ---- paths ---- */

#define MASK "\"paths.masked\":{\"action\":\"rewrite\",\"paths\":[\"/proc/kcore\",\"/sys/firmware\"]}"
#define MASKED "rewritten paths.masked /linux/maskedPaths\n"

static const struct row masked[] = {
	{ "all there, in any order", "{\"linux\":{\"maskedPaths\":[\"/x\",\"/sys/firmware\",\"/proc/kcore\"]}}", "",
	  NULL, NULL, NULL },
	{ "the engine's stay", "{\"linux\":{\"maskedPaths\":[\"/x\",\"/sys/firmware\"]}}", MASKED,
	  "{\"linux\":{\"maskedPaths\":[\"/x\",\"/sys/firmware\",\"/proc/kcore\"]}}", "1 path is", NULL },
	{ "absent", "{}", MASKED, "{\"linux\":{\"maskedPaths\":[\"/proc/kcore\",\"/sys/firmware\"]}}", "2 paths are",
	  NULL },
	{ "null", "{\"linux\":{\"maskedPaths\":null}}", MASKED,
	  "{\"linux\":{\"maskedPaths\":[\"/proc/kcore\",\"/sys/firmware\"]}}", NULL, NULL },
	{ "a wrong spelling masks nothing", "{\"linux\":{\"maskedPaths\":[\"/proc/Kcore\",\"/sys/firmware/\"]}}",
	  MASKED,
	  "{\"linux\":{\"maskedPaths\":[\"/proc/Kcore\",\"/sys/firmware/\",\"/proc/kcore\",\"/sys/firmware\"]}}", NULL,
	  NULL },
};

ROWS(paths, masked, masked)
{
	check(&masked[*row], MASK);
}

static const struct row made_read_only[] = {
	{ "absent", "{\"linux\":{}}", "rewritten paths.read-only /linux/readonlyPaths\n",
	  "{\"linux\":{\"readonlyPaths\":[\"/proc/sys\"]}}", "read-only", NULL },
	{ "there", "{\"linux\":{\"readonlyPaths\":[\"/proc/sys\"]}}", "", NULL, NULL, NULL },
};

ROWS(paths, read_only, made_read_only)
{
	check(&made_read_only[*row], "\"paths.read-only\":{\"action\":\"rewrite\",\"paths\":[\"/proc/sys\"]}");
}

/* ---- what engines write ---- */

static const char *data_read(struct arena *arena, const char *name)
{
	const char *directory = getenv("OCIGATE_TEST_DATA");
	const char *path = arena_printf(arena, "%s/%s", directory ? directory : "tests/data", name);
	char *text = arena_alloc(arena, TEXT_MAX * 4);
	FILE *file;
	size_t n;

	cr_assert(path && text);
	file = fopen(path, "re");
	cr_assert(file != NULL, "%s", path);
	n = fread(text, 1, TEXT_MAX * 4 - 1, file);
	fclose(file);
	text[n] = '\0';
	return text;
}

/* as if every source led to where it says, /var/run being a link as everywhere */
static void evidence_as_named(struct evidence *ret, struct arena *arena, const char *text)
{
	struct json *config = NULL;
	struct fail f = { 0 };
	const struct json *mounts, *list;
	size_t i = 0;

	cr_assert(json_read(&config, arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	mounts = json_member(config, "mounts");
	list = json_path(config, "linux", "namespaces", NULL);
	*ret = (struct evidence){ .seccomp_arch = "SCMP_ARCH_X86_64",
				  .n_mounts = mounts->count,
				  .n_namespaces = list->count,
				  .rootfs = { .kind = FILE_DIRECTORY, .real = "/run/bundle/rootfs" } };
	ret->mounts = arena_array(arena, ret->n_mounts, sizeof(*ret->mounts));
	ret->namespaces = arena_array(arena, ret->n_namespaces, sizeof(*ret->namespaces));
	cr_assert(ret->mounts && ret->namespaces);
	for (const struct json *mount = mounts->first; mount; mount = mount->next, i++) {
		const char *source = json_member_string(mount, "source");
		const char *rest = source ? text_starts(source, "/var/run/") : NULL;

		if (evidence_is_bind(mount))
			ret->mounts[i] = (struct evidence_file){ .kind = FILE_DIRECTORY,
								 .real = rest ? source + strlen("/var") : source };
	}
	i = 0;
	for (const struct json *entry = list->first; entry; entry = entry->next, i++)
		ret->namespaces[i] = text_is(json_member_string(entry, "path"), "/var/run/docker/netns/default")
					     ? NAMESPACE_HOST
					     : NAMESPACE_OTHER;
}

static const struct {
	const char *file;
	bool passes;
	const char *says; /* in the message */
} engines[] = {
	{ "docker.json", true, NULL },
	{ "docker-hardened.json", true, NULL },
	{ "podman.json", true, NULL },
	{ "ctr.json", true, NULL },
	{ "k8s-sandbox.json", true, NULL },
	{ "k8s.json", true, NULL },
	{ "k8s-hardened.json", true, NULL },
	{ "runc-spec.json", true, NULL },
	{ "crun-spec.json", true, NULL },
	{ "docker-privileged.json", false, "--privileged" },
	{ "docker-host.json", false, "--pid=host" },
	{ "podman-privileged.json", false, "--privileged" },
	{ "ctr-privileged.json", false, "--privileged" },
	{ "k8s-privileged.json", false, "--privileged" },
};

ROWS(engines, ordinary_containers_pass_and_settle, engines)
{
	static const char *const profiles[] = { "baseline", "restricted" };

	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .profile = profiles[i], .document = data_read(&arena, engines[*row].file) };
		struct evidence evidence, after;
		struct judged judged;

		evidence_as_named(&evidence, &arena, c.document);
		c.evidence = &evidence;
		judge(&judged, &arena, &c);
		cr_expect(eq(int, judged.verdict != VERDICT_DENY, engines[*row].passes), "%s, %s:\n%s%s",
			  engines[*row].file, profiles[i], judged.findings, judged.texts);
		cr_expect(says(&judged, engines[*row].says), "%s: %s", engines[*row].file, judged.texts);
		evidence_as_named(&after, &arena, judged.document);
		c.evidence = &after;
		cr_expect(judge_settles(&arena, &c, &judged), "%s, %s", engines[*row].file, profiles[i]);
	}
}

/* ---- laws, over made-up documents ---- */

struct random {
	uint64_t state;
	char text[TEXT_MAX];
	size_t used;
};

static uint64_t next(struct random *r, uint64_t n)
{
	r->state = r->state * 6364136223846793005u + 1442695040888963407u;
	return (r->state >> 33) % n;
}

static void put(struct random *r, const char *text)
{
	int n = snprintf(r->text + r->used, sizeof(r->text) - r->used, "%s", text);

	cr_assert(n >= 0 && (size_t)n < sizeof(r->text) - r->used);
	r->used += (size_t)n;
}

#define PICK(r, words) put(r, (words)[next(r, ARRAY_SIZE(words))])

static void put_list(struct random *r, const char *const *words, size_t n_words, size_t max)
{
	size_t n = next(r, max + 1);

	put(r, "[");
	for (size_t i = 0; i < n; i++) {
		put(r, i ? "," : "");
		put(r, words[next(r, n_words)]);
	}
	put(r, "]");
}

static void put_mount(struct random *r)
{
	static const char *const where[] = { "/tmp", "/run",   "/x", "/proc", "/sys", "/sys/fs/cgroup",
					     "/dev", "/run/x", "/",  "/var",  "/tmp/" };
	static const char *const what[] = { "bind", "proc", "sysfs", "tmpfs", "cgroup", "cgroup2", "foo" };
	static const char *const how[] = { "\"ro\"",     "\"rw\"",     "\"rro\"",     "\"rrw\"",    "\"bind\"",
					   "\"rbind\"",  "\"shared\"", "\"rshared\"", "\"rslave\"", "\"private\"",
					   "\"nosuid\"", "\"size=1\"", "\"remount\"" };

	put(r, "{\"destination\":\"");
	PICK(r, where);
	put(r, "\",\"type\":\"");
	PICK(r, what);
	put(r, "\"");
	if (next(r, 4)) {
		put(r, ",\"options\":");
		put_list(r, how, ARRAY_SIZE(how), 5);
	}
	put(r, "}");
}

static void put_document(struct random *r)
{
	static const char *const readonly[] = { "{}", "{\"readonly\":false}", "{\"readonly\":true,\"path\":\"x\"}" };
	static const char *const spread[] = { "", "\"rootfsPropagation\":\"shared\",",
					      "\"rootfsPropagation\":\"rslave\",", "\"rootfsPropagation\":\"x\"," };
	static const char *const hidden[] = { "\"/proc/kcore\"", "\"/sys/firmware\"", "\"/x\"" };
	static const char *const rule[] = { NONE_AT_ALL, MAY("c", "1", "3", "rwm"), MAY("b", "8", "0", "r"),
					    "{\"allow\":true,\"access\":\"rwm\"}",
					    "{\"allow\":false,\"type\":\"b\",\"access\":\"w\"}" };
	size_t n_mounts = next(r, 5);

	put(r, "{\"root\":");
	PICK(r, readonly);
	put(r, ",\"mounts\":[");
	for (size_t i = 0; i < n_mounts; i++) {
		put(r, i ? "," : "");
		put_mount(r);
	}
	put(r, "],\"linux\":{");
	PICK(r, spread);
	put(r, "\"maskedPaths\":");
	put_list(r, hidden, ARRAY_SIZE(hidden), 3);
	put(r, ",\"resources\":{\"devices\":");
	put_list(r, rule, ARRAY_SIZE(rule), 4);
	put(r, "}}}");
}

static const char every_rule[] =
	MASK "," READ_ONLY "," PROPAGATION "," READ_ONLY_ROOT ",\"mounts.options\":{\"action\":\"rewrite\"},"
	     "\"paths.read-only\":{\"action\":\"rewrite\"},\"rootfs.propagation\":{\"action\":\"rewrite\"},\"mounts."
	     "type\":{\"action\":\"rewrite\"},"
	     "\"mounts.destination\":{\"action\":\"rewrite\"},\"mounts.sensitive\":{\"action\":\"rewrite\"},\"devices."
	     "allowed\":{\"action\":\"rewrite\"},"
	     "\"namespaces.host\":{\"action\":\"rewrite\"},\"rootfs.path\":{\"action\":\"rewrite\"},\"devices.cgroup\":"
	     "{\"action\":\"rewrite\"," ALLOWED "}";

static bool holds(const struct json *list, const char *text)
{
	return json_has_string(list, text);
}

/* what an option that is new, or gone, may be */
static bool options_are_no_looser(const struct json *before, const struct json *after)
{
	static const char *const new[] = { "ro", "rslave", "nosuid", "noexec", "nodev" };
	static const char *const gone[] = { "rw", "rrw", "shared", "rshared" };

	for (const struct json *option = after ? after->first : NULL; option; option = option->next) {
		bool good = holds(before, option->text);

		for (size_t i = 0; i < ARRAY_SIZE(new); i++)
			good = good || text_is(option->text, new[i]);
		if (!good)
			return false;
	}
	for (const struct json *option = before ? before->first : NULL; option; option = option->next) {
		bool good = holds(after, option->text);

		for (size_t i = 0; i < ARRAY_SIZE(gone); i++)
			good = good || text_is(option->text, gone[i]);
		if (!good)
			return false;
	}
	return true;
}

/* each mount of before is there, in order; what is in front of them is a harmless tmpfs */
static bool mounts_are_no_looser(const struct json *before, const struct json *after)
{
	const struct json *b = before->first;
	const struct json *a = after->first;

	for (uint32_t i = before->count; i < after->count; i++, a = a->next) {
		const struct json *list = json_member(a, "options");

		if (!text_is(json_member_string(a, "type"), "tmpfs") || !holds(list, "nosuid") ||
		    !holds(list, "nodev") || !holds(list, "noexec"))
			return false;
	}
	for (; a && b; a = a->next, b = b->next) {
		if (!text_is(json_member_string(a, "destination"), json_member_string(b, "destination")) ||
		    !text_is(json_member_string(a, "type"), json_member_string(b, "type")) ||
		    !options_are_no_looser(json_member(b, "options"), json_member(a, "options")))
			return false;
	}
	return !a && !b;
}

static bool lists_are_no_looser(const struct json *before, const struct json *after)
{
	const struct json *masked_before = json_path(before, "linux", "maskedPaths", NULL);
	const struct json *rules_before = json_path(before, "linux", "resources", "devices", NULL);
	const struct json *rules_after = json_path(after, "linux", "resources", "devices", NULL);
	const struct json *a = rules_after->first;

	for (const struct json *path = masked_before->first; path; path = path->next) {
		if (!holds(json_path(after, "linux", "maskedPaths", NULL), path->text))
			return false;
	}
	if (rules_after->count > rules_before->count) {
		if (json_is_true(json_member(a, "allow")))
			return false;
		a = a->next;
	}
	for (const struct json *b = rules_before->first; b; b = b->next, a = a->next) {
		if (!a || !json_equal(a, b))
			return false;
	}
	return !a;
}

Test(laws, never_looser_and_settled)
{
	static struct random r;

	for (uint64_t seed = 1; seed <= 3000; seed++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .profile = every_rule, .document = r.text };
		struct json *before = NULL;
		struct fail f = { 0 };
		struct judged judged;

		r = (struct random){ .state = seed * 7919 };
		put_document(&r);
		judge(&judged, &arena, &c);
		cr_assert(json_read(&before, &arena, r.text, r.used, JSON_STRICT, &f), "%s", f.text);
		cr_assert(mounts_are_no_looser(json_member(before, "mounts"), json_member(judged.config, "mounts")),
			  "%s\n%s", r.text, judged.document);
		cr_assert(lists_are_no_looser(before, judged.config), "%s\n%s", r.text, judged.document);
		cr_assert(json_is_true(json_path(judged.config, "root", "readonly", NULL)));
		cr_assert(judge_settles(&arena, &c, &judged), "%s\n%s", r.text, judged.document);
	}
}

/* what a profile only notes, denies, or has waived changes nothing */
Test(laws, only_rewriting_changes_a_document)
{
	static const char *const actions[] = { "note", "deny", "allow" };
	static const char document[] = "{\"root\":{},\"mounts\":[" MOUNT(
		"/sys", "sysfs", "sysfs", "\"rw\",\"ro\",\"shared\"") "],\"linux\":{\"rootfsPropagation\":\"shared\"}}";

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		for (const struct rule *rule = rules; rule->id; rule++) {
			ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
			struct judge_case c = { .document = document };
			struct judged judged;

			c.profile = arena_printf(&arena, "\"%s\":{\"action\":\"%s\"}", rule->id, actions[i]);
			judge(&judged, &arena, &c);
			cr_expect(text_is(judged.document, document), "%s %s: %s", rule->id, actions[i],
				  judged.document);
		}
	}
}

Test(laws, a_waived_rule_changes_nothing)
{
	static const char *const waived[] = { "mounts.cgroup-read-only", "rootfs.read-only",   "paths.masked",
					      "devices.cgroup",          "rootfs.propagation", "mounts.propagation" };
	static const char document[] = "{\"root\":{},\"mounts\":[" MOUNT(
		"/sys", "sysfs", "sysfs", "\"rw\",\"shared\"") "],\"linux\":{\"rootfsPropagation\":\"shared\"}}";

	for (size_t i = 0; i < ARRAY_SIZE(waived); i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		struct judge_case c = { .document = document, .waived = waived[i] };
		struct judged judged;

		c.profile = arena_printf(&arena, "\"%s\":{\"action\":\"rewrite\"}", waived[i]);
		judge(&judged, &arena, &c);
		cr_expect(text_is(judged.document, document), "%s: %s", waived[i], judged.document);
		cr_expect(text_starts(judged.findings, "waived ") != NULL, "%s: %s", waived[i], judged.findings);
	}
}

/* out of memory: the decision fails, it never passes what it would have refused or changed */
Test(laws, memory_that_is_out_never_lets_pass)
{
	ARENA_RELEASED_ON_RETURN whole = ARENA_UP_TO(PLENTY);
	const char *text = data_read(&whole, "docker-host.json");
	struct judge_case c = { .profile = "restricted", .document = text };
	struct policy policy = { 0 };
	struct identity identity = { .id = "c1" };
	struct evidence evidence;
	struct judged judged;
	bool enough = false;

	evidence_as_named(&evidence, &whole, text);
	c.evidence = &evidence;
	judge(&judged, &whole, &c);
	for (size_t limit = 0; !enough && limit < 1024 * 1024; limit += 509) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
		ARENA_RELEASED_ON_RETURN small = ARENA_UP_TO(limit);
		const struct json *layers[3];
		struct profile *profile = arena_alloc(&arena, sizeof(*profile));
		struct question question = { .scope = SCOPE_CONTAINER,
					     .identity = &identity,
					     .policy = &policy,
					     .evidence = &evidence,
					     .today = "2026-01-01" };
		const char *name = "restricted";
		struct decision decision;
		struct fail f = { 0 };

		for (size_t i = 0; i < 3; i++) {
			const char *built_in = profile_built_in(name, NULL);

			cr_assert(profile_read(&layers[i], &name, &arena, name, name, built_in, strlen(built_in), &f),
				  "%s", f.text);
		}
		cr_assert(profile_resolve(profile, &arena, "restricted", layers, 3, &f));
		question.profile = profile;
		cr_assert(json_read(&question.config, &arena, text, strlen(text), JSON_STRICT, &f));
		enough = decision_make(&decision, &small, &question, &f);
		cr_assert(enough || f.kind == FAIL_MEMORY, "%s", f.text);
		cr_assert(enough ? decision.verdict == VERDICT_DENY : judged.verdict == VERDICT_DENY);
	}
	cr_expect(enough);
}
