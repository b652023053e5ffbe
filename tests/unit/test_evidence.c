/* SPDX-License-Identifier: Apache-2.0 */
/* Real files, links, sockets, mounts and namespaces in a mount namespace of the test's own. */
#include "evidence.h"

#include "base/path.h"
#include "base/text.h"
#include "rows.h"
#include "system/mount_table.h"

#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 22 };

/* each test runs in a process of its own */
static char top[64];
static int bundle_fd = -1;
static bool has_mounts;

/* process 1 may be out of reach even for root: in a container, or when it has more capabilities */
static bool process_1_is_out_of_reach(const char *path)
{
	struct stat st;

	return strncmp(path, "/proc/1/", 8) == 0 && stat("/proc/1/ns/net", &st) < 0;
}

static const char *at(const char *name)
{
	static char paths[8][256];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", top, name);
	return path;
}

static void file(const char *name)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	cr_assert(fd >= 0, "%s", name);
	close(fd);
}

static void directory(const char *name)
{
	cr_assert(mkdir(at(name), 0755) == 0, "%s", name);
}

static void to(const char *name, const char *target)
{
	cr_assert(symlink(target, at(name)) == 0, "%s", name);
}

static void socket_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", at(name));
	cr_assert(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "%s", name);
}

/*
 *	guarded/            what the tests guard: secret, sub/, docker.sock
 *	moved               a guarded path that is a link to real-store/
 *	data/               what anybody may have
 *	bundle/rootfs/      with links to /proc
 */
