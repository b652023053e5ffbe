/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into crun: writes down what argp tells crun's own parsers, and ends
 * crun after it has counted its arguments and before it does anything.
 *
 * One line per event on the descriptor ARGP_SPY_FD:
 *	o NAME       an option without a value
 *	o NAME =HEX  an option with a value
 *	a FIRST      the parser is done; FIRST is the index of the first argument
 *	x            crun accepted the line and would now act
 * The first "a" belongs to the options in front of the verb.
 */
#include <argp.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	KEYS_END = 0x1000, /* crun's own keys are below, argp's events are 0 or above */
};

static const struct argp *watched;
static int n_parsed;

/* the real function behind the one here */
#define REAL(name, ...) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

static int spy_fd(void)
{
	const char *number = REAL(getenv, "ARGP_SPY_FD");
	int fd = -1;

	if (number)
		sscanf(number, "%d", &fd);
	return fd;
}

static void option_name(char *ret, size_t size_bytes, int key)
{
	for (const struct argp_option *option = watched->options; option->name || option->key; option++) {
		if (option->key == key && option->name) {
			snprintf(ret, size_bytes, "%s", option->name);
			return;
		}
	}
	snprintf(ret, size_bytes, "%c", key);
}

static void option_write(int key, const char *value)
{
	char name[64];

	option_name(name, sizeof(name), key);
	dprintf(spy_fd(), "o %s%s", name, value ? " =" : "");
	for (; value && *value; value++)
		dprintf(spy_fd(), "%02x", (unsigned char)*value);
	dprintf(spy_fd(), "\n");
}

static error_t spy(int key, char *arg, struct argp_state *state)
{
	int next = state->next;
	error_t error = watched->parser(key, arg, state);

	if (key <= 0 || key >= KEYS_END || error == ARGP_ERR_UNKNOWN)
		return error;
	/* an option that is declared as a switch and takes the next word by itself */
	if (!arg && state->next > next && next < state->argc)
		arg = state->argv[next];
	option_write(key, arg);
	return error;
}

error_t argp_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, int *first, void *input)
{
	struct argp copy = *argp;
	int here = 0;
	error_t error;

	watched = argp;
	copy.parser = spy;
	error = REAL(argp_parse, &copy, argc, argv, flags, first ? first : &here, input);
	dprintf(spy_fd(), "a %d\n", first ? *first : here);
	n_parsed++;
	return error;
}

/* what every verb of crun calls first once its arguments are counted is one of these */
static void crun_acts(void)
{
	if (n_parsed < 2)
		return;
	dprintf(spy_fd(), "x\n");
	_exit(0);
}

char *getenv(const char *name)
{
	crun_acts();
	return REAL(getenv, name);
}

char *getcwd(char *buffer, size_t size)
{
	crun_acts();
	return REAL(getcwd, buffer, size);
}

char *realpath(const char *restrict path, char *restrict resolved)
{
	crun_acts();
	return REAL(realpath, path, resolved);
}

int chdir(const char *path)
{
	crun_acts();
	return REAL(chdir, path);
}
