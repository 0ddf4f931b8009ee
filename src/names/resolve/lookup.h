/* SPDX-License-Identifier: ISC */
/* lookup.h - look up one name or address through libc. Blocks; may run on any thread. */
#ifndef NAMES_RESOLVE_LOOKUP_H
#define NAMES_RESOLVE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/addr/addr.h"

/* The question. */
struct lookup {
	const char *host;    /* "" is this host */
	const char *service; /* for ALL: as typed, if libc knows it; else NULL */
	bool has_port;	     /* a service was asked for; its number is PORT */
	uint16_t port;
	int family;
	int type;	/* for the service: SOCK_STREAM, SOCK_DGRAM */
	bool numeric;	/* -n */
	bool reverse;	/* the name of the address HOST */
	bool all;	/* every tuple of getaddrinfo(3) */
	bool canonical; /* the canonical name too */
};

struct lookup_tuple {
	int family, type, protocol; /* the last two with ALL only */
	struct addr addr;
};

/* The answer. STATUS is an exit status; unless it is STATUS_DONE, WHY has one line. */
struct lookup_answer {
	enum status status;
	struct bytes why;
	struct lookup_tuple *tuples; /* in getaddrinfo's order; without ALL, each address once */
	size_t count;
	char *name;	 /* with REVERSE */
	char *canonical; /* with CANONICAL or ALL, if there is one */
};

/* Answer L. Release A after any outcome. */
void lookup_run(const struct lookup *l, struct lookup_answer *a);
void lookup_answer_release(struct lookup_answer *a);

/* Whether HOST is an address (even one whose zone does not exist), not a name. */
bool lookup_is_address(const char *host);

#endif
