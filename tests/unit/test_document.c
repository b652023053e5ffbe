/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "document.h"
#include "schema.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARENA_MAX_BYTES = 64 * 1024 * 1024,
	FILE_MAX_BYTES = 64 * 1024,
};

#define CONFIG DOCUMENT_CONFIG
#define PROCESS DOCUMENT_PROCESS
#define RESOURCES DOCUMENT_RESOURCES

#define UINT16_WANTED "a whole number from 0 to 65535 is wanted"
#define INT32_WANTED "a whole number from -2147483648 to 2147483647 is wanted"
#define INT64_WANTED "a whole number from -9223372036854775808 to 9223372036854775807 is wanted"
#define UINT64_WANTED "a whole number from 0 to 18446744073709551615 is wanted"
#define UINT32_WANTED "a whole number from 0 to 4294967295 is wanted"
#define FOLDED(known) "which runc reads as \"" known "\" and crun does not"

static const struct {
	enum document_kind kind;
	const char *text;
	const char *reason; /* the whole message */
} refused[] = {
	/* the top */
	{ CONFIG, "null", "line 1: the document is null, an object is wanted" },
	{ CONFIG, "[]", "line 1: the document is an array, an object is wanted" },
	{ PROCESS, "\n\"sh\"", "line 2: the document is a string, an object is wanted" },
	{ RESOURCES, "7", "line 1: the document is 7, an object is wanted" },

	/* names that Go folds */
	{ CONFIG, "{\n\"process\":\n{\"ARGS\":[]}}", "line 3: /process has the name \"ARGS\", " FOLDED("args") },
	{ CONFIG, "{\"Hooks\":{}}", "line 1: the document has the name \"Hooks\", " FOLDED("hooks") },
	{ CONFIG, "{\"hoo\xe2\x84\xaas\":{}}",
	  "line 1: the document has the name \"hoo\xe2\x84\xaas\", " FOLDED("hooks") },
	{ CONFIG, "{\"proce\\u017f\\u017f\":{}}",
	  "line 1: the document has the name \"proce\xc5\xbf\xc5\xbf\", " FOLDED("process") },
	{ CONFIG, "{\"process\":{\"capabilitie\xc5\xbf\":{}}}",
	  "line 1: /process has the name \"capabilitie\xc5\xbf\", " FOLDED("capabilities") },
	{ CONFIG,
	  "{\"linux\":{\"mas\xe2\x84\xaa"
	  "edPaths\":[]}}",
	  "line 1: /linux has the name \"mas\xe2\x84\xaa"
	  "edPaths\", " FOLDED("maskedPaths") },
	{ CONFIG, "{\"process\":{\"capabilities\":{},\"CAPABILITIES\":{}}}",
	  "line 1: /process has the name \"CAPABILITIES\", " FOLDED("capabilities") },
	{ CONFIG, "{\"process\":{\"CAPABILITIES\":null}}",
	  "line 1: /process has the name \"CAPABILITIES\", " FOLDED("capabilities") },
	{ CONFIG, "{\"process\":{\"user\":{\"gid\":1,\"UID\":0}}}",
	  "line 1: /process/user has the name \"UID\", " FOLDED("uid") },
	{ CONFIG, "{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"Type\":\"pid\"}]}}",
	  "line 1: /linux/namespaces/1 has the name \"Type\", " FOLDED("type") },
	{ CONFIG, "{\"mounts\":[{\"destination\":\"/a\",\"type\":\"bind\",\"Source\":\"/\"}]}",
	  "line 1: /mounts/0 has the name \"Source\", " FOLDED("source") },
	{ CONFIG, "{\"linux\":{\"uidMappings\":[{\"hostId\":0}]}}",
	  "line 1: /linux/uidMappings/0 has the name \"hostId\", " FOLDED("hostID") },
	{ CONFIG, "{\"linux\":{\"seccomp\":{\"syscalls\":[{\"args\":[{\"valuetwo\":1}]}]}}}",
	  "line 1: /linux/seccomp/syscalls/0/args/0 has the name \"valuetwo\", " FOLDED("valueTwo") },
	{ CONFIG, "{\"linux\":{\"timeOffsets\":{\"a/b~\":{\"Secs\":1}}}}",
	  "line 1: /linux/timeOffsets/a~1b~0 has the name \"Secs\", " FOLDED("secs") },
	{ CONFIG, "{\"linux\":{\"intelRdt\":{\"enableCmt\":true}}}",
	  "line 1: /linux/intelRdt has the name \"enableCmt\", " FOLDED("enableCMT") },
	{ CONFIG, "{\"VM\":{}}", "line 1: the document has the name \"VM\", " FOLDED("vm") },
	{ PROCESS, "{\"NoNewPrivileges\":false}",
	  "line 1: the document has the name \"NoNewPrivileges\", " FOLDED("noNewPrivileges") },
	{ RESOURCES, "{\"memory\":{\"limit\":1},\"Memory\":{\"limit\":-1}}",
	  "line 1: the document has the name \"Memory\", " FOLDED("memory") },

	/* wrong kinds: an error for runc, and something else for crun */
	{ CONFIG, "{\n\n\"process\":{\"user\":{\n\"uid\":\"1000\"}}}",
	  "line 4: /process/user/uid is a string, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":true}}}", "line 1: /process/user/uid is true, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":[]}}}", "line 1: /process/user/uid is an array, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":[0,0]}}", "line 1: /process/user is an array, an object is wanted" },
	{ CONFIG, "{\"root\":{\"path\":\"r\",\"readonly\":\"true\"}}",
	  "line 1: /root/readonly is a string, true or false is wanted" },
	{ CONFIG, "{\"root\":{\"readonly\":1}}", "line 1: /root/readonly is 1, true or false is wanted" },
	{ CONFIG, "{\"root\":{\"path\":[\"/\"]}}", "line 1: /root/path is an array, a string is wanted" },
	{ CONFIG, "{\"root\":\"/\"}", "line 1: /root is a string, an object is wanted" },
	{ CONFIG, "{\"process\":{\"capabilities\":[\"CAP_KILL\"]}}",
	  "line 1: /process/capabilities is an array, an object is wanted" },
	{ CONFIG, "{\"process\":{\"args\":\"sh\"}}",
	  "line 1: /process/args is a string, an array of strings is wanted" },
	{ CONFIG, "{\"process\":{\"args\":[\"sh\",\n1]}}", "line 2: /process/args/1 is 1, a string is wanted" },
	{ CONFIG, "{\"process\":{\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"hard\":\"64\"}]}}",
	  "line 1: /process/rlimits/0/hard is a string, " UINT64_WANTED },
	{ CONFIG, "{\"process\":{\"rlimits\":{}}}",
	  "line 1: /process/rlimits is an object, an array of objects is wanted" },
	{ CONFIG, "{\"linux\":{\"resources\":{\"memory\":{\"limit\":\"536870912\"}}}}",
	  "line 1: /linux/resources/memory/limit is a string, " INT64_WANTED },
	{ CONFIG, "{\"linux\":{\"resources\":{\"devices\":[{\"allow\":\"false\"}]}}}",
	  "line 1: /linux/resources/devices/0/allow is a string, true or false is wanted" },
	{ CONFIG, "{\"process\":{\"user\":{\"additionalGids\":[1,\"2\"]}}}",
	  "line 1: /process/user/additionalGids/1 is a string, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"additionalGids\":0}}}",
	  "line 1: /process/user/additionalGids is 0, an array of numbers is wanted" },
	{ CONFIG, "{\"annotations\":[]}", "line 1: /annotations is an array, an object of strings is wanted" },
	{ CONFIG, "{\"annotations\":{\"a/b\":1}}", "line 1: /annotations/a~1b is 1, a string is wanted" },
	{ CONFIG, "{\"linux\":{\"sysctl\":{\"net.ipv4.ip_forward\":1}}}",
	  "line 1: /linux/sysctl/net.ipv4.ip_forward is 1, a string is wanted" },
	{ CONFIG, "{\"linux\":{\"netDevices\":[]}}",
	  "line 1: /linux/netDevices is an array, an object of objects is wanted" },
	{ CONFIG, "{\"linux\":{\"netDevices\":{\"eth0\":\"eth1\"}}}",
	  "line 1: /linux/netDevices/eth0 is a string, an object is wanted" },
	{ CONFIG, "{\"mounts\":{}}", "line 1: /mounts is an object, an array of objects is wanted" },
	{ CONFIG, "{\"mounts\":[[]]}", "line 1: /mounts/0 is an array, an object is wanted" },
	{ CONFIG, "{\"windows\":\"\"}", "line 1: /windows is a string, an object is wanted" },
	{ CONFIG, "{\"vm\":[]}", "line 1: /vm is an array, an object is wanted" },
	{ PROCESS, "{\"terminal\":\"false\"}", "line 1: /terminal is a string, true or false is wanted" },
	{ RESOURCES, "{\"pids\":{\"limit\":\"-1\"}}", "line 1: /pids/limit is a string, " INT64_WANTED },
	{ RESOURCES, "{\"unified\":{\"memory.max\":1}}", "line 1: /unified/memory.max is 1, a string is wanted" },

	/* null is nothing as a member, and something in an array or a map */
	{ CONFIG, "{\"process\":{\"args\":[\"sh\",null]}}", "line 1: /process/args/1 is null, a string is wanted" },
	{ CONFIG, "{\"mounts\":[null]}", "line 1: /mounts/0 is null, an object is wanted" },
	{ CONFIG, "{\"process\":{\"user\":{\"additionalGids\":[null]}}}",
	  "line 1: /process/user/additionalGids/0 is null, " UINT32_WANTED },
	{ CONFIG, "{\"annotations\":{\"a\":null}}", "line 1: /annotations/a is null, a string is wanted" },
	{ CONFIG, "{\"linux\":{\"resources\":{\"rdma\":{\"mlx5_1\":null}}}}",
	  "line 1: /linux/resources/rdma/mlx5_1 is null, an object is wanted" },

	/* numbers */
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":1000.0}}}", "line 1: /process/user/uid is 1000.0, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":1e3}}}", "line 1: /process/user/uid is 1e3, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":0.00000000000000000000000000000000000000000000000000001}}}",
	  "line 1: /process/user/uid is 0.00000000000000000000000000000000000000, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":-1}}}", "line 1: /process/user/uid is -1, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":4294967296}}}",
	  "line 1: /process/user/uid is 4294967296, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"user\":{\"gid\":-2147483648}}}",
	  "line 1: /process/user/gid is -2147483648, " UINT32_WANTED },
	{ CONFIG, "{\"process\":{\"scheduler\":{\"nice\":2147483648}}}",
	  "line 1: /process/scheduler/nice is 2147483648, " INT32_WANTED },
	{ CONFIG, "{\"process\":{\"scheduler\":{\"nice\":-2147483649}}}",
	  "line 1: /process/scheduler/nice is -2147483649, " INT32_WANTED },
	{ CONFIG, "{\"linux\":{\"resources\":{\"memory\":{\"limit\":9223372036854775808}}}}",
	  "line 1: /linux/resources/memory/limit is 9223372036854775808, " INT64_WANTED },
	{ CONFIG, "{\"linux\":{\"resources\":{\"cpu\":{\"shares\":-1}}}}",
	  "line 1: /linux/resources/cpu/shares is -1, " UINT64_WANTED },
	{ CONFIG, "{\"linux\":{\"resources\":{\"blockIO\":{\"weight\":65536}}}}",
	  "line 1: /linux/resources/blockIO/weight is 65536, " UINT16_WANTED },
	{ CONFIG, "{\"linux\":{\"resources\":{\"blockIO\":{\"weightDevice\":[{},{\"leafWeight\":-1}]}}}}",
	  "line 1: /linux/resources/blockIO/weightDevice/1/leafWeight is -1, " UINT16_WANTED },
	{ CONFIG, "{\"linux\":{\"devices\":[{\"fileMode\":4294967296}]}}",
	  "line 1: /linux/devices/0/fileMode is 4294967296, " UINT32_WANTED },
	{ CONFIG, "{\"hooks\":{\"poststop\":[{\"path\":\"/a\",\"timeout\":1.5}]}}",
	  "line 1: /hooks/poststop/0/timeout is 1.5, " INT64_WANTED },
};