static void set_up(void)
{
	snprintf(top, sizeof(top), "/tmp/ocigate-evidence-XXXXXX");
	cr_assert(mkdtemp(top) != NULL);
	has_mounts =
		geteuid() == 0 && unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	directory("guarded");
	directory("guarded/sub");
	directory("guarded/sub/deep");
	file("guarded/secret");
	socket_at("guarded/docker.sock");
	directory("real-store");
	directory("real-store/overlay2");
	to("moved", "real-store");
	directory("home");
	directory("home/me");
	directory("home/me/.ssh");
	directory("data");
	directory("data/x");
	file("data/file");
	socket_at("data/own.sock");
	to("data/link", "../guarded/secret");
	to("data/dir-link", "../guarded");
	to("data/loop", "loop");
	cr_assert(mkfifo(at("data/fifo"), 0600) == 0);
	directory("bundle");
	directory("bundle/rootfs");
	directory("bundle/rootfs/etc");
	directory("bundle/rootfs/run");
	file("bundle/rootfs/etc/hosts");
	directory("bundle/rootfs/var");
	to("bundle/rootfs/var/run", "/run");
	to("bundle/rootfs/innocent", "/proc/sys");
	to("bundle/rootfs/etc/up", "../../../../proc");
	to("bundle/rootfs/endless", "endless");
	directory("bundle/inside");
	bundle_fd = open(at("bundle"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert(bundle_fd >= 0);
}

/* take down what was mounted below the test's directory; is nothing mounted there any more? */
static bool unmounted(void)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct mount_table table;
	struct fail f = { 0 };

	if (!mount_table_read(&table, &arena, &f))
		return false;
	for (size_t i = table.n_entries; i-- > 0;) {
		if (text_path_is_below(table.entries[i].point, top))
			umount2(table.entries[i].point, MNT_DETACH);
	}
	if (!mount_table_read(&table, &arena, &f))
		return false;
	for (size_t i = 0; i < table.n_entries; i++) {
		if (text_path_is_below(table.entries[i].point, top))
			return false;
	}
	return true;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void tear_down(void)
{
	close(bundle_fd);
	/* the host's "/" may be mounted in there: rather leave litter than remove through it */
	if (unmounted())
		nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* a test that is skipped is not torn down otherwise */
static void skip(const char *why)
{
	tear_down();
	cr_skip_test("%s", why);
}

static void needs_mounts(void)
{
	if (!has_mounts)
		skip("needs root and mounts");
}

TestSuite(evidence, .init = set_up, .fini = tear_down);

static void gather(struct evidence *ret, struct arena *arena, const char *format, ...) PRINTF(3, 4);

static void gather(struct evidence *ret, struct arena *arena, const char *format, ...)
{
	struct json *config = NULL;
	struct json *guarded = NULL;
	struct fail f = { 0 };
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	cr_assert(text && json_read(&config, arena, text, strlen(text), JSON_STRICT, &f), "%s: %s", f.text, text);
	text = arena_printf(
		arena,
		"[\"%s/guarded\",\"%s/moved\",\"%s/home/*/.ssh\",\"/proc\",\"%s/guarded/docker.sock\",\"%s/none\"]",
		top, top, top, top, top);
	cr_assert(text && json_read(&guarded, arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	if (!evidence_gather(ret, arena, config, bundle_fd, guarded, &f))
		cr_fatal("%s", f.text);
}

/* the evidence about one bind mount */
static struct evidence_file bind_of(struct arena *arena, const char *source)
{
	struct evidence evidence;

	gather(&evidence, arena,
	       "{\"mounts\":[{\"destination\":\"/x\",\"type\":\"foo\",\"source\":\"%s\",\"options\":[\"rbind\"]}]}",
	       source);
	cr_assert(eq(sz, evidence.n_mounts, 1));
	return evidence.mounts[0];
}

Test(evidence, devices_are_looked_at_where_the_runtime_binds_them)
{
	static const char two[] = "\"devices\":[{\"path\":\"/dev/null\"},{\"path\":\"/etc/passwd\"}]";
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(1 << 20);
	struct evidence evidence;

	gather(&evidence, &arena, "{\"linux\":{%s}}", two);
	cr_expect(zero(ptr, evidence.devices));
	gather(&evidence, &arena, "{\"linux\":{%s,\"namespaces\":[{\"type\":\"user\"}]}}", two);
	cr_assert(eq(sz, evidence.n_devices, 2));
	cr_expect(evidence.devices[0].kind == FILE_CHARACTER_DEVICE);
	cr_expect(evidence.devices[0].major == 1 && evidence.devices[0].minor == 3);
	cr_expect(evidence.devices[1].kind == FILE_PLAIN);
}

static const struct {
	const char *mount;
	bool is_bind;
} binds[] = {
	{ "{\"type\":\"bind\"}", true },
	{ "{\"type\":\"bind\",\"options\":[]}", true },
	{ "{\"type\":\"proc\",\"options\":[\"ro\",\"bind\"]}", true },
	{ "{\"type\":\"\",\"options\":[\"rbind\"]}", true },
	{ "{\"options\":[\"bind\"]}", true },
	{ "{\"type\":\"proc\",\"options\":[\"Bind\"]}", false },
	{ "{\"type\":\"tmpfs\",\"options\":[\"nosuid\"]}", false },
	{ "{\"type\":\"none\"}", false },
	{ "{}", false },
};

ROWS(evidence, bind_is_what_runtimes_bind, binds)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct json *mount = NULL;
	struct fail f = { 0 };

	cr_assert(json_read(&mount, &arena, binds[*row].mount, strlen(binds[*row].mount), JSON_STRICT, &f));
	cr_expect(eq(int, evidence_is_bind(mount), binds[*row].is_bind), "%s", binds[*row].mount);
}

/* sources: "@" stands for the directory of the test */
static const struct {
	const char *source;
	enum file_kind kind;
	const char *real;  /* NULL: none */
	const char *alias; /* NULL: none */
} sources[] = {
	{ "@/data/x", FILE_DIRECTORY, "@/data/x", NULL },
	{ "@/data/file", FILE_PLAIN, "@/data/file", NULL },
	{ "@//data/./x/", FILE_DIRECTORY, "@/data/x", NULL },
	{ "@/data/own.sock", FILE_SOCKET, "@/data/own.sock", NULL },
	{ "@/data/fifo", FILE_OTHER, "@/data/fifo", NULL },
	{ "@/data/missing", FILE_MISSING, NULL, NULL },
	{ "@/data/loop", FILE_MISSING, NULL, NULL },
	{ "@/data/file/x", FILE_MISSING, NULL, NULL },
	{ "", FILE_MISSING, NULL, NULL },
	{ "@/guarded/secret", FILE_PLAIN, "@/guarded/secret", NULL },
	{ "@/data/link", FILE_PLAIN, "@/guarded/secret", NULL },
	{ "@/data/dir-link/sub", FILE_DIRECTORY, "@/guarded/sub", NULL },
	{ "@/data/dir-link/../data/file", FILE_PLAIN, "@/data/file", NULL },
	{ "@/data/dir-link/../x", FILE_MISSING, NULL, NULL },
	{ "@/data/../guarded/secret", FILE_PLAIN, "@/guarded/secret", NULL },
	{ "@/../../../../../../..", FILE_DIRECTORY, "/", NULL },
	{ "inside", FILE_DIRECTORY, "@/bundle/inside", NULL },
	{ "../guarded/secret", FILE_PLAIN, "@/guarded/secret", NULL },
	{ ".", FILE_DIRECTORY, "@/bundle", NULL },
	{ "rootfs/var/run", FILE_DIRECTORY, "/run", NULL },
	{ "/", FILE_DIRECTORY, "/", NULL },
	{ "//", FILE_DIRECTORY, "/", NULL },
	{ "/proc/1/root", FILE_DIRECTORY, "/", "/proc" },
	{ "/proc/self/root/etc", FILE_DIRECTORY, "/etc", "/proc" },
	{ "/proc/thread-self/root@/data/x", FILE_DIRECTORY, "@/data/x", "/proc" },
	{ "/proc/self/ns/net", FILE_PLAIN, NULL, NULL },
	{ "/proc/sys/../../etc/passwd", FILE_PLAIN, "/etc/passwd", NULL },
	{ "/dev/null", FILE_CHARACTER_DEVICE, "/dev/null", NULL },
	{ "@/real-store", FILE_DIRECTORY, "@/real-store", "@/moved" },
	{ "@/real-store/overlay2", FILE_DIRECTORY, "@/real-store/overlay2", "@/moved/overlay2" },
	{ "@/moved/overlay2", FILE_DIRECTORY, "@/real-store/overlay2", "@/moved/overlay2" },
	{ "@/home/me", FILE_DIRECTORY, "@/home/me", NULL },
};

static const char *placed(struct arena *arena, const char *text)
{
	const char *mark = text ? strchr(text, '@') : NULL;

	return mark ? arena_printf(arena, "%.*s%s%s", (int)(mark - text), text, top, mark + 1) : text;
}

ROWS(evidence, sources_are_what_they_lead_to, sources)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence_file found = bind_of(&arena, placed(&arena, sources[*row].source));
	const char *real = placed(&arena, sources[*row].real);
	const char *alias = placed(&arena, sources[*row].alias);

	if (process_1_is_out_of_reach(sources[*row].source))
		skip("process 1 may not be looked at");
	cr_expect(eq(int, found.kind, sources[*row].kind), "%s", sources[*row].source);
	cr_expect(real ? text_is(found.real, real) : !found.real, "%s: %s", sources[*row].source, found.real);
	cr_expect(alias ? text_is(found.alias_of, alias) : !found.alias_of, "%s: %s", sources[*row].source,
		  found.alias_of);
}

Test(evidence, device_numbers_are_the_nodes_own)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence_file found;

	needs_mounts();
	cr_assert(mknod(at("data/zero-it-says"), S_IFBLK | 0600, makedev(8, 1)) == 0);
	found = bind_of(&arena, at("data/zero-it-says"));
	cr_expect(eq(int, found.kind, FILE_BLOCK_DEVICE));
	cr_expect(found.major == 8 && found.minor == 1);
}

/* mounts made on the host: what is mounted at data/m, from where, and by what name it is guarded then */
static const struct {
	const char *name;
	const char *from;
	const char *type; /* NULL: a bind mount */
	unsigned long flags;
	const char *source; /* that the document names */
	const char *alias;
} mounted[] = {
	{ "the guarded directory", "@/guarded", NULL, MS_BIND, "@/data/m", "@/guarded" },
	{ "a file below it", "@/guarded", NULL, MS_BIND, "@/data/m/secret", "@/guarded/secret" },
	{ "a part of it", "@/guarded/sub", NULL, MS_BIND, "@/data/m", "@/guarded/sub" },
	{ "below a part of it", "@/guarded/sub", NULL, MS_BIND, "@/data/m/deep", "@/guarded/sub/deep" },
	{ "what it lies in", "@", NULL, MS_BIND, "@/data/m", "@/guarded" },
	{ "something beside it, by what it lies in", "@", NULL, MS_BIND, "@/data/m/data/x", NULL },
	{ "the host's root", "/", NULL, MS_BIND, "@/data/m", "/" },
	{ "by way of the host's root", "/", NULL, MS_BIND, "@/data/m@/guarded/secret", "@/guarded/secret" },
	{ "below a pattern", "@/home", NULL, MS_BIND, "@/data/m/me/.ssh", "@/home/me/.ssh" },
	{ "above a pattern", "@/home", NULL, MS_BIND, "@/data/m/me", "@/home" },
	{ "a moved store", "@/real-store/overlay2", NULL, MS_BIND, "@/data/m", "@/moved/overlay2" },
	{ "what anybody may have", "@/data/x", NULL, MS_BIND, "@/data/m", NULL },
	{ "a tmpfs", "tmpfs", "tmpfs", 0, "@/data/m", NULL },
	{ "the kernel's processes", "proc", "proc", 0, "@/data/m", "/proc" },
	{ "one file of theirs", "proc", "proc", 0, "@/data/m/sys/kernel", "/proc" },
	{ "the kernel's devices", "sysfs", "sysfs", 0, "@/data/m/kernel", "/sys" },
};

ROWS(evidence, mounts_are_seen_through, mounted)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	const char *alias = placed(&arena, mounted[*row].alias);
	const char *source = mounted[*row].source;
	const char *from = placed(&arena, mounted[*row].from);
	struct evidence_file found;

	needs_mounts();
	directory("data/m");
	if (mount(from, at("data/m"), mounted[*row].type, mounted[*row].flags, NULL) < 0)
		skip("this mount is not possible here");
	for (int i = 0; i < 2; i++)
		source = placed(&arena, source);
	found = bind_of(&arena, source);
	cr_expect(text_is(found.real, source));
	cr_expect(alias ? text_is(found.alias_of, alias) : !found.alias_of, "%s: %s", mounted[*row].name,
		  found.alias_of);
}

Test(evidence, a_copied_tree_of_mounts_is_seen_through)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence_file found;

	needs_mounts();
	/* the guarded directory is on a filesystem of its own; its parent is copied with all mounts */
	cr_assert(mount("tmpfs", at("guarded"), "tmpfs", 0, NULL) == 0);
	file("guarded/secret");
	directory("data/m");
	cr_assert(mount(top, at("data/m"), NULL, MS_BIND | MS_REC, NULL) == 0);
	found = bind_of(&arena, at("data/m"));
	cr_expect(found.alias_of != NULL);
	found = bind_of(&arena, at("data/m/guarded/secret"));
	cr_expect(text_is(found.alias_of, at("guarded/secret")), "%s", found.alias_of);
	found = bind_of(&arena, at("data/m/data/x"));
	cr_expect(found.alias_of == NULL, "%s", found.alias_of);
}

