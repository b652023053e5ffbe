/* SPDX-License-Identifier: Apache-2.0 */
/* Compares paths name by name. Asks the kernel nothing. */
#include "path.h"

#include "text.h"

#include <fnmatch.h>
#include <limits.h>
#include <string.h>

static bool is_special(char c)
{
	return c == '*' || c == '?' || c == '[' || c == '\\';
}

bool path_is_pattern(const char *guard)
{
	while (*guard && !is_special(*guard))
		guard++;
	return *guard;
}

static size_t names_in(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += path[0] == '/' && path[1];
	return n;
}

/* the first @n_names names of @pattern match the whole of @path */
static bool starts_like(const char *pattern, const char *path, size_t n_names)
{
	char start[PATH_MAX];
	size_t length = 0;

	for (size_t n = 0; pattern[length]; length++) {
		if (pattern[length] == '/' && n++ == n_names)
			break;
	}
	if (!pattern[length] || length >= sizeof(start))
		return false;
	memcpy(start, pattern, length);
	start[length] = '\0';
	return fnmatch(start, path, FNM_PATHNAME) == 0;
}

enum path_relation path_relation(const char *guard, const char *path)
{
	size_t i = 0;

	/* nearly all pairs part within the first name: no need for fnmatch() */
	while (guard[i] && guard[i] == path[i] && !is_special(guard[i]))
		i++;
	if (!guard[i])
		return !path[i] || path[i] == '/' || i == 1 ? PATH_BELOW : PATH_APART;
	if (!path[i] && (guard[i] == '/' || i == 1))
		return PATH_ABOVE;
	if (!is_special(guard[i]))
		return PATH_APART;

	if (fnmatch(guard, path, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
		return PATH_BELOW;
	return starts_like(guard, path, names_in(path)) ? PATH_ABOVE : PATH_APART;
}

static bool is_clean(const char *path)
{
	if (path[0] != '/')
		return false;
	if (!path[1])
		return true;
	while (*path == '/') {
		size_t length = strcspn(++path, "/");

		if (!length || (path[0] == '.' && (length == 1 || (length == 2 && path[1] == '.'))))
			return false;
		path += length;
	}
	return true;
}

const char *path_clean(struct arena *arena, const char *path)
{
	return is_clean(path) ? path : text_path_clean(arena, path);
}
