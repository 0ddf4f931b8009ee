/* SPDX-License-Identifier: ISC */
/* client.c - the clients of a server in which a call fails. */
#define _GNU_SOURCE /* memmem */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"

/* How long an answer may take; and one to a datagram, or of a broker, once a call has failed. */
enum { PATIENCE_MS = 3000, DATAGRAM_MS = 150, SOON_MS = 500, SETTLE_MS = 50 };

/* How many times the big text is sent to a client that does not read: more than half of what
 * --broker lets wait, so that it pauses senders for 50 ms. And a part of that time. */
enum { BEHIND = 3 };

/* More than wait at one Unix socket (net.unix.max_dgram_qlen), and less than at two. */
enum { DATAGRAMS = 18 };
#define HOLD_S 0.03

const atomic_bool *client_trouble;
int client_patience = 1;
bool client_unanswered;

const char *client_small, *client_big, *client_target;
size_t client_small_size, client_big_size;

/* A connection to ADDRESS, which is on this host if it is `*`; -1 if it is refused. */
static int dial(const char *address, bool datagrams)
{
	struct place place = place_parse(address[0] == '*' ? address + 2 : address);
	int fd = socket(place.address.ss_family, datagrams ? SOCK_DGRAM : place.type, 0);

	if (connect(fd, (struct sockaddr *)&place.address, place.size) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Wait for EVENTS at FD, MS times the patience. */
static bool waits(int fd, short events, int ms)
{
	struct pollfd p = {.fd = fd, .events = events};

	while (poll(&p, 1, ms * client_patience) < 0 && errno == EINTR)
		;
	return p.revents != 0;
}

/* Wait for EVENTS at FD with all patience; but no longer than MS once the call that is to fail has
 * done so. */
static bool comes(int fd, short events, int ms)
{
	int step = client_trouble ? ms : PATIENCE_MS;

	for (int left = PATIENCE_MS; left > 0; left -= step) {
		bool failed = client_trouble && atomic_load(client_trouble);
		if (waits(fd, events, step))
			return true;
		if (failed)
			break;
	}
	return false;
}

/* Add what comes next at FD to HEARD; false at the end. */
static bool hear(int fd, struct heard *heard, int ms)
{
	if (!comes(fd, POLLIN, ms)) {
		heard->end = HEARD_SILENCE;
		return false;
	}
	ssize_t size = recv(fd, heard->data + heard->size, HEARD_MOST - heard->size, 0);
	if (size <= 0) {
		heard->end = size < 0 ? HEARD_RESET : HEARD_END;
		return false;
	}
	heard->size += (size_t)size;
	return true;
}

/* Both ways at once, because the server may have to send an answer before it takes more. */
static void talk(int fd, const char *data, size_t size, struct heard *heard)
{
	size_t sent = 0;
	bool ended = false, reset = false;

	for (bool more = true; more;) {
		struct pollfd p = {.fd = fd, .events = (short)(POLLIN | (ended ? 0 : POLLOUT))};
		if (poll(&p, 1, PATIENCE_MS * client_patience) == 0) {
			heard->end = HEARD_SILENCE;
			break;
		}
		if (!ended && (p.revents & POLLOUT)) {
			ssize_t done = send(fd, data + sent, size - sent, MSG_DONTWAIT);
			sent += done > 0 ? (size_t)done : 0;
			/* A reset that was reported here is not reported again. */
			reset = reset || (done < 0 && errno == ECONNRESET);
			ended = sent == size || (done < 0 && errno != EAGAIN);
			if (ended)
				shutdown(fd, SHUT_WR);
		}
		if (p.revents & (POLLIN | POLLHUP | POLLERR))
			more = hear(fd, heard, 0);
	}
	if (reset)
		heard->end = HEARD_RESET;
	close(fd);
}

void talk_over(int fd, struct heard *heard)
{
	talk(fd, client_small, client_small_size, heard);
}

void talk_small(const char *address, struct heard *heard)
{
	int fd = dial(address, false);

	if (fd >= 0)
		talk_over(fd, heard);
}

void talk_big(const char *address, struct heard *heard)
{
	int fd = dial(address, false);

	if (fd >= 0)
		talk(fd, client_big, client_big_size, heard);
}

void listen_only(const char *address, struct heard *heard)
{
	int fd = dial(address, false);

	if (fd < 0)
		return;
	while (hear(fd, heard, PATIENCE_MS))
		;
	close(fd);
}

/* Send SIZE bytes, and read the ANSWER bytes to them, which are not kept; false if they do not
 * come. ANSWER 0: until an empty line. */
static bool ask(int fd, const void *data, size_t size, size_t answer, struct heard *heard)
{
	bool good = send(fd, data, size, 0) == (ssize_t)size;

	while (good &&
		(answer ? heard->size < answer : !memmem(heard->data, heard->size, "\r\n\r\n", 4)))
		good = hear(fd, heard, PATIENCE_MS);
	heard->size = 0;
	return good;
}

void through_socks(const char *address, struct heard *heard)
{
	unsigned char request[] = {5, 1, 0, 1, 127, 0, 0, 1, 0, 0};
	unsigned port = (unsigned)strtoul(strrchr(client_target, ':') + 1, NULL, 10);
	int fd = dial(address, false);

	if (fd < 0)
		return;
	request[8] = (unsigned char)(port >> 8);
	request[9] = (unsigned char)port;
	if (ask(fd, "\5\1\0", 3, 2, heard) && ask(fd, request, sizeof(request), 10, heard))
		talk_over(fd, heard);
	else
		close(fd);
}

void through_http(const char *address, struct heard *heard)
{
	char request[200];
	int fd = dial(address, false);

	if (fd < 0)
		return;
	snprintf(request, sizeof(request), "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", client_target,
		client_target);
	if (ask(fd, request, strlen(request), 0, heard))
		talk_over(fd, heard);
	else
		close(fd);
}

void with_header(const char *address, struct heard *heard)
{
	static const char header[] = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n";
	int fd = dial(address, false);

	if (fd < 0)
		return;
	send(fd, header, sizeof(header) - 1, 0);
	talk_over(fd, heard);
}

/* Wait until both are known to the server: the second sends until the first receives it. */
static bool settle(int first, int second)
{
	char word[64];

	for (int left = PATIENCE_MS; left > 0; left -= SETTLE_MS) {
		send(second, "?", 1, 0);
		if (waits(first, POLLIN, SETTLE_MS))
			return recv(first, word, sizeof(word), 0) > 0;
	}
	return false;
}

void two(const char *address, struct heard *heard)
{
	int first = dial(address, false), second = dial(address, false);

	if (first >= 0 && second >= 0 && settle(first, second)) {
		send(first, client_small, client_small_size, 0);
		while (heard->size < client_small_size && hear(second, heard, SOON_MS))
			;
	}
	close(first);
	close(second);
}

void stay(const char *address, struct heard *heard)
{
	static int before = -1;
	int fd = dial(address, false);

	(void)heard;
	close(before);
	before = fd;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (fd >= 0)
		send(fd, client_small, client_small_size, MSG_NOSIGNAL);
}

/* All of DATA, as far as the server takes more of it. */
static void send_all(int fd, const char *data, size_t size)
{
	ssize_t sent;

	for (; size > 0 && comes(fd, POLLOUT, SOON_MS); data += sent, size -= (size_t)sent) {
		sent = send(fd, data, size, MSG_DONTWAIT);
		if (sent < 0)
			return;
	}
}

void lag_behind(const char *address, struct heard *heard)
{
	int first = dial(address, false), second = dial(address, false), room = 16384;
	size_t all = BEHIND * client_big_size;

	if (first >= 0 && second >= 0 && settle(first, second)) {
		setsockopt(second, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
		for (int i = 0; i < BEHIND; i++)
			send_all(first, client_big, client_big_size);
		nap(HOLD_S);
		room = HEARD_MOST;
		setsockopt(second, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
		while (heard->size < all && hear(second, heard, SOON_MS))
			;
	}
	close(first);
	close(second);
}

void ask_name(const char *address, struct heard *heard)
{
	int fd = dial(address, false);

	if (fd < 0)
		return;
	send(fd, "name\n", 5, 0);
	while (hear(fd, heard, PATIENCE_MS))
		;
	close(fd);
	/* The port of the client differs each time. */
	unsigned char *port = memmem(heard->data, heard->size, "\"port\":", 7);
	if (port)
		heard->size = (size_t)(port - heard->data);
}

void datagram(const char *address, struct heard *heard)
{
	int fd = dial(address, true);

	if (fd < 0)
		return;
	send(fd, client_small, client_small_size, 0);
	if (!client_unanswered || waits(fd, POLLIN, DATAGRAM_MS))
		hear(fd, heard, DATAGRAM_MS);
	close(fd);
}

/* The queue of a Unix socket is limited only for senders other than the one to which it is
 * connected. */
void read_late(const char *address, struct heard *heard)
{
	struct place place = place_parse(address);
	const struct sockaddr any_name = {.sa_family = AF_UNIX};
	const struct timeval soon = {.tv_usec = SOON_MS * 1000};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon));
	bind(fd, &any_name, sizeof(any_name.sa_family));
	for (int i = 0; i < DATAGRAMS; i++)
		sendto(fd, client_small, client_small_size, 0, (struct sockaddr *)&place.address,
			place.size);
	nap(HOLD_S);
	while (heard->size < DATAGRAMS * client_small_size && hear(fd, heard, DATAGRAM_MS))
		;
	close(fd);
}