Test(evidence, a_bound_guarded_path_is_known_by_its_other_name)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence_file found;

	needs_mounts();
	cr_assert(mount(at("real-store"), at("guarded"), NULL, MS_BIND, NULL) == 0);
	cr_assert(unlink(at("moved")) == 0);
	found = bind_of(&arena, at("real-store/overlay2"));
	cr_expect(text_is(found.alias_of, at("guarded/overlay2")), "%s", found.alias_of);
}

Test(evidence, an_overlay_may_show_anything)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence_file found;
	char options[256];

	needs_mounts();
	directory("data/m");
	snprintf(options, sizeof(options), "lowerdir=%s:%s", at("guarded"), at("data/x"));
	if (mount("overlay", at("data/m"), "overlay", MS_RDONLY, options) < 0)
		skip("no overlay here");
	found = bind_of(&arena, at("data/m/secret"));
	cr_expect(text_is(found.alias_of, "/"), "%s", found.alias_of);
}

Test(evidence, a_socket_is_known_under_any_name)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence_file found;

	cr_assert(link(at("guarded/docker.sock"), at("data/innocent")) == 0);
	found = bind_of(&arena, at("data/innocent"));
	cr_expect(eq(int, found.kind, FILE_SOCKET));
	cr_expect(text_is(found.alias_of, at("guarded/docker.sock")), "%s", found.alias_of);

	cr_assert(link(at("data/own.sock"), at("data/x/second-name")) == 0);
	found = bind_of(&arena, at("data/x/second-name"));
	cr_expect(text_is(found.alias_of, "/run"), "a linked socket is hidden for a reason: %s", found.alias_of);

	needs_mounts();
	file("data/m");
	cr_assert(mount(at("guarded/docker.sock"), at("data/m"), NULL, MS_BIND, NULL) == 0);
	cr_assert(unlink(at("data/innocent")) == 0);
	found = bind_of(&arena, at("data/m"));
	cr_expect(text_is(found.alias_of, at("guarded/docker.sock")), "%s", found.alias_of);
}

