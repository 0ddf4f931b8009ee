/* SPDX-License-Identifier: ISC */
/* serve_ways.h - the ways to serve, a row each: which option chooses it, the service behind it,
 * what is to be prepared, and what status it leaves. */
#ifndef TCP_SERVE_SERVE_WAYS_H
#define TCP_SERVE_SERVE_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct bytes;
struct serve_run;
struct serve_setup;
struct service;

/* A way to serve. Functions may be NULL: then there is nothing to do. */
struct serve_way_row {
	const char *option;	       /* what chooses it, for messages */
	const struct service *service; /* NULL: the one of --handler */
	uint64_t conns_max;	       /* at once, unless told; 0: what descriptors allow */
	bool (*chosen)(const struct serve_setup *s);

	/* Set what R's server configures the service with, once it listens. */
	void (*prepare)(struct serve_run *r);

	/* Open what is there only once the root and the user are those it serves with. An exit
	 * status; if not STATUS_DONE, one line is in WHY. */
	enum status (*open)(struct serve_run *r, struct bytes *why);

	/* The exit status once all is over. */
	enum status (*status)(const struct serve_run *r);
};

/* The way that the command line has chosen: standard input and output if no other. */
const struct serve_way_row *serve_way_of(const struct serve_setup *s);

/* The service of way W for S. */
const struct service *serve_way_service(const struct serve_way_row *w, const struct serve_setup *s);

#endif
