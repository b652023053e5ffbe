/* SPDX-License-Identifier: Apache-2.0 */
#include "made_up.h"

#include "base/text.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* xorshift64* */
static uint32_t draw(struct chance *c, uint32_t n)
{
	c->state ^= c->state >> 12;
	c->state ^= c->state << 25;
	c->state ^= c->state >> 27;
	return (uint32_t)((c->state * UINT64_C(2685821657736338717)) >> 33) % n;
}

bool likely(struct chance *c, uint32_t percent)
{
	return draw(c, 100) < percent;
}

#define ONE_OF(c, list) ((list)[draw((c), ARRAY_SIZE(list))])

static void put(struct text *t, const char *format, ...) PRINTF(2, 3);

static void put(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->bytes + t->n, sizeof(t->bytes) - t->n, format, args);
	va_end(args);
	cr_assert(n >= 0 && t->n + (size_t)n < sizeof(t->bytes), "a document is too long");
	t->n += (size_t)n;
}

/* the last comma of a list goes, then the list is closed */
static void close_list(struct text *t, const char *end)
{
	if (t->bytes[t->n - 1] == ',')
		t->n--;
	put(t, "%s,", end);
}

static void put_capabilities(struct text *t, struct chance *c)
{
	static const char *const sets[] = { "bounding", "effective", "inheritable", "permitted", "ambient" };
	static const char *const names[] = { "CAP_NET_BIND_SERVICE", "CAP_CHOWN",   "CAP_KILL", "CAP_SETUID",
					     "CAP_SYS_ADMIN",        "CAP_NET_RAW", "CAP_BPF",  "CAP_DAC_READ_SEARCH" };
	static const char *const odd[] = { "cap_sys_admin", "21", "CAP_KILL,CAP_SYS_ADMIN", "CAP_TOMORROW", "" };

	if (likely(c, 10))
		return;
	put(t, "\"capabilities\":{");
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		if (likely(c, 15))
			continue;
		put(t, "\"%s\":[", sets[i]);
		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			if (likely(c, 40))
				put(t, "\"%s\",", names[k]);
		}
		if (likely(c, 10))
			put(t, "\"%s\",", ONE_OF(c, odd));
		close_list(t, "]");
	}
	close_list(t, "}");
}

static void put_user(struct text *t, struct chance *c)
{
	static const char *const ids[] = { "0",    "0",    "5",     "99",         "100", "499",
					   "1000", "1000", "65532", "4294967295", "null" };
	static const char *const umasks[] = { "0", "2", "18", "56", "63", "511" };

	if (likely(c, 10))
		return;
	put(t, "\"user\":{");
	if (likely(c, 90))
		put(t, "\"uid\":%s,", ONE_OF(c, ids));
	if (likely(c, 90))
		put(t, "\"gid\":%s,", ONE_OF(c, ids));
	if (likely(c, 40))
		put(t, "\"umask\":%s,", ONE_OF(c, umasks));
	if (likely(c, 50)) {
		put(t, "\"additionalGids\":[");
		for (uint32_t n = draw(c, 4); n; n--)
			put(t, "%s,", ids[draw(c, ARRAY_SIZE(ids) - 1)]);
		close_list(t, "]");
	}
	close_list(t, "}");
}

static void put_strings(struct text *t, struct chance *c, const char *key, const char *const *list, uint32_t n_list,
			uint32_t n_most)
{
	if (likely(c, 15))
		return;
	put(t, "\"%s\":[", key);
	for (uint32_t n = draw(c, n_most + 1); n; n--)
		put(t, "\"%s\",", list[draw(c, n_list)]);
	close_list(t, "]");
}

#define PUT_STRINGS(t, c, key, list, n_most) put_strings((t), (c), (key), (list), ARRAY_SIZE(list), (n_most))

static void put_rlimits(struct text *t, struct chance *c)
{
	static const char *const types[] = { "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CORE" };

	if (likely(c, 50))
		return;
	put(t, "\"rlimits\":[");
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (likely(c, 60))
			put(t, "{\"type\":\"%s\",\"hard\":%u,\"soft\":%u},", types[i], 1024 << draw(c, 4),
			    512 << draw(c, 4));
	}
	close_list(t, "]");
}

