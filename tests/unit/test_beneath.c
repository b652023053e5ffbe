/* SPDX-License-Identifier: Apache-2.0 */
#include "system/beneath.h"

#include "base/text.h"
#include "rows.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20 };

static int directory_fd;
static char directory[] = "/tmp/ocigate-beneath-XXXXXX"; /* each test runs in a process of its own */

static void write_file(const char *name, const char *text, mode_t mode)
{
	int fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0);
	close(fd);
}

static void set_up(void)
{
	cr_assert(mkdtemp(directory) != NULL);
	directory_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert(directory_fd >= 0);
	cr_assert(mkdirat(directory_fd, "d", 0700) == 0);
	write_file("d/f", "in d", 0644);
	write_file("f", "hello", 0644);
	cr_assert(symlinkat("f", directory_fd, "link") == 0);
	cr_assert(symlinkat("d", directory_fd, "linked") == 0);
	cr_assert(symlinkat("/etc/passwd", directory_fd, "out") == 0);
	cr_assert(mkfifoat(directory_fd, "fifo", 0600) == 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void tear_down(void)
{
	close(directory_fd);
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* a test that is skipped is not torn down otherwise */
static void skip(const char *why)
{
	tear_down();
	cr_skip_test("%s", why);
}

TestSuite(beneath, .init = set_up, .fini = tear_down);

static const struct {
	const char *path;
	int error; /* 0: opens */
} opened[] = {
	{ "f", 0 },
	{ "d/f", 0 },
	{ "d/../f", 0 },
	{ ".", 0 },
	{ "missing", ENOENT },
	{ "f/x", ENOTDIR },
	{ "link", ELOOP },
	{ "linked/f", ELOOP },
	{ "out", ELOOP },
	{ "..", EXDEV },
	{ "d/../../etc/passwd", EXDEV },
	{ "/etc/passwd", EXDEV },
	{ "", ENOENT },
};

ROWS(beneath, opens_only_what_is_beneath, opened)
{
	int fd = beneath_open(directory_fd, opened[*row].path, O_RDONLY);
	int error = fd < 0 ? errno : 0;

	cr_expect(eq(int, error, opened[*row].error), "'%s'", opened[*row].path);
	cr_expect(fd < 0 || fcntl(fd, F_GETFD) == FD_CLOEXEC);
}

Test(beneath, does_not_follow_magic_links)
{
	int proc = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = beneath_open(proc, "root", O_PATH);

	cr_expect(fd < 0 && errno == ELOOP);
	cr_expect(lt(int, beneath_open(directory_fd, "linked", O_PATH), 0));
	cr_expect(eq(int, errno, ELOOP), "not the link itself either");
	cr_expect(lt(int, links_open(AT_FDCWD, "/proc/self/root/etc", O_PATH), 0));
	cr_expect(eq(int, errno, ELOOP));
	cr_expect(ge(int, links_open(directory_fd, "linked/f", O_PATH), 0));
	cr_expect(ge(int, path_open(AT_FDCWD, "/proc/self/root/etc", O_PATH), 0));
}

Test(beneath, everything_closes_on_exec)
{
	cr_expect(eq(int, fcntl(path_open(directory_fd, "link", O_RDONLY), F_GETFD), FD_CLOEXEC));
	cr_expect(eq(int, fcntl(links_open(directory_fd, "link", O_RDONLY), F_GETFD), FD_CLOEXEC));
	cr_expect(eq(int, fcntl(beneath_open(directory_fd, "new", O_WRONLY | O_CREAT), F_GETFD), FD_CLOEXEC));
}

Test(beneath, descriptor_is_closed_or_given_up)
{
	int kept;

	{
		CLOSE_ON_RETURN int fd = path_open(directory_fd, "f", O_RDONLY);
		CLOSE_ON_RETURN int taken = path_open(directory_fd, "f", O_RDONLY);

		kept = fd_take(&taken);
		cr_expect(eq(int, taken, -1));
		cr_expect(ge(int, fd, 0));
		errno = EIO;
	}
	cr_expect(eq(int, errno, EIO), "errno of what failed survives the clean-up");
	cr_expect(eq(int, fcntl(kept, F_GETFD), FD_CLOEXEC));
}

Test(beneath, real_path_is_behind_all_links)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	char *real = NULL;
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "%s/d/f", directory);
	cr_assert(fd_real_path(&real, &arena, path_open(directory_fd, "linked/f", O_PATH)));
	cr_expect(text_is(real, wanted), "%s", real);
	cr_assert(fd_real_path(&real, &arena, path_open(AT_FDCWD, "/proc/self/root", O_PATH)));
	cr_expect(text_is(real, "/"), "%s", real);
}

Test(beneath, no_real_path_without_a_name)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	ARENA_RELEASED_ON_RETURN empty = ARENA_UP_TO(0);
	char *real = NULL;
	int fds[2];
	int fd = path_open(directory_fd, "f", O_RDONLY);

	write_file("f (deleted)", "another file", 0644);
	cr_assert(unlinkat(directory_fd, "f", 0) == 0);
	cr_expect(not(fd_real_path(&real, &arena, fd)));
	cr_expect(eq(int, errno, ENOENT));
	cr_assert(pipe(fds) == 0);
	cr_expect(not(fd_real_path(&real, &arena, fds[0])));
	cr_expect(eq(int, errno, EXDEV));
	cr_expect(not(fd_real_path(&real, &empty, directory_fd)));
	cr_expect(eq(int, errno, ENOMEM));
}

