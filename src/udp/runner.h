/* SPDX-License-Identifier: ISC */
/* runner.h - run a command for each datagram: the payload is its input, its output one answer. */
#ifndef UDP_RUNNER_H
#define UDP_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "udp/format.h"
#include "udp/port.h"

struct output;
struct runner_job;

typedef void runner_fn(void *arg);

struct runner {
	struct loop *loop;
	char *const *argv; /* NULL: no command */
	size_t parallel;   /* as many run at once */
	int64_t limit_ns;  /* after so long one is ended; 0: no limit */
	struct output *output;
	runner_fn *fn; /* one has ended */
	void *arg;
	size_t running;
	struct runner_job *first, *last; /* in the order of arrival */
};

/* Start the command for D, which came in through PORT; not while the runner is full. What it
 * writes, if it writes anything, is sent to the sender once it has ended, or closed its output; if
 * the sender has no name, it goes to OUTPUT, in the order in which the datagrams came. */
void runner_start(struct runner *r, struct port *port, const struct datagram *d);

bool runner_is_full(const struct runner *r);
bool runner_is_idle(const struct runner *r);

/* End the commands that still run, and forget them. */
void runner_release(struct runner *r);

#endif
