/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The default filter: well written, and what libseccomp makes of it does what it says,
 * call by call. The runtimes compile it in the same way.
 */
#include "rows.h"

#include "base/json.h"
#include "base/text.h"
#include "rules/seccomp_default.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PLENTY = 16 * 1024 * 1024, MAX_INSTRUCTIONS = 4096 };

struct program {
	struct sock_filter code[MAX_INSTRUCTIONS];
	size_t n_code;
};

static const struct json *filter_read(struct arena *arena)
{
	const char *text = seccomp_default_profile();
	struct json *filter = NULL;
	struct fail f = { 0 };

	cr_assert(json_read(&filter, arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	return filter;
}

static uint64_t number(const struct json *object, const char *key)
{
	uint64_t value = 0;

	cr_assert(json_u64(&value, json_member(object, key)), "%s", key);
	return value;
}

static uint32_t action_of(const struct json *rule)
{
	if (text_is(json_member_string(rule, "action"), "SCMP_ACT_ALLOW"))
		return SCMP_ACT_ALLOW;
	cr_assert(text_is(json_member_string(rule, "action"), "SCMP_ACT_ERRNO"));
	return SCMP_ACT_ERRNO((uint32_t)number(rule, "errnoRet"));
}

static void rule_add(scmp_filter_ctx ctx, const struct json *rule)
{
	const struct json *args = json_member(rule, "args");
	struct scmp_arg_cmp compare[1] = { { 0 } };

	if (args)
		compare[0] = SCMP_CMP64((unsigned)number(args->first, "index"), SCMP_CMP_MASKED_EQ,
					number(args->first, "value"), number(args->first, "valueTwo"));
	for (const struct json *name = json_member(rule, "names")->first; name; name = name->next) {
		int call = seccomp_syscall_resolve_name(json_string(name));

		/* runtimes pass over names that the library does not know */
		if (call != __NR_SCMP_ERROR)
			cr_assert(zero(int, seccomp_rule_add_array(ctx, action_of(rule), call, args ? 1 : 0, compare)));
	}
}

static void compile(struct program *ret, struct arena *arena)
{
	const struct json *filter = filter_read(arena);
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO((uint32_t)number(filter, "defaultErrnoRet")));
	int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t n_bytes;

	cr_assert(ctx && fd >= 0);
	for (const struct json *rule = json_member(filter, "syscalls")->first; rule; rule = rule->next)
		rule_add(ctx, rule);
	cr_assert(zero(int, seccomp_export_bpf(ctx, fd)));
	n_bytes = pread(fd, ret->code, sizeof(ret->code), 0);
	cr_assert(n_bytes > 0 && (size_t)n_bytes < sizeof(ret->code));
	ret->n_code = (size_t)n_bytes / sizeof(ret->code[0]);
	close(fd);
	seccomp_release(ctx);
}

static uint32_t load(const struct seccomp_data *data, uint32_t offset)
{
	uint32_t word = 0;

	cr_assert(offset % 4 == 0 && offset < sizeof(*data));
	memcpy(&word, (const char *)data + offset, sizeof(word));
	return word;
}

/* as the kernel does: only what libseccomp writes */
static uint32_t run(const struct program *program, const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t at = 0; at < program->n_code; at++) {
		const struct sock_filter *i = &program->code[at];
		bool yes;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			a = load(data, i->k);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_JMP | BPF_JA:
			at += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = a & i->k;
			break;
		default:
			cr_assert(false, "instruction %u", i->code);
			return 0;
		}
		at += yes ? i->jt : i->jf;
	}
	cr_assert(false, "ran off the end");
	return 0;
}

/* 0 for allowed, otherwise the error */
static int answer(const struct program *program, const char *name, uint64_t arg0, uint64_t arg1)
{
	struct seccomp_data data = { .arch = seccomp_arch_native(), .args = { arg0, arg1 } };
	uint32_t action;

	data.nr = seccomp_syscall_resolve_name(name);
	cr_assert(data.nr >= 0, "%s", name);
	action = run(program, &data);
	if (action == SECCOMP_RET_ALLOW)
		return 0;
	cr_assert(eq(u32, action & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO));
	return (int)(action & SECCOMP_RET_DATA);
}

#define HIGH (UINT64_C(1) << 32)