Test(beneath, reads_all_up_to_the_limit)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	const char *text = NULL;
	struct fail f = { 0 };
	size_t n_bytes = 0;

	cr_assert(fd_read_all(&text, &n_bytes, &arena, path_open(directory_fd, "f", O_RDONLY), 5, &f));
	cr_expect(text_is(text, "hello"));
	cr_expect(eq(sz, n_bytes, 5));
	cr_expect(not(fd_read_all(&text, &n_bytes, &arena, path_open(directory_fd, "f", O_RDONLY), 4, &f)));
	cr_expect(eq(int, f.kind, FAIL_INPUT));
}

Test(beneath, reads_pipes_of_any_length_up_to_the_limit)
{
	enum { LONG = 300000 };
	static char bytes[LONG];

	for (int round = 0; round < 2; round++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(4 * ARENA_BYTES);
		const char *text = NULL;
		struct fail f = { 0 };
		size_t n_bytes = 0;
		int fds[2];
		bool read_all;

		memset(bytes, 'x', sizeof(bytes));
		cr_assert(pipe(fds) == 0);
		if (fork() == 0) {
			close(fds[0]);
			for (size_t at = 0; at < LONG;) {
				ssize_t n = write(fds[1], bytes + at, LONG - at);

				if (n <= 0)
					break;
				at += (size_t)n;
			}
			_exit(0);
		}
		close(fds[1]);
		read_all = fd_read_all(&text, &n_bytes, &arena, fds[0], round ? LONG - 1 : LONG, &f);
		close(fds[0]);
		wait(NULL);
		cr_expect(eq(int, read_all, round == 0), "%s", f.text);
		cr_expect(round || (n_bytes == LONG && memcmp(text, bytes, LONG) == 0 && !text[LONG]));
	}
}

Test(beneath, a_long_sparse_file_is_refused_unread)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	const char *text = NULL;
	struct fail f = { 0 };
	size_t n_bytes = 0;

	cr_assert(truncate(directory, 0) < 0);
	cr_assert(ftruncate(path_open(directory_fd, "sparse", O_WRONLY | O_CREAT), (off_t)1 << 32) == 0);
	cr_expect(not(fd_read_all(&text, &n_bytes, &arena, path_open(directory_fd, "sparse", O_RDONLY), 1 << 24, &f)));
	cr_expect(eq(int, f.kind, FAIL_INPUT));
	cr_expect(eq(sz, arena.used_bytes, 0));
}

