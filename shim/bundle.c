/* SPDX-License-Identifier: Apache-2.0 */
/* Where the config lies. How it is read and replaced is input.c's. */
#include "bundle.h"

#include "base/text.h"
#include "system/beneath.h"

#include <fcntl.h>
#include <unistd.h>

static bool elsewhere(struct bundle *bundle, struct arena *arena, const char *path, const char *config, struct fail *f)
{
	char *real;

	bundle->fd = path_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
	if (bundle->fd < 0)
		return fail_system(f, "open the bundle '%s'", path);
	if (!fd_real_path(&real, arena, bundle->fd))
		return fail_system(f, "real path of the bundle '%s'", path);
	bundle->path = real;
	return input_open(&bundle->config, arena, config, f);
}

bool bundle_open(struct bundle *ret, struct arena *arena, const char *path, const char *config, struct fail *f)
{
	BUNDLE_CLOSED_ON_RETURN bundle = BUNDLE_NONE;
	const char *usual = arena_printf(arena, "%s/config.json", path ? path : ".");

	if (!usual)
		return fail_memory(f);
	/* crun takes -f from the current directory, but the very word "config.json" from the bundle */
	if (config && !text_is(config, "config.json")) {
		if (!elsewhere(&bundle, arena, path ? path : ".", config, f))
			return false;
	} else {
		if (!input_open(&bundle.config, arena, usual, f))
			return false;
		bundle.path = bundle.config.dir_path;
	}

	*ret = bundle;
	bundle = (struct bundle)BUNDLE_NONE;
	return true;
}

int bundle_fd(const struct bundle *bundle)
{
	return bundle->fd >= 0 ? bundle->fd : bundle->config.dir_fd;
}

void bundle_close(struct bundle *bundle)
{
	if (bundle->fd >= 0)
		close(bundle->fd);
	input_close(&bundle->config);
	*bundle = (struct bundle)BUNDLE_NONE;
}