static const struct {
	const char *name;
	uint64_t arg0, arg1;
	int wanted;
} points[] = {
	{ "read", 0, 0, 0 },
	{ "execve", 0, 0, 0 },
	{ "rt_sigreturn", 0, 0, 0 },
	{ "exit_group", 0, 0, 0 },
	{ "chroot", 0, 0, 0 },
	{ "mknodat", 0, 0, 0 },
	{ "capset", 0, 0, 0 },
	{ "seccomp", 0, 0, 0 },
	{ "landlock_restrict_self", 0, 0, 0 },
	/* threads and processes, no namespaces */
	{ "clone", 0x3d0f00, 0, 0 },
	{ "clone", 0x1200011, 0, 0 },
	{ "clone", 0x10000000, 0, EPERM },
	{ "clone", 0x02000000, 0, EPERM },
	{ "clone", 0x04000000, 0, EPERM },
	{ "clone", 0x08000000, 0, EPERM },
	{ "clone", 0x20000000, 0, EPERM },
	{ "clone", 0x40000000, 0, EPERM },
	{ "clone", 0x00020000, 0, EPERM },
	{ "clone", HIGH | 0x10000011, 0, EPERM },
	{ "clone3", 0, 0, ENOSYS },
	{ "unshare", 0, 0, EPERM },
	{ "setns", 0, 0, EPERM },
	/* families: the kernel looks at 32 bits, whatever is above them */
	{ "socket", 1, 0, 0 },
	{ "socket", 2, 0, 0 },
	{ "socket", 10, 0, 0 },
	{ "socket", 16, 0, 0 },
	{ "socket", HIGH | 2, 0, 0 },
	{ "socket", 0, 0, EPERM },
	{ "socket", 3, 0, EPERM },
	{ "socket", 17, 0, EPERM },
	{ "socket", 38, 0, EPERM },
	{ "socket", 40, 0, EPERM },
	{ "socket", HIGH | 38, 0, EPERM },
	{ "socket", HIGH | 40, 0, EPERM },
	{ "socket", 0x80000002, 0, EPERM },
	{ "socketpair", 1, 0, 0 },
	{ "socketpair", 30, 0, EPERM },
	/* the terminal of others: TIOCSTI, TIOCLINUX */
	{ "ioctl", 0, 0x5412, EPERM },
	{ "ioctl", 0, 0x541c, EPERM },
	{ "ioctl", 0, HIGH | 0x5412, EPERM },
	{ "ioctl", 0, UINT64_C(0xffffffff0000541c), EPERM },
	{ "ioctl", 0, 0x5401, 0 },
	{ "ioctl", 0, 0x5410, 0 },
	{ "ioctl", 0, 0x5413, 0 },
	{ "ioctl", 0, 0x5414, 0 },
	{ "ioctl", 0, 0x541b, 0 },
	{ "ioctl", 0, 0x541d, 0 },
	{ "ioctl", 0, 0x541e, 0 },
	{ "ioctl", 0, 0x802c542a, 0 },
	{ "ioctl", 0, 0x80005412, 0 },
	{ "ioctl", 0, 0, 0 },
	{ "ioctl", 0, 0xffffffff, 0 },
	{ "personality", 0, 0, 0 },
	{ "personality", 8, 0, 0 },
	{ "personality", 0xffffffff, 0, 0 },
	{ "personality", UINT64_C(0xffffffffffffffff), 0, 0 },
	{ "personality", 0x0040000, 0, EPERM },
	{ "personality", 0x20000, 0, 0 },
	/* doors to the kernel */
	{ "io_uring_setup", 0, 0, EPERM },
	{ "io_uring_enter", 0, 0, EPERM },
	{ "io_uring_register", 0, 0, EPERM },
	{ "bpf", 0, 0, EPERM },
	{ "perf_event_open", 0, 0, EPERM },
	{ "userfaultfd", 0, 0, EPERM },
	{ "keyctl", 0, 0, EPERM },
	{ "add_key", 0, 0, EPERM },
	{ "request_key", 0, 0, EPERM },
	{ "ptrace", 0, 0, EPERM },
	{ "process_vm_readv", 0, 0, EPERM },
	{ "process_vm_writev", 0, 0, EPERM },
	{ "pidfd_getfd", 0, 0, EPERM },
	{ "kcmp", 0, 0, EPERM },
	{ "mount", 0, 0, EPERM },
	{ "umount2", 0, 0, EPERM },
	{ "pivot_root", 0, 0, EPERM },
	{ "fsopen", 0, 0, EPERM },
	{ "open_tree", 0, 0, EPERM },
	{ "move_mount", 0, 0, EPERM },
	{ "mount_setattr", 0, 0, EPERM },
	{ "name_to_handle_at", 0, 0, EPERM },
	{ "open_by_handle_at", 0, 0, EPERM },
	{ "init_module", 0, 0, EPERM },
	{ "finit_module", 0, 0, EPERM },
	{ "kexec_load", 0, 0, EPERM },
	{ "vmsplice", 0, 0, EPERM },
	{ "mbind", 0, 0, EPERM },
	{ "syslog", 0, 0, EPERM },
	{ "memfd_secret", 0, 0, EPERM },
	{ "reboot", 0, 0, EPERM },
	{ "settimeofday", 0, 0, EPERM },
	{ "fanotify_init", 0, 0, EPERM },
};

