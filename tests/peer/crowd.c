/* SPDX-License-Identifier: ISC */
/* crowd.c - many clients at once, behaving as a test wants.
 *
 *     crowd PLACE PART NUMBER...
 *
 * PLACE is ADDRESS:PORT, unix:PATH, packet:PATH or udp:ADDRESS:PORT.
 *
 *     exchange N      N clients, each in turn says a line that all others must get, once, in order
 *     vanish N        N clients that connect and vanish in every way there is
 *     deaf N SIZE     N clients that do not read, while one sends SIZE bytes to one that does
 *     lines N COUNT   N clients that send COUNT numbered lines each, in pieces of all sizes
 *     giants N SIZE   N messages of SIZE bytes to two others, and as many empty ones
 *     messages N      N messages from one client to another, each of which must come as one
 *     short N         N connections one after the other, each of which must be echoed
 *     visits N        the same, but the client only ends its side by closing
 *     readers N       N connections that say nothing, and are closed once all are read to the end
 *     trips N COUNT   N connections, on all of which 64 bytes are echoed COUNT times
 *     echoes N        N datagrams of all sizes from one client, each of which must be echoed
 *     sessions N      N clients with a datagram each, at once, which must be echoed to that one
 *
 * Exit status 0 and a line that says so if everything was as it should be. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"

enum { PATIENCE_S = 30, BLOCK = 256 * 1024, PIECE = 20000 };

static struct place place;

/* A client that waits for nothing longer than PATIENCE_S. */
static int dial(void)
{
	const char *patience = getenv("SOCKIT_TEST_PATIENCE");
	struct timeval limit = {
		.tv_sec = PATIENCE_S * (patience ? (time_t)number(patience, 1000) : 1)};
	int fd = place_dial(&place);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return fd;
}

static int *dial_all(size_t count)
{
	int *clients = get(NULL, count * sizeof(*clients));

	for (size_t i = 0; i < count; i++)
		clients[i] = dial();
	return clients;
}

static void close_all(int *clients, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(clients[i]);
	free(clients);
}

static void send_all(int fd, const void *data, size_t size)
{
	if (write_all(fd, data, size) < 0)
		die("cannot send: %s", strerror(errno));
}

static void receive(int fd, void *out, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t more = recv(fd, (char *)out + got, size - got, 0);
		if (more < 0)
			die("cannot receive: %s", strerror(errno));
		if (more == 0)
			die("ended after %zu of %zu bytes", got, size);
		got += (size_t)more;
	}
}

/* Wait until each of CLIENTS is known to the server: what the last one sends reaches all others. */
static void settle(const int *clients, size_t count)
{
	char word[2];

	send_all(clients[count - 1], "?\n", 2);
	for (size_t i = 0; i + 1 < count; i++)
		receive(clients[i], word, sizeof(word));
}

static void exchange(size_t count, size_t none)
{
	char line[64], heard[64];
	int *clients = dial_all(count);

	(void)none;
	settle(clients, count);
	for (size_t i = 0; i < count; i++) {
		size_t size = (size_t)snprintf(line, sizeof(line), "line of client %zu\n", i);
		send_all(clients[i], line, size);
		for (size_t other = 0; other < count; other++) {
			if (other == i)
				continue;
			receive(clients[other], heard, size);
			if (memcmp(heard, line, size) != 0)
				die("client %zu was misheard", i);
		}
	}
	close_all(clients, count);
	say("all heard all");
}

