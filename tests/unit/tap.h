/* SPDX-License-Identifier: ISC */
/* tap.h - the minimum that a unit test needs, in the Test Anything Protocol. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

/* Report one check; if it failed, with its location. */
#define OK(condition, ...)                                                                         \
	do {                                                                                       \
		bool tap_good = (condition);                                                       \
		tap_failures += !tap_good;                                                         \
		printf("%sok %d - ", tap_good ? "" : "not ", ++tap_count);                         \
		printf(__VA_ARGS__);                                                               \
		printf("\n");                                                                      \
		if (!tap_good)                                                                     \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);                   \
	} while (0)

/* NULL is a text like any other. */
static inline bool tap_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The end of main(). */
static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures != 0;
}

#endif
