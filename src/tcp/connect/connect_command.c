/* SPDX-License-Identifier: ISC */
/* connect_command.c - tcp-connect: a command that gets the connection, or that sockit becomes. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/loop/pool.h"
#include "core/os/os.h"
#include "core/results.h"
#include "core/sock/sock.h"
#include "core/stream/drain.h"
#include "tcp/command.h"
#include "tcp/connect/connect_private.h"

static bool is_gone(int err)
{
	return err == ECONNRESET || err == EPIPE;
}

static void connection_drained(void *arg)
{
	struct connect_run *r = arg;

	reach_finish(r->reach, true, connect_over, r);
}

/* Report why LINE, between the command and its peer, failed. A command itself notices that its peer
 * has gone, unless that was after its end. */
static void say_broken(const struct connect_run *r, const struct relay *line)
{
	bool peer = line->failed_side == TAP_RELAY_WIRE;

	if (peer && r->status != STATUS_DONE && is_gone(line->error))
		return;
	if (peer)
		log_error("%s: cannot %s: %s", r->peer_text,
			line->failed_writing ? "send" : "receive", status_reason(line->error));
	else
		log_error("cannot %s %s: %s", line->failed_writing ? "write to" : "read from",
			r->set.command.argv[0], status_reason(line->error));
}

/* The command's output has been carried, or is lost: then it was not done, whatever its status. */
static void command_carried(void *arg, struct tap_relay *relay)
{
	struct connect_run *r = arg;
	const struct relay *line = &relay->relay;
	bool lost = line->reason == RELAY_FAILED && line->flow_closed[TAP_RELAY_PAIR] == RELAY_OPEN;

	if (lost && !line->failed_tap)
		say_broken(r, line);
	if ((lost || line->failed_tap) && r->status == STATUS_DONE)
		r->status = STATUS_FAILED;
	drain_socket(r->loop, relay->wire, connection_drained, r);
}

static void command_broken(void *arg, struct tap_relay *relay)
{
	struct connect_run *r = arg;

	(void)relay;
	if (r->pid > 0)
		kill(r->pid, SIGTERM);
}

/* Put the taps, if any, between the connection FD and the command. Returns the descriptor for the
 * command. */
static int command_tap(struct connect_run *r, int fd, const struct addr *peer)
{
	static const struct relay_plan no_limits;
	const char *name = reach_peer_text(r->reach);
	const struct tap_relay_setup setup = {.wire = fd,
		.shared = r->set.endpoints->kind == ENDPOINT_FD,
		.peer = r->peer_text,
		.taps = &r->set.taps,
		.limits = &no_limits,
		.on_broken = command_broken,
		.arg = r};

	if (!r->set.taps.on)
		return fd;
	if (name)
		snprintf(r->peer_text, sizeof r->peer_text, "%s", name);
	else
		addr_text(peer, r->peer_text);
	return tap_relay_start(&r->tap_relay, r->loop, &setup) < 0 ? -1 : r->tap_relay.inner;
}

static void command_ended(void *arg, pid_t pid, int wait_status)
{
	struct connect_run *r = arg;

	(void)pid;
	r->pid = 0;
	r->status = (enum status)child_exit_status(wait_status);
	/* The status of a command that handled our signal itself is what counts. */
	if (WIFEXITED(wait_status))
		r->signo = 0;
	else
		status_end_asked = r->signo;
	if (r->set.taps.on)
		tap_relay_finish(&r->tap_relay, command_carried);
	else
		drain_socket(r->loop, r->fd, connection_drained, r);
	r->fd = -1;
}

void connect_command_begin(struct connect_run *r, int fd, const struct addr *peer)
{
	char *const *argv = r->set.command.argv;
	struct addr local = {.size = 0};
	const struct ucspi who = {
		.proto = "TCP", .wire = reach_wire(r->reach, fd), .peer = peer, .local = &local};
	bool ready;

	UNCHECKED(sock_local(who.wire, &local)); /* size 0 then */
	/* It gets no process group of its own: on a terminal Ctrl-C is for both, and a program that
	 * asks for a password there must be in the foreground. */
	r->fd = command_tap(r, fd, peer);
	/* Programs expect descriptors that block; an inherited one has the mode that its owner gave
	 * it. */
	ready = r->fd >= 0 &&
		((r->set.endpoints->kind == ENDPOINT_FD && !r->set.taps.on) ||
			fd_set_nonblock(r->fd, false) == 0);
	if (ready)
		os_cloexec_from(STDERR_FILENO + 1);
	r->pid = ready ? command_start(argv, r->fd, &who, false) : -1;
	if (r->pid > 0 && loop_child(r->loop, r->pid, command_ended, r) == 0)
		return;
	r->status = (enum status)child_shell_status(errno);
	log_error("cannot run %s: %s", argv[0], status_reason(errno));
	if (r->pid > 0)
		kill(r->pid, SIGTERM);
	r->pid = 0;
	loop_stop(r->loop);
}

enum status connect_command_become(struct connect_run *r)
{
	char *const *argv = r->set.command.argv;
	int err;

	if (results_flush() < 0)
		return STATUS_FAILED;
	pool_close();
	loop_free(r->loop);
	r->loop = NULL;
	fd_restore_limit();
	child_become(argv);
	err = errno;
	log_error("cannot run %s: %s", argv[0], status_reason(err));
	return (enum status)child_shell_status(err);
}
