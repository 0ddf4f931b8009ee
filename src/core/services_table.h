/* SPDX-License-Identifier: ISC */
/* services_table.h - services and IP protocols for hosts without a database of them. */
#ifndef CORE_SERVICES_TABLE_H
#define CORE_SERVICES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"

/* In the format of /etc/services and of /etc/protocols: one text each instead of a pointer for each
 * word, which a position-independent program would have to relocate whenever it starts. */
extern const char services_table[], services_protocols_table[];

/* ALIASES are words separated by blanks; for an IP protocol, PROTOCOL is NULL. */
struct services_row {
	const char *name;
	uint16_t number;
	const char *protocol;
	const char *aliases;
};

/* Read a line of /etc/services, `NAME PORT/PROTO ALIASES...`, or without WITH_PROTOCOL one of
 * /etc/protocols, `NAME NUMBER ALIASES...`; `#` begins a comment. ROW then points into LINE, which
 * is cut up; its aliases are what strtok_r(3) finds in *REST. False: the line has another form, to
 * be skipped as libc does. */
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

/* Find the port NUMBER or, if WORD is not NULL, the line that has WORD as name or alias, for
 * PROTOCOL. False: none. */
bool services_table_find(struct services_line *line, const char *word, uint16_t number,
	const char *protocol) CHECKED;

#endif
