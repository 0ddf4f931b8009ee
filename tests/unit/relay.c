/* SPDX-License-Identifier: ISC */
/* relay.c - both directions, their ends, and the limits. */
#include "core/relay.h"

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "channel.h"
#include "tap.h"

#define MS INT64_C(1000000)

enum { LONG_MS = 20000 };

/* How a relay in a process of its own came out. */
struct outcome {
	enum relay_reason reason;
	int side, writing, error;
	uint64_t from[2], to[2];
	int64_t ns;
	bool closed; /* nothing of it stayed open but what was to stay */
};

/* What a relay is made of, and the far ends of it: INPUT to write to, OUTPUT to read from, PEER. */
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

static void done(void *arg, struct relay *relay)
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

static void stop(void *arg)
{
	relay_stop(arg);
	relay_stop(arg);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void run(const struct setup *s, int in, int out, int peer)
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
		must(relay_prime(&relay, s->echo ? 0 : 1, s->prime, strlen(s->prime)) == 0);
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

/* A small buffer makes writes come short, and keeps 3 MB from fitting on the way. */
static void peer_pair(int type, int fds[2])
{
	int size = 65536;

	if (type)
		must(socketpair(AF_UNIX, type, 0, fds) == 0);
	else
		tcp_pair(fds);
	if (type != SOCK_SEQPACKET)
		must(setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
}

static void start(struct setup *s)
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

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static struct outcome finish(struct setup *s)
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

static void put(int fd, const char *text)
{
	must(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
}

/* Whether the next that FD gives is TEXT; "" is its end. */
static bool gives(int fd, const char *text)
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

static bool quiet(int fd, int ms)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};

	return poll(&one, 1, ms) == 0;
}

static bool is_done(const struct outcome *o, uint64_t sent, uint64_t received)
{
	return o->reason == RELAY_DONE && o->error == 0 && o->from[0] == sent && o->to[1] == sent &&
		o->from[1] == received && o->to[0] == received && o->closed;
}

static void test_half_close(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER};
	struct outcome o;

	start(&s);
	put(s.input, "question");
	OK(gives(s.peer, "question"), "input reaches the peer");
	close_one(&s.input);
	OK(gives(s.peer, ""), "its end too");
	OK(quiet(s.output, 50), "the relay goes on");
	put(s.peer, "answer");
	OK(gives(s.output, "answer"), "a late answer arrives");
	close_one(&s.peer);
	OK(gives(s.output, ""), "and its end");
	o = finish(&s);
	OK(is_done(&o, 8, 6), "done");

	start(&s);
	put(s.peer, "hello");
	shutdown(s.peer, SHUT_WR);
	OK(gives(s.output, "hello") && gives(s.output, ""), "the peer may end first");
	OK(quiet(s.peer, 50), "and the input goes on for ever");
	put(s.input, "late");
	OK(gives(s.peer, "late"), "as long as it likes");
	close_one(&s.input);
	OK(gives(s.peer, ""), "to its end");
	o = finish(&s);
	OK(is_done(&o, 4, 5), "done");
}

static void test_linger(void)
{
	struct setup s = {.plan.linger_ns = 100 * MS};
	struct outcome o;

	start(&s);
	shutdown(s.peer, SHUT_WR);
	for (int i = 0; i < 5; i++) {
		quiet(s.peer, 40);
		put(s.input, "more");
		OK(gives(s.peer, "more"), "an input that keeps coming is sent");
	}
	o = finish(&s);
	OK(is_done(&o, 20, 0) && o.ns >= 200 * MS && o.ns < 2000 * MS, "until it is silent");

	s = (struct setup){0};
	start(&s);
	put(s.input, "ready");
	shutdown(s.peer, SHUT_WR);
	OK(gives(s.peer, "ready"), "without linger what is ready is sent");
	o = finish(&s);
	OK(is_done(&o, 5, 0) && o.ns < 1000 * MS, "and no more is waited for");
}