/* the members of a process */
static void put_process(struct text *t, struct chance *c)
{
	static const char *const cwds[] = { "/", "/", "/srv", "/srv/./x", "/proc/self/fd/7", "srv", "/a/../sys" };
	static const char *const args[] = { "sleep", "/bin/sh", "/proc/self/exe", "exe" };
	static const char *const envs[] = { "HOME=/root",      "HOME=/", "HOME=/srv", "PATH=/bin",
					    "PATH=/proc/self", "A=1",    "" };
	static const char *const profiles[] = { "docker-default", "unconfined", "", "lax" };
	static const char *const labels[] = { "u:r:container_t:s0", "u:r:spc_t:s0", "", "odd" };
	static const char *const schedulers[] = { "{\"policy\":\"SCHED_FIFO\",\"priority\":5}",
						  "{\"policy\":\"SCHED_BATCH\",\"nice\":3}",
						  "{\"policy\":\"SCHED_OTHER\",\"nice\":-3}", "{}" };
	static const char *const io[] = { "{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":0}",
					  "{\"class\":\"IOPRIO_CLASS_BE\"}" };
	static const char *const scores[] = { "-1000", "-999", "-500", "0", "500", "-5000" };

	put_user(t, c);
	put_capabilities(t, c);
	PUT_STRINGS(t, c, "args", args, 2);
	PUT_STRINGS(t, c, "env", envs, 4);
	if (likely(c, 95))
		put(t, "\"cwd\":\"%s\",", ONE_OF(c, cwds));
	if (likely(c, 60))
		put(t, "\"noNewPrivileges\":%s,", likely(c, 50) ? "true" : "false");
	if (likely(c, 40))
		put(t, "\"apparmorProfile\":\"%s\",", ONE_OF(c, profiles));
	if (likely(c, 30))
		put(t, "\"selinuxLabel\":\"%s\",", ONE_OF(c, labels));
	if (likely(c, 20))
		put(t, "\"scheduler\":%s,", ONE_OF(c, schedulers));
	if (likely(c, 20))
		put(t, "\"ioPriority\":%s,", ONE_OF(c, io));
	if (likely(c, 40))
		put(t, "\"oomScoreAdj\":%s,", ONE_OF(c, scores));
	put_rlimits(t, c);
	put(t, "\"x-kept\":1.50");
}

static void put_mount(struct text *t, struct chance *c)
{
	static const char *const destinations[] = { "/proc", "/sys",         "/sys/fs/cgroup", "/dev",     "/tmp",
						    "/tmp/", "/run/secrets", "/data",          "/data",    "/linked",
						    "//",    "data",         "/x/..",          "/dev/null" };
	static const char *const types[] = { "proc", "sysfs", "cgroup",  "cgroup2", "tmpfs",
					     "bind", "bind",  "overlay", "mqueue" };
	static const char *const sources[] = {
		"/srv/file", "/srv/file", "/etc", "/gone", "/disk", "/dev/null", "tmpfs"
	};
	static const char *const options[] = { "ro",    "ro",     "rw",      "rbind",   "rbind",
					       "bind",  "shared", "rshared", "rslave",  "nosuid",
					       "nodev", "noexec", "rro",     "remount", "size=1k" };

	put(t, "{\"destination\":\"%s\",", ONE_OF(c, destinations));
	if (likely(c, 90))
		put(t, "\"type\":\"%s\",", ONE_OF(c, types));
	if (likely(c, 90))
		put(t, "\"source\":\"%s\",", ONE_OF(c, sources));
	PUT_STRINGS(t, c, "options", options, 5);
	close_list(t, "}");
}

static void put_namespaces(struct text *t, struct chance *c)
{
	static const char *const types[] = { "mount", "pid", "network", "ipc", "uts", "user", "cgroup" };
	static const char *const paths[] = { "/run/netns/a", "/proc/self/ns/net", "/etc/passwd", "" };

	if (likely(c, 5))
		return;
	put(t, "\"namespaces\":[");
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (likely(c, 6))
			continue;
		put(t, "{\"type\":\"%s\",", types[i]);
		if (likely(c, 10))
			put(t, "\"path\":\"%s\",", ONE_OF(c, paths));
		close_list(t, "}");
	}
	close_list(t, "]");
}

