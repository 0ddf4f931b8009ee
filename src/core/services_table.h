/* SPDX-License-Identifier: ISC */
/* services_table.h - services and IP protocols for hosts that have no database of them. */
#ifndef CORE_SERVICES_TABLE_H
#define CORE_SERVICES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"

/* In the forms of /etc/services and of /etc/protocols: one text each, and not a pointer for each
 * word, which a position-independent program has to relocate whenever it starts. */
extern const char services_table[], services_protocols_table[];

/* ALIASES are words with a blank between; of an IP protocol PROTOCOL is NULL. */
struct services_row {
	const char *name;
	uint16_t number;
	const char *protocol;
	const char *aliases;
};

/* Read a line of /etc/services, `NAME PORT/PROTO ALIASES...`, or unless WITH_PROTOCOL one of
 * /etc/protocols, `NAME NUMBER ALIASES...`, `#` beginning a comment. ROW then points into LINE,
 * which is cut up; its aliases are what strtok_r(3) finds in *REST. False: it has another form,
 * which is passed over, as libc does. */
bool services_line_read(
	char *line, bool with_protocol, struct services_row *row, char **rest) CHECKED;
extern const char services_blanks[];

/* A line of services_table: ROW and REST, its aliases, are in TEXT. */
struct services_line {
	char text[64];
	struct services_row row;
	char *rest;
};

/* Read the line at *AT, which moves to the next. False: that was the last. */
bool services_table_next(const char **at, struct services_line *line) CHECKED;

/* Find the port NUMBER, or where WORD is not NULL the line that has it as name or alias, for
 * PROTOCOL. False: there is none. */
bool services_table_find(struct services_line *line, const char *word, uint16_t number,
	const char *protocol) CHECKED;

#endif
