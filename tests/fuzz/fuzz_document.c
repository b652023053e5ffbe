/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as config.json, process.json and resources: read or refused with a
 * reason; what was read is read again from what we write, as the same document.
 */
#include "document.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void read_one(enum document_kind kind, const char *bytes, size_t n_bytes)
{
	struct arena arena = { .max_bytes = 64 * 1024 * 1024 };
	struct fail f = { 0 };
	struct json *again = NULL;
	struct json *top = NULL;
	const char *text = NULL;
	size_t n_text;

	if (!document_read(&top, &arena, kind, bytes, n_bytes, &f)) {
		must(f.kind == FAIL_INPUT && f.text[0] && !top);
	} else {
		must(json_write(&text, &n_text, &arena, top));
		must(document_read(&again, &arena, kind, text, n_text, &f));
		must(json_equal(top, again));
	}
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	read_one(DOCUMENT_CONFIG, (const char *)data, size);
	read_one(DOCUMENT_PROCESS, (const char *)data, size);
	read_one(DOCUMENT_RESOURCES, (const char *)data, size);
	return 0;
}
