/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One mechanism for every file of ours: read the current one; if it is bad, read
 * the last good copy and keep the reason.
 */
#include "policy_files.h"

#include "base/text.h"
#include "system/beneath.h"
#include "system/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CURRENT_DIRECTORY OCIGATE_SYSCONFDIR "/ocigate"
#define COPY_DIRECTORY OCIGATE_LOCALSTATEDIR "/lib/ocigate/last-good"

/* what a file's bytes are read into; @to is the reader's own */
typedef bool reader_fn(void *to, struct arena *arena, const char *file, const char *bytes, size_t n_bytes,
		       struct fail *f);

struct text_file {
	const char *bytes;
	size_t n_bytes;
	struct stat stat; /* before it was read */
};

enum presence { PRESENCE_BAD = 0, PRESENCE_ABSENT, PRESENCE_READ };

static enum presence file_load(struct text_file *ret, struct arena *arena, const char *path, struct fail *f)
{
	CLOSE_ON_RETURN int fd = path_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return PRESENCE_ABSENT;
	if (fd < 0) {
		fail_system(f, "open %s", path);
		return PRESENCE_BAD;
	}
	if (!fd_is_trusted(fd, &ret->stat, f) ||
	    !fd_read_all(&ret->bytes, &ret->n_bytes, arena, fd, POLICY_FILE_MAX_BYTES, f)) {
		fail_while(f, "%s", path);
		return PRESENCE_BAD;
	}
	return PRESENCE_READ;
}

/*
 * A copy is stamped with the time of the original's last change. That is the inode's
 * own, which nobody can set back: so neither a packager's fixed times nor cp -p make
 * another file of the same size pass for the copied one.
 */
static bool copy_is_current(const char *copy, const struct text_file *current)
{
	const struct timespec *changed = &current->stat.st_ctim;
	struct stat st;

	return lstat(copy, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)) &&
	       (size_t)st.st_size == current->n_bytes && st.st_mtim.tv_sec == changed->tv_sec &&
	       st.st_mtim.tv_nsec == changed->tv_nsec;
}

