/* SPDX-License-Identifier: ISC */
/* services_table.h - services and IP protocols for hosts that have no database of them. */
#ifndef CORE_SERVICES_TABLE_H
#define CORE_SERVICES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"

/* PROTOCOLS ("tcp udp": both have the number) and ALIASES are words with a blank between; of an IP
 * protocol PROTOCOLS is NULL. Ends with a NULL name. */
struct services_row {
	const char *name;
	uint16_t number;
	const char *protocols;
	const char *aliases;
};

extern const struct services_row services_table[], services_protocols_table[];

/* Whether WORD is one of the words of LIST, which may be NULL. */
bool services_have_word(const char *list, const char *word);

/* Read a line of /etc/services, `NAME PORT/PROTO ALIASES...`, or unless WITH_PROTOCOL one of
 * /etc/protocols, `NAME NUMBER ALIASES...`, `#` beginning a comment. ROW then points into LINE,
 * which is cut up; its aliases are what strtok_r(3) finds in *REST. False: it has another form,
 * which is passed over, as libc does. */
bool services_line_read(
	char *line, bool with_protocol, struct services_row *row, char **rest) CHECKED;
extern const char services_blanks[];

/* The row of the port NUMBER, or where WORD is not NULL the one that has it as name or alias, for
 * PROTOCOL; NULL. */
const struct services_row *services_table_find(
	const char *word, uint16_t number, const char *protocol);

#endif