static const struct {
	mode_t mode;
	uid_t uid;
	bool trusted;
	const char *says;
} owners[] = {
	{ 0644, 0, true, "" },          { 0600, 0, true, "" },        { 0664, 0, false, "writable" },
	{ 0646, 0, false, "writable" }, { 0644, 1, false, "user 1" }, { 0644, 65534, false, "user 65534" },
};

ROWS(beneath, only_roots_own_files_are_trusted, owners)
{
	struct fail f = { 0 };
	struct stat st;
	int fd;

	if (geteuid() != 0)
		skip("needs root to give files away");
	write_file("mine", "", owners[*row].mode);
	cr_assert(fchownat(directory_fd, "mine", owners[*row].uid, 0, 0) == 0);
	fd = path_open(directory_fd, "mine", O_RDONLY);
	cr_expect(eq(int, fd_is_trusted(fd, &st, &f), owners[*row].trusted), "row %zu", *row);
	cr_expect(strstr(f.text, owners[*row].says) != NULL, "%s", f.text);
}

Test(beneath, only_plain_files_are_trusted)
{
	struct fail f = { 0 };
	struct stat st;

	cr_expect(not(fd_is_trusted(path_open(directory_fd, "fifo", O_PATH), &st, &f)));
	cr_expect(eq(int, f.kind, FAIL_INPUT));
}

/* in a child in a user namespace where the host's root is nobody: 0 trusted, 1 not, 2 cannot tell */
static int trusted_in_user_namespace(const char *path)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct fail f = { 0 };
		struct stat st;
		int map;

		if (setgid(1000) < 0 || setuid(1000) < 0 || unshare(CLONE_NEWUSER) < 0)
			_exit(2);
		map = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
		if (map < 0 || write(map, "0 1000 1", 8) != 8)
			_exit(2);
		_exit(fd_is_trusted(path_open(AT_FDCWD, path, O_RDONLY), &st, &f) ? 0 : 1);
	}
	cr_assert(waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

Test(beneath, the_hosts_root_is_trusted_from_a_user_namespace)
{
	int trusted = geteuid() == 0 ? trusted_in_user_namespace("/etc/passwd") : 2;

	if (trusted == 2)
		skip("needs root and user namespaces");
	cr_expect(eq(int, trusted, 0));
}

static bool replaced_by(const char *text, const struct stat *like, struct fail *f)
{
	return file_replace(directory_fd, "f", text, strlen(text), like, f);
}

static void expect_text(const char *name, const char *wanted)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
	CLOSE_ON_RETURN int fd = path_open(directory_fd, name, O_RDONLY);
	const char *text = NULL;
	struct fail f = { 0 };
	size_t n_bytes;

	cr_assert(fd >= 0 && fd_read_all(&text, &n_bytes, &arena, fd, ARENA_BYTES, &f));
	cr_expect(text_is(text, wanted), "%s: %s", name, text);
}

Test(beneath, replaces_a_file_and_leaves_nothing_behind)
{
	struct stat st, like = { .st_mode = S_IFREG | 0640, .st_uid = geteuid(), .st_gid = getegid() };
	struct fail f = { 0 };

	cr_assert(replaced_by("new", NULL, &f), "%s", f.text);
	expect_text("f", "new");
	cr_assert(fstatat(directory_fd, "f", &st, 0) == 0);
	cr_expect(eq(int, (int)(st.st_mode & 07777), 0600));

	cr_assert(replaced_by("", &like, &f), "%s", f.text);
	expect_text("f", "");
	cr_assert(fstatat(directory_fd, "f", &st, 0) == 0);
	cr_expect(eq(int, (int)(st.st_mode & 07777), 0640));
	cr_expect(lt(int, fstatat(directory_fd, ".f.ocigate", &st, AT_SYMLINK_NOFOLLOW), 0));
}

Test(beneath, a_link_is_replaced_and_not_followed)
{
	struct fail f = { 0 };
	struct stat st;

	cr_assert(file_replace(directory_fd, "link", "x", 1, NULL, &f));
	cr_assert(fstatat(directory_fd, "link", &st, AT_SYMLINK_NOFOLLOW) == 0);
	cr_expect(eq(int, (int)(st.st_mode & S_IFMT), S_IFREG));
	expect_text("f", "hello");
}