static void put_resources(struct text *t, struct chance *c)
{
	static const char *const limits[] = { "0", "-1", "10", "4096", "5000", "1073741824", "9223372036854775807" };
	static const char *const texts[] = { "max", "10", "5000", "99999999999", "", "-1" };
	static const char *const device_rules[] = {
		"{\"allow\":false,\"access\":\"rwm\"}",
		"{\"allow\":false,\"access\":\"rwm\"}",
		"{\"allow\":true,\"access\":\"rwm\"}",
		"{\"allow\":true,\"type\":\"a\",\"major\":1,\"minor\":3}",
		"{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"rw\"}",
		"{\"allow\":true,\"type\":\"b\",\"major\":8,\"minor\":0,\"access\":\"r\"}",
		"{\"allow\":true,\"type\":\"c\",\"access\":\"m\"}",
		"{\"allow\":true,\"type\":\"c\",\"major\":-1}",
		"{\"allow\":false,\"access\":\"r\"}",
		"{\"allow\":false,\"type\":\"c\",\"major\":10,\"minor\":200,\"access\":\"rwm\"}",
	};

	if (likely(c, 70)) {
		put(t, "\"devices\":[");
		for (uint32_t n = draw(c, 4); n; n--)
			put(t, "%s,", ONE_OF(c, device_rules));
		close_list(t, "]");
	}
	if (likely(c, 60))
		put(t, "\"pids\":{\"limit\":%s},", ONE_OF(c, limits));
	if (likely(c, 60)) {
		put(t, "\"memory\":{");
		if (likely(c, 70))
			put(t, "\"limit\":%s,", ONE_OF(c, limits));
		if (likely(c, 40))
			put(t, "\"swap\":%s,", ONE_OF(c, limits));
		close_list(t, "}");
	}
	if (likely(c, 30))
		put(t, "\"unified\":{\"pids.max\":\"%s\",\"memory.max\":\"%s\",\"io.weight\":\"5\"},", ONE_OF(c, texts),
		    ONE_OF(c, texts));
	put(t, "\"cpu\":{\"shares\":2}");
}

static void put_linux(struct text *t, struct chance *c)
{
	static const char *const paths[] = { "/proc/kcore", "/proc/acpi", "/proc/keys",  "/proc/sys",
					     "/proc/bus",   "/srv",       "/proc/kcore/" };
	static const char *const propagations[] = { "shared", "rshared", "private", "rslave", "", "odd" };
	static const char *const filters[] = {
		"{}",
		"null",
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\"}",
		"{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_ALLOW\"}]"
		"}",
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_"
		"ALLOW\"}]}",
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[],\"syscalls\":[{\"names\":[\"bpf\"],"
		"\"action\":\"SCMP_ACT_ERRNO\"}]}",
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"],"
		"\"flags\":[]}",
		"{\"architectures\":[\"SCMP_ARCH_AARCH64\"],\"defaultAction\":\"SCMP_ACT_KILL\"}",
	};
	static const char *const nodes[] = { "{\"path\":\"/dev/null\",\"type\":\"c\",\"major\":1,\"minor\":3}",
					     "{\"path\":\"/dev/sda\",\"type\":\"b\",\"major\":8,\"minor\":0}",
					     "{\"path\":\"/pipe\",\"type\":\"p\"}" };
	static const char *const sysctls[] = { "net.ipv4.ip_unprivileged_port_start",
					       "net/ipv4/ip_unprivileged_port_start", "kernel.shm_rmid_forced" };

	put(t, "\"linux\":{");
	put_namespaces(t, c);
	if (likely(c, 80)) {
		put(t, "\"resources\":{");
		put_resources(t, c);
		put(t, "},");
	}
	if (likely(c, 80))
		put(t, "\"seccomp\":%s,", ONE_OF(c, filters));
	PUT_STRINGS(t, c, "maskedPaths", paths, 7);
	PUT_STRINGS(t, c, "readonlyPaths", paths, 7);
	if (likely(c, 40))
		put(t, "\"rootfsPropagation\":\"%s\",", ONE_OF(c, propagations));
	if (likely(c, 40))
		put(t, "\"devices\":[%s],", ONE_OF(c, nodes));
	if (likely(c, 40))
		put(t, "\"sysctl\":{\"%s\":\"%u\"},", ONE_OF(c, sysctls), draw(c, 2000));
	if (likely(c, 10))
		put(t, "\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":%u}],", 1 << draw(c, 20));
	put(t, "\"cgroupsPath\":\"/a\"}");
}

