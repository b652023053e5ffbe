/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records, and the receipts for them. The record is written before the runtime is
 * executed and with the same file operations whatever the verdict was, so that
 * there is no path to the runtime beside it.
 */
#include "record.h"

#include "base/text.h"
#include "log.h"
#include "record_json.h"
#include "system/beneath.h"
#include "system/clock.h"
#include "system/directory.h"
#include "system/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RECORD_MAX_BYTES = 32 * 1024 * 1024,
	SWEEP_MAX = 8,
};

/* ---- where records lie ---- */

/*
 * Root of the host, of a virtual machine, of a system container. Root of a user namespace, as rootless engines make it,
 * is not: /run belongs to somebody there who has no number in it.
 */
static bool is_root_of_host(void)
{
	struct stat st;

	return geteuid() == 0 && (stat(OCIGATE_RUNSTATEDIR, &st) < 0 || st.st_uid == 0);
}

/* Only the superuser of the host shares the host's directory; anybody else keeps his own. */
static const char *state_directory(struct arena *arena)
{
	const char *runtime_directory = getenv("XDG_RUNTIME_DIR");

	if (!runtime_directory || runtime_directory[0] != '/' || is_root_of_host())
		return OCIGATE_RUNSTATEDIR "/ocigate";
	return arena_printf(arena, "%s/ocigate", runtime_directory);
}

bool record_key_of(struct record_key *ret, struct arena *arena, const char *root, const char *id, struct fail *f)
{
	char directory[4096];
	const char *absolute = root;

	if (!root) {
		*ret = (struct record_key){ .root = "", .id = id };
		return true;
	}
	if (root[0] != '/') {
		if (!getcwd(directory, sizeof(directory)))
			return fail_system(f, "read the current directory");
		absolute = arena_printf(arena, "%s/%s", directory, root);
	}
	ret->root = absolute ? text_path_clean(arena, absolute) : NULL;
	ret->id = id;
	return ret->root || fail_memory(f);
}

/* the directory of all records under one runtime root */
static const char *root_directory(struct arena *arena, const struct record_key *key)
{
	const char *top = state_directory(arena);
	char digest[DIGEST_TEXT_BYTES];

	digest_of(digest, key->root, strlen(key->root));
	return top ? arena_printf(arena, "%s/%.32s", top, digest + strlen("sha256:")) : NULL;
}

static bool root_directory_open(int *ret_fd, struct arena *arena, const struct record_key *key, bool make,
				struct fail *f)
{
	const char *path = root_directory(arena, key);
	int fd;

	if (!path)
		return fail_memory(f);
	fd = path_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0 && errno == ENOENT && make) {
		if (!directory_make(path, 0700))
			return fail_system(f, "make %s", path);
		fd = path_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	}
	if (fd < 0 && !(errno == ENOENT && !make))
		return fail_system(f, "open %s", path);
	*ret_fd = fd;
	return true;
}

/* where the real runtime keeps its own state of the container */
static const char *runtime_state(struct arena *arena, const struct record_key *key, const char *runtime)
{
	const char *slash = strrchr(runtime, '/');
	const char *name = slash ? slash + 1 : runtime;
	const char *kind = strstr(name, "crun") ? "crun" : "runc";
	const char *user = getenv("XDG_RUNTIME_DIR");

	if (*key->root)
		return arena_printf(arena, "%s/%s", key->root, key->id);
	/* crun follows XDG_RUNTIME_DIR for every user, runc for others than root */
	if (user && *user && (text_is(kind, "crun") || !is_root_of_host()))
		return arena_printf(arena, "%s/%s/%s", user, kind, key->id);
	return arena_printf(arena, "/run/%s/%s", kind, key->id);
}

/* ---- who made it, and does it live ---- */

static bool creator_lives(const struct json *head)
{
	const struct json *creator = json_member(head, "creator");
	uint64_t pid, start, now;

	return json_u64(&pid, json_member(creator, "pid")) && json_u64(&start, json_member(creator, "start")) &&
	       process_start(&now, pid) && now == start;
}

