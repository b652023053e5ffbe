/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the judged document to the bytes of the runtime, and from single options to
 * a document that can be judged: one form for every way to say the same.
 */
#include "rewrite.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

bool rewrite_document(struct rewrite *ret, struct arena *arena, const struct json *document, struct fail *f)
{
	struct rewrite rewrite;

	if (!json_write(&rewrite.bytes, &rewrite.n_bytes, arena, document))
		return fail_memory(f);
	digest_of(rewrite.seal, rewrite.bytes, rewrite.n_bytes);
	*ret = rewrite;
	return true;
}

/* ---- exec's options as a process ---- */

struct making {
	struct arena *arena;
	struct json *object; /* the process, or the resources */
	struct fail *f;
};

typedef bool option_fn(struct making *m, const char *value);

static bool made(struct making *m, bool good)
{
	return good || fail_memory(m->f);
}

static bool set_string(struct making *m, const char *key, const char *value)
{
	return made(m, json_set(m->arena, m->object, key, json_new_string(m->arena, value)));
}

static bool option_cwd(struct making *m, const char *value)
{
	return set_string(m, "cwd", value);
}

static bool option_apparmor(struct making *m, const char *value)
{
	return set_string(m, "apparmorProfile", value);
}

static bool option_label(struct making *m, const char *value)
{
	return set_string(m, "selinuxLabel", value);
}

static bool option_no_new_privileges(struct making *m, const char *value)
{
	/* switching off is no option of any runtime: "false" leaves what the container has */
	return (value && !text_is(value, "true")) ||
	       made(m, json_set(m->arena, m->object, "noNewPrivileges", json_new_bool(m->arena, true)));
}

static bool option_tty(struct making *m, const char *value)
{
	bool wanted = !value || !text_is(value, "false");

	return made(m, json_set(m->arena, m->object, "terminal", json_new_bool(m->arena, wanted)));
}

/* the array member @key, made where absent */
static struct json *list_of(struct making *m, struct json *object, const char *key)
{
	struct json *list = json_member(object, key);

	if (list)
		return list;
	list = json_new(m->arena, JSON_ARRAY);
	return json_set(m->arena, object, key, list) ? list : NULL;
}

static bool option_env(struct making *m, const char *value)
{
	struct json *env = list_of(m, m->object, "env");

	return made(m, env && json_append(env, json_new_string(m->arena, value)));
}

static struct json *object_of(struct making *m, const char *key)
{
	struct json *object = json_member(m->object, key);

	if (object)
		return object;
	object = json_new(m->arena, JSON_OBJECT);
	return json_set(m->arena, m->object, key, object) ? object : NULL;
}

static bool option_user(struct making *m, const char *value)
{
	struct json *user = object_of(m, "user");
	const char *colon = strchr(value, ':');
	char *uid_text = arena_bytes(m->arena, value, colon ? (size_t)(colon - value) : strlen(value));
	uint32_t uid, gid = 0;

	if (!user || !uid_text)
		return fail_memory(m->f);
	if (!text_to_u32(&uid, uid_text) || (colon && !text_to_u32(&gid, colon + 1)))
		return fail_usage(m->f, "option --user is '%s', UID or UID:GID in numbers is wanted", value);
	return made(m, json_set(m->arena, user, "uid", json_new_u64(m->arena, uid)) &&
			       (!colon || json_set(m->arena, user, "gid", json_new_u64(m->arena, gid))));
}

static bool option_groups(struct making *m, const char *value)
{
	struct json *user = object_of(m, "user");
	struct json *groups = user ? list_of(m, user, "additionalGids") : NULL;
	uint32_t gid;

	if (!groups)
		return fail_memory(m->f);
	if (!text_to_u32(&gid, value))
		return fail_usage(m->f, "option --additional-gids is '%s', a number is wanted", value);
	return made(m, json_append(groups, json_new_u64(m->arena, gid)));
}

static bool option_capability(struct making *m, const char *value)
{
	static const char *const sets[] = { "bounding", "effective", "permitted", "inheritable", "ambient" };
	struct json *capabilities = object_of(m, "capabilities");

	for (size_t i = 0; capabilities && i < ARRAY_SIZE(sets); i++) {
		struct json *set = list_of(m, capabilities, sets[i]);

		if (!set || (!json_has_string(set, value) && !json_append(set, json_new_string(m->arena, value))))
			return fail_memory(m->f);
	}
	return made(m, capabilities != NULL);
}

/* what of exec's options is part of the process; the others say how it is run and stay in argv */
static const struct {
	const char *name;
	option_fn *make;
} process_options[] = {
	{ "cwd", option_cwd },           { "env", option_env },
	{ "user", option_user },         { "additional-gids", option_groups },
	{ "cap", option_capability },    { "no-new-privs", option_no_new_privileges },
	{ "apparmor", option_apparmor }, { "process-label", option_label },
	{ "tty", option_tty },
};

