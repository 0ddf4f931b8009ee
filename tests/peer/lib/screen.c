/* SPDX-License-Identifier: ISC */
/* screen.c - the rows of a terminal that knows only carriage return and newline. */
#include "screen.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "peer.h"

static void new_row(struct screen *s)
{
	s->rows = get(s->rows, (s->count + 1) * sizeof(*s->rows));
	s->rows[s->count++] = (struct row){.size = 0};
}

static unsigned width(const struct screen *s)
{
	return s->columns ? s->columns : SCREEN_DEFAULT;
}

void screen_init(struct screen *s)
{
	*s = (struct screen){.columns = SCREEN_DEFAULT};
	new_row(s);
}

void screen_resize(struct screen *s, unsigned columns)
{
	s->columns = columns;
	for (size_t i = 0; i < s->count; i++)
		if (s->rows[i].size > width(s))
			s->rows[i].size = width(s);
	if (s->column >= width(s))
		s->column = width(s) - 1;
}

static void put_character(struct screen *s, char character)
{
	if (s->column >= width(s)) {
		new_row(s);
		s->column = 0;
		s->wrapped++;
	}
	struct row *row = &s->rows[s->count - 1];
	while (row->size < s->column)
		row->text[row->size++] = ' ';
	row->text[s->column++] = character;
	if (row->size < s->column)
		row->size = s->column;
}

/* A newline only moves down; the carriage return that moves to the left comes with it. */
void screen_put(struct screen *s, const char *data, size_t size)
{
	for (; size > 0; data++, size--) {
		if (*data == '\r')
			s->column = 0;
		else if (*data == '\n')
			new_row(s);
		else
			put_character(s, *data);
	}
}

/* The text of ROW without the blanks at its end. */
static const char *text(struct row *row)
{
	while (row->size > 0 && strchr(" \t", row->text[row->size - 1]))
		row->size--;
	row->text[row->size] = '\0';
	return row->text;
}

bool screen_shows(const struct screen *s, const char *regex)
{
	regex_t wanted;
	bool found = false;

	if (regcomp(&wanted, regex, REG_EXTENDED | REG_NOSUB) != 0)
		die("not a regular expression: %s", regex);
	for (size_t i = 0; i < s->count && !found; i++) {
		struct row row = s->rows[i];
		found = regexec(&wanted, text(&row), 0, NULL, 0) == 0;
	}
	regfree(&wanted);
	return found;
}

void screen_print(const struct screen *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct row row = s->rows[i];
		puts(text(&row));
	}
	if (s->wrapped)
		printf("%u lines were wider than the window\n", s->wrapped);
}