ROWS(document, refused_with_the_reason, refused)
{
	struct arena arena = { .max_bytes = ARENA_MAX_BYTES };
	struct fail f = { 0 };
	struct json *top = NULL;
	const char *text = refused[*row].text;

	cr_expect(not(document_read(&top, &arena, refused[*row].kind, text, strlen(text), &f)), "%s", text);
	cr_expect(eq(int, f.kind, FAIL_INPUT), "%s", text);
	cr_expect(text_is(f.text, refused[*row].reason), "%s: %s", text, f.text);
	cr_expect(eq(ptr, top, NULL), "%s", text);
	arena_release(&arena);
}

/* test_json.c has more of these, and their reasons */
static const struct {
	const char *text;
} not_strict[] = {
	{ "" },
	{ "{\"root\":{},\"root\":{}}" },
	{ "{\"process\":{\"cwd\":\"/a\\u0000b\"}}" },
	{ "{\"noNewPrivileges\\u0000x\":true}" },
	{ "{} {}" },
	{ "// comment\n{}" },
	{ "\xef\xbb\xbf{}" },
};

ROWS(document, only_strict_json_is_read, not_strict)
{
	struct arena arena = { .max_bytes = ARENA_MAX_BYTES };
	struct fail f = { 0 };
	struct json *top = NULL;
	const char *text = not_strict[*row].text;

	cr_expect(not(document_read(&top, &arena, CONFIG, text, strlen(text), &f)), "%s", text);
	cr_expect(eq(int, f.kind, FAIL_INPUT), "%s", text);
	cr_expect(eq(ptr, top, NULL), "%s", text);
	arena_release(&arena);
}

