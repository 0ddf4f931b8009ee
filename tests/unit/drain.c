/* SPDX-License-Identifier: ISC */
/* drain.c - connections are closed so that their last bytes arrive. */
#include "core/stream/drain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop_fixture.h"

static int fds[2];

/* The way of closing that is tested. */
static void (*close_it)(struct loop *loop, int fd, drain_fn *fn, void *arg);
static const char *way;

static void on_closed(void *arg)
{
	note(*(char *)arg);
	loop_stop(loop);
}

static char done = 'd';

static void start(int type)
{
	begin();
	if (os_socketpair(type, fds) != 0)
		abort();
}

static void finish(void)
{
	close(fds[1]);
	end();
}

/* Writing more than the other side reads would end with EAGAIN. */
static void send_some(int fd)
{
	static const char some[4096];
	while (write(fd, some, sizeof(some)) > 0)
		;
}

static void end_of_peer(void *arg)
{
	(void)arg;
	send_some(fds[1]);
	shutdown(fds[1], SHUT_WR);
}

static void test_peer_ended(void)
{
	start(SOCK_STREAM);
	send_some(fds[1]);
	shutdown(fds[1], SHUT_WR);
	close_it(loop, fds[0], on_closed, &done);
	loop_run(loop);
	char byte;
	OK(tap_same(calls, "d") && read(fds[1], &byte, 1) == 0,
		"%s, %s: unread input is discarded, then it is closed without a reset", poller,
		way);
	finish();
}

static void test_peer_ends_later(void)
{
	struct loop_timer timer;
	start(SOCK_STREAM);
	close_it(loop, fds[0], on_closed, &done);
	OK(tap_same(calls, ""), "%s, %s: the peer's end is waited for", poller, way);
	loop_timer_init(&timer, end_of_peer, NULL);
	loop_timer_set(loop, &timer, NUM_NS_PER_MS);
	int64_t now = clock_ns();
	loop_run(loop);
	OK(tap_same(calls, "d") && clock_ns() - now < DRAIN_MAX_NS, "%s, %s: and told", poller,
		way);
	finish();
}

static void test_peer_never_ends(void)
{
	start(SOCK_STREAM);
	close_it(loop, fds[0], on_closed, &done);
	int64_t now = clock_ns();
	loop_run(loop);
	OK(tap_same(calls, "d") && clock_ns() - now >= DRAIN_MAX_NS,
		"%s, %s: a peer that does not end is waited for no longer than that", poller, way);
	OK(send(fds[1], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE, "%s, %s: then closed",
		poller, way);
	finish();
}

static void test_others(void)
{
	int pipe_fds[2];
	start(SOCK_DGRAM);
	drain_socket(loop, fds[0], on_closed, &done);
	OK(tap_same(calls, "d"), "%s: a datagram socket is closed at once", poller);
	if (os_pipe(pipe_fds) != 0)
		abort();
	drain_socket(loop, pipe_fds[0], NULL, NULL);
	OK(write(pipe_fds[1], "x", 1) == -1 && errno == EPIPE, "%s: so is a pipe", poller);
	close(pipe_fds[1]);
	finish();
}

/* No function may be called again if its descriptor number has another owner now. */
static void on_silence(void *arg, int fd, unsigned ready)
{
	(void)arg;
	(void)fd;
	(void)ready;
	note('?');
}

static void test_watched_before(void)
{
	start(SOCK_STREAM);
	OK(loop_watch(loop, fds[0], LOOP_READ, on_silence, NULL) == 0, "%s, %s: watched", poller,
		way);
	close_it(loop, fds[0], on_closed, &done);
	end_of_peer(NULL);
	loop_run(loop);
	OK(tap_same(calls, "d") && fcntl(fds[0], F_GETFD) < 0,
		"%s, %s: who watched it before is told nothing more", poller, way);
	finish();
}

static void test_ways(void)
{
	test_peer_ended();
	test_peer_ends_later();
	test_watched_before();
}

/* Merely closing it would leave it in the poller, which knows the number. */
static void test_copy(void)
{
	int copy, pipe_fds[2];
	start(SOCK_STREAM);
	copy = dup(fds[0]);
	drain_socket(loop, fds[0], on_closed, &done);
	end_of_peer(NULL);
	loop_run(loop);
	if (os_pipe(pipe_fds) != 0 || pipe_fds[0] != fds[0])
		abort();
	if (loop_watch(loop, pipe_fds[0], LOOP_READ, on_silence, NULL) != 0)
		abort();
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "d"), "%s: nothing is told of a copy that another has open", poller);
	loop_forget(loop, pipe_fds[0]);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	close(copy);
	finish();
}

int main(void)
{
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		way = "shared";
		close_it = drain_socket;
		test_ways();
		way = "ours";
		close_it = drain_connection;
		test_ways();
		test_peer_never_ends();
		test_copy();
		test_others();
	}
	return tap_end();
}
