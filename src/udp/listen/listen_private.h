/* SPDX-License-Identifier: ISC */
/* listen_private.h - the internals of udp-listen: one run of it, only for listen*.c. */
#ifndef UDP_LISTEN_LISTEN_PRIVATE_H
#define UDP_LISTEN_LISTEN_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/access.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "core/opt/opt.h"
#include "core/sock/sock.h"
#include "core/ucspi.h"
#include "udp/batch.h"
#include "udp/forward/forward.h"
#include "udp/forward/keep_source.h"
#include "udp/gate.h"
#include "udp/group.h"
#include "udp/listen/listen_options.h"
#include "udp/listen/ports.h"
#include "udp/listen/runner.h"
#include "udp/output.h"

struct udp_listen_run {
	const struct udp_listen_config *config;
	struct loop *loop;
	struct endpoint endpoint;
	struct command_line command;
	struct sock_options options;	     /* for the sockets that receive */
	struct sock_options forward_options; /* for those to targets */
	struct target *targets;		     /* for --forward */
	size_t target_count;
	struct access access;
	struct privilege privilege;
	struct groups groups;
	struct bytes reply;
	struct ports ports;
	struct batch batch;
	struct port *current; /* the one through which BATCH came */
	struct output output;
	struct runner runner;
	struct forward forward;
	struct keep_source keep_source;
	struct gate takes; /* closed by whatever cannot keep up: meanwhile nothing is received */
	struct gate works; /* closed by whatever must still be finished at the end */
	struct totals totals;
	struct meter meter;
	struct loop_timer wait, idle, grace;
	struct loop_timer receive_again; /* to receive again after a failure */
	unsigned failures;		 /* successive failures */
	enum format_kind format;
	uint64_t left; /* of --count; UINT64_MAX: no limit */
	int64_t drops; /* at the end */
	enum status status;
	struct bytes why;  /* one line if it fails */
	int signo;	   /* the signal that ended the run; 0: none */
	const char *limit; /* the limit that ended the run; NULL: none */
	bool writes;	   /* datagrams go to standard output */
	bool runs;	   /* a run of datagrams may be handled as a whole */
	bool ending;
};

/* Check the whole command line, look up names, and find the privileges to give up. An exit status:
 * STATUS_DONE, or one line in WHY. Binds nothing. */
enum status listen_setup(
	struct udp_listen_run *r, const struct opt_words *words, struct bytes *why) CHECKED;

/* Once bound: change the root and the user, and enter the sandbox unless commands are run. An exit
 * status: STATUS_DONE, or one line in WHY. */
enum status listen_secure(struct udp_listen_run *r, struct bytes *why) CHECKED;

/* Start to receive, once the run's parts are set up and the ports are open. 0, or -1 with errno. */
int listen_start(struct udp_listen_run *r) CHECKED;

/* Why R ends, or would if it ended now: `done` and the like. */
const char *listen_reason(const struct udp_listen_run *r);

/* A signal came: stop receiving, and end without waiting for answers; commands have a second. */
void listen_stop(struct udp_listen_run *r);

/* Whether datagrams are answered by a command, --forward and the like. */
bool listen_answers(const struct udp_listen_run *r);

#endif
