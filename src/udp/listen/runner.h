/* SPDX-License-Identifier: ISC */
/* runner.h - run a command for each datagram: the payload is its input, and its output is one
 * answer. */
#ifndef UDP_LISTEN_RUNNER_H
#define UDP_LISTEN_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loop/loop.h"
#include "udp/format.h"
#include "udp/gate.h"
#include "udp/port.h"

struct output;
struct runner_job;

struct runner {
	struct loop *loop;
	char *const *argv; /* NULL: no command */
	size_t parallel;   /* how many run at once */
	int64_t limit_ns;  /* after this long one is ended; 0: no limit */
	struct output *output;
	struct gate *takes; /* closed while no command can be started */
	struct gate *works; /* closed while one runs */

	size_t running;
	struct runner_job *first, *last; /* in order of arrival */
	struct runner_job *unstarted;	 /* not started for lack of descriptors or processes; the
					  * last one */
	struct loop_timer retry;
	bool full; /* TAKES was closed because PARALLEL run */
};

/* Prepare; the caller has set the members from LOOP to WORKS. */
void runner_init(struct runner *r);

/* Start the command for D, which came in through PORT; not while TAKES is closed. Its output, if
 * any, is sent to the sender once the command has ended or closed its output; if the sender has no
 * name, it goes to OUTPUT, in the order in which the datagrams came. If there are no descriptors or
 * processes left, the command is started as soon as there are some. */
void runner_start(struct runner *r, struct port *port, const struct datagram *d);

/* Ask all commands to end, and kill those that have not ended within a second; nothing more is
 * sent. */
void runner_stop(struct runner *r);

/* Kill the commands that still run, and forget them. */
void runner_release(struct runner *r);

#endif
