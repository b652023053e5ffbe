/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime that runs nothing: it prints what reached it, as one line of JSON on
 * standard output, and exits with 0. Link it static, so that nothing but its own
 * code runs between its start and the look at its descriptors.
 *
 * Of the real one it has a state: --root/ID is made by create, run, restore, and
 * removed by delete. While a file "hold" lies beside the program, it waits (20 s at
 * most, so that no test leaves it behind).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
	DOCUMENT_MAX_BYTES = 64 * 1024 * 1024,
	HOLD_MAX = 2000, /* moments of 10 ms */
};

static char document[DOCUMENT_MAX_BYTES];

/* bytes from 0x80 on go out as they are: jq -j gives back what was read */
static void print_string(const char *bytes, size_t n_bytes)
{
	putchar('"');
	for (size_t i = 0; i < n_bytes; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_member(const char *name, const char *text)
{
	printf(",\"%s\":", name);
	if (text)
		print_string(text, strlen(text));
	else
		printf("null");
}

static void print_list(const char *name, char *const *words)
{
	printf("\"%s\":[", name);
	for (size_t i = 0; words[i]; i++) {
		printf(i ? "," : "");
		print_string(words[i], strlen(words[i]));
	}
	printf("]");
}

static void print_descriptor(int fd)
{
	char name[64];
	char target[PATH_MAX + 1] = "";
	int seals = fcntl(fd, F_GET_SEALS);

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (readlink(name, target, sizeof(target) - 1) < 0)
		snprintf(target, sizeof(target), "?");
	printf("{\"fd\":%d", fd);
	print_member("target", target);
	printf(",\"cloexec\":%s", fcntl(fd, F_GETFD) & FD_CLOEXEC ? "true" : "false");
	if (seals >= 0)
		printf(",\"seals\":%d", seals);
	printf("}");
}

static void print_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	bool first = true;

	printf(",\"descriptors\":[");
	while (dir && (entry = readdir(dir))) {
		int fd;

		if (sscanf(entry->d_name, "%d", &fd) != 1 || fd == dirfd(dir))
			continue;
		printf(first ? "" : ",");
		print_descriptor(fd);
		first = false;
	}
	printf("]");
	if (dir)
		closedir(dir);
}

static void print_content(const char *name, int fd)
{
	size_t used = 0;
	ssize_t n = 0;

	while (fd >= 0 && used < sizeof(document) && (n = read(fd, document + used, sizeof(document) - used)) > 0)
		used += (size_t)n;
	printf(",\"%s\":", name);
	if (fd < 0 || n < 0)
		printf("null");
	else
		print_string(document, used);
}

static void print_file(const char *name, const char *path)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	print_content(name, fd);
	if (fd >= 0)
		close(fd);
}

/* the value of the last "--name V", "--name=V" or "-x V" */
static const char *option(char *const *argv, const char *name, const char *letter)
{
	const char *value = NULL;
	size_t length = strlen(name);

	for (size_t i = 1; argv[0] && argv[i]; i++) {
		if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
			value = argv[i] + length + 1;
		else if (argv[i + 1] && (strcmp(argv[i], name) == 0 || (letter && strcmp(argv[i], letter) == 0)))
			value = argv[i + 1];
	}
	return value;
}

static bool has(char *const *argv, const char *word)
{
	for (size_t i = 1; argv[0] && argv[i]; i++) {
		if (strcmp(argv[i], word) == 0)
			return true;
	}
	return false;
}

static bool creates(char *const *argv)
{
	return has(argv, "create") || has(argv, "run") || has(argv, "restore");
}

static void print_documents(char *const *argv)
{
	const char *bundle = option(argv, "--bundle", "-b");
	const char *config = option(argv, "--config", "-f");
	const char *resources = option(argv, "--resources", "-r");
	char path[PATH_MAX];

	if (creates(argv)) {
		snprintf(path, sizeof(path), "%s/config.json", bundle ? bundle : ".");
		print_file("config", config ? config : path);
	}
	if (has(argv, "exec"))
		print_file("process", option(argv, "--process", "-p"));
	if (has(argv, "update") && resources && strcmp(resources, "-") != 0)
		print_file("resources", resources);
	if (has(argv, "update") && resources && strcmp(resources, "-") == 0)
		print_content("stdin", STDIN_FILENO);
}

/* a name beside the program */
static void beside(char path[static PATH_MAX], const char *name)
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 64);

	path[length < 0 ? 0 : length] = '\0';
	snprintf(strrchr(path, '/') ? strrchr(path, '/') + 1 : path, 64, "%s", name);
}

static void keep_state(int argc, char *const *argv)
{
	const char *root = option(argv, "--root", NULL);
	char path[PATH_MAX];

	if (!root || argc < 2)
		return;
	/* the last word is the id, as engines have it */
	snprintf(path, sizeof(path), "%s/%s", root, argv[argc - 1]);
	if (creates(argv) && mkdir(root, 0700) < 0 && errno != EEXIST)
		return;
	if (creates(argv) && mkdir(path, 0700) < 0)
		return;
	if (has(argv, "delete") && rmdir(path) < 0)
		return;
}

int main(int argc, char **argv)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
	char path[PATH_MAX];
	int signal = 0;

	prctl(PR_GET_PDEATHSIG, &signal);
	printf("{");
	print_list("argv", argv);
	printf(",");
	print_list("environment", environ);
	print_member("cwd", getcwd(path, sizeof(path)));
	printf(",\"pid\":%d,\"parent\":%d,\"pdeathsig\":%d", getpid(), getppid(), signal);
	print_descriptors();
	print_documents(argv);
	printf("}\n");
	fflush(stdout);

	keep_state(argc, argv);
	beside(path, "hold");
	for (int i = 0; i < HOLD_MAX && access(path, F_OK) == 0; i++)
		nanosleep(&moment, NULL);
	return 0;
}
