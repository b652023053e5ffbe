/* SPDX-License-Identifier: Apache-2.0 */
/* Reads /proc/self/mountinfo. Changes no mount. */
#include "mount_table.h"

#include "base/text.h"
#include "beneath.h"

#include <fcntl.h>
#include <string.h>

/* "\040" as the kernel writes a blank in a name; in place */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; to++) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] >= '0' && text[2] <= '7' &&
		    text[3] >= '0' && text[3] <= '7') {
			*to = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
			text += 4;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

/* cut the next word off; NULL at the end */
static char *word(char **rest)
{
	char *start = *rest;
	size_t length;

	*rest = NULL;
	if (!start || !*start)
		return NULL;
	length = strcspn(start, " ");
	if (start[length]) {
		start[length] = '\0';
		*rest = start + length + 1;
	}
	return start;
}

static bool device_read(struct mount_entry *entry, char *device)
{
	char *colon = strchr(device, ':');

	if (!colon)
		return false;
	*colon = '\0';
	return text_to_u32(&entry->major, device) && text_to_u32(&entry->minor, colon + 1);
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue */
static bool line_read(struct mount_entry *ret, char *line)
{
	char *id = word(&line);
	char *parent = word(&line);
	char *device = word(&line);
	char *root = word(&line);
	char *point = word(&line);
	char *type;

	while (line && strncmp(line, "- ", 2) != 0)
		(void)word(&line);
	(void)word(&line);
	type = word(&line);
	if (!type || !text_to_u64(&ret->id, id) || !text_to_u64(&ret->parent, parent) || !device_read(ret, device))
		return false;
	unescape(root);
	unescape(point);
	ret->root = root;
	ret->point = point;
	ret->type = type;
	return true;
}

static size_t lines_in(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

bool mount_table_parse(struct mount_table *ret, struct arena *arena, char *text, struct fail *f)
{
	size_t max = lines_in(text) + 1;
	struct mount_table table = { .entries = arena_array(arena, max, sizeof(*table.entries)) };

	if (!table.entries)
		return fail_memory(f);
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *next = text + length + (text[length] ? 1 : 0);

		text[length] = '\0';
		if (!line_read(&table.entries[table.n_entries], text))
			return fail_input(f, "line %zu of /proc/self/mountinfo is not of the known form",
					  table.n_entries + 1);
		table.n_entries++;
		text = next;
	}
	*ret = table;
	return true;
}

bool mount_table_read(struct mount_table *ret, struct arena *arena, struct fail *f)
{
	CLOSE_ON_RETURN int fd = path_open(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY);
	const char *text;
	size_t n_bytes;
	char *copy;

	if (fd < 0)
		return fail_system(f, "open /proc/self/mountinfo");
	if (!fd_read_all(&text, &n_bytes, arena, fd, MOUNT_TABLE_MAX_BYTES, f))
		return fail_while(f, "/proc/self/mountinfo");
	copy = arena_bytes(arena, text, n_bytes);
	return copy ? mount_table_parse(ret, arena, copy, f) : fail_memory(f);
}

const struct mount_entry *mount_by_id(const struct mount_table *table, uint64_t id)
{
	for (size_t i = 0; i < table->n_entries; i++) {
		if (table->entries[i].id == id)
			return &table->entries[i];
	}
	return NULL;
}

const struct mount_entry *mount_by_path(const struct mount_table *table, const char *path)
{
	const struct mount_entry *best = NULL;

	for (size_t i = 0; i < table->n_entries; i++) {
		const struct mount_entry *entry = &table->entries[i];

		if (text_path_is_below(path, entry->point) && (!best || strlen(entry->point) >= strlen(best->point)))
			best = entry;
	}
	return best;
}

const char *mount_inner(struct arena *arena, const struct mount_entry *entry, const char *path)
{
	const char *rest;

	if (!text_path_is_below(path, entry->point))
		return NULL;
	rest = text_is(entry->point, "/") ? path : path + strlen(entry->point);
	if (text_is(rest, "/"))
		rest = "";
	if (text_is(entry->root, "/"))
		return *rest ? arena_string(arena, rest) : "/";
	return arena_printf(arena, "%s%s", entry->root, rest);
}
