/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include "base/text.h"
#include "beneath.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool process_start(uint64_t *ret, uint64_t pid)
{
	char path[64];
	char line[1024];
	CLOSE_ON_RETURN int fd = -1;
	ssize_t length;
	char *field;

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/stat", pid);
	fd = path_open(AT_FDCWD, path, O_RDONLY);
	length = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	if (length <= 0)
		return false;
	line[length] = '\0';
	field = strrchr(line, ')'); /* the name, field 2, may hold anything */
	for (int n = 2; field && n < 22; n++)
		field = strchr(field + 1, ' ');
	if (!field)
		return false;
	field[1 + strspn(field + 1, "0123456789")] = '\0';
	return text_to_u64(ret, field + 1);
}
