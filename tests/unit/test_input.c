/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/text.h"
#include "bundle.h"
#include "input.h"
#include "system/beneath.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_MAX_BYTES = 64 * 1024 * 1024 };

/* a directory of the test's own, which is also the current one */
static void enter_directory(char path[static 32])
{
	snprintf(path, 32, "/tmp/ocigate-test-XXXXXX");
	cr_assert_not_null(mkdtemp(path));
	cr_assert_eq(chdir(path), 0);
}

static void leave_directory(const char *path)
{
	static const char *const names[] = { "config.json", "other", "dir/config.json", "link", "dir" };

	cr_assert_eq(chdir(path), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (unlink(names[i]) < 0)
			rmdir(names[i]);
	}
	rmdir(path);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
}

Test(input, reads_and_replaces_with_owner_and_mode)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	INPUT_CLOSED_ON_RETURN input = INPUT_NONE;
	char top[32];
	struct stat before, after;
	struct fail f = { 0 };

	enter_directory(top);
	write_file("config.json", "old", 0640);
	cr_assert_eq(stat("config.json", &before), 0);
	cr_assert(input_open(&input, &arena, "config.json", &f), "%s", f.text);
	cr_expect_str_eq(input.bytes, "old");
	cr_expect_eq(input.n_bytes, 3);
	cr_expect_str_eq(input.dir_path, top);
	cr_assert(input_replace(&input, "newer", 5, &f), "%s", f.text);
	cr_assert_eq(stat("config.json", &after), 0);
	cr_expect_eq(after.st_mode, before.st_mode);
	cr_expect_eq(after.st_uid, before.st_uid);
	cr_expect_eq(after.st_size, 5);
	cr_expect_neq(after.st_ino, before.st_ino, "it was written in place");
	leave_directory(top);
}

static void make_link(void)
{
	write_file("other", "{}", 0600);
	cr_assert_eq(symlink("other", "config.json"), 0);
}

static void make_fifo(void)
{
	cr_assert_eq(mkfifo("config.json", 0600), 0);
}

static void make_writable_by_others(void)
{
	write_file("config.json", "{}", 0606);
}

static void make_directory(void)
{
	cr_assert_eq(mkdir("config.json", 0700), 0);
}

static void make_large(void)
{
	write_file("config.json", "", 0600);
	cr_assert_eq(truncate("config.json", 16 * 1024 * 1024 + 1), 0);
}

static void make_nothing(void)
{
}

static void make_open_directory(void)
{
	write_file("config.json", "{}", 0600);
	cr_assert_eq(chmod(".", 0777), 0);
}

static const struct {
	void (*make)(void);
	const char *reason;
} refused[] = {
	{ make_link, "is a symbolic link" },
	{ make_fifo, "is no plain file" },
	{ make_directory, "is no plain file" },
	{ make_writable_by_others, "can be written by others" },
	{ make_large, "" },
	{ make_nothing, "ENOENT" },
	{ make_open_directory, "the directory '.': can be written by others" },
};

ROWS(input, refuses_what_is_not_the_engines_own_file, refused)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	INPUT_CLOSED_ON_RETURN input = INPUT_NONE;
	char top[32];
	struct fail f = { 0 };

	enter_directory(top);
	refused[*row].make();
	cr_expect_not(input_open(&input, &arena, "config.json", &f), "row %zu was taken", *row);
	cr_expect(strstr(f.text, refused[*row].reason) != NULL, "row %zu: %s", *row, f.text);
	leave_directory(top);
}

Test(input, a_file_that_was_exchanged_is_not_replaced)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	INPUT_CLOSED_ON_RETURN input = INPUT_NONE;
	char top[32];
	struct fail f = { 0 };

	enter_directory(top);
	write_file("config.json", "judged", 0600);
	cr_assert(input_open(&input, &arena, "config.json", &f), "%s", f.text);
	write_file("other", "not judged", 0600);
	cr_assert_eq(rename("other", "config.json"), 0);
	cr_expect_not(input_replace(&input, "x", 1, &f));
	cr_expect(strstr(f.text, "was replaced while it was judged") != NULL, "%s", f.text);
	leave_directory(top);
}

/* which file is read for which --bundle and -f, from the current directory */
static const struct {
	const char *bundle, *config, *text;
} places[] = {
	{ NULL, NULL, "here" },
	{ ".", NULL, "here" },
	{ "dir", NULL, "in dir" },
	{ "dir/", NULL, "in dir" },
	{ "link", NULL, "in dir" },
	{ "dir", "config.json", "in dir" },
	{ "dir", "other", "other" },
	{ "dir", "./config.json", "here" },
	{ NULL, "dir/config.json", "in dir" },
};

ROWS(bundle, reads_the_file_that_the_runtime_will_read, places)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	BUNDLE_CLOSED_ON_RETURN bundle = BUNDLE_NONE;
	char top[32];
	struct fail f = { 0 };

	enter_directory(top);
	cr_assert_eq(mkdir("dir", 0700), 0);
	cr_assert_eq(symlink("dir", "link"), 0);
	write_file("config.json", "here", 0600);
	write_file("dir/config.json", "in dir", 0600);
	write_file("other", "other", 0600);
	cr_assert(bundle_open(&bundle, &arena, places[*row].bundle, places[*row].config, &f), "row %zu: %s", *row,
		  f.text);
	cr_expect_str_eq(bundle.config.bytes, places[*row].text, "row %zu", *row);
	bundle_close(&bundle);
	leave_directory(top);
}