static const struct {
	enum document_kind kind;
	const char *text;
} accepted[] = {
	{ CONFIG, "{}" },
	{ PROCESS, " {} " },
	{ RESOURCES, "{}\n" },
	/* members of no known name, of any kind, and whatever is in them */
	{ CONFIG, "{\"x\":1.5e3,\"process\":{\"y\":{\"uid\":\"1\",\"ARGS\":[null],\"args\":1},\"z\":[[[{}]]]}}" },
	{ CONFIG, "{\"Extra\":1,\"extra\":2,\"EXTRA\":{}}" },
	{ CONFIG, "{\"arg\":1,\"argss\":2,\"a\":3,\"\":4,\"\\ud83d\\ude00\":5}" },
	{ CONFIG, "{\"process\":{\"ro\xc5\xbf\":1}}" },
	/* the same name in another spelling of JSON */
	{ CONFIG, "{\"process\":{\"\\u0063apabilities\":{}}}" },
	/* null members */
	{ CONFIG, "{\"ociVersion\":null,\"process\":null,\"mounts\":null,\"annotations\":null,"
		  "\"linux\":null,\"vm\":null}" },
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":null},\"noNewPrivileges\":null,\"args\":null}}" },
	/* any name in a map, however it is spelled */
	{ CONFIG, "{\"annotations\":{\"a\":\"1\",\"A\":\"2\",\"\":\"3\",\"args\":\"4\",\"ARGS\":\"5\"}}" },
	{ CONFIG, "{\"linux\":{\"timeOffsets\":{\"monotonic\":{\"secs\":-1,\"nanosecs\":4294967295},\"Secs\":{}}}}" },
	{ CONFIG, "{\"linux\":{\"netDevices\":{\"eth0\":{\"name\":\"e\"},\"ETH0\":{}},"
		  "\"sysctl\":{\"a\":\"\",\"A\":\"\"}}}" },
	/* what is for other systems */
	{ CONFIG, "{\"windows\":{\"layerFolders\":1,\"LayerFolders\":2},\"vm\":{\"Hypervisor\":{}},"
		  "\"solaris\":{},\"zos\":{},\"freebsd\":{}}" },
	/* the ends of the ranges */
	{ CONFIG, "{\"process\":{\"user\":{\"uid\":4294967295,\"gid\":0,\"umask\":18,\"additionalGids\":[0,"
		  "4294967295]}}}" },
	{ CONFIG, "{\"process\":{\"scheduler\":{\"nice\":-2147483648,\"priority\":2147483647,"
		  "\"runtime\":18446744073709551615}}}" },
	{ CONFIG, "{\"linux\":{\"resources\":{\"memory\":{\"limit\":-9223372036854775808,"
		  "\"swap\":9223372036854775807}}}}" },
	{ CONFIG, "{\"linux\":{\"resources\":{\"blockIO\":{\"weight\":0,\"leafWeight\":65535}}}}" },
	{ CONFIG, "{\"process\":{\"oomScoreAdj\":-1000,\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\","
		  "\"priority\":-1}}}" },
	{ CONFIG, "{\"linux\":{\"seccomp\":{\"syscalls\":[{\"args\":[{\"index\":0,"
		  "\"value\":18446744073709551615}]}]}}}" },
	/* members in the reverse order */
	{ CONFIG, "{\"linux\":{},\"mounts\":[{\"options\":[],\"source\":\"\",\"type\":\"\","
		  "\"destination\":\"\"}],\"root\":{\"readonly\":false,\"path\":\"\"},"
		  "\"process\":{\"cwd\":\"/\",\"env\":[],\"args\":[]},\"ociVersion\":\"1.0.2\"}" },
	{ RESOURCES,
	  "{\"unified\":{\"memory.max\":\"1\"},\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3}},\"pids\":{\"limit\":-1}}" },
};

