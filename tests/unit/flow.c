/* SPDX-License-Identifier: ISC */
/* flow.c - every kind of source into every kind of sink, by content. */
#include "core/stream/flow.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/fd.h"
#include "channel.h"
#include "core/loop/loop.h"
#include "core/os/os.h"
#include "core/stream/flow_buffer.h"
#include "tap.h"

enum { MESSAGES = 200 };

static bool transfer(enum kind source, enum kind sink, size_t size)
{
	int in[2], out[2];
	pid_t writer, reader = -1;
	struct end from, to;
	struct flow flow;
	bool good;

	channel(source, in);
	channel(sink, out);
	writer = feed(source, in, size);
	if (!is_file(sink) && sink != NOTHING)
		reader = start_reader(out[0], out[1], size);
	from = describe(source, in[0], false);
	to = describe(sink, out[1], true);
	flow_init(&flow, &from, &to);
	pump(&flow);
	good = flow.state == FLOW_DONE && flow.read_bytes == size && flow.written_bytes == size;
	good = good && !flow.buffer && !flow.pipe;
	flow_release(&flow);
	end_close(&from);
	good = end_finish(&to) == 0 && good;
	end_close(&to);
	if (is_file(sink))
		good = lseek(out[0], 0, SEEK_SET) == 0 && read_pattern(out[0], size) && good;
	if (is_file(sink) || sink == NOTHING)
		close(out[0]);
	good = (writer < 0 || ended_well(writer)) && good;
	return (reader < 0 || ended_well(reader)) && good;
}

static void test_all_kinds(void)
{
	static const size_t sizes[] = {0, 1, 4096, 16384, 16385, 100000, 3000007};

	for (enum kind source = PIPE; source <= FILE_PLAIN; source++) {
		for (enum kind sink = PIPE; sink <= NOTHING; sink++) {
			bool good = true;

			for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
				good = transfer(source, sink, sizes[i]) && good;
			OK(good, "%s to %s", kind_names[source], kind_names[sink]);
		}
	}
	OK(transfer(NOTHING, UNIX, 0), "the null device is an empty source");
}

/* The way that a flow from SOURCE to SINK ended up using. */
static enum flow_way way_of(enum kind source, enum kind sink)
{
	int in[2], out[2];
	struct end from, to;
	struct flow flow;
	enum flow_way way;

	channel(source, in);
	channel(sink, out);
	from = describe(source, in[0], false);
	to = describe(sink, out[1], true);
	block(in[1], false);
	block(out[0], false);
	flow_init(&flow, &from, &to);
	for (int i = 0; i < 8; i++) {
		static char data[32768];

		must(write(in[1], data, sizeof(data)) == sizeof(data));
		/* A pipe that may block takes a page at a time. */
		for (int pages = 0; pages < 8; pages++) {
			flow_run(&flow, pages == 0 ? LOOP_READ : LOOP_WRITE);
			while (read(out[0], data, sizeof(data)) > 0)
				;
		}
	}
	way = (enum flow_way)flow.way;
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	close(in[1]);
	close(out[0]);
	return way;
}

static void test_ways(void)
{
	int fds[2], own;
	bool splices = os_pipe(fds) == 0 && os_pipe_grow(fds[0], 1 << 20) > 0;
	enum flow_way way;

	/* Without /proc, a pipe may be shared with others. */
	own = os_reopen_pipe(fds[1], O_WRONLY);
	way = own < 0 ? FLOW_COPY : FLOW_SPLICE;
	fd_close(own);
	close(fds[0]);
	close(fds[1]);
	if (!splices) {
		OK(way_of(PIPE, UNIX) == FLOW_COPY, "a system without splice copies");
		return;
	}
	OK(way_of(PIPE, UNIX) == way, "pipe to socket is spliced");
	OK(way_of(UNIX, PIPE) == way, "socket to pipe is spliced");
	OK(way_of(UNIX, UNIX) == FLOW_SPLICE_PIPE, "socket to socket goes through a pipe");
	OK(way_of(TCP, NOTHING) == FLOW_DISCARD, "TCP to the null device is dropped in the kernel");
	OK(way_of(SHARED_TCP, UNIX) == FLOW_COPY, "a shared socket is copied");
	OK(way_of(SHARED_PIPE, UNIX) == FLOW_COPY, "a pipe that may block is copied");
}

static void test_prime(void)
{
	int in[2], out[2];
	struct end from, to;
	struct flow flow;
	char got[32] = "";

	channel(PIPE, in);
	channel(UNIX, out);
	from = describe(PIPE, in[0], false);
	to = describe(UNIX, out[1], true);
	flow_init(&flow, &from, &to);
	OK(flow_prime(&flow, "ab", 2) == 0 && flow_prime(&flow, "cd", 2) == 0 &&
			flow_prime(&flow, NULL, 0) == 0 && flow_undelivered(&flow) == 4,
		"bytes can be put first");
	must(write(in[1], "ef", 2) == 2);
	OK(flow_run(&flow, LOOP_READ | LOOP_WRITE) && flow.wait == FLOW_WAIT_SOURCE &&
			flow.state == FLOW_OPEN,
		"both go");
	OK(read(out[0], got, sizeof(got)) == 6 && strcmp(got, "abcdef") == 0, "in order");
	OK(flow.read_bytes == 2 && flow.written_bytes == 6, "and count as written only");
	OK(!flow_run(&flow, 0) && flow.wait == FLOW_WAIT_SOURCE, "nothing there moves nothing");
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	close(in[1]);
	close(out[0]);
}

