/* SPDX-License-Identifier: Apache-2.0 */
#include "memory_file.h"

#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int memory_file(const char *name, const char *bytes, size_t n_bytes)
{
	CLOSE_ON_RETURN int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	while (n_bytes) {
		ssize_t written = write(fd, bytes, n_bytes);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return -1;
		bytes += written;
		n_bytes -= (size_t)written;
	}
	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		return -1;
	return fd_take(&fd);
}