static const char *written(struct arena *arena, const struct json *top)
{
	const char *text = NULL;
	size_t n_bytes;

	cr_assert(json_write(&text, &n_bytes, arena, top));
	return text;
}

ROWS(document, accepted_and_kept, accepted)
{
	struct arena arena = { .max_bytes = ARENA_MAX_BYTES };
	struct fail f = { 0 };
	struct json *plain = NULL;
	struct json *top = NULL;
	const char *text = accepted[*row].text;

	cr_assert(document_read(&top, &arena, accepted[*row].kind, text, strlen(text), &f), "%s: %s", text, f.text);
	cr_assert(json_read(&plain, &arena, text, strlen(text), JSON_STRICT, &f));
	cr_expect(text_is(written(&arena, top), written(&arena, plain)), "%s", text);
	arena_release(&arena);
}

/* What the engines write */

static const struct {
	const char *name;
	enum document_kind kind;
} files[] = {
	{ "crun-spec.json", CONFIG },
	{ "ctr-privileged.json", CONFIG },
	{ "ctr.json", CONFIG },
	{ "docker-exec-privileged.json", PROCESS },
	{ "docker-exec.json", PROCESS },
	{ "docker-hardened.json", CONFIG },
	{ "docker-host.json", CONFIG },
	{ "docker-privileged.json", CONFIG },
	{ "docker-update.json", RESOURCES },
	{ "docker.json", CONFIG },
	{ "k8s-hardened.json", CONFIG },
	{ "k8s-privileged.json", CONFIG },
	{ "k8s-sandbox.json", CONFIG },
	{ "k8s.json", CONFIG },
	{ "podman-exec.json", PROCESS },
	{ "podman-privileged.json", CONFIG },
	{ "podman.json", CONFIG },
	{ "runc-spec.json", CONFIG },
};

