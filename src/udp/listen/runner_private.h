/* SPDX-License-Identifier: ISC */
/* runner_private.h - one command of runner.c, which runner_job.c runs. */
#ifndef UDP_LISTEN_RUNNER_PRIVATE_H
#define UDP_LISTEN_RUNNER_PRIVATE_H

#include <sys/types.h>

#include "base/bytes.h"
#include "udp/listen/runner.h"

struct runner_job {
	struct runner *runner;
	struct runner_job *next, *previous;
	struct port *port;
	struct addr peer, asked, answer;
	pid_t pid;   /* -1: not started */
	int in, out; /* our ends; -1: closed */
	struct bytes payload;
	size_t written;
	struct bytes output;
	int error; /* errno: why the output is lost */
	struct loop_timer timer;
	bool ended;	/* the output is complete */
	bool exited;	/* the command has exited */
	bool timed_out; /* it was asked to end because time was up */
};

/* A command for D, added to those of R but not started; its payload may have failed. NULL: no
 * memory. */
struct runner_job *runner_job_new(struct runner *r, struct port *port, const struct datagram *d);

/* Start it. 0: it runs, or was dropped; or -1 with errno, and it can be tried again. */
int runner_job_start(struct runner_job *j) CHECKED;

/* Ask it to end, with the signal SIGNO; after a second it is killed. */
void runner_job_end(struct runner_job *j, int signo);

/* It cannot be run, because of ERR: count that, report it, and free J. */
void runner_job_drop(struct runner_job *j, int err);

void runner_job_free(struct runner_job *j);

#endif