static const struct {
	const char *destination;
	const char *leads_to; /* NULL: no link on the way */
} destinations[] = {
	{ "/etc/hosts", NULL },
	{ "/etc", NULL },
	{ "/new", NULL },
	{ "/new/below", NULL },
	{ "/var/run", "/run" },
	{ "/var/run/secrets/x", "/run/secrets/x" },
	{ "/innocent", "/proc/sys" },
	{ "/innocent/kernel", "/proc/sys/kernel" },
	{ "/etc/up", "/proc" },
	{ "/etc/up/../x", NULL },
	{ "/endless", "/" },
	{ "/proc/sys", NULL },
	{ "/dev/innocent", NULL },
	{ "/etc//up/self", "/proc/self" },
	{ "relative", NULL },
};

ROWS(evidence, destinations_are_followed_as_the_runtime_would, destinations)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	const char *wanted = destinations[*row].leads_to;
	const char *found;
	struct evidence evidence;

	gather(&evidence, &arena,
	       "{\"root\":{\"path\":\"rootfs\"},\"mounts\":[{\"destination\":\"%s\",\"type\":\"tmpfs\"}]}",
	       destinations[*row].destination);
	found = evidence.mounts[0].destination;
	cr_expect(wanted ? text_is(found, wanted) : !found, "%s: %s", destinations[*row].destination, found);
}

