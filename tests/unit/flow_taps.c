/* SPDX-License-Identifier: ISC */
/* flow_taps.c - bytes through taps: changed, held back, watched, and added to. */
#include "core/stream/flow.h"

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "base/num.h"
#include "channel.h"
#include "tap.h"

/* A tap that does everything a tap can do. */
struct busy_tap {
	struct tap tap;
	uint64_t seen;
	size_t piece; /* 0: no limit */
	int64_t next_ns;
	int64_t pause_ns; /* before the next piece; 0: 0.1 ms */
	int owed;
	bool fails;
};

static struct busy_tap *busy(struct tap *tap)
{
	return (struct busy_tap *)tap;
}

static size_t allow_piece(struct tap *tap, struct tap_question *question)
{
	struct busy_tap *b = busy(tap);

	if (question->now_ns < b->next_ns) {
		question->again_ns = b->next_ns;
		return 0;
	}
	b->next_ns = question->now_ns + (b->pause_ns ? b->pause_ns : 100000);
	return question->size < b->piece ? question->size : b->piece;
}

static int count(struct tap *tap, const unsigned char *data, size_t size)
{
	(void)data;
	busy(tap)->seen += size;
	errno = ENOSPC;
	return busy(tap)->fails ? -1 : 0;
}

static void flip(struct tap *tap, const unsigned char *data, size_t size, struct bytes *out)
{
	(void)tap;
	for (size_t i = 0; i < size; i++)
		bytes_add_byte(out, data[i] ^ 0x55);
}

static bool owes(const struct tap *tap)
{
	return ((const struct busy_tap *)tap)->owed > 0;
}

static void say(struct tap *tap, struct bytes *out)
{
	busy(tap)->owed--;
	bytes_add_text(out, "!");
}

static const struct tap_kind counter = {.look = count};
static const struct tap_kind flipper = {.change = flip};
static const struct tap_kind holder = {.allow = allow_piece};
static const struct tap_kind speaker = {.owes = owes, .say = say};

/* Run FLOW to its end, also waiting for times. */
static void pump_taps(struct flow *flow)
{
	unsigned ready = 0;

	for (;;) {
		bool sink;

		flow_run(flow, ready);
		ready = 0;
		if (flow->state >= FLOW_DONE)
			return;
		if (flow->wait == FLOW_WAIT_TIME) {
			must(flow->taps->again_ns < clock_ns() + NUM_NS_PER_S);
			continue;
		}
		sink = flow->wait == FLOW_WAIT_SINK;
		must(poll(&(struct pollfd){.fd = sink ? flow->to->fd : flow->from->fd,
				  .events = sink ? POLLOUT : POLLIN},
			     1, LIMIT_S * 1000) == 1);
		ready = sink ? LOOP_WRITE : LOOP_READ;
	}
}

static bool transfer(enum kind source, enum kind sink, size_t size, size_t piece)
{
	struct busy_tap taps[] = {{.tap.kind = &counter}, {.tap.kind = &flipper},
		{.tap.kind = &holder, .piece = piece}, {.tap.kind = &flipper},
		{.tap.kind = &counter}};
	struct tap_chain chain = {.first = NULL};
	int in[2], out[2];
	pid_t writer, reader = -1;
	struct end from, to;
	struct flow flow;
	bool good;

	channel(source, in);
	channel(sink, out);
	writer = feed(source, in, size);
	if (!is_file(sink))
		reader = start_reader(out[0], out[1], size);
	from = describe(source, in[0], false);
	to = describe(sink, out[1], true);
	flow_init(&flow, &from, &to);
	for (size_t i = 0; i < sizeof taps / sizeof *taps; i++) {
		if (i != 2 || piece)
			tap_chain_add(&chain, &taps[i].tap);
	}
	flow_tap(&flow, &chain);
	pump_taps(&flow);
	good = flow.state == FLOW_DONE && flow.read_bytes == size && flow.written_bytes == size;
	good = good && taps[0].seen == size && taps[4].seen == size;
	good = good && !flow.buffer && !chain.waiting.data;
	flow_release(&flow);
	end_close(&from);
	good = end_finish(&to) == 0 && good;
	end_close(&to);
	if (is_file(sink)) {
		good = lseek(out[0], 0, SEEK_SET) == 0 && read_pattern(out[0], size) && good;
		close(out[0]);
	}
	good = (writer < 0 || ended_well(writer)) && good;
	return (reader < 0 || ended_well(reader)) && good;
}