/* More stalled flows than there are big pipes. */
static void test_many_stalled(void)
{
	enum { FLOWS = 40, SIZE = 700000 };
	static struct flow flow[FLOWS];
	static struct end from[FLOWS], to[FLOWS];
	int reading[FLOWS];
	bool good = true;

	for (int i = 0; i < FLOWS; i++) {
		int in[2], out[2];

		channel(FILE_PLAIN, in);
		must(write_pattern(in[1], SIZE) == 0 && lseek(in[0], 0, SEEK_SET) == 0);
		close(in[1]);
		channel(UNIX, out);
		reading[i] = out[0];
		from[i] = describe(FILE_PLAIN, in[0], false);
		to[i] = describe(UNIX, out[1], true);
		flow_init(&flow[i], &from[i], &to[i]);
		flow_run(&flow[i], 0);
	}
	for (int i = 0; i < FLOWS; i++) {
		pid_t reader = start_reader(reading[i], to[i].fd, SIZE);

		pump(&flow[i]);
		good = flow[i].state == FLOW_DONE && good;
		flow_release(&flow[i]);
		end_close(&from[i]);
		end_close(&to[i]);
		good = ended_well(reader) && good;
	}
	OK(good, "more stalled streams than big pipes");
}

/* The size of message number I. */
static size_t message_size(int i)
{
	return 1 + (size_t)i * 7919 % 100000;
}

static void read_messages(int fd, int other)
{
	static unsigned char data[PIECE_MAX * 2];

	close(other);
	for (int i = 0; i < MESSAGES; i++) {
		ssize_t n = recv(fd, data, sizeof(data), 0);

		if (n != (ssize_t)message_size(i) || data[0] != (unsigned char)i ||
			data[n - 1] != (unsigned char)i)
			_exit(1);
	}
	_exit(recv(fd, data, sizeof(data), 0) != 0);
}

static void write_messages(int fd, int other)
{
	static unsigned char data[PIECE_MAX * 2];

	close(other);
	for (int i = 0; i < MESSAGES; i++) {
		memset(data, i, message_size(i));
		if (send(fd, data, message_size(i), 0) != (ssize_t)message_size(i))
			_exit(1);
	}
	_exit(0);
}

static void test_messages(void)
{
	int in[2], out[2];
	pid_t writer, reader;
	struct end from, to;
	struct flow flow;

	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, in) == 0);
	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, out) == 0);
	if ((writer = fork()) == 0)
		write_messages(in[1], in[0]);
	close(in[1]);
	if ((reader = fork()) == 0)
		read_messages(out[0], out[1]);
	close(out[0]);
	from = describe(UNIX, in[0], false);
	to = describe(UNIX, out[1], true);
	flow_init(&flow, &from, &to);
	pump(&flow);
	OK(from.kind == END_PACKET && flow.state == FLOW_DONE, "messages go through");
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	OK(ended_well(writer) && ended_well(reader), "each for itself");
}

/* Once FLOW_LARGE_MAX streams that nobody reads have large buffers, the next has a small one. */
static void test_scarce_buffers(void)
{
	static struct flow_buffer *taken[FLOW_LARGE_MAX];
	struct end from, to;
	struct flow flow;
	int in[2], out[2];

	for (int i = 0; i < FLOW_LARGE_MAX; i++)
		must((taken[i] = flow_buffer_take(FLOW_LARGE)) != NULL);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, in) == 0 &&
		socketpair(AF_UNIX, SOCK_STREAM, 0, out) == 0);
	from = describe(UNIX, in[0], false);
	to = describe(UNIX, out[1], true);
	flow_init(&flow, &from, &to);
	flow.plain = true;
	flow.large = 8;
	must(write(in[1], (char[1000]){0}, 1000) == 1000);
	while (send(out[1], "x", 1, MSG_DONTWAIT) == 1)
		;
	flow_run(&flow, LOOP_READ);
	OK(flow.buffer && flow.buffer->room == FLOW_SMALL, "large buffers are for so many");
	for (int i = 0; i < FLOW_LARGE_MAX; i++)
		flow_buffer_give(taken[i]);
	OK(!flow_buffers_are_scarce(), "until they are given back");
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	close(in[1]);
	close(out[0]);
}

static void test_long_message(void)
{
	/* More than any system allows for the buffer of a socket. */
	enum { SIZE = 64 << 20 };
	char *data = calloc(1, SIZE);
	int out[2];
	struct end from = {.kind = END_NULL, .fd = -1}, to;
	struct flow flow;

	must(data && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, out) == 0);
	to = describe(UNIX, out[1], true);
	flow_init(&flow, &from, &to);
	must(flow_prime(&flow, data, SIZE) == 0);
	flow_run(&flow, 0);
	OK(flow.state == FLOW_FAILED && flow.sink_failed && flow.error == EMSGSIZE,
		"a message too long to send is a failure");
	flow_release(&flow);
	must(send(out[1], data, 1000, 0) == 1000);
	from = end_of_socket(out[0]);
	OK(end_read(&from, data, 999) < 0 && errno == EMSGSIZE, "so is one too long to read");
	free(data);
	end_close(&from);
	end_close(&to);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	srand(1);
	test_all_kinds();
	test_ways();
	test_prime();
	test_many_stalled();
	test_messages();
	test_long_message();
	test_scarce_buffers();
	return tap_end();
}