/* make check sets srcdir; else the tests are run from the top of the tree */
static char *file_read(const char *name, size_t *ret_bytes)
{
	static char bytes[FILE_MAX_BYTES];
	char path[4096];
	size_t n_bytes;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/data/%s", getenv("srcdir") ? getenv("srcdir") : ".", name);
	file = fopen(path, "re");
	cr_assert(file != NULL, "%s", path);
	n_bytes = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	cr_assert(n_bytes > 0 && n_bytes < sizeof(bytes), "%s", path);
	*ret_bytes = n_bytes;
	return bytes;
}

/* names that the schema lacks would be found here */
static void no_unknown_member(const struct json *object, const struct schema_field *fields)
{
	for (const struct json *member = object->first; member; member = member->next) {
		const struct schema_field *field = fields;

		while (field->name && !text_is(field->name, member->key))
			field++;
		cr_expect(field->name != NULL, "%s", member->key);
		if (field->kind == SCHEMA_OBJECT)
			no_unknown_member(member, field->fields);
		for (const struct json *item = member->first; item && field->kind == SCHEMA_OBJECTS; item = item->next)
			no_unknown_member(item, field->fields);
	}
}

ROWS(document, engines_documents_are_accepted, files)
{
	static const struct schema_field *const tops[] = { schema_config, schema_process, schema_resources };
	struct arena arena = { .max_bytes = ARENA_MAX_BYTES };
	struct fail f = { 0 };
	struct json *top = NULL;
	size_t n_bytes;
	const char *bytes = file_read(files[*row].name, &n_bytes);

	cr_assert(document_read(&top, &arena, files[*row].kind, bytes, n_bytes, &f), "%s: %s", files[*row].name,
		  f.text);
	no_unknown_member(top, tops[files[*row].kind]);
	arena_release(&arena);
}

/* Limits */

