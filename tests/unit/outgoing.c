/* SPDX-License-Identifier: ISC */
/* outgoing.c - datagrams for a Unix socket that does not read, and for one that does. */
#include "udp/outgoing.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop_fixture.h"

enum { MOST = 100000, SIZE = 10 };

static struct outgoing out;
static struct gate gate;
static int sender, deaf;
static struct addr to_deaf;
static int sent, failed, error;

static void on_done(void *arg, const struct outgoing_datagram *d, int err)
{
	(void)arg, (void)d;
	sent += err == 0;
	failed += err != 0;
	error = err ? err : error;
	if (err)
		loop_stop(loop);
}

static void on_open(void *arg)
{
	(void)arg;
	count++;
}

/* Open a socket at the path NAME in the current folder. */
static int open_at(const char *name, struct addr *addr)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	unlink(name);
	if (fd < 0 || addr_set_unix(addr, name) < 0 ||
		bind(fd, &addr->u.sa, (socklen_t)addr->size) < 0)
		abort();
	return fd;
}

static void start(void)
{
	static const struct outgoing_calls how = {.done = on_done};

	begin();
	sent = failed = error = 0;
	sender = socket(AF_UNIX, SOCK_DGRAM, 0);
	deaf = open_at("deaf", &to_deaf);
	gate_init(&gate, loop, on_open, NULL);
	outgoing_init(&out, loop, sender, &how, NULL);
	out.gate = &gate;
}

static void finish(void)
{
	outgoing_release(&out);
	gate_release(&gate);
	close(sender);
	close(deaf);
	unlink("deaf");
	end();
}

static void put(const struct addr *to)
{
	outgoing_put(&out,
		&(struct outgoing_datagram){.route = {.peer = to},
			.part = {.iov_base = (void *)"0123456789", .iov_len = SIZE}});
}

/* Send as many as there is room for, and one more, which waits. */
static void fill(void)
{
	for (int i = 0; i < MOST && !outgoing_waits(&out); i++)
		put(&to_deaf);
}

static void read_all(int fd)
{
	char data[SIZE];

	while (recv(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
}

static void test_late_reader(void)
{
	start();
	fill();
	OK(outgoing_waits(&out) && !out.full && out.again.slot > 0 && !gate_is_open(&gate),
		"%s: one for which the receiver has no room waits for a moment, not for the poller",
		poller);
	int before = sent;
	read_all(deaf);
	for (int i = 0; i < 1000 && outgoing_waits(&out); i++)
		run_for(NUM_NS_PER_MS);
	OK(sent == before + 1 && failed == 0 && gate_is_open(&gate),
		"%s: it is sent once the receiver has read", poller);
	finish();
}

static void test_no_reader(void)
{
	struct addr to_other;
	int other = open_at("other", &to_other);

	start();
	fill();
	for (int i = 0; i < 10000 && failed == 0; i++)
		run_for(NUM_NS_PER_MS);
	OK(failed == 1 && error == EAGAIN && !outgoing_waits(&out),
		"%s: a receiver that does not read at all is given up", poller);
	put(&to_deaf);
	OK(failed == 2 && !outgoing_waits(&out), "%s: and the next for it at once", poller);
	int before = sent;
	put(&to_other);
	OK(sent == before + 1, "%s: another receiver gets its own", poller);
	read_all(deaf);
	put(&to_deaf);
	OK(sent == before + 2 && failed == 2, "%s: so does the first, once it has read", poller);
	fill();
	OK(outgoing_waits(&out) && failed == 2, "%s: and is waited for again", poller);
	finish();
	close(other);
	unlink("other");
}

int main(void)
{
	char folder[] = "/tmp/sockit-outgoing-XXXXXX";

	if (!mkdtemp(folder) || chdir(folder) < 0)
		abort();
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		test_late_reader();
		test_no_reader();
	}
	rmdir(folder);
	return tap_end();
}
