/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ROWS(suite, name, table): a parameterised Criterion test over the rows of a
 * static table. Each row runs in a process of its own, so the parameter is the
 * row's number and holds no pointer.
 */
#ifndef OCIGATE_ROWS_H
#define OCIGATE_ROWS_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/parameterized.h>

enum { ROWS_MAX = 512 };

#define ROWS(suite, name, table)                                                                                       \
	ParameterizedTestParameters(suite, name)                                                                       \
	{                                                                                                              \
		static size_t row_numbers_[ROWS_MAX];                                                                  \
		size_t count = sizeof(table) / sizeof((table)[0]);                                                     \
                                                                                                                       \
		for (size_t i = 0; i < count && i < ROWS_MAX; i++)                                                     \
			row_numbers_[i] = i;                                                                           \
		return cr_make_param_array(size_t, row_numbers_, count < ROWS_MAX ? count : ROWS_MAX);                 \
	}                                                                                                              \
	ParameterizedTest(size_t *row, suite, name)

#endif
