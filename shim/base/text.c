/* SPDX-License-Identifier: Apache-2.0 */
/* Strings. Knows nothing of containers, allocates only the results it hands out. */
#include "text.h"

#include "arena.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

const char *text_starts(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

bool text_to_u64(uint64_t *ret, const char *text)
{
	uint64_t value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}

	*ret = value;
	return true;
}

bool text_to_u32(uint32_t *ret, const char *text)
{
	uint64_t value;

	if (!text_to_u64(&value, text) || value > UINT32_MAX)
		return false;
	*ret = (uint32_t)value;
	return true;
}

bool text_to_i64(int64_t *ret, const char *text)
{
	bool negative = text[0] == '-';
	uint64_t value;

	if (!text_to_u64(&value, text + (negative ? 1 : 0)))
		return false;
	if (negative ? value == 0 || value > (uint64_t)INT64_MAX + 1 : value > INT64_MAX)
		return false;
	*ret = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

/* the length of the well-formed UTF-8 sequence at @s, 0 if there is none (RFC 3629, section 4) */
static size_t utf8_sequence(const unsigned char *s, size_t left)
{
	static const struct {
		unsigned char from, to;   /* first byte */
		unsigned char from2, to2; /* second byte */
		size_t length;
	} rows[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	if (left && s[0] < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!left || s[0] < rows[i].from || s[0] > rows[i].to || left < rows[i].length)
			continue;
		if (s[1] < rows[i].from2 || s[1] > rows[i].to2)
			return 0;
		for (size_t k = 2; k < rows[i].length; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		}
		return rows[i].length;
	}
	return 0;
}

size_t text_utf8_length(const char *bytes, size_t n_bytes)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t at = 0;

	while (at < n_bytes) {
		size_t length;
		uint64_t word;

		/* eight ASCII bytes at a time: nearly all of every file */
		if (n_bytes - at >= sizeof(word)) {
			memcpy(&word, s + at, sizeof(word));
			if (!(word & 0x8080808080808080u)) {
				at += sizeof(word);
				continue;
			}
		}
		length = utf8_sequence(s + at, n_bytes - at);
		if (!length)
			break;
		at += length;
	}
	return at;
}

bool text_is_utf8(const char *bytes, size_t n_bytes)
{
	return text_utf8_length(bytes, n_bytes) == n_bytes;
}

/* what a terminal, or who reads one, takes for something else than a character */
static bool is_plain(const unsigned char *s, size_t length)
{
	switch (length) {
	case 1:
		return *s >= 0x20 && *s != 0x7f; /* C0, DEL */
	case 2:
		return *s != 0xc2 || s[1] >= 0xa0; /* C1 */
	case 3: /* U+2028 to U+202E and U+2066 to U+2069: line ends, and text that runs backwards */
		return !(s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae) &&
		       !(s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
	default:
		return length != 0;
	}
}

void text_printable(char *ret, size_t size_bytes, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t left = strlen(text);
	size_t used = 0;
	size_t cut = 0; /* the last place where "..." fits */

	while (left) {
		size_t length = utf8_sequence(s, left);
		bool plain = is_plain(s, length);
		size_t wanted = plain ? length : sizeof("\\x00") - 1;

		if (used + sizeof("...") <= size_bytes)
			cut = used;
		if (used + wanted >= size_bytes) {
			snprintf(ret + cut, size_bytes - cut, "...");
			return;
		}
		length = plain ? length : 1;
		if (plain)
			memcpy(ret + used, s, length);
		else
			snprintf(ret + used, size_bytes - used, "\\x%02x", *s);
		used += wanted;
		s += length;
		left -= length;
	}
	ret[used] = '\0';
}

/* one step of Go's foldName(): the lower case letter, and how many bytes it took */
static int fold_step(const unsigned char *s, size_t *ret_length)
{
	*ret_length = 1;
	if (*s >= 'A' && *s <= 'Z')
		return *s + ('a' - 'A');
	if (s[0] == 0xc5 && s[1] == 0xbf) { /* U+017F, long s */
		*ret_length = 2;
		return 's';
	}
	if (s[0] == 0xe2 && s[1] == 0x84 && s[2] == 0xaa) { /* U+212A, kelvin sign */
		*ret_length = 3;
		return 'k';
	}
	return *s;
}

bool text_folds_equal(const char *a, const char *b)
{
	const unsigned char *x = (const unsigned char *)a;
	const unsigned char *y = (const unsigned char *)b;

	while (*x && *y) {
		size_t nx, ny;

		if (fold_step(x, &nx) != fold_step(y, &ny))
			return false;
		x += nx;
		y += ny;
	}
	return !*x && !*y;
}

/* Levenshtein distance, for words of at most DISTANCE_MAX bytes */
enum { DISTANCE_MAX = 64 };

static size_t distance(const char *a, const char *b)
{
	size_t row[DISTANCE_MAX + 1];
	size_t length = strlen(b);

	if (strlen(a) > DISTANCE_MAX || length > DISTANCE_MAX)
		return SIZE_MAX;
	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < length; k++) {
			size_t change = diagonal + (a[i] != b[k]);

			diagonal = row[k + 1];
			if (row[k] + 1 < change)
				change = row[k] + 1;
			if (row[k + 1] + 1 < change)
				change = row[k + 1] + 1;
			row[k + 1] = change;
		}
	}
	return row[length];
}

const char *text_nearest(const char *word, const char *const *words)
{
	size_t best = strlen(word) / 3 + 1;
	const char *nearest = NULL;

	for (; *words; words++) {
		size_t d = distance(word, *words);

		if (d < best) {
			best = d;
			nearest = *words;
		}
	}
	return nearest;
}

char *text_path_clean(struct arena *arena, const char *path)
{
	char *clean;
	size_t used = 0;

	if (path[0] != '/')
		return NULL;
	clean = arena_alloc(arena, strlen(path) + 1);
	if (!clean)
		return NULL;

	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.') {
			while (used && clean[--used] != '/')
				;
		} else if (length && !(length == 1 && path[0] == '.')) {
			clean[used++] = '/';
			memcpy(clean + used, path, length);
			used += length;
		}
		path += length;
		path += strspn(path, "/");
	}
	if (!used)
		clean[used++] = '/';
	clean[used] = '\0';
	return clean;
}

bool text_path_is_below(const char *path, const char *top)
{
	const char *rest = text_starts(path, top);

	return rest && (!*rest || *rest == '/' || text_is(top, "/"));
}
