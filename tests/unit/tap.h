/* SPDX-License-Identifier: ISC */
/* tap.h - the minimum that a unit test needs, in the Test Anything Protocol. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

/* Print the name of a check, which is one line whatever is in it. */
static inline void __attribute__((format(printf, 1, 2))) tap_name(const char *format, ...)
{
	char name[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	for (const char *c = name; *c; c++) {
		if (*c == '\n')
			printf("\\n");
		else
			putchar(*c);
	}
	putchar('\n');
}

/* Report one check; if it failed, with its location. */
#define OK(condition, ...)                                                                         \
	do {                                                                                       \
		bool tap_good = (condition);                                                       \
		tap_failures += !tap_good;                                                         \
		printf("%sok %d - ", tap_good ? "" : "not ", ++tap_count);                         \
		tap_name(__VA_ARGS__);                                                             \
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