static void test_all_kinds(void)
{
	static const size_t sizes[] = {0, 1, 16384, 16385, 1000003};

	for (enum kind source = PIPE; source <= FILE_PLAIN; source++) {
		for (enum kind sink = PIPE; sink < NOTHING; sink++) {
			bool good = true;

			for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
				good = transfer(source, sink, sizes[i], 0) && good;
			good = transfer(source, sink, 100003, 999) && good;
			OK(good, "%s to %s", kind_names[source], kind_names[sink]);
		}
	}
}

/* A flow from a pipe to a Unix socket, with one tap. */
struct bench {
	int in[2], out[2];
	struct end from, to;
	struct flow flow;
	struct tap_chain chain;
};

static void bench_begin(struct bench *b, struct tap *tap)
{
	*b = (struct bench){.chain.first = NULL};
	channel(PIPE, b->in);
	channel(UNIX, b->out);
	block(b->out[0], false);
	b->from = describe(PIPE, b->in[0], false);
	b->to = describe(UNIX, b->out[1], true);
	flow_init(&b->flow, &b->from, &b->to);
	tap_chain_add(&b->chain, tap);
	flow_tap(&b->flow, &b->chain);
}

static void bench_end(struct bench *b)
{
	flow_release(&b->flow);
	end_close(&b->from);
	end_close(&b->to);
	close(b->in[1]);
	close(b->out[0]);
}

static bool arrives(const struct bench *b, const char *expected)
{
	char got[64] = "";
	ssize_t n = read(b->out[0], got, sizeof got - 1);

	return n < 0 ? *expected == '\0' : strcmp(got, expected) == 0;
}

static void test_speaking(void)
{
	struct busy_tap tap = {.tap.kind = &speaker, .owed = 1};
	struct bench b;

	bench_begin(&b, &tap.tap);
	must(write(b.in[1], "abc", 3) == 3);
	flow_run(&b.flow, LOOP_READ | LOOP_WRITE);
	OK(arrives(&b, "!abc") && b.flow.read_bytes == 3 && b.flow.written_bytes == 4,
		"what a tap says goes between what was read");
	close(b.in[1]);
	b.in[1] = -1;
	flow_run(&b.flow, LOOP_READ);
	OK(b.flow.state == FLOW_DONE, "the source ends");
	tap.owed = 1;
	OK(flow_run(&b.flow, 0) && arrives(&b, "!") && b.flow.state == FLOW_DONE,
		"and a tap still has its say");
	bench_end(&b);
}

static void test_holding(void)
{
	struct busy_tap tap = {
		.tap.kind = &holder, .next_ns = INT64_MAX, .pause_ns = 3600 * NUM_NS_PER_S};
	struct bench b;

	bench_begin(&b, &tap.tap);
	OK(flow_prime(&b.flow, "ab", 2) == 0 && flow_undelivered(&b.flow) == 2, "what comes first");
	must(write(b.in[1], "cd", 2) == 2);
	flow_run(&b.flow, LOOP_READ | LOOP_WRITE);
	OK(b.flow.wait == FLOW_WAIT_TIME && b.chain.again_ns == INT64_MAX && arrives(&b, ""),
		"is held back too");
	tap.next_ns = 0;
	tap.piece = 100;
	flow_run(&b.flow, LOOP_READ | LOOP_WRITE);
	OK(arrives(&b, "ab"), "until it is time");
	bench_end(&b);
}

static void test_failing(void)
{
	struct busy_tap tap = {.tap.kind = &counter, .fails = true};
	struct bench b;

	bench_begin(&b, &tap.tap);
	must(write(b.in[1], "abc", 3) == 3);
	flow_run(&b.flow, LOOP_READ | LOOP_WRITE);
	OK(b.flow.state == FLOW_FAILED && b.flow.error == ENOSPC && b.chain.failed == &tap.tap,
		"a tap that fails fails the flow, and is named");
	OK(arrives(&b, ""), "and nothing goes past it");
	bench_end(&b);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_all_kinds();
	test_speaking();
	test_holding();
	test_failing();
	return tap_end();
}
