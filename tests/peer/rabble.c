/* SPDX-License-Identifier: ISC */
/* rabble.c - very many clients, in turn, most of which behave badly.
 *
 *     rabble PLACE COUNT OPEN        PLACE: ADDRESS:PORT, unix:PATH, udp:ADDRESS:PORT
 *
 * COUNT clients connect, up to OPEN of them at once, and each does one of these things: leave at
 * once; reset at once; be silent; send a byte now and then; send much and read nothing; end its
 * side at once, or after a line, and stay forever; send half a line and reset; send something and
 * read until the end. "Forever" ends when its place is needed. The kernel does not run out of ports
 * because the clients of IPv4 come from many addresses of 127.0.0.0/8.
 *
 * Exit status 0 and a line with the number once all have been there. */
#define _DEFAULT_SOURCE /* IP_BIND_ADDRESS_NO_PORT */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { SOURCES = 200, POKES = 4, MUCH = 200 * 1024, BUSY_TRIES = 5000 };

enum way {
	GONE,
	RESET,
	SILENT,
	SLOW,
	MUCH_UNREAD,
	ENDED,
	ENDED_LATER,
	RESET_LATER,
	HONEST,
	HONEST_TOO,
	WAYS
};

static struct place place;
static char much[MUCH];

struct client {
	int fd; /* -1: none */
	enum way way;
};

/* Bind to one of many addresses, so that no port of this host must be reused soon. */
static void choose_source(int fd, size_t number)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	int on = 1;

	if (place.address.ss_family != AF_INET)
		return;
	from.sin_addr.s_addr = htonl(0x7f000000U | (unsigned)(1 + number % SOURCES) << 8 | 1U);
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		die("cannot bind: %s", strerror(errno));
}

/* The full backlog of a Unix socket is not a refusal. */
static int dial(size_t number)
{
	int fd = place_socket(&place), tries = 0;

	choose_source(fd, number);
	while (connect(fd, (struct sockaddr *)&place.address, place.size) < 0) {
		if (errno != EAGAIN || ++tries == BUSY_TRIES)
			die("client %zu cannot connect: %s", number, strerror(errno));
		nap(0.001);
	}
	return fd;
}

static void say_some(const struct client *c, const char *text, size_t size)
{
	/* A server that is gone does not get it. */
	if (send(c->fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

static void begin(struct client *c, size_t number)
{
	c->fd = dial(number);
	c->way = (enum way)(number % WAYS);
	switch (c->way) {
	case GONE:
	case RESET:
	case SILENT: break;
	case SLOW: say_some(c, "s", 1); break;
	case MUCH_UNREAD: say_some(c, much, MUCH); break;
	case ENDED: shutdown(c->fd, SHUT_WR); break;
	case RESET_LATER: say_some(c, "half a l", 8); break;
	case ENDED_LATER:
	case HONEST:
	case HONEST_TOO:
		say_some(c, "a line\n", 7);
		shutdown(c->fd, SHUT_WR);
		break;
	case WAYS: break;
	}
}

static void end(struct client *c)
{
	static const struct linger at_once = {.l_onoff = 1};

	if (c->fd < 0)
		return;
	if (c->way == RESET || c->way == RESET_LATER)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(c->fd);
	c->fd = -1;
}

/* What C does while it is there. */
static void poke(struct client *c)
{
	char heard[4096];

	if (c->fd < 0)
		return;
	if (c->way == SLOW)
		say_some(c, "s", 1);
	else if (c->way == MUCH_UNREAD)
		say_some(c, much, MUCH);
	else if (c->way >= HONEST && recv(c->fd, heard, sizeof(heard), MSG_DONTWAIT) == 0)
		end(c);
}

int main(int argc, char **argv)
{
	uint64_t chance = 1;

	peer_begin("rabble");
	alarm(0);
	if (argc != 4)
		die("PLACE COUNT OPEN");
	place = place_parse(argv[1]);
	size_t count = (size_t)number(argv[2], SIZE_MAX), open = (size_t)number(argv[3], 10000);
	struct client *clients = get(NULL, (open + 1) * sizeof(*clients));
	for (size_t i = 0; i < open; i++)
		clients[i].fd = -1;
	for (size_t i = 0; i < count; i++) {
		struct client *c = &clients[i % open];
		end(c);
		begin(c, i);
		if (c->way <= RESET)
			end(c);
		for (int n = 0; n < POKES; n++) {
			chance = chance * 6364136223846793005U + 1442695040888963407U;
			poke(&clients[(size_t)(chance >> 33) % open]);
		}
	}
	for (size_t i = 0; i < open; i++)
		end(&clients[i]);
	free(clients);
	say("%zu clients have been there", count);
	return 0;
}
