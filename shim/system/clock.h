/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCIGATE_CLOCK_H
#define OCIGATE_CLOCK_H

enum { CLOCK_TEXT_BYTES = sizeof("2026-01-02T03:04:05.000000000Z") };

/** clock_now() - wall clock, RFC 3339 with nanoseconds, UTC; its first ten characters are the day */
void clock_now(char ret[static CLOCK_TEXT_BYTES]);

#endif