/* A peer that ended its side, and reads late. */
static void test_linger_slow_peer(enum kind in)
{
	struct setup s = {.plan.linger_ns = 20 * MS, .in = in, .peer_type = SOCK_STREAM};
	pid_t writer = -1;
	struct outcome o;

	start(&s);
	shutdown(s.peer, SHUT_WR);
	if (in == PIPE)
		writer = start_writer(s.input, s.peer, 3000000);
	else
		close(s.input);
	s.input = -1;
	quiet(s.output, 0);
	OK(gives(s.output, "") && poll(NULL, 0, 150) == 0, "the peer has ended, and does not read");
	OK(read_pattern(s.peer, 3000000), "it gets all of a %s", kind_names[in]);
	o = finish(&s);
	OK(is_done(&o, 3000000, 0), "done");
	if (writer >= 0)
		ended_well(writer);
}

static void reset(int *fd)
{
	struct linger at_once = {.l_onoff = 1};

	must(setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
	close_one(fd);
}

static bool has_failed(const struct outcome *o, int side, bool writing, int error)
{
	return o->reason == RELAY_FAILED && o->side == side && o->writing == writing &&
		o->error == error && o->closed;
}

static void test_reset(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER};
	struct outcome o;

	start(&s);
	put(s.input, "x");
	OK(gives(s.peer, "x"), "a connection");
	reset(&s.peer);
	o = finish(&s);
	OK(has_failed(&o, 1, false, ECONNRESET) && o.to[1] == 1, "that is reset fails in reading");

	s.in = FILE_PLAIN;
	start(&s);
	shutdown(s.peer, SHUT_WR);
	OK(gives(s.output, "") && poll(NULL, 0, 50) == 0, "a stalled one");
	reset(&s.peer);
	o = finish(&s);
	/* The peer had ended its side, which turns a reset into EPIPE. */
	OK(has_failed(&o, 1, true, o.error) && (o.error == EPIPE || o.error == ECONNRESET),
		"that is reset fails in writing");

	s = (struct setup){.plan.linger_ns = 50 * MS};
	start(&s);
	shutdown(s.peer, SHUT_WR);
	OK(gives(s.output, ""), "an input that lingers");
	reset(&s.peer);
	o = finish(&s);
	OK(has_failed(&o, 1, true, o.error) && o.error != 0, "notices a reset");
}

static void test_output_gone(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER};
	struct outcome o;

	start(&s);
	close_one(&s.output);
	put(s.peer, "x");
	o = finish(&s);
	OK(has_failed(&o, 0, true, EPIPE) && o.from[1] == 1, "nobody reads the output");
}

static void test_limits(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER, .plan.idle_ns = 100 * MS};
	struct outcome o;

	start(&s);
	for (int i = 0; i < 6; i++) {
		poll(NULL, 0, 30);
		put(i % 2 ? s.peer : s.input, "x");
	}
	o = finish(&s);
	OK(o.reason == RELAY_IDLE && o.from[0] == 3 && o.to[0] == 3 && o.ns >= 270 * MS &&
			o.ns < 2000 * MS,
		"idle only after the last byte");

	s.plan.max_ns = 150 * MS;
	s.plan.idle_ns = 10000 * MS;
	start(&s);
	o = finish(&s);
	OK(o.reason == RELAY_TOO_LONG && o.ns >= 150 * MS && o.ns < 2000 * MS, "no longer than");

	s = (struct setup){.stop_ns = 20 * MS};
	start(&s);
	o = finish(&s);
	OK(o.reason == RELAY_STOPPED && o.closed, "stopped");
}

static void test_keep_if_empty(void)
{
	struct setup s = {.plan = {.linger_ns = RELAY_FOREVER, .keep_if_empty = true}};
	struct outcome o;

	s.in = NOTHING;
	start(&s);
	OK(quiet(s.peer, 50), "an empty input does not half-close");
	put(s.peer, "x");
	close_one(&s.peer);
	OK(gives(s.output, "x") && gives(s.output, ""), "receiving goes on");
	o = finish(&s);
	OK(is_done(&o, 0, 1), "done");

	s.in = PIPE;
	start(&s);
	put(s.input, "x");
	close_one(&s.input);
	OK(gives(s.peer, "x") && gives(s.peer, ""), "one with bytes does");
	close_one(&s.peer);
	o = finish(&s);
	OK(is_done(&o, 1, 0), "done");
}