static bool container_is_there(const struct json *head)
{
	const char *state = json_member_string(head, "state");
	struct stat st;

	return !state || lstat(state, &st) == 0 || errno != ENOENT;
}

/* ---- reading ---- */

static bool head_check(const struct json *head, const struct record_key *key, struct fail *f)
{
	/* the directory's name is a digest of the root; the record says it in full */
	if (!text_is(json_member_string(head, "id"), key->id) || !text_is(json_member_string(head, "root"), key->root))
		return fail_input(f, "it is the record of another container");
	if (!json_member_string(head, "runtime") || !json_member_string(head, "seal") ||
	    !json_member_string(head, "config") || !json_member_string(head, "bundle") ||
	    !json_member_string(head, "profile") || !json_member_string(head, "mode"))
		return fail_input(f, "it is not whole");
	return true;
}

/* the two lines of a record that is there; *ret_head is NULL when there is none */
static bool lines_read(struct json **ret_head, struct json **ret_decision, struct arena *arena, int dir_fd,
		       const char *id, struct fail *f)
{
	const char *name = arena_printf(arena, "%s.json", id);
	CLOSE_ON_RETURN int fd = -1;
	const char *bytes;
	const char *second;
	size_t n_bytes;

	*ret_head = NULL;
	if (!name)
		return fail_memory(f);
	fd = beneath_open(dir_fd, name, O_RDONLY);
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0)
		return fail_system(f, "open");
	if (!fd_read_all(&bytes, &n_bytes, arena, fd, RECORD_MAX_BYTES, f))
		return false;
	second = memchr(bytes, '\n', n_bytes);
	if (!second)
		return fail_input(f, "it has no second line");
	second++;
	if (!json_read(ret_head, arena, bytes, (size_t)(second - bytes) - 1, JSON_STRICT, f))
		return false;
	return !ret_decision ||
	       json_read(ret_decision, arena, second, n_bytes - (size_t)(second - bytes), JSON_STRICT, f);
}

bool record_find(struct record_head *ret, bool *ret_found, struct json **ret_decision, struct arena *arena,
		 const struct record_key *key, struct fail *f)
{
	CLOSE_ON_RETURN int dir_fd = -1;
	struct json *head = NULL;

	*ret_found = false;
	if (!root_directory_open(&dir_fd, arena, key, false, f))
		return false;
	if (dir_fd < 0)
		return true;
	if (!lines_read(&head, ret_decision, arena, dir_fd, key->id, f) || (head && !head_check(head, key, f)))
		return fail_while(f, "record of '%s'", key->id);
	if (!head)
		return true;

	*ret = (struct record_head){
		.runtime = json_member_string(head, "runtime"),
		.state = json_member_string(head, "state"),
		.bundle = json_member_string(head, "bundle"),
		.config = json_member_string(head, "config"),
		.seal = json_member_string(head, "seal"),
		.engine = json_member_string(head, "engine"),
		.profile = json_member_string(head, "profile"),
		.mode = json_member_string(head, "mode"),
	};
	*ret_found = true;
	return true;
}

/* ---- writing ---- */

/*
 * Without this check a second create of a live container's id would put its own
 * record in the place of the live one's, and exec would be held to the wrong one.
 */
static bool id_is_free(struct arena *arena, int dir_fd, const struct record_key *key, struct fail *f)
{
	struct json *head = NULL;
	struct fail damaged = { 0 };

	if (!lines_read(&head, NULL, arena, dir_fd, key->id, &damaged) || !head)
		return true; /* nobody is held to a damaged record: exec refuses it */
	if (container_is_there(head) || creator_lives(head))
		return fail_input(f, "the container id '%s' is in use", key->id);
	return true;
}