Test(seccomp_default, answers_call_by_call)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct program *program = arena_alloc(&arena, sizeof(*program));

	cr_assert(program != NULL);
	compile(program, &arena);
	for (size_t i = 0; i < ARRAY_SIZE(points); i++)
		cr_expect(eq(int, answer(program, points[i].name, points[i].arg0, points[i].arg1), points[i].wanted),
			  "%s(%#llx, %#llx)", points[i].name, (unsigned long long)points[i].arg0,
			  (unsigned long long)points[i].arg1);
}

Test(seccomp_default, only_two_requests_of_ioctl_are_refused)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct program *program = arena_alloc(&arena, sizeof(*program));
	uint64_t request = 0x5412;

	cr_assert(program != NULL);
	compile(program, &arena);
	for (uint64_t i = 0; i < 0x10000; i++)
		cr_assert(eq(int, answer(program, "ioctl", 0, i) != 0, i == 0x5412 || i == 0x541c), "%#llx",
			  (unsigned long long)i);
	for (int i = 0; i < 64; i++) {
		cr_assert(eq(int, answer(program, "ioctl", 0, request ^ UINT64_C(1) << i) != 0, i >= 32), "bit %d", i);
		cr_assert(eq(int, answer(program, "ioctl", 0, 0x541c ^ UINT64_C(1) << i) != 0, i >= 32), "bit %d", i);
	}
}

/* what runc and crun themselves call between loading the filter and execve(), with and without noNewPrivileges */
Test(seccomp_default, lets_the_runtimes_finish)
{
	static const char *const calls[] = {
		"close",          "openat",       "futex",       "write",       "getpid",      "epoll_ctl",
		"fstatfs",        "getdents64",   "execve",      "read",        "fcntl",       "tgkill",
		"gettid",         "nanosleep",    "mmap",        "munmap",      "madvise",     "rt_sigreturn",
		"rt_sigprocmask", "rt_sigaction", "sigaltstack", "epoll_pwait", "sched_yield", "exit_group",
		"chdir",          "capget",       "capset",      "prctl",       "newfstatat",  "fstat",
		"setgroups",      "setgid",       "setuid",      "setresgid",   "setresuid",   "getcwd",
		"getppid",        "faccessat",    "faccessat2",  "fchown",      "getuid",      "getgid",
		"geteuid",        "getegid",      "close_range", "execveat",    "wait4",       "pipe2",
		"umask",
	};
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	struct program *program = arena_alloc(&arena, sizeof(*program));

	cr_assert(program != NULL);
	compile(program, &arena);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		cr_expect(zero(int, answer(program, calls[i], 0, 0)), "%s", calls[i]);
}

/*
 * libseccomp gets LT, LE, GT, GE and NE wrong, runtimes turn two conditions on one
 * argument into "or", and a rule without conditions beats all others for its call.
 */
Test(seccomp_default, is_written_as_libseccomp_needs_it)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(PLENTY);
	const struct json *filter = filter_read(&arena);
	const struct json *plain = NULL;

	cr_expect(json_member(filter, "architectures") == NULL);
	cr_expect(text_is(json_member_string(filter, "defaultAction"), "SCMP_ACT_ERRNO"));
	for (const struct json *rule = json_member(filter, "syscalls")->first; rule; rule = rule->next) {
		const struct json *args = json_member(rule, "args");

		if (!args && !plain)
			plain = json_member(rule, "names");
		if (!args)
			continue;
		cr_expect(eq(u32, args->count, 1));
		cr_expect(text_is(json_member_string(args->first, "op"), "SCMP_CMP_MASKED_EQ"));
		cr_expect(zero(u64, number(args->first, "valueTwo") & ~number(args->first, "value")));
		cr_expect(not(json_has_string(plain, json_member(rule, "names")->first->text)), "%s",
			  json_member(rule, "names")->first->text);
	}
	for (const struct json *name = plain->first; name->next; name = name->next)
		cr_expect(strcmp(json_string(name), json_string(name->next)) < 0, "%s is not sorted",
			  json_string(name));
}
