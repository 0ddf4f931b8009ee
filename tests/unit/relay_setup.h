/* SPDX-License-Identifier: ISC */
/* relay_setup.h - a relay in a separate process, with the test as its whole environment. */
#ifndef RELAY_SETUP_H
#define RELAY_SETUP_H

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "channel.h"
#include "core/stream/relay.h"

#define MS INT64_C(1000000)

enum { LONG_MS = 20000 };

/* The outcome of a relay in a separate process. */
struct outcome {
	enum relay_reason reason;
	int side, writing, error;
	uint64_t from[2], to[2];
	int64_t ns;
	bool closed; /* nothing of it remained open except what should */
};

/* The parts of a relay, and its far ends: INPUT to write to, OUTPUT to read from, PEER. */
struct setup {
	struct relay_plan plan;
	enum kind in, out;
	int peer_type; /* SOCK_SEQPACKET; 0: TCP; else a Unix stream */
	bool echo;
	const char *prime;
	int64_t stop_ns;

	int input, output, peer, result;
	pid_t pid;
};

static const char *poller;
static struct loop *loop;

static inline void done(void *arg, struct relay *relay)
{
	struct outcome *o = arg;

	*o = (struct outcome){.reason = (enum relay_reason)relay->reason,
		.side = relay->failed_side,
		.writing = relay->failed_writing,
		.error = relay->error,
		.ns = clock_ns() - relay->started_ns};
	for (int side = 0; side < 2; side++) {
		o->from[side] = relay_bytes_from(relay, side);
		o->to[side] = relay_bytes_to(relay, side);
	}
	loop_stop(loop);
}

static inline void stop(void *arg)
{
	relay_stop(arg);
	relay_stop(arg);
}

static inline bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static inline void run(const struct setup *s, int in, int out, int peer)
{
	struct relay relay;
	struct loop_timer timer;
	struct relay_side local = {describe(s->in, in, false), describe(s->out, out, true)}, far;
	struct outcome o;

	loop = loop_new(poller);
	must(loop);
	block(peer, false);
	far.in = far.out = end_of_socket(peer);
	if (s->echo)
		relay_init_echo(&relay, loop, &s->plan, &far);
	else
		relay_init(&relay, loop, &s->plan, &local, &far);
	if (s->prime)
		must(relay_prime(&relay, 1, s->prime, strlen(s->prime)) == 0);
	loop_timer_init(&timer, stop, &relay);
	if (s->stop_ns)
		must(loop_timer_set(loop, &timer, s->stop_ns) == 0);
	relay_start(&relay, done, &o);
	if (!relay.over)
		must(loop_run(loop) == 0);
	relay_release(&relay, peer);
	o.closed = is_open(peer) && (s->echo || (!is_open(in) && !is_open(out)));
	must(write(s->result, &o, sizeof(o)) == sizeof(o));
	loop_free(loop);
	_exit(0);
}

/* A small buffer causes short writes, and keeps 3 MB from fitting into buffers on the way. */
static inline void peer_pair(int type, int fds[2])
{
	int size = 65536;

	if (type)
		must(socketpair(AF_UNIX, type, 0, fds) == 0);
	else
		tcp_pair(fds);
	if (type != SOCK_SEQPACKET)
		must(setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
}

static inline void start(struct setup *s)
{
	int in[2], out[2], peer[2], result[2];

	channel(s->in, in);
	if (s->in == FILE_PLAIN)
		must(write_pattern(in[1], 3000000) == 0 && lseek(in[0], 0, SEEK_SET) == 0);
	channel(s->out, out);
	peer_pair(s->peer_type, peer);
	must(pipe(result) == 0);
	s->pid = fork();
	if (s->pid == 0) {
		close(in[1]);
		close(out[0]);
		close(peer[0]);
		close(result[0]);
		s->result = result[1];
		run(s, in[0], out[1], peer[1]);
	}
	close(in[0]);
	close(out[1]);
	close(peer[1]);
	close(result[1]);
	s->input = in[1];
	s->output = out[0];
	s->peer = peer[0];
	s->result = result[0];
}

static inline void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static inline struct outcome finish(struct setup *s)
{
	struct outcome o = {.error = -1};
	ssize_t n = read(s->result, &o, sizeof(o));
	bool well = ended_well(s->pid);

	if (n != sizeof(o) || !well)
		o = (struct outcome){.error = -1};
	close_one(&s->input);
	close_one(&s->output);
	close_one(&s->peer);
	close_one(&s->result);
	return o;
}

static inline void put(int fd, const char *text)
{
	must(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
}

/* Whether TEXT comes next from FD; "" is the end. */
static inline bool gives(int fd, const char *text)
{
	char got[256];
	size_t size = 0, want = strlen(text);

	do {
		struct pollfd one = {.fd = fd, .events = POLLIN};
		ssize_t n = poll(&one, 1, LONG_MS) == 1 ? read(fd, got + size, want + !want - size)
							: -1;

		if (n <= 0)
			return n == 0 && want == 0;
		size += (size_t)n;
	} while (size < want);
	return size == want && memcmp(got, text, size) == 0;
}

static inline bool quiet(int fd, int ms)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};

	return poll(&one, 1, ms) == 0;
}

static inline bool is_done(const struct outcome *o, uint64_t sent, uint64_t received)
{
	return o->reason == RELAY_DONE && o->error == 0 && o->from[0] == sent && o->to[1] == sent &&
		o->from[1] == received && o->to[0] == received && o->closed;
}

static inline void reset(int *fd)
{
	struct linger at_once = {.l_onoff = 1};

	must(setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
	close_one(fd);
}

static inline bool has_failed(const struct outcome *o, int side, bool writing, int error)
{
	return o->reason == RELAY_FAILED && o->side == side && o->writing == writing &&
		o->error == error && o->closed;
}

#endif
