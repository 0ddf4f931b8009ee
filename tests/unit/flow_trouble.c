/* SPDX-License-Identifier: ISC */
/* flow_trouble.c - flows whose ends fail, and what confuses splice(2). */
#include "core/stream/flow.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "channel.h"
#include "tap.h"

static void test_full_disk(enum kind source, size_t size)
{
	int in[2];
	pid_t writer;
	struct end from, to;
	struct flow flow;
	int full = open("/dev/full", O_WRONLY);

	if (full < 0) {
		OK(true, "%s to a full disk # SKIP no /dev/full", kind_names[source]);
		return;
	}
	channel(source, in);
	writer = feed(source, in, size);
	from = describe(source, in[0], false);
	to = end_of_inherited(full, true);
	flow_init(&flow, &from, &to);
	pump(&flow);
	OK(flow.state == FLOW_FAILED && flow.sink_failed && flow.error == ENOSPC &&
			flow.written_bytes == 0,
		"%s to a full disk fails in writing", kind_names[source]);
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	if (writer >= 0)
		ended_well(writer);
}

/* If the two ends are sockets, keep the kernel from taking a whole stream at once, which it does if
 * it remembers a fast path to that address. */
static void limit_buffers(const int fds[2])
{
	int size = 65536;

	for (int i = 0; i < 2; i++) {
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	}
}

/* A stream from SOURCE to SINK whose reader goes away in the middle. */
static void test_reader_gone(enum kind source, enum kind sink, int error)
{
	int in[2], out[2];
	pid_t writer;
	struct end from, to;
	struct flow flow;

	channel(source, in);
	writer = feed(source, in, 4000000);
	channel(sink, out);
	limit_buffers(out);
	from = describe(source, in[0], false);
	to = describe(sink, out[1], true);
	flow_init(&flow, &from, &to);
	while (flow.written_bytes < 50000)
		flow_run(&flow, LOOP_READ | LOOP_WRITE);
	close(out[0]);
	pump(&flow);
	OK(flow.state == FLOW_FAILED && flow.sink_failed &&
			(flow.error == EPIPE || flow.error == error),
		"%s to %s whose reader goes away", kind_names[source], kind_names[sink]);
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	if (writer >= 0)
		ended_well(writer);
}

/* A TCP stream that the sender cuts off. */
static void test_writer_reset(enum kind sink)
{
	struct linger at_once = {.l_onoff = 1};
	int in[2], out[2];
	static char data[100000];
	struct end from, to;
	struct flow flow;

	tcp_pair(in);
	channel(sink, out);
	block(out[0], false);
	from = describe(TCP, in[0], false);
	to = describe(sink, out[1], true);
	flow_init(&flow, &from, &to);
	for (int i = 0; i < 5; i++) {
		must(write(in[1], data, sizeof(data)) == sizeof(data));
		flow_run(&flow, LOOP_READ);
		while (read(out[0], data, sizeof(data)) > 0 || flow_undelivered(&flow) > 0)
			flow_run(&flow, LOOP_READ | LOOP_WRITE);
	}
	must(setsockopt(in[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
	close(in[1]);
	pump(&flow);
	OK(flow.state == FLOW_FAILED && !flow.sink_failed && flow.error == ECONNRESET,
		"a reset on the way to %s fails in reading", kind_names[sink]);
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	close(out[0]);
}

/* At an urgent byte splice stops for good; nothing but that byte may be missing. */
static void test_urgent(enum kind sink)
{
	enum { BEFORE = 1000000, ALL = 2000000 };
	int in[2], out[2];
	pid_t writer, reader;
	struct end from, to;
	struct flow flow;

	tcp_pair(in);
	channel(sink, out);
	if ((writer = fork()) == 0) {
		static unsigned char data[ALL];

		close(in[0]);
		for (size_t i = 0; i < ALL; i++)
			data[i] = pattern(i);
		_exit(send(in[1], data, BEFORE, 0) != BEFORE || send(in[1], "!", 1, MSG_OOB) != 1 ||
			send(in[1], data + BEFORE, ALL - BEFORE, 0) != ALL - BEFORE);
	}
	close(in[1]);
	reader = start_reader(out[0], out[1], ALL);
	from = describe(TCP, in[0], false);
	to = describe(sink, out[1], true);
	flow_init(&flow, &from, &to);
	pump(&flow);
	OK(flow.state == FLOW_DONE && flow.read_bytes == ALL, "urgent data on the way to %s",
		kind_names[sink]);
	flow_release(&flow);
	end_close(&from);
	end_close(&to);
	OK(ended_well(writer) && ended_well(reader), "costs nothing else");
}

/* A FIFO whose last writer left before its read end was passed to us. */
static void test_writer_gone_before(void)
{
	char path[] = "/tmp/sockit-fifo-XXXXXX";
	int in, writer;
	struct end from, to = {.fd = -1, .kind = END_NULL};
	struct flow flow;

	must(close(mkstemp(path)) == 0 && unlink(path) == 0 && mkfifo(path, 0600) == 0);
	in = open(path, O_RDONLY | O_NONBLOCK);
	writer = open(path, O_WRONLY);
	must(in >= 0 && write(writer, "some", 4) == 4);
	close(writer);
	block(in, true);
	from = end_of_inherited(in, false);
	flow_init(&flow, &from, &to);
	pump(&flow);
	OK(flow.state == FLOW_DONE && flow.read_bytes == 4, "a FIFO without a writer ends");
	flow_release(&flow);
	end_close(&from);
	unlink(path);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	srand(1);
	test_full_disk(PIPE, 3000);
	test_full_disk(TCP, 300);
	test_full_disk(FILE_PLAIN, 3000000);
	test_reader_gone(FILE_PLAIN, UNIX, EPIPE);
	test_reader_gone(FILE_PLAIN, TCP, ECONNRESET);
	test_reader_gone(PIPE, TCP, ECONNRESET);
	test_reader_gone(UNIX, PIPE, EPIPE);
	test_reader_gone(TCP, SHARED_TCP, ECONNRESET);
	test_writer_reset(PIPE);
	test_writer_reset(UNIX);
	test_writer_reset(NOTHING);
	test_urgent(PIPE);
	test_urgent(UNIX);
	test_writer_gone_before();
	return tap_end();
}
