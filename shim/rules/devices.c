/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of the host: the nodes a container is given, and what its control group
 * lets it open. A node's path is only a label; type and number are the device.
 */
#include "devices.h"

#include "all.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	ANY = -1,       /* of a number: all of them */
	TOLD_ALONE = 4, /* so many devices get a finding each; --privileged brings a hundred */
};

struct device {
	char type; /* 'c', 'b'; 'a' is both; 0: none that is known */
	int64_t major;
	int64_t minor;
};

/* runtime-spec, config-linux.md, "Default Devices"; the kernel's admin-guide/devices.txt */
static const struct device_node nodes[] = {
	{ "/dev/null", 1, 3 },    { "/dev/zero", 1, 5 }, { "/dev/full", 1, 7 }, { "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },  { "/dev/ptmx", 5, 2 },
};

const struct device_node *device_node_at(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		if (text_is(nodes[i].path, path))
			return &nodes[i];
	}
	return NULL;
}

bool device_is_harmless(uint32_t major, uint32_t minor)
{
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		if (nodes[i].major == major && nodes[i].minor == minor)
			return minor != 2 || major != 5; /* whose ptmx it is depends on the mount it is on */
	}
	return false;
}

static bool pattern_number(int64_t *ret, const char *text)
{
	uint32_t number;

	if (text_is(text, "*")) {
		*ret = ANY;
		return true;
	}
	if (!text_to_u32(&number, text))
		return false;
	*ret = number;
	return true;
}

/* "c 1:3", "b 8:*"; the profile was checked when it was read */
static bool pattern_read(struct device *ret, const char *text)
{
	char numbers[32];
	char *colon;

	if (!text || (text[0] != 'c' && text[0] != 'b') || text[1] != ' ' || strlen(text + 2) >= sizeof(numbers))
		return false;
	snprintf(numbers, sizeof(numbers), "%s", text + 2);
	colon = strchr(numbers, ':');
	if (!colon)
		return false;
	*colon = '\0';
	ret->type = text[0];
	return pattern_number(&ret->major, numbers) && pattern_number(&ret->minor, colon + 1);
}

static bool covers(const struct device *pattern, const struct device *device)
{
	return pattern->type == device->type && (pattern->major == ANY || pattern->major == device->major) &&
	       (pattern->minor == ANY || pattern->minor == device->minor);
}

static bool is_allowed(const struct judging *j, const struct device *device)
{
	const struct json *allow = rule_strings(j, "allow");

	for (const struct json *item = allow ? allow->first : NULL; item; item = item->next) {
		struct device pattern;

		if (pattern_read(&pattern, json_string(item)) && covers(&pattern, device))
			return true;
	}
	return false;
}

/* "c 1:3" */
static const char *device_text(struct judging *j, const struct device *device)
{
	char major[24] = "*", minor[24] = "*";

	if (device->major != ANY)
		snprintf(major, sizeof(major), "%lld", (long long)device->major);
	if (device->minor != ANY)
		snprintf(minor, sizeof(minor), "%lld", (long long)device->minor);
	return rule_place(j, "%c %s:%s", device->type ? device->type : '?', major, minor);
}

/* a node of linux.devices; false for a fifo, and for what no runtime makes */
static bool node_read(struct device *ret, const struct json *node)
{
	const char *type = json_member_string(node, "type");

	*ret = (struct device){ 0 };
	if (text_is(type, "c") || text_is(type, "u"))
		ret->type = 'c';
	else if (text_is(type, "b"))
		ret->type = 'b';
	else
		return false;
	return json_i64(&ret->major, json_member(node, "major")) && json_i64(&ret->minor, json_member(node, "minor")) &&
	       ret->major >= 0 && ret->minor >= 0;
}

/* masked paths are bound to /dev/null: what lies there must be it */
static bool node_lies(struct judging *j, const struct json *node, const struct device *device, bool is_device)
{
	const char *path = json_member_string(node, "path");
	const char *clean = path ? text_path_clean(j->arena, path) : NULL;
	const struct device_node *wanted = clean ? device_node_at(clean) : NULL;

	return !clean || strstr(path, "..") ||
	       (wanted && (!is_device || device->type != 'c' || device->major != wanted->major ||
			   device->minor != wanted->minor));
}

/* where the runtime binds what lies at the path: is that the device that the document speaks of? */
static bool is_seen(const struct judging *j, size_t i, const struct device *device)
{
	const struct evidence *evidence = j->evidence;

	return !evidence || !evidence->devices ||
	       (i < evidence->n_devices && evidence->devices[i].major == device->major &&
		evidence->devices[i].minor == device->minor &&
		evidence->devices[i].kind == (device->type == 'b' ? FILE_BLOCK_DEVICE : FILE_CHARACTER_DEVICE));
}

static bool node_is_refused(struct judging *j, const struct json *node, size_t i, struct device *ret_device)
{
	bool is_device = node_read(ret_device, node);

	if (node_lies(j, node, ret_device, is_device) || !is_seen(j, i, ret_device))
		return true;
	return is_device ? !is_allowed(j, ret_device) : !text_is(json_member_string(node, "type"), "p");
}

