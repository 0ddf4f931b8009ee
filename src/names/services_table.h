/* SPDX-License-Identifier: ISC */
/* services_table.h - services and IP protocols for hosts that have no database of them. */
#ifndef NAMES_SERVICES_TABLE_H
#define NAMES_SERVICES_TABLE_H

#include <stdint.h>

/* PROTOCOLS ("tcp udp": both have the number) and ALIASES are words with a blank between; of an IP
 * protocol PROTOCOLS is NULL. Ends with a NULL name. */
struct services_row {
	const char *name;
	uint16_t number;
	const char *protocols;
	const char *aliases;
};

extern const struct services_row services_table[], services_protocols_table[];

#endif