static void reset(int fd)
{
	struct linger at_once = {.l_onoff = 1};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

/* Leave in one of six ways; whether the server has left first does not matter. */
static void go(int fd, size_t way)
{
	static const char words[PIECE] = "words\nhalf a li";
	static const size_t sizes[] = {0, 0, 6, 15, 0, PIECE};

	if (write(fd, words, sizes[way]) < 0 && errno != EPIPE && errno != ECONNRESET)
		die("cannot send: %s", strerror(errno));
	if (way >= 4)
		shutdown(fd, SHUT_WR);
	if (way == 1 || way == 3)
		reset(fd);
	else
		close(fd);
}

static void vanish(size_t count, size_t none)
{
	enum { KEPT = 20 };
	int kept[KEPT + 1];
	size_t n = 0;

	(void)none;
	for (size_t i = 0; i < count; i++) {
		kept[n++] = dial();
		if (n <= KEPT)
			continue;
		size_t who = i * 7919 % n;
		go(kept[who], i % 6);
		kept[who] = kept[--n];
	}
	while (n > 0)
		reset(kept[--n]);
	say("all vanished");
}

static unsigned char block[BLOCK];

struct reader {
	int fd;
	size_t blocks;
};

static void *read_blocks(void *arg)
{
	const struct reader *r = arg;
	unsigned char *heard = get(NULL, BLOCK);

	for (size_t i = 0; i < r->blocks; i++) {
		receive(r->fd, heard, BLOCK);
		if (memcmp(heard, block, BLOCK) != 0)
			die("bytes are wrong in block %zu", i);
	}
	free(heard);
	return NULL;
}

static void deaf(size_t count, size_t size)
{
	int *clients = dial_all(count + 2);
	struct reader reader = {clients[count], size / BLOCK};
	pthread_t thread;

	settle(clients, count + 2);
	for (size_t i = 0; i < BLOCK; i++)
		block[i] = (unsigned char)i;
	if (pthread_create(&thread, NULL, read_blocks, &reader) != 0)
		die("cannot make a thread");
	for (size_t i = 0; i < reader.blocks; i++)
		send_all(clients[count + 1], block, BLOCK);
	pthread_join(thread, NULL);
	close_all(clients, count + 2);
	say("the reader got all");
}

struct speaker {
	pthread_t thread;
	unsigned number;
	size_t lines;
};

/* The lines of S without the last newline; *SIZE is their length. */
static char *text_of(const struct speaker *s, size_t *size)
{
	char *text = get(NULL, s->lines * 340 + 1), *end = text;

	for (size_t i = 0; i < s->lines; i++) {
		end += sprintf(end, "client %u line %zu ", s->number, i);
		memset(end, '.', i % 300);
		end += i % 300;
		*end++ = '\n';
	}
	*size = (size_t)(end - text) - 1;
	return text;
}

static void *speak(void *arg)
{
	static const size_t sizes[] = {1, 7, 100, 5000};
	struct speaker *s = arg;
	unsigned chance = s->number + 1;
	size_t size, at = 0;
	char *text = text_of(s, &size);
	int fd = dial();

	while (at < size) {
		chance = chance * 1103515245 + 12345;
		size_t piece = sizes[chance >> 16 & 3];
		if (piece > size - at)
			piece = size - at;
		send_all(fd, text + at, piece);
		at += piece;
	}
	shutdown(fd, SHUT_WR);
	if (recv(fd, text, 1, 0) < 0)
		die("no end: %s", strerror(errno));
	close(fd);
	free(text);
	return NULL;
}

static void lines(size_t count, size_t each)
{
	struct speaker *all = get(NULL, count * sizeof(*all));

	for (size_t i = 0; i < count; i++) {
		all[i].number = (unsigned)i;
		all[i].lines = each;
		if (pthread_create(&all[i].thread, NULL, speak, &all[i]) != 0)
			die("cannot make a thread");
	}
	for (size_t i = 0; i < count; i++)
		pthread_join(all[i].thread, NULL);
	free(all);
	say("all sent");
}

/* The server knows both once a word has gone each way. */
static void messages(size_t count, size_t none)
{
	char text[32], heard[100];
	int *clients = dial_all(2);

	(void)none;
	settle(clients, 2);
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "message %zu", i);
		send_all(clients[1], text, strlen(text));
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "message %zu", i);
		ssize_t size = recv(clients[0], heard, sizeof(heard), 0);
		if (size != (ssize_t)strlen(text) || memcmp(heard, text, (size_t)size) != 0)
			die("message %zu is not whole", i);
	}
	close_all(clients, 2);
	say("all came whole");
}

/* Pass one message of SIZE bytes, which must arrive as one. */
static void pass(int from, int to, size_t size)
{
	char *sent = get(NULL, size + 1), *heard = get(NULL, size + 1);

	memset(sent, 'm', size);
	if (send(from, sent, size, 0) != (ssize_t)size)
		die("cannot send %zu bytes: %s", size, strerror(errno));
	if (size > 0 && recv(to, heard, size + 1, 0) != (ssize_t)size)
		die("a message of %zu bytes is not whole", size);
	free(sent);
	free(heard);
}

