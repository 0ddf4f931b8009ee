/* SPDX-License-Identifier: ISC */
/* services_db.h - the databases of services and of IP protocols: the system's, or the built-in one.
 */
#ifndef NAMES_SERVICES_SERVICES_DB_H
#define NAMES_SERVICES_SERVICES_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

/* One entry; for an IP protocol, PROTOCOL is NULL and NUMBER its number. All texts are owned. */
struct service {
	char *name;
	char *protocol;
	char *aliases; /* words separated by blanks */
	uint16_t number;
};

struct service_list {
	struct service *items; /* in the order of the database */
	size_t count, room;
	bool builtin; /* the system has none, or was not asked */
};

enum service_kind { SERVICE_PORTS, SERVICE_PROTOCOLS };

/* Read the whole database of KIND; the built-in table if the system has none, or with BUILTIN. 0,
 * or -1 with errno. Not for use in threads. Release LIST in either case. */
int services_load(struct service_list *list, enum service_kind kind, bool builtin) CHECKED;
void services_release(struct service_list *list);

/* Whether WORD is the name of S or one of its aliases. */
bool service_is_called(const struct service *s, const char *word);

#endif
