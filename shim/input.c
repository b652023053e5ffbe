/* SPDX-License-Identifier: Apache-2.0 */
/* Never opens the same name twice for reading: what is judged is what was read. */
#include "input.h"

#include "base/json.h"
#include "base/text.h"
#include "system/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Someone else who may write could put other bytes there after we judged these. */
static bool is_ours_alone(const struct stat *st)
{
	bool owner = st->st_uid == 0 || st->st_uid == geteuid();
	bool group = !(st->st_mode & S_IWGRP) || st->st_gid == 0 || st->st_gid == getegid();
	/* in a sticky directory (/tmp) others cannot touch names that are not theirs */
	bool sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX);

	return owner && (sticky || (group && !(st->st_mode & S_IWOTH)));
}

static bool refuse_others(const struct stat *st, struct fail *f)
{
	return is_ours_alone(st) || fail_input(f, "can be written by others (owner %u:%u, mode %04o)", st->st_uid,
					       st->st_gid, st->st_mode & 07777u);
}

static bool directory_hold(struct input *input, struct arena *arena, const char *path, struct fail *f)
{
	CLOSE_ON_RETURN int fd = path_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
	struct stat st;
	char *real;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_system(f, "open the directory '%s'", path);
	if (!refuse_others(&st, f))
		return fail_while(f, "the directory '%s'", path);
	if (!fd_real_path(&real, arena, fd))
		return fail_system(f, "real path of the directory '%s'", path);
	input->dir_path = real;
	input->dir_fd = fd_take(&fd);
	return true;
}

static bool file_read(struct input *input, struct arena *arena, struct fail *f)
{
	/* O_NONBLOCK: a FIFO must not keep the engine waiting for ever */
	CLOSE_ON_RETURN int fd = beneath_open(input->dir_fd, input->name, O_RDONLY | O_NONBLOCK);

	if (fd < 0 && errno == ELOOP)
		return fail_input(f, "is a symbolic link, a plain file is wanted");
	if (fd < 0 || fstat(fd, &input->stat) < 0)
		return fail_system(f, "open");
	if (!S_ISREG(input->stat.st_mode))
		return fail_input(f, "is no plain file");
	return refuse_others(&input->stat, f) &&
	       fd_read_all(&input->bytes, &input->n_bytes, arena, fd, JSON_MAX_BYTES, f);
}

bool input_open(struct input *ret, struct arena *arena, const char *path, struct fail *f)
{
	INPUT_CLOSED_ON_RETURN input = INPUT_NONE;
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *directory = !slash ? arena_string(arena, ".")
				 : arena_bytes(arena, path, slash == path ? 1 : (size_t)(slash - path));

	if (!directory)
		return fail_memory(f);
	if (!directory_hold(&input, arena, directory, f))
		return false;
	input.name = arena_string(arena, name);
	input.path = arena_printf(arena, "%s/%s", text_is(input.dir_path, "/") ? "" : input.dir_path, name);
	if (!input.name || !input.path)
		return fail_memory(f);
	if (!file_read(&input, arena, f))
		return fail_while(f, "%s", path);

	*ret = input;
	input = (struct input)INPUT_NONE;
	return true;
}

bool input_replace(const struct input *input, const char *bytes, size_t n_bytes, struct fail *f)
{
	struct stat now;

	if (fstatat(input->dir_fd, input->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_system(f, "%s", input->path);
	if (now.st_dev != input->stat.st_dev || now.st_ino != input->stat.st_ino)
		return fail_input(f, "%s was replaced while it was judged", input->path);
	return file_replace(input->dir_fd, input->name, bytes, n_bytes, &input->stat, f) ||
	       fail_while(f, "%s", input->path);
}

void input_close(struct input *input)
{
	if (input->dir_fd >= 0)
		close(input->dir_fd);
	*input = (struct input)INPUT_NONE;
}