static option_fn *process_option(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(process_options); i++) {
		if (text_is(process_options[i].name, name))
			return process_options[i].make;
	}
	return NULL;
}

static bool args_set(struct making *m, const struct command *command)
{
	struct json *args = json_new(m->arena, JSON_ARRAY);

	for (size_t i = 0; args && i < command->n_rest; i++) {
		if (!json_append(args, json_new_string(m->arena, command->rest[i])))
			return fail_memory(m->f);
	}
	return made(m, json_set(m->arena, m->object, "args", args));
}

bool rewrite_process(struct json **ret, struct arena *arena, const struct json *config, const struct command *command,
		     struct fail *f)
{
	const struct json *own = json_member(config, "process");
	struct making m = { .arena = arena, .f = f };

	if (!command->n_rest)
		return fail_usage(f, "exec names no command");
	m.object = own ? json_copy(arena, own) : json_new(arena, JSON_OBJECT);
	if (!m.object)
		return fail_memory(f);
	/* the container's terminal is its own; exec has one only when asked for */
	if (!option_tty(&m, "false") || !args_set(&m, command))
		return false;
	for (size_t i = 0; i < command->n_options; i++) {
		option_fn *make = process_option(command->options[i].name);

		if (make && !make(&m, command->options[i].value))
			return false;
	}
	*ret = m.object;
	return true;
}

/* ---- argv with a document in the place of options ---- */

static bool is_kept(const char *name)
{
	return !process_option(name) && !text_is(name, "process");
}

bool rewrite_exec(const char *const **ret, struct arena *arena, const char *const *argv, const struct command *command,
		  const char *file, struct fail *f)
{
	size_t n_words = (size_t)command->verb_at + 1;
	const char **words;
	size_t n = 0;

	for (size_t i = 0; i < command->n_options; i++)
		n_words += (size_t)command->options[i].n_words;
	words = arena_array(arena, n_words + 5, sizeof(*words));
	if (!words)
		return fail_memory(f);

	for (int i = 0; i <= command->verb_at; i++)
		words[n++] = argv[i];
	for (size_t i = 0; i < command->n_options; i++) {
		/* -dt: half of a word cannot be taken out */
		if (i && command->options[i].first == command->options[i - 1].first)
			return fail_usage(f, "the options of exec share one word, '%s'; they are wanted one by one",
					  argv[command->options[i].first]);
		if (!is_kept(command->options[i].name))
			continue;
		for (int k = 0; k < command->options[i].n_words; k++)
			words[n++] = argv[command->options[i].first + k];
	}
	words[n++] = "--process";
	words[n++] = file;
	words[n++] = command->id;
	*ret = words;
	return true;
}

/* ---- update's options as resources ---- */

/* "512m", "1gb", "-1": docker/go-units RAMInBytes, whole numbers only */
static bool size_read(int64_t *ret, const char *text)
{
	static const char units[] = "bkmgtp";
	size_t digits = strspn(text, "-0123456789");
	char number[24] = { 0 };
	const char *unit;
	int64_t value;

	if (!digits || digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	if (!text_to_i64(&value, number))
		return false;
	if (text[digits]) {
		unit = strchr(units, text[digits] | 0x20);
		if (!unit || value < 0 ||
		    (text[digits + 1] && strcasecmp(text + digits + 1, "b") != 0 &&
		     strcasecmp(text + digits + 1, "ib") != 0))
			return false;
		for (; unit > units; unit--) {
			if (__builtin_mul_overflow(value, 1024, &value))
				return false;
		}
	}
	*ret = value;
	return true;
}

static const struct {
	const char *option, *object, *member;
} limits[] = {
	{ "memory", "memory", "limit" },
	{ "memory-swap", "memory", "swap" },
	{ "pids-limit", "pids", "limit" },
};

static bool limit_set(struct making *m, size_t row, const char *value)
{
	struct json *object = object_of(m, limits[row].object);
	int64_t number;

	if (!object)
		return fail_memory(m->f);
	if (!value || !size_read(&number, value))
		return fail_usage(m->f, "option --%s is '%s', a whole number is wanted", limits[row].option,
				  value ? value : "");
	return made(m, json_set(m->arena, object, limits[row].member, json_new_i64(m->arena, number)));
}

bool rewrite_resources(struct json **ret, struct arena *arena, const struct command *command, struct fail *f)
{
	struct making m = { .arena = arena, .f = f, .object = json_new(arena, JSON_OBJECT) };

	if (!m.object)
		return fail_memory(f);
	for (size_t i = 0; i < command->n_options; i++) {
		for (size_t row = 0; row < ARRAY_SIZE(limits); row++) {
			if (text_is(limits[row].option, command->options[i].name) &&
			    !limit_set(&m, row, command->options[i].value))
				return false;
		}
	}
	*ret = m.object;
	return true;
}