static const struct {
	const char *path;
	enum file_kind kind;
	const char *real;
	bool is_host;
} roots[] = {
	{ "rootfs", FILE_DIRECTORY, "@/bundle/rootfs", false },
	{ "rootfs/", FILE_DIRECTORY, "@/bundle/rootfs", false },
	{ "../bundle/./rootfs", FILE_DIRECTORY, "@/bundle/rootfs", false },
	{ "@/bundle/rootfs", FILE_DIRECTORY, "@/bundle/rootfs", false },
	{ "missing", FILE_MISSING, NULL, false },
	{ "@/data/file", FILE_PLAIN, "@/data/file", false },
	{ "/", FILE_DIRECTORY, "/", true },
	{ "/proc/self/root", FILE_DIRECTORY, "/", true },
	{ "../../../../../../../..", FILE_DIRECTORY, "/", true },
	{ "@/data/dir-link", FILE_DIRECTORY, "@/guarded", false },
};

ROWS(evidence, rootfs_is_what_it_leads_to, roots)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	const char *real = placed(&arena, roots[*row].real);
	struct evidence evidence;

	gather(&evidence, &arena, "{\"root\":{\"path\":\"%s\"}}", placed(&arena, roots[*row].path));
	cr_expect(eq(int, evidence.rootfs.kind, roots[*row].kind), "%s", roots[*row].path);
	cr_expect(real ? text_is(evidence.rootfs.real, real) : !evidence.rootfs.real, "%s", evidence.rootfs.real);
	cr_expect(eq(int, text_is(evidence.rootfs.alias_of, "/"), roots[*row].is_host));
}

