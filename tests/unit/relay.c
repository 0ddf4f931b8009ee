/* SPDX-License-Identifier: ISC */
/* relay.c - both directions, their ends, and the limits. */
#include "core/stream/relay.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "relay_setup.h"
#include "tap.h"

/* LINGER_MS and IDLE_MS are longer than a process waits for a processor, SLOW_MS than all of that.
 */
enum { LINGER_MS = 1500, IDLE_MS = 1500, SLOW_MS = 10000 };

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
	OK(quiet(s.peer, 50), "and the input goes on forever");
	put(s.input, "late");
	OK(gives(s.peer, "late"), "as long as it likes");
	close_one(&s.input);
	OK(gives(s.peer, ""), "to its end");
	o = finish(&s);
	OK(is_done(&o, 4, 5), "done");
}

static void test_linger(void)
{
	struct setup s = {.plan.linger_ns = LINGER_MS * MS};
	struct outcome o;
	int64_t begun_ns = clock_ns(); /* the relay may begin later */

	start(&s);
	shutdown(s.peer, SHUT_WR);
	for (int i = 0; i < 5; i++) {
		quiet(s.peer, 40);
		put(s.input, "more");
		OK(gives(s.peer, "more"), "an input that keeps coming is sent");
	}
	o = finish(&s);
	OK(is_done(&o, 20, 0) && clock_ns() - begun_ns >= (5 * 40 + LINGER_MS) * MS &&
			o.ns < SLOW_MS * MS,
		"until it is silent");

	s = (struct setup){0};
	start(&s);
	put(s.input, "ready");
	shutdown(s.peer, SHUT_WR);
	OK(gives(s.peer, "ready"), "without linger what is ready is sent");
	o = finish(&s);
	OK(is_done(&o, 5, 0) && o.ns < SLOW_MS * MS, "and no more is waited for");
}

/* A peer that ended its side, and reads late. */
static void test_linger_slow_peer(enum kind in)
{
	struct setup s = {.plan.linger_ns = LINGER_MS * MS, .in = in, .peer_type = SOCK_STREAM};
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
	OK(gives(s.output, "") && poll(NULL, 0, LINGER_MS + 300) == 0,
		"the peer has ended, and does not read");
	OK(read_pattern(s.peer, 3000000), "it gets all of a %s", kind_names[in]);
	o = finish(&s);
	OK(is_done(&o, 3000000, 0), "done");
	if (writer >= 0)
		ended_well(writer);
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

	s = (struct setup){.plan.linger_ns = LINGER_MS * MS};
	start(&s);
	shutdown(s.peer, SHUT_WR);
	OK(gives(s.output, ""), "an input that lingers");
	reset(&s.peer);
	o = finish(&s);
	OK(has_failed(&o, 1, true, o.error) && o.error != 0, "notices a reset");
}

/* A peer that refuses what it is sent, sends the reason, and is gone before anyone looks. */
static void test_last_words(enum kind out)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER, .in = FILE_PLAIN, .out = out};
	struct outcome o;

	start(&s);
	quiet(s.output, 100);
	must(kill(s.pid, SIGSTOP) == 0);
	put(s.peer, "too large");
	close_one(&s.peer);
	must(kill(s.pid, SIGCONT) == 0);
	OK(gives(s.output, "too large"), "last words reach a %s", kind_names[out]);
	o = finish(&s);
	/* In writing, or in reading on after that. */
	OK(has_failed(&o, 1, o.writing, ECONNRESET) || has_failed(&o, 1, true, EPIPE),
		"and it has failed all the same");
}

static void test_output_gone(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER};
	struct outcome o;

	start(&s);
	must(kill(s.pid, SIGSTOP) == 0);
	close_one(&s.output);
	put(s.peer, "x");
	must(kill(s.pid, SIGCONT) == 0);
	o = finish(&s);
	/* It may notice before it has read anything. */
	OK(has_failed(&o, 0, true, EPIPE) && o.from[1] <= 1, "nobody reads the output");
}

/* Longer than any of our pauses, even if everything is slow. */
static int64_t idle_time(void)
{
	const char *patience = getenv("SOCKIT_TEST_PATIENCE");

	return IDLE_MS * MS * (patience ? atoi(patience) : 1);
}

static void test_limits(void)
{
	struct setup s = {.plan.linger_ns = RELAY_FOREVER, .plan.idle_ns = idle_time()};
	struct outcome o;

	start(&s);
	/* It may be slow to start, but has once the first byte has come through. */
	for (int i = 0; i < 6; i++) {
		put(i % 2 ? s.peer : s.input, "x");
		must(gives(i % 2 ? s.output : s.peer, "x"));
		if (i < 5)
			poll(NULL, 0, 100);
	}
	o = finish(&s);
	OK(o.reason == RELAY_IDLE && o.from[0] == 3 && o.to[0] == 3 &&
			o.ns >= s.plan.idle_ns + 5 * 100 * MS,
		"idle only after the last byte");

	s.plan.max_ns = 150 * MS;
	s.plan.idle_ns = 2 * SLOW_MS * MS;
	start(&s);
	o = finish(&s);
	OK(o.reason == RELAY_TOO_LONG && o.ns >= 150 * MS && o.ns < SLOW_MS * MS, "no longer than");

	s = (struct setup){.stop_ns = 20 * MS};
	start(&s);
	o = finish(&s);
	OK(o.reason == RELAY_STOPPED && o.closed, "stopped");
}

/* The answer came in time, and this process got no processor for longer than that. */
static void test_stopped_past_limit(void)
{
	struct setup s;
	struct outcome o = {.error = 0};
	bool in_time = false;
	int status;

	while (!in_time) {
		int64_t begun_ns = clock_ns();

		s = (struct setup){
			.plan = {.linger_ns = RELAY_FOREVER, .max_ns = 300 * MS}, .in = NOTHING};
		start(&s);
		put(s.peer, "a");
		gives(s.output, "a");
		must(kill(s.pid, SIGSTOP) == 0 && waitpid(s.pid, &status, WUNTRACED) == s.pid);
		put(s.peer, "nswer");
		close_one(&s.peer);
		in_time = clock_ns() - begun_ns < s.plan.max_ns;
		poll(NULL, 0, (int)(s.plan.max_ns / MS) + 1);
		must(kill(s.pid, SIGCONT) == 0);
		if (!in_time)
			finish(&s);
	}
	OK(gives(s.output, "nswer") && gives(s.output, ""), "a late look takes what came in time");
	o = finish(&s);
	OK(is_done(&o, 0, 6), "and finds that all was done in time");
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
	OK(o.reason == RELAY_DONE && o.from[1] == 2000000 && o.to[1] == 2000006, "counted");
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
	test_last_words(PIPE);
	test_last_words(SHARED_PIPE);
	test_output_gone();
	test_limits();
	test_stopped_past_limit();
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
