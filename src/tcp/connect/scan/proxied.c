/* SPDX-License-Identifier: ISC */
/* proxied.c - connect to one port through a proxy, for a scan. */

#include "tcp/connect/scan/scan_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/status.h"
#include "tcp/connect/reach/handshake.h"
#include "tcp/connect/reach/reach.h"

enum { PORT_TEXT = sizeof "65535" };

struct scan_proxied {
	struct endpoint endpoint; /* points into the target's and into this block */
	struct dial_plan dial;
	struct reach_plan plan;
	struct reach *reach;
	scan_proxied_fn *fn;
	void *arg;
	char port[PORT_TEXT];
	char text[];
};

static void scan_proxied_free(struct scan_proxied *p)
{
	reach_free(p->reach);
	free(p);
}

/* A scan stores an errno for each port: return one with the same status. */
static int errno_of(enum status status)
{
	switch (status) {
	case STATUS_DONE: return 0;
	case STATUS_REFUSED: return ECONNREFUSED;
	case STATUS_TIMED_OUT: return ETIMEDOUT;
	case STATUS_NOT_PERMITTED: return EACCES;
	case STATUS_NOT_FOUND: return ENXIO;
	default: return EPROTO;
	}
}

static void reached(void *arg, int fd, const struct addr *peer, enum status status, const char *why)
{
	struct scan_proxied *p = arg;

	(void)peer;
	fd_close(fd);
	p->fn(p->arg, errno_of(status), why ? why : "");
	scan_proxied_free(p);
}

struct scan_proxied *scan_proxied_start(
	struct scan_target *t, uint16_t port, scan_proxied_fn *fn, void *arg)
{
	const struct scan_plan *plan = t->scan->plan;
	size_t room = strlen(t->endpoint->text) + PORT_TEXT + 1;
	struct scan_proxied *p = calloc(1, sizeof *p + room);

	if (!p)
		return NULL;
	snprintf(p->port, sizeof p->port, "%u", (unsigned)port);
	snprintf(p->text, room, t->port_count == 1 ? "%s" : "%s:%s",
		t->port_count == 1 ? t->endpoint->text : t->endpoint->host, p->port);
	p->endpoint = *t->endpoint;
	p->endpoint.port = p->port;
	p->endpoint.text = p->text;
	p->dial = (struct dial_plan){.family = plan->family,
		.numeric = plan->numeric,
		.timeout_ns = retry_round_time(&t->scan->retry, plan->timeout_ns),
		.source = plan->source,
		.options = plan->options};
	p->plan = (struct reach_plan){
		.dial = &p->dial, .proxy = plan->proxy, .header = HANDSHAKE_NO_HEADER};
	p->fn = fn;
	p->arg = arg;
	p->reach = reach_start(t->scan->loop, &p->endpoint, &p->plan, reached, p);
	if (p->reach)
		return p;
	free(p);
	return NULL;
}