Test(evidence, a_bound_host_root_is_no_rootfs)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence evidence;

	needs_mounts();
	directory("data/m");
	cr_assert(mount("/", at("data/m"), NULL, MS_BIND, NULL) == 0);
	gather(&evidence, &arena, "{\"root\":{\"path\":\"%s\"}}", at("data/m"));
	cr_expect(text_is(evidence.rootfs.alias_of, "/"));
}

Test(evidence, links_for_proc_and_dev_in_the_rootfs_are_told)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct evidence evidence;

	directory("bundle/rootfs/proc");
	gather(&evidence, &arena, "{\"root\":{\"path\":\"rootfs\"}}");
	cr_expect(evidence.rootfs_link == NULL);
	to("bundle/rootfs/dev", "etc");
	gather(&evidence, &arena, "{\"root\":{\"path\":\"rootfs\"}}");
	cr_expect(text_is(evidence.rootfs_link, "dev"));
}

static const struct {
	const char *type;
	const char *path;
	enum namespace_kind kind;
} namespaces[] = {
	{ "network", "/proc/self/ns/net", NAMESPACE_HOST },
	{ "network", "/proc/thread-self/ns/net", NAMESPACE_HOST },
	{ "pid", "/proc/1/ns/pid", NAMESPACE_HOST },
	{ "mount", "/proc/1/ns/mnt", NAMESPACE_HOST }, /* set_up() took us out of it: it is process 1's */
	{ "uts", "/proc/self/ns/uts", NAMESPACE_HOST },
	{ "ipc", "/proc/self/ns/ipc", NAMESPACE_HOST },
	{ "cgroup", "/proc/self/ns/cgroup", NAMESPACE_HOST },
	{ "user", "/proc/self/ns/user", NAMESPACE_HOST },
	{ "network", "@/data/netns-link", NAMESPACE_HOST },
	{ "network", "@/data/file", NAMESPACE_UNKNOWN },
	{ "network", "@/data/fifo", NAMESPACE_UNKNOWN },
	{ "network", "/dev/null", NAMESPACE_UNKNOWN },
	{ "network", "/missing", NAMESPACE_UNKNOWN },
	{ "network", "../data/netns-link", NAMESPACE_HOST },
	{ "invented", "/proc/self/ns/net", NAMESPACE_UNKNOWN },
};

static enum namespace_kind namespace_of(struct arena *arena, const char *type, const char *path)
{
	struct evidence evidence;

	gather(&evidence, arena, "{\"linux\":{\"namespaces\":[{\"type\":\"%s\",\"path\":\"%s\"}]}}", type, path);
	cr_assert(eq(sz, evidence.n_namespaces, 1));
	return evidence.namespaces[0];
}

ROWS(evidence, host_namespaces_are_told_by_inode, namespaces)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);

	if (process_1_is_out_of_reach(namespaces[*row].path))
		skip("process 1 may not be looked at");
	to("data/netns-link", "/proc/self/ns/net");
	cr_expect(eq(int, namespace_of(&arena, namespaces[*row].type, placed(&arena, namespaces[*row].path)),
		     namespaces[*row].kind),
		  "%s %s", namespaces[*row].type, namespaces[*row].path);
}

