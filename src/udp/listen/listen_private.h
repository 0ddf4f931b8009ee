/* SPDX-License-Identifier: ISC */
/* listen_private.h - the inside of udp-listen: one run of it, for listen*.c alone. */
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
	struct sock_options options;	     /* of the sockets that receive */
	struct sock_options forward_options; /* of those towards targets */
	struct target *targets;		     /* of --forward */
	size_t target_count;
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
	struct keep_source keep_source;
	struct gate takes; /* closed by whatever cannot keep up: nothing is received meanwhile */
	struct gate works; /* closed by whatever is still to be done when the end has come */
	struct totals totals;
	struct meter meter;
	struct loop_timer wait, idle, grace;
	struct loop_timer receive_again; /* once receiving has failed */
	unsigned failures;		 /* in a row */
	enum format_kind format;
	uint64_t left; /* of --count; UINT64_MAX: no end */
	int64_t drops; /* at the end */
	enum status status;
	struct bytes why;  /* one line if it fails */
	int signo;	   /* that ended us; 0 */
	const char *limit; /* that ended us; NULL: none */
	bool writes;	   /* datagrams go to standard output */
	bool runs;	   /* several at once are as good as one */
	bool ending;
};

/* Judge everything that the command line says, look up names, and find what will be given up. An
 * exit status: STATUS_DONE, or one line in WHY. Binds nothing. */
enum status listen_setup(
	struct udp_listen_run *r, const struct opt_words *words, struct bytes *why) CHECKED;

/* Once bound: change the root and the user, and enter the sandbox unless commands are run. An exit
 * status: STATUS_DONE, or one line in WHY. */
enum status listen_secure(struct udp_listen_run *r, struct bytes *why) CHECKED;

/* Start to receive: the run's parts are set up, the ports open. 0, or -1 with errno. */
int listen_start(struct udp_listen_run *r) CHECKED;

/* Why R ends, or would if it did now: `done` and the like. */
const char *listen_reason(const struct udp_listen_run *r);

/* A signal came: receive no more, and end without waiting for answers; commands have a second. */
void listen_stop(struct udp_listen_run *r);

/* Whether a command, --forward, ... is there beside writing the datagrams. */
bool listen_answers(const struct udp_listen_run *r);

#endif
