/* SPDX-License-Identifier: ISC */
/* raw.c - the keys of a terminal in raw mode, and what ends that. */
#define _GNU_SOURCE /* posix_openpt */
#include "tcp/connect/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "loop_fixture.h"

/* Run the loop until CONDITION holds, for at most 10 s. */
#define UNTIL(condition)                                                                           \
	for (int tries = 0; tries < 1000 && !(condition); tries++)                                 \
	run_for(NUM_NS_PER_S / 100)

static int master, session; /* where keys are typed, where a session would read them */
static struct raw raw;
static int ended_by;

static void over(void *arg, int error)
{
	(void)arg;
	count++;
	ended_by = error;
	loop_stop(loop);
}

/* Open a terminal as standard input; returns whether there is one. */
static bool open_terminal(void)
{
	int terminal;

	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return false;
	terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
	return terminal >= 0 && dup2(terminal, STDIN_FILENO) == 0 && close(terminal) == 0;
}

static bool start(void)
{
	int small = 1;
	struct end input;

	begin();
	if (!loop || !open_terminal())
		return false;
	input = end_of_inherited(STDIN_FILENO, false);
	if (raw_start(&raw, loop, &input, over, NULL) < 0)
		return false;
	session = input.fd;
	ended_by = -1;
	return setsockopt(raw.to, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)) == 0;
}

static void finish(void)
{
	raw_release(&raw);
	raw_restore();
	close(session);
	close(master);
	end();
}

static void type(const char *keys)
{
	if (write(master, keys, strlen(keys)) < 0)
		abort();
}

/* Whether the session gets TEXT next. */
static bool gets(const char *text)
{
	size_t size = strlen(text);
	char data[16];

	UNTIL(recv(session, data, sizeof(data), MSG_PEEK | MSG_DONTWAIT) >= (ssize_t)size);
	return read(session, data, sizeof(data)) == (ssize_t)size && memcmp(data, text, size) == 0;
}

/* Whether it ended, once, by ERROR. */
static bool ends(int error)
{
	UNTIL(count > 0);
	return count == 1 && ended_by == error;
}

/* Type until the session, which does not read, has no room for more. */
static bool fill(void)
{
	static char keys[1001];

	memset(keys, 'x', sizeof(keys) - 1);
	for (int i = 0; i < 1000 && raw.unsent.size == 0; i++) {
		if (write(master, keys, sizeof(keys) - 1) < 0 && errno != EAGAIN)
			abort();
		run_for(NUM_NS_PER_S / 1000);
	}
	return raw.unsent.size > 0;
}

/* The session reads everything that waits for it. */
static void read_all(void)
{
	static char data[1 << 20];

	for (int i = 0; i < 1000 && raw.unsent.size > 0 && count == 0; i++) {
		if (recv(session, data, sizeof(data), MSG_DONTWAIT) < 0 && errno != EAGAIN)
			abort();
		run_for(NUM_NS_PER_S / 100);
	}
}

static void test_keys(void)
{
	OK(start(), "%s: it starts", poller);
	type("a\x03");
	OK(gets("a\x03") && count == 0, "%s: keys arrive", poller);
	type("b\x1d");
	OK(ends(0), "%s: the key that leaves ends it without an error", poller);
	OK(gets("b"), "%s: what was typed before that key arrives", poller);
	finish();
}

static void test_slow_session(void)
{
	OK(start() && fill(), "%s: keys wait for a session that does not read", poller);
	read_all();
	OK(count == 0 && raw.to >= 0 && raw.unsent.size == 0, "%s: they go on once it does",
		poller);
	finish();
}

static void test_no_memory(void)
{
	OK(start(), "%s: it starts once more", poller);
	raw.unsent.failed = true;
	type("a");
	OK(ends(ENOMEM) && raw.to < 0, "%s: keys for which memory lacks end it with the reason",
		poller);
	finish();
}

/* epoll(7) rejects a descriptor that was closed meanwhile; others do not check. */
static void test_not_watched(void)
{
	OK(start() && fill(), "%s: keys wait once more", poller);
	close(STDIN_FILENO);
	read_all();
	OK(ends(EBADF) && raw.to < 0,
		"%s: a terminal that cannot be watched again ends it with the reason", poller);
	finish();
	if (open("/dev/null", O_RDONLY) != STDIN_FILENO)
		abort();
}

static void test_session_over(void)
{
	OK(start(), "%s: it starts again", poller);
	shutdown(session, SHUT_RDWR);
	type("a");
	OK(ends(EPIPE) && raw.to < 0, "%s: a session that is over takes no keys", poller);
	finish();
}

int main(void)
{
	if (!open_terminal()) {
		printf("1..1\nok 1 # skip no terminals\n");
		return 0;
	}
	close(master);
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		test_keys();
		test_slow_session();
		test_no_memory();
		if (strcmp(poller, "epoll") == 0)
			test_not_watched();
		test_session_over();
	}
	return tap_end();
}
