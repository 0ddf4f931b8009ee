/* SPDX-License-Identifier: ISC */
/* screen.h - the rows of a terminal that knows only carriage return and newline. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum { SCREEN_COLUMNS = 500, SCREEN_DEFAULT = 80 };

struct row {
	size_t size;
	char text[SCREEN_COLUMNS + 1];
};

struct screen {
	struct row *rows;
	size_t count;
	unsigned column, columns, wrapped; /* columns: 0 if unknown, which counts as 80 */
};

void screen_init(struct screen *s);

/* As in xterm: what is outside is gone. */
void screen_resize(struct screen *s, unsigned columns);

/* Put SIZE bytes, each taking one column. */
void screen_put(struct screen *s, const char *data, size_t size);

/* Does REGEX match a row, without the blanks at its end? An invalid one ends the program. */
bool screen_shows(const struct screen *s, const char *regex);

/* Print each row, without the blanks at its end, and how many lines were wider than the window. */
void screen_print(const struct screen *s);

#endif
