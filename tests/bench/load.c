/* SPDX-License-Identifier: ISC */
/* load.c - the other end of a measurement: sources, sinks, and many small connections. */
#define _GNU_SOURCE /* epoll, recvmmsg, IP_BIND_ADDRESS_NO_PORT: the bench is for Linux */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mode.h"

enum {
	PIECE = 256 * 1024,
	MESSAGE = 64,
	SOURCES = 200,
	EVENTS = 64,
	ANSWER_S = 10,
	DATAGRAMS = 4,	      /* merged ones, at once: more would not stay in the cache */
	MERGED = 64 * 1024,   /* the most bytes in such a one */
	UDP_GRO_OPTION = 104, /* which libc may not know */
};

extern char **environ;
static char piece[PIECE];

/* One connection of `short` and `pingpong`; it sends MESSAGE bytes and awaits as many. */
struct slot {
	int fd;
	size_t got;
};

struct rounds {
	struct slot *slots;
	int epoll;
	uint16_t port;
	bool keep;
	unsigned long opened, done, errors;
	unsigned long begun, most; /* connections or round trips */
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct sockaddr_in loopback(uint32_t host, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
	return a;
}

/*
 * Connect to PORT. Sources vary, because the ports of one address are soon all in TIME_WAIT
 * when every connection is short.
 */
static int open_connection(uint16_t port, unsigned long number, int flags)
{
	struct sockaddr_in from = loopback(1 + (uint32_t)(number % SOURCES), 0);
	struct sockaddr_in to = loopback(0, port);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		die("bind");
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		die("connect");
	return fd;
}

static void write_all(int fd, uint64_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, piece, size < PIECE ? (size_t)size : PIECE);
		if (n < 0)
			die("write");
		size -= (uint64_t)n;
	}
}

/* feed SIZE: to standard output. */
static int feed(char **args)
{
	write_all(STDOUT_FILENO, strtoull(args[0], NULL, 10));
	return 0;
}

static int count_is(uint64_t got, uint64_t size)
{
	if (got == size)
		return 0;
	fprintf(stderr, "load: %ju bytes arrived of %ju\n", (uintmax_t)got, (uintmax_t)size);
	return 1;
}

/* drain SIZE: standard input to its end, which has to be SIZE bytes. */
static int drain(char **args)
{
	uint64_t got = 0;
	ssize_t n;
	while ((n = read(STDIN_FILENO, piece, PIECE)) > 0)
		got += (uint64_t)n;
	return count_is(got, strtoull(args[0], NULL, 10));
}

/* send PORT SIZE: through one connection, then wait for the other side's end. */
static int send_all(char **args)
{
	int fd = open_connection((uint16_t)atoi(args[0]), 0, 0);
	write_all(fd, strtoull(args[1], NULL, 10));
	shutdown(fd, SHUT_WR);
	while (read(fd, piece, PIECE) > 0)
		continue;
	return 0;
}

static int listen_at(uint16_t port)
{
	struct sockaddr_in at = loopback(0, port);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 1) < 0)
		die("bind");
	return fd;
}

/* sink PORT SIZE: take one connection and throw away its SIZE bytes, uncopied. */
static int sink(char **args)
{
	int fd = accept(listen_at((uint16_t)atoi(args[0])), NULL, NULL);
	uint64_t got = 0;
	ssize_t n;
	if (fd < 0)
		die("accept");
	while ((n = recv(fd, piece, PIECE, MSG_TRUNC)) > 0)
		got += (uint64_t)n;
	return count_is(got, strtoull(args[1], NULL, 10));
}

static int bind_datagrams(uint16_t port)
{
	struct sockaddr_in at = loopback(0, port);
	int one = 1, buffer = 4 << 20;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("bind");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	setsockopt(fd, IPPROTO_UDP, UDP_GRO_OPTION, &one, sizeof(one));
	return fd;
}

/* record PORT: the least that a listener does: write to standard output what comes, merged. */
static int record(char **args)
{
	static char data[DATAGRAMS][MERGED];
	int fd = bind_datagrams((uint16_t)atoi(args[0])), count;
	struct mmsghdr m[DATAGRAMS];
	struct iovec part[DATAGRAMS];
	for (;;) {
		for (int i = 0; i < DATAGRAMS; i++) {
			part[i] = (struct iovec){data[i], MERGED};
			m[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
		}
		count = recvmmsg(fd, m, DATAGRAMS, MSG_WAITFORONE, NULL);
		if (count < 0)
			die("recvmmsg");
		for (int i = 0; i < count; i++)
			part[i].iov_len = m[i].msg_len;
		if (writev(STDOUT_FILENO, part, count) < 0)
			die("writev");
	}
	return 0;
}

static void want(struct rounds *r, struct slot *s, int how, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = s};
	if (epoll_ctl(r->epoll, how, s->fd, &e) < 0)
		die("epoll_ctl");
}

/* Begin another connection or round trip; false: there were as many as there are to be. */
static bool go_on(struct rounds *r)
{
	if (r->begun == r->most)
		return false;
	r->begun++;
	return true;
}