Test(evidence, another_network_namespace_is_another)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);

	needs_mounts();
	file("data/m");
	file("data/n");
	/* as ip netns does: the host's, which engines find at a path too, and one that is new */
	cr_assert(mount("/proc/self/ns/net", at("data/n"), NULL, MS_BIND, NULL) == 0);
	cr_expect(eq(int, namespace_of(&arena, "network", at("data/n")), NAMESPACE_HOST));
	if (unshare(CLONE_NEWNET) < 0)
		skip("no network namespaces here");
	cr_assert(mount("/proc/self/ns/net", at("data/m"), NULL, MS_BIND, NULL) == 0);
	cr_expect(eq(int, namespace_of(&arena, "network", at("data/m")), NAMESPACE_HOST), "it is our own");
	if (!process_1_is_out_of_reach("/proc/1/"))
		cr_expect(eq(int, namespace_of(&arena, "network", at("data/n")), NAMESPACE_HOST), "it is process 1's");
	if (unshare(CLONE_NEWNET) == 0)
		cr_expect(eq(int, namespace_of(&arena, "network", at("data/m")), NAMESPACE_OTHER));
}

Test(evidence, memory_that_is_out_is_a_failure)
{
	static const char text[] = "{\"root\":{\"path\":\"rootfs\"},\"mounts\":["
				   "{\"destination\":\"/var/run/x\",\"source\":\"/var/run\",\"options\":[\"bind\"]},"
				   "{\"destination\":\"/x\",\"source\":\"/dev/shm\",\"options\":[\"bind\"]}],"
				   "\"linux\":{\"namespaces\":[{\"type\":\"pid\",\"path\":\"/proc/1/ns/pid\"}]}}";
	static const char paths[] = "[\"/etc\",\"/var/lib/docker\",\"/home/*/.ssh\",\"/dev/shm/x\"]";
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct json *config = NULL, *guarded = NULL;
	struct fail f = { 0 };
	bool enough = false;

	cr_assert(json_read(&config, &arena, text, sizeof(text) - 1, JSON_STRICT, &f));
	cr_assert(json_read(&guarded, &arena, paths, sizeof(paths) - 1, JSON_STRICT, &f));
	for (size_t limit = 0; !enough && limit < ARENA_BYTES; limit += limit < 8192 ? 16 : 4096) {
		ARENA_RELEASED_ON_RETURN small = ARENA_UP_TO(limit);
		struct evidence evidence;

		f = (struct fail){ 0 };
		enough = evidence_gather(&evidence, &small, config, bundle_fd, guarded, &f);
		cr_assert(enough || f.kind == FAIL_MEMORY || f.kind == FAIL_SYSTEM, "%s", f.text);
	}
	cr_expect(enough);
}

Test(evidence, no_descriptor_stays_open)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	int before = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int after;

	close(before);
	bind_of(&arena, at("data/link"));
	bind_of(&arena, at("real-store"));
	bind_of(&arena, "/proc/self/root");
	after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	cr_expect(eq(int, before, after));
}

static const struct {
	const char *guard;
	const char *path;
	enum path_relation relation;
} relations[] = {
	{ "/etc", "/etc", PATH_BELOW },
	{ "/etc", "/etc/passwd", PATH_BELOW },
	{ "/etc", "/etcetera", PATH_APART },
	{ "/etc", "/", PATH_ABOVE },
	{ "/var/lib/docker", "/var", PATH_ABOVE },
	{ "/var/lib/docker", "/var/lib", PATH_ABOVE },
	{ "/var/lib/docker", "/var/li", PATH_APART },
	{ "/var/lib/docker", "/var/lib/docker2", PATH_APART },
	{ "/var/lib/docker", "/srv", PATH_APART },
	{ "/", "/srv", PATH_BELOW },
	{ "/", "/", PATH_BELOW },
	{ "/home/*/.ssh", "/home/me/.ssh", PATH_BELOW },
	{ "/home/*/.ssh", "/home/me/.ssh/id", PATH_BELOW },
	{ "/home/*/.ssh", "/home/me", PATH_ABOVE },
	{ "/home/*/.ssh", "/home", PATH_ABOVE },
	{ "/home/*/.ssh", "/", PATH_ABOVE },
	{ "/home/*/.ssh", "/home/me/project", PATH_APART },
	{ "/home/*/.ssh", "/home/a/b/.ssh", PATH_APART },
	{ "/a/*", "/a/b/c", PATH_BELOW },
	{ "/a/*", "/a", PATH_ABOVE },
	{ "/a/\\*", "/a/*", PATH_BELOW },
	{ "/a/\\*", "/a/b", PATH_APART },
	{ "/a/b*", "/a/b", PATH_BELOW },
	{ "/a/b*", "/a", PATH_ABOVE },
	{ "/a/b*", "/a/c", PATH_APART },
	{ "/a/b*/c", "/a/bb", PATH_ABOVE },
	{ "/*/c", "/a", PATH_ABOVE },
	{ "/*/c", "/", PATH_ABOVE },
	{ "/*", "/a/b", PATH_BELOW },
	{ "/a", "/b", PATH_APART },
};

