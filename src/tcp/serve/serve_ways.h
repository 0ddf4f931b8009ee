/* SPDX-License-Identifier: ISC */
/* serve_ways.h - the ways to serve, a row each: which option chooses it, the service behind it, how
 * to prepare it, and its exit status. */
#ifndef TCP_SERVE_SERVE_WAYS_H
#define TCP_SERVE_SERVE_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct bytes;
struct serve_run;
struct serve_setup;
struct service;

/* A way to serve. Functions may be NULL if there is nothing to do. */
struct serve_way_row {
	const char *option;	       /* that which chooses it, for messages */
	const struct service *service; /* NULL: the one of --handler */
	uint64_t conns_max;	       /* at once, unless given; 0: as many as descriptors allow */
	bool (*chosen)(const struct serve_setup *s);

	/* Set the service's configuration in R's server, once it listens. */
	void (*prepare)(struct serve_run *r);

	/* Open what can be opened only once the root and the user are those with which it serves.
	 * An exit status; if it is not STATUS_DONE, WHY has one line. */
	enum status (*open)(struct serve_run *r, struct bytes *why);

	/* The exit status once everything is over. */
	enum status (*status)(const struct serve_run *r);
};

/* The way that the command line has chosen; by default standard input and output. */
const struct serve_way_row *serve_way_of(const struct serve_setup *s);

/* The service of way W for S. */
const struct service *serve_way_service(const struct serve_way_row *w, const struct serve_setup *s);

#endif
