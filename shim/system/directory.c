/* SPDX-License-Identifier: Apache-2.0 */
#include "directory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

bool directory_make(const char *path, mode_t mode)
{
	char part[PATH_MAX];
	size_t length = strlen(path);

	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return true;
	if (errno != ENOENT || length >= sizeof(part))
		return false;

	memcpy(part, path, length + 1);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return mkdir(path, mode) == 0 || errno == EEXIST;
}