ROWS(path, lies_below_above_or_apart, relations)
{
	cr_expect(eq(int, path_relation(relations[*row].guard, relations[*row].path), relations[*row].relation),
		  "%s %s", relations[*row].guard, relations[*row].path);
}

Test(path, clean_is_cleaned_and_what_is_clean_stays)
{
	static const char *const stay[] = { "/", "/a", "/a/b.c", "/..a/.b", "/a/b/..." };
	static const char *const change[] = { "//", "/a/", "/a//b", "/./a", "/a/.", "/a/..", "/../a", "//a" };
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);

	for (size_t i = 0; i < ARRAY_SIZE(stay); i++)
		cr_expect(path_clean(&arena, stay[i]) == stay[i], "%s", stay[i]);
	for (size_t i = 0; i < ARRAY_SIZE(change); i++)
		cr_expect(text_is(path_clean(&arena, change[i]), text_path_clean(&arena, change[i])), "%s", change[i]);
	cr_expect(path_clean(&arena, "a") == NULL);
	cr_expect(path_clean(&arena, "") == NULL);
}

static const struct {
	const char *text;
	bool good;
} tables[] = {
	{ "", true },
	{ "22 27 0:21 / /proc rw - proc proc rw\n", true },
	{ "22 27 0:21 /a\\040b /c\\134d rw shared:1 master:2 - ext4 /dev/x rw\n27 1 8:1 / / rw - ext4 /dev/x rw\n",
	  true },
	{ "22 27 0:21 / /proc rw - proc", true },
	{ "22 27 0:21 / /proc rw\n", false },
	{ "22 27 0 / /proc rw - proc proc rw\n", false },
	{ "x 27 0:1 / /proc rw - proc proc rw\n", false },
	{ "\n", false },
	{ "22", false },
};

ROWS(mount_table, reads_or_refuses, tables)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct mount_table table;
	struct fail f = { 0 };

	cr_expect(eq(int, mount_table_parse(&table, &arena, arena_string(&arena, tables[*row].text), &f),
		     tables[*row].good),
		  "row %zu", *row);
}

Test(mount_table, names_are_unescaped_and_places_told)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	struct mount_table table;
	const struct mount_entry *entry;
	struct fail f = { 0 };

	cr_assert(mount_table_parse(&table, &arena, arena_string(&arena, tables[2].text), &f));
	entry = mount_by_id(&table, 22);
	cr_assert(entry != NULL);
	cr_expect(text_is(entry->root, "/a b") && text_is(entry->point, "/c\\d") && text_is(entry->type, "ext4"));
	cr_expect(text_is(mount_inner(&arena, entry, "/c\\d/e"), "/a b/e"));
	cr_expect(text_is(mount_inner(&arena, entry, "/c\\d"), "/a b"));
	cr_expect(mount_inner(&arena, entry, "/c\\da") == NULL);
	cr_expect(text_is(mount_inner(&arena, mount_by_id(&table, 27), "/"), "/"));
	cr_expect(text_is(mount_inner(&arena, mount_by_id(&table, 27), "/x"), "/x"));
	cr_expect(mount_by_path(&table, "/c\\d/e") == entry);
	cr_expect(mount_by_path(&table, "/etc") == mount_by_id(&table, 27));
	cr_expect(mount_by_id(&table, 1) == NULL);
}