static void put_config(struct text *t, struct chance *c)
{
	static const char *const annotations[] = { "run.oci.handler", "org.systemd.property.After", "org.criu.config",
						   "plain", "module.wasm.image/variant" };

	put(t, "{\"ociVersion\":\"1.0.2\",");
	if (likely(c, 97)) {
		put(t, "\"process\":{");
		put_process(t, c);
		put(t, "},");
	}
	if (likely(c, 95))
		put(t, "\"root\":{\"path\":\"rootfs\"%s},",
		    likely(c, 30)   ? ",\"readonly\":true"
		    : likely(c, 50) ? ",\"readonly\":false"
				    : "");
	if (likely(c, 95)) {
		put(t, "\"mounts\":[");
		if (likely(c, 70))
			put(t, "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},");
		for (uint32_t n = draw(c, 6); n; n--)
			put_mount(t, c);
		close_list(t, "]");
	}
	if (likely(c, 97)) {
		put_linux(t, c);
		put(t, ",");
	}
	if (likely(c, 50)) {
		put(t, "\"annotations\":{");
		for (size_t i = 0; i < ARRAY_SIZE(annotations); i++) {
			if (likely(c, 50))
				put(t, "\"%s\":\"a\",", annotations[i]);
		}
		close_list(t, "}");
	}
	put(t, "\"x-kept\":[1E2,null]}");
}

void made_up_own(struct text *ret, struct chance *c)
{
	put(ret, "{\"process\":{");
	put_process(ret, c);
	put(ret, "},\"linux\":{\"resources\":{\"pids\":{\"limit\":100}}}}");
}

void made_up_document(struct text *ret, struct chance *c, enum scope scope)
{
	switch (scope) {
	case SCOPE_EXEC:
		put(ret, "{\"process\":{");
		put_process(ret, c);
		put(ret, "}}");
		return;
	case SCOPE_UPDATE:
		put(ret, "{\"linux\":{\"resources\":{");
		put_resources(ret, c);
		put(ret, "}}}");
		return;
	case SCOPE_CONTAINER:
	case SCOPE_LIVE:
		put_config(ret, c);
		return;
	}
}

/* members of a rule besides its action; at each draw one of them, or none */
static const struct {
	const char *rule;
	const char *members;
} parameters[] = {
	{ "capabilities.allowed", "\"allow\":[\"CAP_NET_BIND_SERVICE\"]" },
	{ "capabilities.allowed", "\"allow\":[\"CAP_SYS_ADMIN\",\"CAP_KILL\",\"CAP_CHOWN\"]" },
	{ "capabilities.allowed", "\"allow\":[]" },
	{ "user.non-root", "\"uid\":200,\"gid\":300" },
	{ "user.non-root", "\"gid\":7" },
	{ "user.groups", "\"minGid\":500,\"gid\":7" },
	{ "user.groups", "\"minGid\":0" },
	{ "exec.command", "\"deny\":[\"s*\"]" },
	{ "exec.command", "\"allow\":[\"/bin/*\"]" },
	{ "seccomp.filter", "\"architectures\":\"keep\"" },
	{ "seccomp.filter", "\"base\":\"other\"" },
	{ "namespaces.host", "\"allow\":[\"network\",\"pid\"]" },
	{ "mounts.type", "\"allow\":[\"proc\",\"tmpfs\",\"overlay\"]" },
	{ "mounts.sensitive", "\"paths\":[\"/srv\"]" },
	{ "mounts.sensitive", "\"paths\":[],\"except\":[\"/etc\"]" },
	{ "devices.allowed", "\"allow\":[\"b 8:*\"]" },
	{ "devices.cgroup", "\"allow\":[\"c *:*\"]" },
	{ "paths.masked", "\"paths\":[\"/proc/keys\",\"/srv\"]" },
	{ "paths.read-only", "\"paths\":[]" },
	{ "resources.pids", "\"max\":5" },
	{ "resources.pids", "\"max\":0" },
	{ "resources.memory", "\"maxBytes\":1000000" },
	{ "rootfs.read-only", "\"writable\":[\"/data\",\"/tmp\",\"/tmp/a\"],\"sizeBytes\":4096" },
	{ "rootfs.read-only", "\"writable\":[]" },
	{ "annotations.runtime", "\"deny\":[\"*\"],\"except\":[]" },
};