static bool copy_write(int dir_fd, const char *name, const struct text_file *current)
{
	const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, current->stat.st_ctim };
	struct fail ignored = { 0 };

	/* one at a time, so that nobody stamps what another wrote; who finds it locked leaves it to the next start */
	return flock(dir_fd, LOCK_EX | LOCK_NB) == 0 &&
	       file_replace(dir_fd, name, current->bytes, current->n_bytes, NULL, &ignored) &&
	       utimensat(dir_fd, name, times, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Best effort: a full disk must not stop a container whose policy is good. */
static void copy_keep(struct arena *arena, const char *name, const struct text_file *current)
{
	const char *copy = arena_printf(arena, "%s/%s", COPY_DIRECTORY, name);
	CLOSE_ON_RETURN int fd = -1;
	char *slash;
	char *directory;

	if (!copy || copy_is_current(copy, current))
		return;
	directory = arena_string(arena, copy);
	slash = directory ? strrchr(directory, '/') : NULL;
	if (!slash)
		return;
	*slash = '\0';
	if (!directory_make(directory, 0700))
		return;
	fd = path_open(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
	if (fd >= 0 && !copy_write(fd, slash + 1, current))
		return;
}

static bool copy_load(reader_fn *read, void *to, struct policy_origin *origin, struct arena *arena, const char *name,
		      struct fail *why, struct fail *f)
{
	const char *copy = arena_printf(arena, "%s/%s", COPY_DIRECTORY, name);
	struct text_file file = { 0 };
	struct fail of_copy = { 0 };

	origin->source = copy;
	origin->problem = arena_string(arena, why->text);
	if (!copy || !origin->problem)
		return fail_memory(f);
	if (file_load(&file, arena, copy, &of_copy) == PRESENCE_READ &&
	    read(to, arena, copy, file.bytes, file.n_bytes, &of_copy)) {
		digest_of(origin->digest, file.bytes, file.n_bytes);
		return true;
	}
	*f = *why;
	return false;
}

/* current file, else last good copy; *ret_there tells whether there is a current file at all */
static bool load(reader_fn *read, void *to, struct policy_origin *origin, bool *ret_there, struct arena *arena,
		 const char *name, struct fail *f)
{
	const char *path = arena_printf(arena, "%s/%s", CURRENT_DIRECTORY, name);
	struct text_file file = { 0 };
	struct fail why = { 0 };

	if (!path)
		return fail_memory(f);
	*ret_there = true;
	switch (file_load(&file, arena, path, &why)) {
	case PRESENCE_ABSENT:
		*ret_there = false;
		return true;
	case PRESENCE_BAD:
		return copy_load(read, to, origin, arena, name, &why, f);
	case PRESENCE_READ:
		break;
	}
	if (!read(to, arena, path, file.bytes, file.n_bytes, &why))
		return copy_load(read, to, origin, arena, name, &why, f);

	*origin = (struct policy_origin){ .source = path };
	digest_of(origin->digest, file.bytes, file.n_bytes);
	copy_keep(arena, name, &file);
	return true;
}

static bool policy_reader(void *to, struct arena *arena, const char *file, const char *bytes, size_t n_bytes,
			  struct fail *f)
{
	return policy_read(to, arena, file, bytes, n_bytes, f);
}

bool policy_load(struct policy *ret, struct policy_origin *ret_origin, struct arena *arena, struct fail *f)
{
	bool there = false;

	if (!load(policy_reader, ret, ret_origin, &there, arena, "policy.json", f))
		return false;
	if (!there) {
		policy_embedded(ret);
		*ret_origin = (struct policy_origin){ .source = "built-in" };
		digest_of(ret_origin->digest, "", 0);
	}
	return true;
}

/* one layer of a profile while its chain is followed */
struct layer {
	const char *name;
	const struct json *rules;
	const char *extends;
};

static bool layer_reader(void *to, struct arena *arena, const char *file, const char *bytes, size_t n_bytes,
			 struct fail *f)
{
	struct layer *layer = to;

	return profile_read(&layer->rules, &layer->extends, arena, layer->name, file, bytes, n_bytes, f);
}

static bool layer_load(struct layer *layer, struct policy_origin *origin, struct arena *arena, struct fail *f)
{
	const char *digest;
	const char *name;
	struct fail absent = { 0 };
	bool there = false;

	if (profile_built_in(layer->name, &digest)) {
		*origin = (struct policy_origin){ .source = "built-in" };
		memcpy(origin->digest, digest, DIGEST_TEXT_BYTES);
		return profile_read_built_in(&layer->rules, &layer->extends, arena, layer->name, f);
	}
	if (strchr(layer->name, '/') || layer->name[0] == '.')
		return fail_input(f, "\"%s\" is no name of a profile", layer->name);
	name = arena_printf(arena, "profiles/%s.json", layer->name);
	if (!name)
		return fail_memory(f);
	if (!load(layer_reader, layer, origin, &there, arena, name, f))
		return false;
	if (there)
		return true;
	fail_input(&absent, "the profile \"%s\" is not there: %s/%s is wanted", layer->name, CURRENT_DIRECTORY, name);
	return copy_load(layer_reader, layer, origin, arena, name, &absent, f);
}

bool profile_load(struct profile *ret, struct policy_origin *ret_origin, struct arena *arena, const char *name,
		  struct fail *f)
{
	const struct json *layers[PROFILE_MAX_LAYERS];
	char digests[PROFILE_MAX_LAYERS][DIGEST_TEXT_BYTES] = { 0 };
	struct policy_origin origin = { 0 };
	struct layer layer = { .name = name };
	size_t n_layers = 0;

	for (; layer.name; layer = (struct layer){ .name = layer.extends }) {
		struct policy_origin of_layer = { 0 };

		if (n_layers == PROFILE_MAX_LAYERS)
			return fail_input(f, "profile %s extends more than %d others, or itself", name,
					  PROFILE_MAX_LAYERS - 1);
		if (!layer_load(&layer, &of_layer, arena, f))
			return fail_while(f, "profile %s", name);
		memcpy(digests[n_layers], of_layer.digest, DIGEST_TEXT_BYTES);
		layers[n_layers++] = layer.rules;
		if (n_layers == 1)
			origin = of_layer;
		else if (!origin.problem)
			origin.problem = of_layer.problem;
	}
	if (!profile_resolve(ret, arena, name, layers, n_layers, f))
		return false;
	digest_of(origin.digest, digests, n_layers * DIGEST_TEXT_BYTES);
	*ret_origin = origin;
	return true;
}