static void begin(struct rounds *r, struct slot *s)
{
	if (!go_on(r))
		return;
	s->fd = open_connection(r->port, r->opened++, SOCK_NONBLOCK);
	s->got = 0;
	want(r, s, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask(struct rounds *r, struct slot *s)
{
	s->got = 0;
	if (send(s->fd, piece, MESSAGE, MSG_NOSIGNAL) == MESSAGE) {
		want(r, s, EPOLL_CTL_MOD, EPOLLIN);
		return;
	}
	r->errors++;
	close(s->fd);
	begin(r, s);
}

/* An answer may come in pieces; an end or an error before it is complete counts as an error. */
static void answer(struct rounds *r, struct slot *s)
{
	ssize_t n = read(s->fd, piece, MESSAGE);
	s->got += n > 0 ? (size_t)n : 0;
	if (n > 0 && s->got < MESSAGE)
		return;
	r->done += n > 0;
	r->errors += n <= 0;
	if (n > 0 && r->keep && go_on(r)) {
		ask(r, s);
		return;
	}
	close(s->fd);
	begin(r, s);
}

static void go_round(struct rounds *r, double end)
{
	struct epoll_event events[EVENTS];
	while (now() < end && r->done + r->errors < r->most) {
		int n = epoll_wait(r->epoll, events, EVENTS, 100);
		for (int i = 0; i < n; i++) {
			if (events[i].events & EPOLLOUT)
				ask(r, events[i].data.ptr);
			else
				answer(r, events[i].data.ptr);
		}
	}
}

/* short|pingpong PORT CONNECTIONS SECONDS [MOST]: prints how many a second, and the errors. */
static int many(char **args, bool keep)
{
	int count = atoi(args[1]);
	unsigned long most = args[3] ? strtoul(args[3], NULL, 10) : ULONG_MAX;
	struct rounds r = {.port = (uint16_t)atoi(args[0]), .keep = keep, .most = most};
	double start = now();
	r.epoll = epoll_create1(0);
	r.slots = calloc((size_t)count, sizeof(*r.slots));
	if (r.epoll < 0 || !r.slots)
		die("start");
	for (int i = 0; i < count; i++)
		begin(&r, &r.slots[i]);
	go_round(&r, start + atof(args[2]));
	printf("%.1f %lu\n", (double)r.done / (now() - start), r.errors);
	return 0;
}

static int short_ones(char **args)
{
	return many(args, false);
}

static int pingpong(char **args)
{
	return many(args, true);
}

static bool alive(int fd)
{
	char byte = 'x';
	return send(fd, &byte, 1, MSG_NOSIGNAL) == 1 && read(fd, &byte, 1) == 1;
}

/* hold PORT N: open N that are answered once, say so, and after a line of input ask each again. */
static int hold(char **args)
{
	int count = atoi(args[1]), held = 0, lasted = 0;
	int *fds = calloc((size_t)count, sizeof(*fds));
	struct timeval limit = {.tv_sec = ANSWER_S};
	if (!fds)
		die("start");
	for (; held < count; held++) {
		fds[held] = open_connection((uint16_t)atoi(args[0]), 0, 0);
		setsockopt(fds[held], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		if (!alive(fds[held]))
			break;
	}
	printf("%d\n", held);
	fflush(stdout);
	if (getchar() == EOF)
		return 1;
	for (int i = 0; i < held; i++)
		lasted += alive(fds[i]);
	printf("%d\n", lasted);
	return 0;
}

/* spawn N COMMAND...: the microseconds that one run of it takes. */
static int spawn(char **args)
{
	int count = atoi(args[0]), status;
	posix_spawn_file_actions_t quiet;
	double start = now();
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < count; i++) {
		pid_t pid;
		errno = posix_spawnp(&pid, args[1], &quiet, NULL, args + 1, environ);
		if (errno || waitpid(pid, &status, 0) < 0)
			die(args[1]);
	}
	printf("%.2f\n", (now() - start) * 1e6 / count);
	return 0;
}

/* Receive SIZE bytes from FD, without looking at them. */
static void expect(int fd, size_t size)
{
	while (size > 0) {
		ssize_t n = recv(fd, NULL, size, MSG_TRUNC);
		if (n <= 0)
			die("a listener was left out");
		size -= (size_t)n;
	}
}

/* fanout PORT LISTENERS SIZE SECONDS: one says SIZE bytes (at most PIECE), and again once all
 * others have them; prints how many messages a second were delivered. */
static int fanout(char **args)
{
	int count = atoi(args[1]);
	size_t size = (size_t)atoi(args[2]);
	unsigned long delivered = 0;
	int *fds = calloc((size_t)count + 1, sizeof(*fds));
	struct timeval limit = {.tv_sec = ANSWER_S};
	if (!fds || size > PIECE)
		die("start");
	for (int i = 0; i <= count; i++) {
		fds[i] = open_connection((uint16_t)atoi(args[0]), 0, 0);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	}
	double start = now();
	while (now() < start + atof(args[3])) {
		for (size_t sent = 0; sent < size;) {
			ssize_t n = send(fds[count], piece, size - sent, MSG_NOSIGNAL);
			if (n < 0)
				die("send");
			sent += (size_t)n;
		}
		for (int i = 0; i < count; i++)
			expect(fds[i], size);
		delivered += (unsigned long)count;
	}
	printf("%.1f\n", (double)delivered / (now() - start));
	return 0;
}

static const struct mode modes[] = {
	{"feed", 1, feed},
	{"drain", 1, drain},
	{"send", 2, send_all},
	{"sink", 2, sink},
	{"record", 1, record},
	{"short", 3, short_ones},
	{"pingpong", 3, pingpong},
	{"hold", 2, hold},
	{"fanout", 4, fanout},
	{"spawn", 2, spawn},
	{0},
};

int main(int argc, char **argv)
{
	return run_mode(modes, argc, argv);
}