static void node_refuse(struct judging *j, const struct json *node, size_t i, const struct device *device)
{
	const char *place = rule_place(j, "/linux/devices/%zu", i);
	const char *path = json_member_string(node, "path");

	if (!is_seen(j, i, device))
		rule_refuses(j, place, node,
			     "'%s' is not that device on this host, and in a user namespace it is what the runtime "
			     "mounts",
			     path ? path : "");
	else if (!node_lies(j, node, device, device->type != 0))
		rule_refuses(
			j, place, node,
			"the device %s (%s) of the host is asked for (--device); where the container needs it, add "
			"\"%s\" to \"allow\" of devices.allowed and devices.cgroup",
			path, device_text(j, device), device_text(j, device));
	else
		rule_refuses(j, place, node, "the node '%s' is to be another device than its name says",
			     path ? path : "");
}

void rule_devices_allowed(struct judging *j)
{
	const struct json *list = json_path(j->config, "linux", "devices", NULL);
	const struct json *first = NULL;
	struct device device;
	size_t n_refused = 0;
	size_t i = 0;

	for (const struct json *node = list ? list->first : NULL; node; node = node->next, i++) {
		if (!node_is_refused(j, node, i, &device))
			continue;
		first = first ? first : node;
		n_refused++;
	}
	if (n_refused > TOLD_ALONE) {
		rule_refuses(j, "/linux/devices", first,
			     "%zu devices of the host are asked for (--privileged), %s is the first", n_refused,
			     json_member_string(first, "path"));
		return;
	}
	i = 0;
	for (const struct json *node = n_refused ? list->first : NULL; node; node = node->next, i++) {
		if (node_is_refused(j, node, i, &device))
			node_refuse(j, node, i, &device);
	}
}

/* a number of a control group rule; absent and -1 are all */
static int64_t rule_number(const struct json *number)
{
	int64_t value;

	if (!number)
		return ANY;
	return json_i64(&value, number) && value >= ANY ? value : INT64_MAX;
}

static struct device rule_device(const struct json *rule)
{
	const char *type = json_member_string(rule, "type");

	/* type "a" is everything, whatever numbers stand beside it */
	if (!type || !*type || text_is(type, "a"))
		return (struct device){ .type = 'a', .major = ANY, .minor = ANY };
	return (struct device){
		.type = text_is(type, "c")   ? 'c'
			: text_is(type, "b") ? 'b'
					     : 0,
		.major = rule_number(json_member(rule, "major")),
		.minor = rule_number(json_member(rule, "minor")),
	};
}

/* may nodes be made, but not opened? */
static bool only_makes_nodes(const struct json *rule)
{
	const char *access = json_member_string(rule, "access");

	return access && *access && strspn(access, "m") == strlen(access);
}

static bool refuses_all(const struct json *rule)
{
	const char *access = json_member_string(rule, "access");
	struct device device = rule_device(rule);

	return rule && !json_is_true(json_member(rule, "allow")) && device.type == 'a' &&
	       rule_number(json_member(rule, "major")) == ANY && rule_number(json_member(rule, "minor")) == ANY &&
	       access && strchr(access, 'r') && strchr(access, 'w') && strchr(access, 'm');
}

static void allowing_rule_judge(struct judging *j, const struct json *rule, size_t i)
{
	struct device device = rule_device(rule);
	const char *place;

	if (device.type != 'a' && (is_allowed(j, &device) || (device.type && only_makes_nodes(rule))))
		return;
	place = rule_place(j, "/linux/resources/devices/%zu", i);
	if (device.type == 'a') {
		rule_refuses(j, place, rule, "every device of the host is asked for (--privileged)");
		return;
	}
	if (device.type && device.major == ANY)
		rule_refuses(j, place, rule, "every %s device of the host is asked for",
			     device.type == 'b' ? "block" : "character");
	else
		rule_refuses(
			j, place, rule,
			"access to the devices %s of the host is asked for; where the container needs it, add them to "
			"\"allow\" of this rule",
			device_text(j, &device));
}

/* {"allow":false,"access":"rwm"} in front of all others, as every engine but --privileged has it */
static void refuse_all_first(struct judging *j, struct json *list)
{
	struct json *rule = json_new(j->arena, JSON_OBJECT);
	struct json *linux_;
	struct json *resources;

	if (!rule || !rule_set(j, rule, "allow", json_new_bool(j->arena, false)) ||
	    !rule_set(j, rule, "access", json_new_string(j->arena, "rwm"))) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, "/linux/resources/devices/0", NULL, rule,
			"the control group does not begin with refusing all devices; a rule that does is put in front"))
		return;
	linux_ = rule_object(j, j->config, "linux");
	resources = linux_ ? rule_object(j, linux_, "resources") : NULL;
	if (resources && !list) {
		list = json_new(j->arena, JSON_ARRAY);
		if (!rule_set(j, resources, "devices", list))
			return;
	}
	if (!list || !json_prepend(list, rule))
		rule_fails(j);
}

/* crun's update adds what it gets to the rules that are there, so an update needs no refusal in front */
void rule_devices_cgroup(struct judging *j)
{
	struct json *list = json_path(j->config, "linux", "resources", "devices", NULL);
	size_t i = 0;

	if (j->evidence && j->evidence->no_cgroup)
		rule_refuses(j, "/linux/resources/devices", list,
			     "no control group is to be made (--cgroups=disabled), and nothing else keeps the "
			     "container from the devices of the host");
	for (const struct json *rule = list ? list->first : NULL; rule; rule = rule->next, i++) {
		if (json_is_true(json_member(rule, "allow")))
			allowing_rule_judge(j, rule, i);
	}
	if (j->scope == SCOPE_CONTAINER && !refuses_all(list ? list->first : NULL))
		refuse_all_first(j, list);
}
