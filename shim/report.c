/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "base/json.h"
#include "base/text.h"
#include "system/beneath.h"
#include "system/clock.h"

#include <fcntl.h>
#include <unistd.h>

/* {"level":"error","msg":...,"time":...}: logrus's JSON, in its order */
static const char *json_record(struct arena *arena, const char *message, const char *now)
{
	struct json *record = json_new(arena, JSON_OBJECT);
	const char *text;
	size_t n_bytes;

	if (!json_set(arena, record, "level", json_new_string(arena, "error")) ||
	    !json_set(arena, record, "msg", json_new_string(arena, message)) ||
	    !json_set(arena, record, "time", json_new_string(arena, now)) ||
	    !json_write(&text, &n_bytes, arena, record))
		return NULL;
	return arena_printf(arena, "%s\n", text);
}

static const char *text_record(struct arena *arena, const char *message, const char *now)
{
	struct json *quoted = json_new_string(arena, message);
	const char *text;
	size_t n_bytes;

	if (!quoted || !json_write(&text, &n_bytes, arena, quoted))
		return NULL;
	return arena_printf(arena, "time=\"%s\" level=error msg=%s\n", now, text);
}

static const char *log_path(const struct command *command)
{
	const char *path = command->log;

	if (!path || !*path || text_starts(path, "journald:") || text_starts(path, "syslog:"))
		return NULL;
	return text_starts(path, "file:") ? text_starts(path, "file:") : path;
}

void report_to_log(struct arena *arena, const struct command *command, const char *message)
{
	const char *path = log_path(command);
	CLOSE_ON_RETURN int fd = -1;
	char now[CLOCK_TEXT_BYTES];
	const char *record;
	size_t length = 0;

	if (!path)
		return;
	clock_now(now);
	record = text_is(command->log_format, "json") ? json_record(arena, message, now)
						      : text_record(arena, message, now);
	fd = path_open(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
	if (!record || fd < 0)
		return;
	while (record[length])
		length++;
	if (write(fd, record, length) < 0)
		return; /* stderr has it */
}
