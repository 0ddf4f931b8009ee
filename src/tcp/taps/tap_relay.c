/* SPDX-License-Identifier: ISC */
/* tap_relay.c - taps for a command or service that reads and writes its socket itself: a socket
 * pair, or a pseudo-terminal, and a relay in between. */

#include "tcp/taps/tap_relay.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "base/uncleared.h"
#include "core/os/os.h"
#include "core/os/pty.h"

enum { DROP_SIZE = 16384 };

static void broken(void *arg)
{
	struct tap_relay *t = arg;

	t->on_broken(t->arg, t);
}

/* A socket pair has no resets, but the kernel reports one if an end is closed with unread input: so
 * leave some there. */
static void leave_unread(const struct tap_relay *t)
{
	send(t->inner, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void relay_over(void *arg, struct relay *relay)
{
	struct tap_relay *t = arg;
	bool peer_broke = relay->reason == RELAY_FAILED && !relay->failed_tap &&
		relay->failed_side == TAP_RELAY_WIRE;

	t->over = true;
	if (relay->reason == RELAY_FAILED && relay->failed_tap)
		log_warning("cannot write to %s: %s", relay->failed_tap->noun,
			status_reason(relay->error));
	if (relay->reason == RELAY_FAILED && !t->pty)
		leave_unread(t);
	/* Closing the master hangs up the terminal. */
	relay_release(relay, t->wire);
	if (t->on_over)
		t->on_over(t->arg, t);
	else if (relay->reason != RELAY_DONE && !peer_broke)
		loop_defer(t->loop, &t->broken, broken, t);
}

static int socket_type(int fd)
{
	int type = SOCK_STREAM;
	socklen_t size = sizeof type;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
	return type;
}

/* Open T->inner, and PAIR as the other end. 0, or -1 with errno. */
static int open_ends(struct tap_relay *t, const struct taps *taps, struct end *pair)
{
	int fds[2];

	t->pty = taps->pty;
	if ((t->pty ? os_pty_open(taps->window, fds) : os_socketpair(socket_type(t->wire), fds)) <
		0)
		return -1;
	t->inner = fds[0];
	*pair = t->pty ? end_of_pty(fds[1]) : end_of_socket(fds[1]);
	return 0;
}

int tap_relay_start(struct tap_relay *t, struct loop *loop, const struct tap_relay_setup *setup)
{
	struct relay_side pair, wire;

	*t = (struct tap_relay){.loop = loop,
		.wire = setup->wire,
		.on_broken = setup->on_broken,
		.arg = setup->arg,
		.plan = {.idle_ns = setup->limits->idle_ns,
			.max_ns = setup->limits->max_ns,
			.linger_ns = RELAY_FOREVER}};
	if (open_ends(t, setup->taps, &pair.in) < 0)
		goto fail;
	t->taps = conn_taps_new(setup->taps, setup->peer);
	if (!t->taps) {
		fd_close(t->inner);
		fd_close(pair.in.fd);
		goto fail;
	}
	pair.out = pair.in;
	wire.in = wire.out =
		setup->shared ? end_of_inherited(t->wire, false) : end_of_socket(t->wire);
	relay_init(&t->relay, loop, &t->plan, &pair, &wire);
	conn_taps_attach(t->taps, &t->relay, TAP_RELAY_WIRE);
	relay_start(&t->relay, relay_over, t);
	return 0;
fail:
	*t = (struct tap_relay){.loop = NULL};
	return -1;
}

/* Nobody reads inner any longer, but the peer may still be sending. */
static void drop(void *arg, int fd, unsigned ready)
{
	struct tap_relay *t = arg;
	UNCLEARED char dropped[DROP_SIZE];
	ssize_t n = recv(fd, dropped, sizeof dropped, MSG_DONTWAIT);

	(void)ready;
	if (n == 0 || (n < 0 && errno != EINTR && !fd_would_block(errno)))
		loop_forget(t->loop, fd);
}

void tap_relay_finish(struct tap_relay *t, tap_relay_fn *on_over)
{
	t->on_over = on_over;
	loop_defer_cancel(t->loop, &t->broken);
	loop_forget(t->loop, t->inner);
	if (t->over) {
		on_over(t->arg, t);
		return;
	}
	t->plan.one_way = true;
	/* Processes that the command left running may keep the terminal open forever. */
	if (t->pty) {
		t->relay.side[TAP_RELAY_PAIR].in.flags |= END_LAST;
		relay_resume(&t->relay);
		return;
	}
	shutdown(t->inner, SHUT_WR);
	if (t->relay.flow_closed[TAP_RELAY_PAIR] != RELAY_OPEN)
		relay_stop(&t->relay);
	else if (loop_watch(t->loop, t->inner, LOOP_READ, drop, t) < 0)
		relay_break(&t->relay, TAP_RELAY_PAIR, errno);
}

void tap_relay_stop(struct tap_relay *t)
{
	relay_stop(&t->relay);
}

uint64_t tap_relay_received(const struct tap_relay *t)
{
	return relay_bytes_from(&t->relay, TAP_RELAY_WIRE);
}

uint64_t tap_relay_sent(const struct tap_relay *t)
{
	return relay_bytes_to(&t->relay, TAP_RELAY_WIRE);
}

const char *tap_relay_reason(const struct tap_relay *t)
{
	int error = t->relay.error;

	if (!t->over)
		return NULL;
	switch ((enum relay_reason)t->relay.reason) {
	case RELAY_FAILED: return error == ECONNRESET || error == EPIPE ? "reset" : "error";
	case RELAY_IDLE: return "timeout";
	case RELAY_TOO_LONG: return "limit";
	case RELAY_DONE:
	case RELAY_STOPPED: break;
	}
	return NULL;
}

bool tap_relay_is_unread(const struct tap_relay *t)
{
	return t->relay.reason != RELAY_FAILED &&
		t->relay.flow_closed[TAP_RELAY_WIRE] == RELAY_OPEN;
}

void tap_relay_release(struct tap_relay *t)
{
	if (!t->loop)
		return;
	loop_defer_cancel(t->loop, &t->broken);
	loop_forget(t->loop, t->inner);
	relay_release(&t->relay, t->wire);
	fd_close(t->inner);
	conn_taps_free(t->taps);
	t->taps = NULL;
}
