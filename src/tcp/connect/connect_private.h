/* SPDX-License-Identifier: ISC */
/* connect_private.h - the internals of tcp-connect: one run of it, for those connect_*.c that do
 * the work. */
#ifndef TCP_CONNECT_CONNECT_PRIVATE_H
#define TCP_CONNECT_CONNECT_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "tcp/connect/connect_options.h"
#include "tcp/connect/connect_setup.h"
#include "tcp/connect/raw.h"
#include "tcp/connect/reach/reach.h"
#include "tcp/session.h"
#include "tcp/taps/tap_relay.h"

enum { CONNECT_SIZE_UNASKED = -2 };

struct connect_run {
	const struct connect_config *config;
	struct connect_setup set;
	struct loop *loop;
	struct reach *reach;
	struct session session;
	struct raw raw;		    /* --raw */
	struct tap_relay tap_relay; /* before a command, if there are taps */
	struct meter meter;
	struct end input, output; /* ours, once there is a connection */
	char peer_text[ADDR_TEXT];
	bool has_ends;
	bool is_short; /* --wait leaves this exchange less time than its own limit */
	struct bytes last_why;
	int64_t input_size; /* of standard input if it is a file, else -1; or
			     * CONNECT_SIZE_UNASKED */
	int fd;		    /* a command's connection; -1: none */
	pid_t pid;	    /* the command; 0: none */
	enum status status; /* the command's own if there is one, 0 to 255 */
	int signo;	    /* the signal that ended the run; 0: none */
	bool in_session;
};

/* Connect, and carry standard input and output, or run the command, until it is over. Returns the
 * exit status. */
enum status connect_work(struct connect_run *r) CHECKED;

/* Log errno as the reason why nothing could be started. Returns the exit status. */
enum status connect_cannot_start(void);

/* For reach_finish: everything is closed and has ended, so the loop ends too. ARG is a struct
 * connect_run. */
void connect_over(void *arg, const char *failure);

/* Give the connection FD with PEER to the command. connect_over is called after the command's end;
 * if it cannot be run, the loop ends with the status for that. */
void connect_command_begin(struct connect_run *r, int fd, const struct addr *peer);

/* Become the command. Returns only if that fails: the exit status. */
enum status connect_command_become(struct connect_run *r) CHECKED;

#endif
