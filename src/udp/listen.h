/* SPDX-License-Identifier: ISC */
/* listen.h - the inside of udp-listen: one run of it, for listen*.c alone. */
#ifndef UDP_LISTEN_H
#define UDP_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/access.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "core/sock/sock.h"
#include "udp/batch.h"
#include "udp/forward.h"
#include "udp/group.h"
#include "udp/listen_options.h"
#include "udp/output.h"
#include "udp/ports.h"
#include "udp/runner.h"

struct listen_run {
	const struct listen_config *config;
	struct loop *loop;
	struct endpoint endpoint;
	struct endpoint target; /* --forward */
	char *shell[4];		/* --sh */
	struct sock_options options;
	struct access access;
	struct privilege privilege;
	struct groups groups;
	struct bytes reply;
	struct ports ports;
	struct batch batch;
	struct port *current; /* that BATCH came through */
	struct output output;
	struct runner runner;
	struct forward forward;
	struct totals totals;
	struct meter meter;
	struct loop_timer wait, idle, grace;
	enum format_kind format;
	uint64_t left;	  /* of --count; UINT64_MAX: no end */
	int64_t moved_ns; /* when the last datagram came */
	int64_t drops;	  /* at the end */
	int status;
	int signo;	   /* that ended us; 0 */
	const char *limit; /* that ended us; NULL: none */
	bool writes;	   /* datagrams go to standard output */
	bool runs;	   /* several at once are as good as one */
	bool held;	   /* nothing is received for now */
	bool ending;
};

/* Start to receive: the run's parts are set up, the ports open. 0, or -1 with errno. */
int listen_start(struct listen_run *r);

/* Receive no more, and end once what was taken is dealt with. */
void listen_end(struct listen_run *r);

/* Whether a command, --forward, ... is there beside writing the datagrams. */
bool listen_answers(const struct listen_run *r);

#endif