/* An empty one is not the end, whether or not it is passed on. */
static void giants(size_t count, size_t size)
{
	int *clients = dial_all(3);
	int room = (int)(2 * size);
	char last[8], *also = get(NULL, size + 1);

	settle(clients, 3);
	setsockopt(clients[2], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	for (size_t i = 0; i < count; i++) {
		pass(clients[2], clients[0], size);
		pass(clients[2], clients[1], 0);
		receive(clients[1], also, size);
	}
	pass(clients[2], clients[0], 3);
	receive(clients[1], last, 3);
	free(also);
	close_all(clients, 3);
	say("all came whole");
}

static void call_once(bool half_close)
{
	char answer[4];
	int fd = dial();

	send_all(fd, "ping", 4);
	if (half_close)
		shutdown(fd, SHUT_WR);
	receive(fd, answer, sizeof(answer));
	if (memcmp(answer, "ping", sizeof(answer)) != 0)
		die("a wrong answer");
	close(fd);
}

static void brief(size_t count, size_t none)
{
	(void)none;
	for (size_t i = 0; i < count; i++)
		call_once(true);
	say("all were answered");
}

static void visits(size_t count, size_t none)
{
	(void)none;
	for (size_t i = 0; i < count; i++)
		call_once(false);
	say("all were answered");
}

static void readers(size_t count, size_t none)
{
	char said[64];
	int *clients = dial_all(count);

	(void)none;
	for (size_t i = 0; i < count; i++) {
		while (recv(clients[i], said, sizeof(said), 0) > 0)
			continue;
	}
	close_all(clients, count);
	say("all were read");
}

static void trips(size_t count, size_t rounds)
{
	char asked[64] = {0}, answer[sizeof(asked)];
	int *clients = dial_all(count);

	for (size_t round = 0; round < rounds; round++) {
		memset(asked, (int)(round & 255), sizeof(asked));
		for (size_t i = 0; i < count; i++)
			send_all(clients[i], asked, sizeof(asked));
		for (size_t i = 0; i < count; i++) {
			receive(clients[i], answer, sizeof(answer));
			if (memcmp(answer, asked, sizeof(answer)) != 0)
				die("a wrong answer");
		}
	}
	close_all(clients, count);
	say("all were answered");
}

/* The next datagram must be the SIZE bytes at DATA. */
static void expect(int fd, const void *data, size_t size)
{
	static unsigned char heard[65536];
	ssize_t got = recv(fd, heard, sizeof(heard), 0);

	if (got < 0)
		die("no answer: %s", strerror(errno));
	if ((size_t)got != size || memcmp(heard, data, size) != 0)
		die("a wrong answer of %zd bytes instead of %zu", got, size);
}

static void echoes(size_t count, size_t none)
{
	static unsigned char data[1000];
	int fd = dial();

	(void)none;
	for (size_t i = 0; i < count; i++) {
		size_t size = i % 100 * 4;
		memset(data, (int)(i & 255), size);
		if (send(fd, data, size, 0) < 0)
			die("cannot send: %s", strerror(errno));
		expect(fd, data, size);
	}
	close(fd);
	say("all were echoed");
}

/* Only as many at a time as fit into receive buffers. */
static void sessions(size_t count, size_t none)
{
	enum { RUN = 100 };
	struct rlimit files;
	int *clients = get(NULL, count * sizeof(*clients));

	(void)none;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	for (size_t i = 0; i < count; i++) {
		clients[i] = dial();
		send_all(clients[i], &i, sizeof(i));
		for (size_t k = i + 1 - RUN; i % RUN == RUN - 1 && k <= i; k++)
			expect(clients[k], &k, sizeof(k));
	}
	close_all(clients, count);
	say("all were answered");
}

static const struct part {
	const char *name;
	int numbers;
	void (*run)(size_t first, size_t second);
} parts[] = {
	{"exchange", 1, exchange},
	{"vanish", 1, vanish},
	{"deaf", 2, deaf},
	{"lines", 2, lines},
	{"messages", 1, messages},
	{"giants", 2, giants},
	{"short", 1, brief},
	{"visits", 1, visits},
	{"readers", 1, readers},
	{"trips", 2, trips},
	{"echoes", 1, echoes},
	{"sessions", 1, sessions},
};

int main(int argc, char **argv)
{
	peer_begin("crowd");
	if (argc < 4)
		die("PLACE PART NUMBER...");
	place = place_parse(argv[1]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(parts[i].name, argv[2]) != 0 || argc - 3 != parts[i].numbers)
			continue;
		parts[i].run((size_t)number(argv[3], SIZE_MAX),
			argc > 4 ? (size_t)number(argv[4], SIZE_MAX) : 0);
		return 0;
	}
	die("no such part, or not its numbers: %s", argv[2]);
}