Test(document, no_memory_is_refused_at_every_step)
{
	static const char text[] = "{\"process\":{\"args\":[\"sh\",\"-c\"],\"user\":{\"uid\":0}},"
				   "\"annotations\":{\"a/b\":\"c\"}}";
	static const char wrong[] = "{\"process\":{\"user\":{\"uid\":0}},\"annotations\":{\"a/b\":1}}";
	bool read_once = false;
	bool refused_once = false;

	for (size_t max_bytes = 0; max_bytes < 64 * 1024 && !(read_once && refused_once); max_bytes++) {
		struct arena arena = { .max_bytes = max_bytes };
		struct fail f = { 0 };
		struct json *top = NULL;

		read_once = document_read(&top, &arena, CONFIG, text, sizeof(text) - 1, &f);
		cr_assert(read_once ? top != NULL : top == NULL && f.kind == FAIL_MEMORY, "%zu bytes", max_bytes);
		arena_release(&arena);

		f = (struct fail){ 0 };
		arena = (struct arena){ .max_bytes = max_bytes };
		cr_assert(not(document_read(&top, &arena, CONFIG, wrong, sizeof(wrong) - 1, &f)));
		refused_once = f.kind == FAIL_INPUT;
		cr_assert(refused_once || f.kind == FAIL_MEMORY, "%zu bytes", max_bytes);
		arena_release(&arena);
	}
	cr_expect(read_once);
	cr_expect(refused_once);
}

Test(document, long_names_do_not_push_the_reason_out)
{
	struct arena arena = { .max_bytes = ARENA_MAX_BYTES };
	static char text[100 * 1024];
	struct fail f = { 0 };
	struct json *top;
	size_t used;

	used = (size_t)snprintf(text, sizeof(text), "{\"annotations\":{\"");
	memset(text + used, 'n', 90 * 1024);
	used += 90 * 1024;
	used += (size_t)snprintf(text + used, sizeof(text) - used, "\":[]}}");

	cr_assert(not(document_read(&top, &arena, CONFIG, text, used, &f)));
	cr_expect(text_starts(f.text, "line 1: /annotations/nnnn") != NULL, "%s", f.text);
	cr_expect(strstr(f.text, "n... is an array, a string is wanted") != NULL, "%s", f.text);
	cr_expect(lt(sz, strlen(f.text), 300));
	arena_release(&arena);
}

/* unknown members may be as deep as json.h allows: the walk stays out of them */
Test(document, depth_of_unknown_members_costs_nothing)
{
	struct arena arena = { .max_bytes = ARENA_MAX_BYTES };
	char text[1024] = "{\"process\":{\"x\":";
	struct fail f = { 0 };
	struct json *top;

	for (int i = 0; i < JSON_MAX_DEPTH - 2; i++)
		strncat(text, "[", sizeof(text) - strlen(text) - 1);
	for (int i = 0; i < JSON_MAX_DEPTH - 2; i++)
		strncat(text, "]", sizeof(text) - strlen(text) - 1);
	strncat(text, "}}", sizeof(text) - strlen(text) - 1);
	cr_expect(document_read(&top, &arena, CONFIG, text, strlen(text), &f), "%s", f.text);
	arena_release(&arena);
}

/* The schema */

static bool has_fields(enum schema_kind kind)
{
	return kind == SCHEMA_OBJECT || kind == SCHEMA_OBJECTS || kind == SCHEMA_MAP_OF_OBJECTS;
}

static unsigned int table_check(const struct schema_field *fields)
{
	unsigned int deepest = 0;

	for (const struct schema_field *a = fields; a->name; a++) {
		unsigned int depth = 1;

		for (const struct schema_field *b = fields; b != a; b++)
			cr_expect(not(text_folds_equal(a->name, b->name)), "%s, %s", a->name, b->name);
		cr_expect(eq(int, has_fields(a->kind), a->fields != NULL), "%s", a->name);
		if (a->fields)
			depth += table_check(a->fields) + (a->kind == SCHEMA_OBJECT ? 0 : 1);
		if (depth > deepest)
			deepest = depth;
	}
	return deepest;
}

Test(schema, tables_hold_what_the_walk_relies_on)
{
	/* the top, each level, and an array of plain values at the end */
	cr_expect(le(uint, table_check(schema_config) + 1, SCHEMA_MAX_DEPTH));
	cr_expect(le(uint, table_check(schema_process) + 1, SCHEMA_MAX_DEPTH));
	cr_expect(le(uint, table_check(schema_resources) + 1, SCHEMA_MAX_DEPTH));
}