static void test_no_half_close(void)
{
	struct setup s = {.plan = {.linger_ns = RELAY_FOREVER, .no_half_close = true}};
	struct outcome o;

	start(&s);
	put(s.input, "x");
	close_one(&s.input);
	OK(gives(s.peer, "x") && quiet(s.peer, 50), "the end of input can be kept back");
	close_one(&s.peer);
	o = finish(&s);
	OK(is_done(&o, 1, 0), "done");
}

static void test_echo(int type)
{
	struct setup s = {.echo = true, .peer_type = type, .prime = "hello "};
	struct outcome o;
	pid_t writer;

	start(&s);
	OK(gives(s.peer, "hello "), "first what was put first");
	writer = fork();
	if (writer == 0) {
		must(write_pattern(s.peer, 2000000) == 0);
		_exit(shutdown(s.peer, SHUT_WR));
	}
	OK(read_pattern(s.peer, 2000000), "then all that was sent");
	o = finish(&s);
	OK(o.reason == RELAY_DONE && o.from[0] == 2000000 && o.to[0] == 2000006, "counted");
	ended_well(writer);
}

static void test_packets(void)
{
	struct setup s = {.echo = true, .peer_type = SOCK_SEQPACKET};
	static char data[100000], got[100000];
	bool good = true;
	struct outcome o;

	start(&s);
	for (size_t size = 1; size < sizeof(data); size = size * 3 + 1) {
		memset(data, (int)size, size);
		good = send(s.peer, data, size, 0) == (ssize_t)size && good;
		good = recv(s.peer, got, sizeof(got), 0) == (ssize_t)size && good;
		good = memcmp(data, got, size) == 0 && good;
	}
	for (int i = 0; i < 3; i++)
		good = send(s.peer, data, 7, 0) == 7 && good;
	for (int i = 0; i < 3; i++)
		good = recv(s.peer, got, sizeof(got), 0) == 7 && good;
	OK(good, "messages are kept apart");
	close_one(&s.peer);
	o = finish(&s);
	OK(o.reason == RELAY_DONE, "done");
}

static void test_prime(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER, .prime = "first "};
	struct outcome o;

	start(&s);
	put(s.input, "second");
	close_one(&s.input);
	OK(gives(s.peer, "first second") && gives(s.peer, ""), "first things first");
	close_one(&s.peer);
	o = finish(&s);
	OK(o.reason == RELAY_DONE && o.from[0] == 6 && o.to[1] == 12, "counted");
}

static void test_kinds(void)
{
	for (enum kind in = PIPE; in <= NOTHING; in++) {
		struct setup s = {.plan.linger_ns = RELAY_FOREVER, .in = in, .out = PIPE};
		size_t size = in == NOTHING ? 0 : 3000000;
		struct outcome o;
		pid_t writer = -1, reader;
		bool good;

		if (in == FILE_APPEND)
			continue;
		start(&s);
		if (!is_file(in) && in != NOTHING)
			writer = start_writer(s.input, s.peer, size);
		else
			close(s.input);
		s.input = -1;
		reader = start_reader(s.output, s.peer, size);
		s.output = -1;
		good = read_pattern(s.peer, size) && write_pattern(s.peer, size) == 0;
		close_one(&s.peer);
		o = finish(&s);
		good = is_done(&o, size, size) && good;
		good = (writer < 0 || ended_well(writer)) && good;
		OK(ended_well(reader) && good, "from %s, and back into a pipe", kind_names[in]);
	}
}

static void test_all(const char *name)
{
	poller = name;
	test_half_close();
	test_linger();
	test_linger_slow_peer(PIPE);
	test_linger_slow_peer(FILE_PLAIN);
	test_reset();
	test_output_gone();
	test_limits();
	test_keep_if_empty();
	test_no_half_close();
	test_echo(0);
	test_echo(SOCK_STREAM);
	test_packets();
	test_prime();
	test_kinds();
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	srand(1);
	test_all(NULL);
	test_all("poll");
	return tap_end();
}
