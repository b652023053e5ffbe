/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.capabilities: only what the profile allows, in all five sets.
 *
 * A name counts only when it is spelt exactly as in capabilities(7): crun also takes
 * "cap_sys_admin", "21" and "CAP_KILL,CAP_SYS_ADMIN", so whatever is not such a name
 * is taken out, never passed on.
 */
#include "capabilities.h"

#include "all.h"
#include "base/text.h"

/* by number, see linux/capability.h; tests hold it against libcap's */
static const char *const names[CAPABILITY_COUNT] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

static const char *const set_names[CAPABILITY_SETS] = {
	[CAPABILITY_BOUNDING] = "bounding",       [CAPABILITY_EFFECTIVE] = "effective",
	[CAPABILITY_INHERITABLE] = "inheritable", [CAPABILITY_PERMITTED] = "permitted",
	[CAPABILITY_AMBIENT] = "ambient",
};

const char *capability_name(unsigned number)
{
	return number < CAPABILITY_COUNT ? names[number] : NULL;
}

static uint64_t bit(const char *name)
{
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (text_is(names[i], name))
			return UINT64_C(1) << i;
	}
	return 0;
}

uint64_t capabilities_set(const struct json *array, const char **ret_odd)
{
	uint64_t set = 0;

	for (const struct json *item = array ? array->first : NULL; item; item = item->next) {
		uint64_t one = bit(json_string(item));

		if (!one && ret_odd)
			*ret_odd = json_string(item) ? json_string(item) : json_kind_name(item);
		set |= one;
	}
	return set;
}

void capabilities_read(struct capabilities *ret, const struct json *object)
{
	*ret = (struct capabilities){ 0 };
	for (int i = 0; i < CAPABILITY_SETS; i++)
		ret->sets[i] = capabilities_set(json_member(object, set_names[i]), &ret->odd);
}

static struct json *set_write(struct arena *arena, uint64_t set)
{
	struct json *array = json_new(arena, JSON_ARRAY);

	for (unsigned i = 0; array && i < CAPABILITY_COUNT; i++) {
		if ((set >> i & 1) && !json_append(array, json_new_string(arena, names[i])))
			return NULL;
	}
	return array;
}

struct json *capabilities_write(struct arena *arena, const struct capabilities *capabilities)
{
	struct json *object = json_new(arena, JSON_OBJECT);

	for (int i = 0; object && i < CAPABILITY_SETS; i++) {
		if (!json_set(arena, object, set_names[i], set_write(arena, capabilities->sets[i])))
			return NULL;
	}
	return object;
}

uint64_t capabilities_union(const struct capabilities *capabilities)
{
	uint64_t all = 0;

	for (int i = 0; i < CAPABILITY_SETS; i++)
		all |= capabilities->sets[i];
	return all;
}

const char *capabilities_text(struct arena *arena, uint64_t set)
{
	enum { NAMED = 3 };
	const char *text = set ? "" : "none";
	int n_named = 0;

	for (unsigned i = 0; text && i < CAPABILITY_COUNT && n_named < NAMED; i++) {
		if (!(set >> i & 1))
			continue;
		text = arena_printf(arena, "%s%s%s", text, n_named ? ", " : "", names[i]);
		set &= ~(UINT64_C(1) << i);
		n_named++;
	}
	return text && set ? arena_printf(arena, "%s and %d more", text, __builtin_popcountll(set)) : text;
}

/* what may stay of the sets that were given */
static void cut(struct capabilities *ret, const struct capabilities *given, uint64_t allow)
{
	uint64_t ambient = given->sets[CAPABILITY_AMBIENT] & given->sets[CAPABILITY_INHERITABLE] &
			   given->sets[CAPABILITY_PERMITTED] & allow;

	*ret = (struct capabilities){ 0 };
	for (int i = 0; i < CAPABILITY_SETS; i++)
		ret->sets[i] = given->sets[i] & allow;
	ret->sets[CAPABILITY_AMBIENT] = ambient;
	/* more inheritable than ambient ones raise what files with capabilities give: CVE-2022-29162 */
	ret->sets[CAPABILITY_INHERITABLE] = ambient;
}

/* one line on what is wrong; NULL when memory is out */
static const char *complaint(struct judging *j, const struct capabilities *given, uint64_t allow)
{
	enum { SHAPE_OF_PRIVILEGED = 20 };
	uint64_t extra = capabilities_union(given) & ~allow;
	const char *hint = __builtin_popcountll(extra) >= SHAPE_OF_PRIVILEGED ? " (--privileged?)" : "";
	const char *found = capabilities_text(j->arena, extra);
	const char *wanted = capabilities_text(j->arena, allow);

	if (given->odd)
		return arena_printf(j->arena,
				    "\"%s\" is no name as in capabilities(7); runtimes read such names differently",
				    given->odd);
	if (!found || !wanted)
		return NULL;
	if (extra)
		return arena_printf(j->arena, "%s asked for%s; allowed: %s", found, hint, wanted);
	return "inheritable capabilities that are not ambient; files with capabilities would give them "
	       "(CVE-2022-29162)";
}

static bool is_fine(const struct capabilities *given, uint64_t allow)
{
	return !given->odd && !(capabilities_union(given) & ~allow) &&
	       !(given->sets[CAPABILITY_INHERITABLE] & ~given->sets[CAPABILITY_AMBIENT]);
}

void rule_capabilities_allowed(struct judging *j)
{
	const struct json *object = json_path(j->config, "process", "capabilities", NULL);
	const struct json *own = j->scope == SCOPE_EXEC ? json_path(j->own, "process", "capabilities", NULL) : NULL;
	uint64_t allow = capabilities_set(rule_strings(j, "allow"), NULL);
	struct capabilities given, kept;
	struct json *safe;
	const char *text;

	/* runtimes give an exec that has no such object the container's own */
	capabilities_read(&given, object ? object : own);
	if ((object || own) && is_fine(&given, allow))
		return;

	cut(&kept, &given, allow);
	safe = capabilities_write(j->arena, &kept);
	text = object || own
		       ? complaint(j, &given, allow)
		       : "no capabilities object: some runtimes then give every capability; empty sets are wanted";
	if (!safe || !text) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/capabilities", object, safe, "%s", text)) {
		struct json *process = rule_object(j, j->config, "process");

		if (process)
			rule_set(j, process, "capabilities", safe);
	}
}
