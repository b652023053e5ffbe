/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: pairs ROUNDS CONFIG SOURCE -- COMMAND... -- COMMAND...
 * Runs two commands in turn, first one first in even rounds, and prints medians in
 * milliseconds: the first, the second, and the difference of the pairs with its
 * tenth and ninetieth percentile; then the second one's peak memory in KiB. Before
 * each run SOURCE is copied over CONFIG, and a last argument that ends in % gets the
 * round's number there: a container's id is new each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 10000, WARM_UP = 3 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void stop(const char *what)
{
	perror(what);
	exit(1);
}

static void put(const char *path, const char *bytes, size_t n_bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, n_bytes) != (ssize_t)n_bytes)
		stop(path);
	close(fd);
}

/* the word that takes the round's number, or NULL */
static char **numbered_word(char **command)
{
	size_t length;

	while (command[1])
		command++;
	length = strlen(*command);
	return length && (*command)[length - 1] == '%' ? command : NULL;
}

static double timed(char **command, long *peak_kib)
{
	double start = now_ms();
	struct rusage usage;
	double end;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execv(command[0], command);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		stop("run");
	end = now_ms();
	if (status != 0) {
		fprintf(stderr, "%s: status %x\n", command[0], (unsigned)status);
		exit(1);
	}
	if (usage.ru_maxrss > *peak_kib)
		*peak_kib = usage.ru_maxrss;
	return end - start;
}

static double run(char **command, int round, long *peak_kib)
{
	char **word = numbered_word(command);
	char numbered[256];
	char *before;
	double ms;

	if (!word)
		return timed(command, peak_kib);
	before = *word;
	snprintf(numbered, sizeof(numbered), "%.*s%d", (int)strlen(before) - 1, before, round + WARM_UP);
	*word = numbered;
	ms = timed(command, peak_kib);
	*word = before;
	return ms;
}

/* what is run must not hold the pipe of who reads the result */
static FILE *own_output(void)
{
	FILE *output = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");

	if (!output || !freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout))
		stop("/dev/null");
	return output;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at(double *values, int n, double part)
{
	qsort(values, (size_t)n, sizeof(*values), ascending);
	return values[(int)((double)(n - 1) * part)];
}

int main(int argc, char **argv)
{
	static double first[ROUNDS_MAX], second[ROUNDS_MAX], difference[ROUNDS_MAX];
	static char bytes[32 * 1024 * 1024];
	int rounds = 0;
	char **a = argv + 5, **b = NULL;
	long peak[2] = { 0 };
	FILE *output;
	ssize_t n_bytes;
	int fd;

	if (argc < 5 || sscanf(argv[1], "%d", &rounds) != 1)
		rounds = 0;
	for (int i = 5; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			b = argv + i + 1;
			break;
		}
	}
	if (rounds < 1 || rounds > ROUNDS_MAX || !b || !*b) {
		fprintf(stderr, "usage: pairs ROUNDS CONFIG SOURCE -- COMMAND... -- COMMAND...\n");
		return 2;
	}
	fd = open(argv[3], O_RDONLY | O_CLOEXEC);
	n_bytes = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	if (n_bytes < 0)
		stop(argv[3]);
	output = own_output();

	for (int i = -WARM_UP; i < rounds; i++) {
		double x, y;

		put(argv[2], bytes, (size_t)n_bytes);
		if (i & 1) {
			y = run(b, i, &peak[1]);
			put(argv[2], bytes, (size_t)n_bytes);
			x = run(a, i, &peak[0]);
		} else {
			x = run(a, i, &peak[0]);
			put(argv[2], bytes, (size_t)n_bytes);
			y = run(b, i, &peak[1]);
		}
		if (i < 0)
			continue;
		first[i] = x;
		second[i] = y;
		difference[i] = y - x;
	}
	fprintf(output, "%.3f %.3f %.3f %.3f %.3f %ld\n", at(first, rounds, 0.5), at(second, rounds, 0.5),
		at(difference, rounds, 0.5), at(difference, rounds, 0.1), at(difference, rounds, 0.9), peak[1]);
	return 0;
}
