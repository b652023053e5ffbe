/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /mounts: what of the host a container gets, and what it may put over the kernel's
 * own filesystems. Sources are judged by what they lead to, never by how they are
 * spelt; whether a mount is a bind mount by its options, as runtimes do.
 */
#include "mounts.h"

#include "all.h"
#include "base/path.h"
#include "base/text.h"
#include "devices.h"

#include <fnmatch.h>
#include <string.h>

const struct evidence_file *mount_evidence(const struct judging *j, size_t i)
{
	static const struct evidence_file nothing = { 0 };

	return j->evidence && i < j->evidence->n_mounts ? &j->evidence->mounts[i] : &nothing;
}

static struct json *mounts_first(const struct judging *j)
{
	const struct json *mounts = json_member(j->config, "mounts");

	return mounts ? mounts->first : NULL;
}

static const char *text_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static bool has_option(const struct json *mount, const char *option)
{
	return json_has_string(json_member(mount, "options"), option);
}

void rule_mounts_type(struct judging *j)
{
	const struct json *allow = rule_strings(j, "allow");
	size_t i = 0;

	for (const struct json *mount = mounts_first(j); mount; mount = mount->next, i++) {
		const struct json *type = json_member(mount, "type");

		if (evidence_is_bind(mount) || (json_string(type) && json_has_string(allow, json_string(type))))
			continue;
		rule_refuses(j, rule_place(j, "/mounts/%zu/type", i), type,
			     "a filesystem of type '%s' is to be mounted; only those in \"allow\" of this rule may be",
			     text_or(json_string(type), ""));
	}
}

static bool has_dot_dot(const char *path)
{
	for (; *path; path += strcspn(path, "/"), path += strspn(path, "/")) {
		if (path[0] == '.' && path[1] == '.' && (!path[2] || path[2] == '/'))
			return true;
	}
	return false;
}

