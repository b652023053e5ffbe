/* SPDX-License-Identifier: Apache-2.0 */
/* Where the config lies. How it is read and replaced is input.c's. */
#include "bundle.h"

#include "base/text.h"
#include "system/beneath.h"

#include <fcntl.h>
#include <unistd.h>

bool bundle_open(struct bundle *ret, struct arena *arena, const char *path, const char *config, struct fail *f)
{
	BUNDLE_CLOSED_ON_RETURN bundle = BUNDLE_NONE;
	/* crun takes -f from the current directory, but the very word "config.json" from the bundle */
	bool is_usual = !config || text_is(config, "config.json");
	const char *file = is_usual ? arena_printf(arena, "%s/config.json", path ? path : ".") : config;
	char *real;

	if (!file)
		return fail_memory(f);
	bundle.fd = path_open(AT_FDCWD, path ? path : ".", O_PATH | O_DIRECTORY);
	if (bundle.fd < 0)
		return fail_system(f, "open the bundle '%s'", path ? path : ".");
	if (!fd_real_path(&real, arena, bundle.fd))
		return fail_system(f, "real path of the bundle '%s'", path ? path : ".");
	bundle.path = real;
	if (!input_open(&bundle.config, arena, file, f))
		return false;
	if (is_usual && !text_is(bundle.config.dir_path, bundle.path))
		return fail_input(f, "the bundle '%s' was replaced while it was opened", path ? path : ".");

	*ret = bundle;
	bundle = (struct bundle)BUNDLE_NONE;
	return true;
}

void bundle_close(struct bundle *bundle)
{
	if (bundle->fd >= 0)
		close(bundle->fd);
	input_close(&bundle->config);
	*bundle = (struct bundle)BUNDLE_NONE;
}