static bool record_write(struct arena *arena, const struct record_key *key, const struct record_facts *facts,
			 const char *now, struct fail *f)
{
	struct json *head = record_head_json(arena, key, facts, runtime_state(arena, key, facts->runtime));
	struct json *decision = record_decision_json(arena, facts, now);
	const char *name = arena_printf(arena, "%s.json", key->id);
	CLOSE_ON_RETURN int dir_fd = -1;
	const char *line1, *line2;
	char *bytes;
	size_t n1, n2;

	if (!head || !decision || !name || !json_write(&line1, &n1, arena, head) ||
	    !json_write(&line2, &n2, arena, decision))
		return fail_memory(f);
	bytes = arena_alloc(arena, n1 + n2 + 2);
	if (!bytes)
		return fail_memory(f);
	memcpy(bytes, line1, n1);
	memcpy(bytes + n1 + 1, line2, n2);
	bytes[n1] = bytes[n1 + n2 + 1] = '\n';
	if (!root_directory_open(&dir_fd, arena, key, true, f))
		return false;
	/* released when the descriptor closes, at the latest by the exec */
	if (flock(dir_fd, LOCK_EX) < 0)
		return fail_system(f, "lock the records");
	return id_is_free(arena, dir_fd, key, f) && file_replace(dir_fd, name, bytes, n1 + n2 + 2, NULL, f);
}

bool record_create(struct receipt *ret, struct arena *arena, const struct record_key *key,
		   const struct record_facts *facts, struct fail *f)
{
	char now[CLOCK_TEXT_BYTES];

	clock_now(now);
	if (!record_write(arena, key, facts, now, f) || !log_append(arena, key, facts, now, f))
		return fail_while(f, "record");
	*ret = (struct receipt){ .runtime = facts->runtime, .is_kept = true };
	return true;
}

bool record_event(struct receipt *ret, struct arena *arena, const struct record_key *key,
		  const struct record_facts *facts, struct fail *f)
{
	char now[CLOCK_TEXT_BYTES];

	clock_now(now);
	if (!log_append(arena, key, facts, now, f))
		return fail_while(f, "record");
	*ret = (struct receipt){ .runtime = facts->runtime, .is_kept = true };
	return true;
}

void record_refusal(struct arena *arena, const struct record_key *key, const struct record_facts *facts)
{
	struct record_facts refused = *facts;
	struct policy embedded;
	struct fail ignored = { 0 };
	char now[CLOCK_TEXT_BYTES];

	policy_embedded(&embedded);
	if (!refused.policy)
		refused.policy = &embedded;
	clock_now(now);
	if (!log_append(arena, key, &refused, now, &ignored))
		return; /* refused it is, written down or not */
}

/* ---- clearing away ---- */

static void sweep_one(struct arena *arena, int dir_fd, const char *name)
{
	size_t length = strlen(name);
	struct json *head = NULL;
	struct fail ignored = { 0 };
	char *id;

	if (length <= 5 || !text_is(name + length - 5, ".json") || name[0] == '.')
		return;
	id = arena_bytes(arena, name, length - 5);
	if (id && lines_read(&head, NULL, arena, dir_fd, id, &ignored) && head && !container_is_there(head) &&
	    !creator_lives(head))
		unlinkat(dir_fd, name, 0);
}

void record_sweep(struct arena *arena, const struct record_key *key)
{
	CLOSE_ON_RETURN int dir_fd = -1;
	struct fail ignored = { 0 };
	const char *own = arena_printf(arena, "%s.json", key->id);
	struct dirent *entry;
	size_t n_entries = 0;
	size_t from;
	DIR *dir;

	if (!own || !root_directory_open(&dir_fd, arena, key, false, &ignored) || dir_fd < 0 ||
	    flock(dir_fd, LOCK_EX | LOCK_NB) < 0)
		return;
	sweep_one(arena, dir_fd, own);

	dir = fdopendir(dir_fd);
	if (!dir)
		return;
	fd_take(&dir_fd);
	while (readdir(dir))
		n_entries++;
	/* another eight each time, so that all have their turn however many there are */
	from = n_entries > SWEEP_MAX ? (size_t)getpid() % n_entries : 0;
	rewinddir(dir);
	for (size_t i = 0; (entry = readdir(dir)) && i < from + SWEEP_MAX; i++) {
		if (i >= from)
			sweep_one(arena, dirfd(dir), entry->d_name);
	}
	closedir(dir);
}
