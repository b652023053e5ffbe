/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last step. The environment goes over as it is: it is the engine's, and the
 * runtimes' own variables (LISTEN_FDS, NOTIFY_SOCKET, _OCI_SYNCPIPE) must arrive.
 * Descriptors that the engine left open go over as well; ours are close-on-exec,
 * but for the one that rewrite_exec() names, which exec.c opens for that.
 */
#include "handoff.h"

#include "base/text.h"
#include "system/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

const char *handoff_runtime(void)
{
	static const char *const usual[] = { "/usr/sbin/runc", "/usr/bin/runc", "/usr/bin/crun" };

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		if (access(usual[i], X_OK) == 0)
			return usual[i];
	}
	return usual[0];
}

static bool runtime_check(const char *runtime, struct fail *f)
{
	CLOSE_ON_RETURN int fd = -1;
	struct stat other;
	struct stat self;

	if (runtime[0] != '/')
		return fail_input(f, "runtime '%s': an absolute path is wanted", runtime);
	fd = path_open(AT_FDCWD, runtime, O_PATH);
	if (fd < 0)
		return fail_system(f, "runtime '%s'", runtime);
	if (!fd_is_trusted(fd, &other, f))
		return fail_while(f, "runtime '%s'", runtime);
	/* else we would judge and become ourselves for ever */
	if (stat("/proc/self/exe", &self) == 0 && self.st_dev == other.st_dev && self.st_ino == other.st_ino)
		return fail_input(f, "runtime '%s' is ocigate itself; the real runtime is wanted", runtime);
	return true;
}

static bool become(const char *runtime, const char *const *argv, struct fail *f)
{
	char *empty[] = { NULL, NULL };
	char **words = empty;

	if (!runtime_check(runtime, f))
		return false;
	/* execve() does not write to the words, its prototype only predates const */
	if (argv[0])
		memcpy(&words, &argv, sizeof(words));
	memcpy(&words[0], &runtime, sizeof(words[0]));
	execve(runtime, words, environ);
	return fail_system(f, "execute the runtime '%s'", runtime);
}

bool handoff_become(const struct receipt *receipt, const char *const *argv, struct fail *f)
{
	if (!receipt->is_kept)
		return fail_input(f, "no decision was kept for this call");
	return become(receipt->runtime, argv, f);
}

bool handoff_pass(const char *runtime, const char *const *argv, struct fail *f)
{
	return become(runtime, argv, f);
}