static const char *parameters_of(struct chance *c, const char *rule)
{
	const char *chosen = "";

	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		if (text_is(parameters[i].rule, rule) && likely(c, 40))
			chosen = parameters[i].members;
	}
	return chosen;
}

/* @lenient: rewrite what can be and refuse little else, so that the rules meet each other's results */
static const char *action_draw(struct chance *c, const char *rule, bool lenient)
{
	static const char *const refusing[] = { "mounts.",    "namespaces.", "process.",
						"user.valid", "rootfs.path", "devices." };
	uint32_t n = draw(c, 10);

	for (size_t i = 0; lenient && i < ARRAY_SIZE(refusing); i++) {
		if (text_starts(rule, refusing[i]) && likely(c, 80))
			return "note";
	}
	return n < 6 ? "rewrite" : n < 8 ? "allow" : n == 8 || lenient ? "note" : "deny";
}

void made_up_profile(struct made_up_profile *ret, struct chance *c)
{
	bool lenient = likely(c, 75);

	for (const struct rule *rule = rules; rule->id; rule++) {
		const char *action = action_draw(c, rule->id, lenient);
		const char *members = parameters_of(c, rule->id);
		const char *comma = *members ? "," : "";
		bool rewrites = text_is(action, "rewrite");

		ret->rewrites = ret->rewrites || rewrites;
		put(&ret->as_drawn, "\"%s\":{\"action\":\"%s\"%s%s},", rule->id, action, comma, members);
		put(&ret->with_deny, "\"%s\":{\"action\":\"%s\"%s%s},", rule->id, rewrites ? "deny" : action, comma,
		    members);
	}
	ret->as_drawn.bytes[ret->as_drawn.n - 1] = '\0';
	ret->with_deny.bytes[ret->with_deny.n - 1] = '\0';
}

static struct evidence_file file_named(const char *name)
{
	if (text_is(name, "/etc"))
		return (struct evidence_file){ .kind = FILE_DIRECTORY, .real = "/etc" };
	if (text_is(name, "/disk"))
		return (struct evidence_file){ .kind = FILE_BLOCK_DEVICE, .real = "/dev/sda", .major = 8 };
	if (text_is(name, "/dev/null"))
		return (struct evidence_file){
			.kind = FILE_CHARACTER_DEVICE, .real = "/dev/null", .major = 1, .minor = 3
		};
	if (text_is(name, "/srv/file"))
		return (struct evidence_file){ .kind = FILE_DIRECTORY, .real = "/srv/file" };
	return (struct evidence_file){ 0 };
}

void made_up_evidence(struct evidence *ret, struct arena *arena, const struct json *config)
{
	const struct json *mounts = json_member(config, "mounts");
	const struct json *namespaces = json_path(config, "linux", "namespaces", NULL);
	size_t i = 0;

	*ret = (struct evidence){
		.seccomp_arch = "SCMP_ARCH_X86_64",
		.n_mounts = mounts ? mounts->count : 0,
		.n_namespaces = namespaces ? namespaces->count : 0,
		.rootfs = { .kind = FILE_DIRECTORY, .real = "/srv/bundle/rootfs" },
	};
	ret->mounts = arena_array(arena, ret->n_mounts, sizeof(*ret->mounts));
	ret->namespaces = arena_array(arena, ret->n_namespaces, sizeof(*ret->namespaces));
	cr_assert(ret->mounts && ret->namespaces);
	for (const struct json *mount = mounts ? mounts->first : NULL; mount; mount = mount->next, i++) {
		ret->mounts[i] = file_named(json_member_string(mount, "source"));
		if (text_is(json_member_string(mount, "destination"), "/linked"))
			ret->mounts[i].destination = "/tmp";
	}
	i = 0;
	for (const struct json *row = namespaces ? namespaces->first : NULL; row; row = row->next, i++) {
		const char *path = json_member_string(row, "path");

		ret->namespaces[i] = path && text_starts(path, "/run/netns") ? NAMESPACE_OTHER
				     : path && text_starts(path, "/proc")    ? NAMESPACE_HOST
									     : NAMESPACE_UNKNOWN;
	}
}
