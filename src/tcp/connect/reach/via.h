/* SPDX-License-Identifier: ISC */
/* via.h - --via: a command whose standard input and output serve as the connection. */
#ifndef TCP_CONNECT_REACH_VIA_H
#define TCP_CONNECT_REACH_VIA_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "core/loop/loop.h"

/* Append COMMAND, a line for the shell, to OUT with %h, %p and %% replaced by HOST, PORT and a
 * percent sign. Because a value may end up inside quotes of any kind, no quoting could make it
 * safe: one with characters other than those of names and addresses is refused. NULL, or the
 * reason, which follows `bad --via: "COMMAND" `. */
const char *via_expand(
	const char *command, const char *host, const char *port, struct bytes *out) CHECKED;

/* FAILURE is NULL or one line for the user: how the command failed, unless we ended it. */
typedef void via_fn(void *arg, const char *failure);

/* A running command; all zero: none. */
struct via {
	struct loop *loop;
	pid_t pid; /* 0: none, or it has ended */
	int wait_status;
	bool signalled; /* it ends because we sent a signal */
	struct loop_timer timer;
	via_fn *fn;
	void *arg;
	struct bytes why;
};

/* Start /bin/sh -c TEXT. Returns our end of its standard input and output, a non-blocking socket
 * that the caller owns; or -1 with errno. */
int via_start(struct via *via, struct loop *loop, const char *text) CHECKED;

/* The connection is closed: wait for the command's end and call FN, maybe before this returns. With
 * PATIENTLY, wait as long as that takes, because it may still have data to pass on; otherwise it is
 * given a moment to report why it failed, then SIGTERM and, after 2 s, SIGKILL. */
void via_finish(struct via *via, bool patiently, via_fn *fn, void *arg);

/* Send SIGTERM to the command if it still runs, and forget it. */
void via_release(struct via *via);

#endif