/* of the kernel's own filesystems: what may be mounted where */
static bool is_of_the_kernel(const char *clean, const char *type)
{
	static const struct {
		const char *type;
		const char *path;
		bool or_below;
	} rows[] = {
		{ "proc", "/proc", false },
		{ "sysfs", "/sys", false },
		{ "cgroup", "/sys/fs/cgroup", true },
		{ "cgroup2", "/sys/fs/cgroup", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (text_is(rows[i].type, type) &&
		    (rows[i].or_below ? text_path_is_below(clean, rows[i].path) : text_is(clean, rows[i].path)))
			return true;
	}
	return false;
}

/* below /dev: runtimes bind masked paths to what lies at /dev/null, and hand out the terminal at /dev/console */
static bool is_of_devices(const char *clean, const char *type, const struct evidence_file *source)
{
	static const char *const closed[] = { "/dev/console", "/dev/core",   "/dev/fd",
					      "/dev/stdin",   "/dev/stdout", "/dev/stderr" };
	const struct device_node *node = device_node_at(clean);

	if (text_is(clean, "/dev"))
		return text_is(type, "tmpfs");
	if (text_path_is_below(clean, "/dev/pts"))
		return text_is(type, "devpts") && text_is(clean, "/dev/pts");
	for (size_t i = 0; i < ARRAY_SIZE(closed); i++) {
		if (text_path_is_below(clean, closed[i]))
			return false;
	}
	/* in a user namespace, where nodes cannot be made, engines bind the host's */
	return !node || (!type && source->kind == FILE_CHARACTER_DEVICE && source->major == node->major &&
			 source->minor == node->minor && device_is_harmless(source->major, source->minor));
}

/* @type: NULL for a bind mount; why @clean is no place for it, or NULL */
static const char *destination_fault(const char *clean, const char *type, const struct evidence_file *source)
{
	if (text_is(clean, "/"))
		return "it would replace the whole root filesystem";
	if (text_path_is_below(clean, "/proc") || text_path_is_below(clean, "/sys"))
		return is_of_the_kernel(clean, type) ? NULL
						     : "it would hide what the kernel and the runtime need there";
	if (text_is(type, "proc") || text_is(type, "sysfs"))
		return "there nothing of it would be masked or read-only; it belongs at /proc or /sys";
	if (text_path_is_below(clean, "/dev") && !is_of_devices(clean, type, source))
		return "it would replace what the runtime needs there";
	return NULL;
}

static void destination_judge(struct judging *j, const struct json *mount, size_t i)
{
	const struct json *given = json_member(mount, "destination");
	const struct evidence_file *seen = mount_evidence(j, i);
	const char *type = evidence_is_bind(mount) ? NULL : text_or(json_member_string(mount, "type"), "");
	const char *path = json_string(given);
	bool is_good = path && path[0] == '/' && !has_dot_dot(path);
	const char *clean = is_good ? path_clean(j->arena, path) : NULL;
	const char *fault = NULL, *linked = NULL, *place;

	if (is_good && !clean) {
		rule_fails(j);
		return;
	}
	if (clean)
		fault = destination_fault(clean, type, seen);
	if (clean && !fault && seen->destination)
		linked = destination_fault(seen->destination, NULL, seen);
	if (clean && !fault && !linked)
		return;
	place = rule_place(j, "/mounts/%zu/destination", i);
	if (fault)
		rule_refuses(j, place, given, "nothing may be mounted at %s: %s", clean, fault);
	else if (linked)
		rule_refuses(j, place, given, "a link in the image leads %s to %s, where nothing may be mounted: %s",
			     clean, seen->destination, linked);
	else
		rule_refuses(j, place, given, "the mount destination '%s' must be absolute and without '..'",
			     text_or(path, ""));
}

void rule_mounts_destination(struct judging *j)
{
	size_t i = 0;

	for (const struct json *mount = mounts_first(j); mount; mount = mount->next, i++)
		destination_judge(j, mount, i);
}

/* what is done to the options of a mount; lists end at NULL, what is NULL is not done */
struct change {
	const char *const *absent; /* stand for options that are absent altogether */
	const char *const *out;    /* are taken out */
	const char *const *from;   /* become @to */
	const char *to;
	const char *add; /* is put behind the others, where it is not there yet */
};

static bool is_one_of(const char *const *words, const char *text)
{
	for (; words && *words; words++) {
		if (text_is(*words, text))
			return true;
	}
	return false;
}

static struct json *options_changed(struct judging *j, const struct json *options, const struct change *change)
{
	struct json *changed = json_new(j->arena, JSON_ARRAY);
	bool good = changed != NULL;

	for (const char *const *word = options ? NULL : change->absent; good && word && *word; word++)
		good = json_append(changed, json_new_string(j->arena, *word));
	for (const struct json *option = options ? options->first : NULL; good && option; option = option->next) {
		const char *text = json_string(option);

		if (is_one_of(change->out, text))
			continue;
		good = json_append(changed, is_one_of(change->from, text) ? json_new_string(j->arena, change->to)
									  : json_copy(j->arena, option));
	}
	if (good && change->add && !json_has_string(changed, change->add))
		good = json_append(changed, json_new_string(j->arena, change->add));
	return good ? changed : NULL;
}

static void options_rewrite(struct judging *j, struct json *mount, size_t i, const struct change *change,
			    const char *text)
{
	const struct json *options = json_member(mount, "options");
	struct json *changed = options_changed(j, options, change);

	if (!changed)
		rule_fails(j);
	else if (rule_found(j, rule_place(j, "/mounts/%zu/options", i), options, changed, "%s (%s)", text,
			    text_or(json_member_string(mount, "destination"), "")))
		rule_set(j, mount, "options", changed);
}

void rule_mounts_options(struct judging *j)
{
	static const char *const writable[] = { "rw", "rrw", NULL };
	static const struct change keep_ro = { .out = writable };
	size_t i = 0;

	for (struct json *mount = mounts_first(j); mount; mount = mount->next, i++) {
		bool is_read_only = has_option(mount, "ro") || has_option(mount, "rro");

		if (has_option(mount, "remount"))
			rule_refuses(j, rule_place(j, "/mounts/%zu/options", i), json_member(mount, "options"),
				     "the option \"remount\" would change a mount made before (%s)",
				     text_or(json_member_string(mount, "destination"), ""));
		else if (is_read_only && (has_option(mount, "rw") || has_option(mount, "rrw")))
			options_rewrite(j, mount, i, &keep_ro,
					"both \"ro\" and \"rw\" are given, and runtimes choose differently");
	}
}

void rule_mounts_propagation(struct judging *j)
{
	static const char *const shared[] = { "shared", "rshared", NULL };
	static const struct change slave = { .from = shared, .to = "rslave" };
	size_t i = 0;

	for (struct json *mount = mounts_first(j); mount; mount = mount->next, i++) {
		if (has_option(mount, "shared") || has_option(mount, "rshared"))
			options_rewrite(j, mount, i, &slave,
					"mounts made in this volume reach the host (bind-propagation, Bidirectional)");
	}
}

void rule_mounts_cgroup_read_only(struct judging *j)
{
	static const char *const types[] = { "cgroup", "cgroup2", "sysfs", NULL };
	static const char *const writable[] = { "rw", "rrw", NULL };
	/* what crun takes for a mount without options must not get lost when there is a first one */
	static const char *const absent[] = { "nosuid", "noexec", "nodev", NULL };
	static const struct change read_only = { .absent = absent, .out = writable, .add = "ro" };
	size_t i = 0;

	for (struct json *mount = mounts_first(j); mount; mount = mount->next, i++) {
		if (evidence_is_bind(mount) || !is_one_of(types, json_member_string(mount, "type")) ||
		    (has_option(mount, "ro") && !has_option(mount, "rw") && !has_option(mount, "rrw")))
			continue;
		options_rewrite(j, mount, i, &read_only, "control groups and /sys of the host are writable");
	}
}

void rule_mounts_live(struct judging *j)
{
	rule_refuses(j, "", NULL, "nothing may be mounted into a container that runs");
}

/* the guarded path that @path is at, in or above */
static const char *guarding(const struct judging *j, const char *path, enum path_relation *ret_relation)
{
	const struct json *guards = rule_strings(j, "paths");

	for (const struct json *guard = guards ? guards->first : NULL; guard; guard = guard->next) {
		*ret_relation = json_string(guard) ? path_relation(json_string(guard), path) : PATH_APART;
		if (*ret_relation != PATH_APART)
			return json_string(guard);
	}
	return NULL;
}

static bool is_excepted(const struct judging *j, const char *param, const char *path)
{
	const struct json *patterns = rule_strings(j, param);

	for (const struct json *item = patterns ? patterns->first : NULL; item; item = item->next) {
		if (json_string(item) && path_relation(json_string(item), path) == PATH_BELOW)
			return true;
	}
	return false;
}

/* may the container have @path all the same? only what is in a guarded path, never what a guarded path is in */
static bool may_be_had(const struct judging *j, const struct json *mount, const char *path)
{
	if (is_excepted(j, "except", path))
		return true;
	return is_excepted(j, "exceptReadOnly", path) && (has_option(mount, "ro") || has_option(mount, "rro")) &&
	       !has_option(mount, "rw") && !has_option(mount, "rrw");
}

static const char *source_place(struct judging *j, size_t i)
{
	return rule_place(j, "/mounts/%zu/source", i);
}

/* @path: the real one, or by its other name @alias; false when it was refused */
static bool path_judge(struct judging *j, size_t i, const struct json *mount, const char *path, const char *alias)
{
	const struct json *source = json_member(mount, "source");
	const char *named = alias ? alias : path;
	enum path_relation relation = PATH_APART;
	const char *guard = guarding(j, named, &relation);
	const char *place, *also;

	if (!guard || (relation == PATH_BELOW && may_be_had(j, mount, named)))
		return true;
	place = source_place(j, i);
	also = alias ? rule_place(j, ", under the name of %s", path) : "";
	if (relation == PATH_ABOVE)
		rule_refuses(j, place, source, "the host's %s is to be mounted%s, and with it %s", named, also, guard);
	else if (is_excepted(j, "exceptReadOnly", named))
		rule_refuses(j, place, source, "the host's %s may be mounted read-only, and no other way; add \"ro\"",
			     named);
	else
		rule_refuses(j, place, source,
			     "the host's %s is to be mounted%s; containers get directories and volumes of their own",
			     named, also);
	return false;
}

/*
 * Directories that hold an entry for each pod, with its volumes and secrets: a container gets files of one entry only.
 * Its own are always among them (the kubelet mounts its /etc/hosts), so another pod's never pass.
 */
struct owner {
	const char *top;   /* NULL: none seen yet */
	const char *entry; /* the name behind @top, up to the next slash */
	size_t length;
};

static void owner_judge(struct judging *j, size_t i, const struct json *mount, const char *path, struct owner *owner)
{
	const struct json *tops = rule_strings(j, "oneEntryOf");

	for (const struct json *item = tops ? tops->first : NULL; item; item = item->next) {
		const char *top = json_string(item);
		const char *entry = top && text_path_is_below(path, top) ? path + strlen(top) : NULL;
		size_t length;

		if (!entry || !*entry)
			continue;
		entry += strspn(entry, "/");
		length = strcspn(entry, "/");
		if (owner->top && text_is(owner->top, top) &&
		    (owner->length != length || memcmp(owner->entry, entry, length) != 0)) {
			rule_refuses(j, source_place(j, i), json_member(mount, "source"),
				     "%s belongs to another pod than what is mounted beside it", path);
			return;
		}
		*owner = (struct owner){ .top = top, .entry = entry, .length = length };
	}
}

static void source_judge(struct judging *j, const struct json *mount, size_t i, struct owner *owner)
{
	const struct evidence_file *seen = mount_evidence(j, i);
	const struct json *source = json_member(mount, "source");
	const char *name = text_or(json_string(source), "");

	switch (seen->kind) {
	case FILE_MISSING:
		rule_refuses(j, source_place(j, i), source,
			     "the source '%s' cannot be seen on this host, so it cannot be judged", name);
		return;
	case FILE_BLOCK_DEVICE:
		rule_refuses(j, source_place(j, i), source, "the source '%s' is a block device (%u:%u)", name,
			     seen->major, seen->minor);
		return;
	case FILE_CHARACTER_DEVICE:
		if (!device_is_harmless(seen->major, seen->minor))
			rule_refuses(j, source_place(j, i), source, "the source '%s' is a device of the host (c %u:%u)",
				     name, seen->major, seen->minor);
		return;
	case FILE_PLAIN:
	case FILE_DIRECTORY:
	case FILE_SOCKET:
	case FILE_OTHER:
		break;
	}
	if (!seen->real)
		rule_refuses(j, source_place(j, i), source,
			     "the source '%s' leads to something that is no file of this host", name);
	else if (path_judge(j, i, mount, seen->real, NULL) &&
		 (!seen->alias_of || path_judge(j, i, mount, seen->real, seen->alias_of)))
		owner_judge(j, i, mount, text_or(seen->alias_of, seen->real), owner);
}

void rule_mounts_sensitive(struct judging *j)
{
	struct owner owner = { 0 };
	size_t i = 0;

	for (const struct json *mount = mounts_first(j); mount; mount = mount->next, i++) {
		if (evidence_is_bind(mount))
			source_judge(j, mount, i, &owner);
	}
}