Test(beneath, a_leftover_is_cleared_away)
{
	struct fail f = { 0 };

	write_file(".f.ocigate", "half of a fi", 0600);
	cr_assert(replaced_by("new", NULL, &f), "%s", f.text);
	expect_text("f", "new");
	cr_assert(symlinkat("d/f", directory_fd, ".f.ocigate") == 0);
	cr_assert(replaced_by("newer", NULL, &f), "%s", f.text);
	expect_text("f", "newer");
	expect_text("d/f", "in d");
	cr_assert(mkfifoat(directory_fd, ".f.ocigate", 0600) == 0);
	cr_assert(replaced_by("newest", NULL, &f), "%s", f.text);
	expect_text("f", "newest");
}

Test(beneath, two_writers_do_not_mix)
{
	struct fail f = { 0 };
	int other;

	write_file(".f.ocigate", "half of a fi", 0600);
	other = path_open(directory_fd, ".f.ocigate", O_WRONLY);
	cr_assert(flock(other, LOCK_EX) == 0);
	cr_expect(not(replaced_by("new", NULL, &f)));
	cr_expect(strstr(f.text, "EBUSY") != NULL, "%s", f.text);
	expect_text("f", "hello");
	expect_text(".f.ocigate", "half of a fi");
}

Test(beneath, what_fails_leaves_the_old_file_whole)
{
	struct fail f = { 0 };
	struct stat st, like = { .st_mode = 0600, .st_uid = (uid_t)-2 };

	cr_assert(symlinkat("x", directory_fd, "loop") == 0);
	if (geteuid() != 0)
		cr_expect(not(replaced_by("new", &like, &f)));
	cr_assert(mkdirat(directory_fd, ".f.ocigate", 0700) == 0);
	f = (struct fail){ 0 };
	cr_expect(not(replaced_by("new", NULL, &f)));
	cr_expect(eq(int, f.kind, FAIL_SYSTEM));
	expect_text("f", "hello");
	cr_assert(unlinkat(directory_fd, ".f.ocigate", AT_REMOVEDIR) == 0);
	f = (struct fail){ 0 };
	cr_expect(not(file_replace(directory_fd, "d", "new", 3, NULL, &f)), "a directory stays");
	cr_expect(lt(int, fstatat(directory_fd, ".d.ocigate", &st, AT_SYMLINK_NOFOLLOW), 0), "the temporary is gone");
}

/* many at once in one directory: at every instant the file is one of theirs, whole */
Test(beneath, replacing_at_once_keeps_the_file_whole)
{
	enum { WRITERS = 4, ROUNDS = 200, LENGTH = 5000 };
	pid_t children[WRITERS];

	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			char bytes[LENGTH];

			memset(bytes, 'a' + i, sizeof(bytes));
			for (int k = 0; k < ROUNDS; k++) {
				struct fail f = { 0 };
				bool done = file_replace(directory_fd, "f", bytes, sizeof(bytes), NULL, &f);

				(void)done; /* or busy, or somebody cleared what was ours away; never half a file */
			}
			_exit(0);
		}
	}
	for (int k = 0; k < WRITERS * ROUNDS; k++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
		CLOSE_ON_RETURN int fd = path_open(directory_fd, "f", O_RDONLY);
		const char *text = NULL;
		struct fail f = { 0 };
		size_t n_bytes;

		cr_assert(fd >= 0 && fd_read_all(&text, &n_bytes, &arena, fd, ARENA_BYTES, &f));
		cr_assert(n_bytes == LENGTH || text_is(text, "hello"), "%zu bytes", n_bytes);
		for (size_t i = 1; n_bytes == LENGTH && i < n_bytes; i++)
			cr_assert(text[i] == text[0]);
	}
	for (int i = 0; i < WRITERS; i++)
		waitpid(children[i], NULL, 0);
}
