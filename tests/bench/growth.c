/* SPDX-License-Identifier: ISC */
/* growth.c - the other end of growth.py: many members, many senders, a name
 * server; and bare loops, which do what sockit is measured at with nothing around it.
 *
 * What holds something open prints a line once it does, goes on to work when it reads one, and then
 * holds it until the end of its input. */
#define _GNU_SOURCE /* sendmmsg, IP_PKTINFO, wait4: the bench is for Linux */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mode.h"

enum { FIRST_SENDER = INADDR_LOOPBACK + 0x10000 };
enum { MESSAGE = 64, AT_ONCE = 32, ANSWER_S = 10, BATCH = 64, DNS_MAX = 512 };

extern char **environ;

static struct sockaddr_in address(uint32_t host, const char *port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(host)};
}

static int open_socket(int type)
{
	struct timeval limit = {.tv_sec = ANSWER_S};
	int fd = socket(AF_INET, type, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

/* Everything is open; wait until there is work to do. */
static void ready(void)
{
	puts("ready");
	fflush(stdout);
	if (getchar() == EOF)
		exit(1);
}

/* The last of COUNT + 1 members sends MESSAGE bytes, which all others get. */
static void say(const int *fds, int count)
{
	char data[MESSAGE] = {0};
	if (send(fds[count], data, sizeof(data), MSG_NOSIGNAL) != MESSAGE)
		die("send");
	for (int i = 0; i < count; i++) {
		for (ssize_t left = MESSAGE, n; left > 0; left -= n) {
			n = recv(fds[i], data, (size_t)left, 0);
			if (n <= 0)
				die("a member was left out");
		}
	}
}

/* members PORT N UNITS: N are told something, until they have been told UNITS times together. */
static int members(char **args)
{
	int count = atoi(args[1]), told = 0, units = atoi(args[2]);
	int *fds = calloc((size_t)count + 1, sizeof(*fds));
	if (!fds)
		die("start");
	for (int i = 0; i <= count; i++) {
		/* One address does not have enough ports to include those in TIME_WAIT. */
		struct sockaddr_in from = address(INADDR_LOOPBACK + 1 + (uint32_t)i % 200, "0");
		struct sockaddr_in to = address(INADDR_LOOPBACK, args[0]);
		fds[i] = open_socket(SOCK_STREAM);
		if (bind(fds[i], (struct sockaddr *)&from, sizeof(from)) < 0 ||
			connect(fds[i], (struct sockaddr *)&to, sizeof(to)) < 0)
			die("connect");
	}
	say(fds, count);
	ready();
	for (; told < units; told += count)
		say(fds, count);
	printf("%d\n", told);
	fflush(stdout);
	return getchar() == EOF ? 0 : 1;
}

/* Sender NUMBER, which has its own address and our port, sends a datagram through FD. */
static void send_from(int fd, int number, const struct sockaddr_in *to)
{
	static char data[MESSAGE];
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = {0};
	struct iovec part = {data, sizeof(data)};
	struct msghdr m = {.msg_name = (void *)to,
		.msg_namelen = sizeof(*to),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(FIRST_SENDER + (uint32_t)number)};
	*c = (struct cmsghdr){CMSG_LEN(sizeof(info)), IPPROTO_IP, IP_PKTINFO};
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	if (sendmsg(fd, &m, 0) < 0)
		die("sendmsg");
}

/* UNITS datagrams of COUNT senders in turn, each of which is answered. */
static void exchange(int fd, int count, int units, const struct sockaddr_in *to)
{
	char data[MESSAGE];
	for (int done = 0; done < units;) {
		int n = units - done < AT_ONCE ? units - done : AT_ONCE;
		for (int i = 0; i < n; i++)
			send_from(fd, (done + i) % count, to);
		for (int i = 0; i < n; i++) {
			if (recv(fd, data, sizeof(data), 0) != MESSAGE)
				die("a datagram was not answered");
		}
		done += n;
	}
}

/* senders PORT N UNITS: N senders (at most 65,536), each of which sends one datagram; then UNITS.
 */
static int senders(char **args)
{
	int count = atoi(args[1]), units = atoi(args[2]);
	struct sockaddr_in to = address(INADDR_LOOPBACK, args[0]);
	struct sockaddr_in any = address(INADDR_ANY, "0");
	int fd = open_socket(SOCK_DGRAM);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0)
		die("bind");
	exchange(fd, count, count, &to);
	ready();
	exchange(fd, count, units, &to);
	printf("%d\n", units);
	fflush(stdout);
	return getchar() == EOF ? 0 : 1;
}

/* Turn the query of SIZE bytes at Q into the answer 192.0.2.7, whatever was asked. Returns its
 * size. */
static size_t dns_answer(unsigned char *q, size_t size)
{
	static const unsigned char record[] = {
		0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7};
	size_t at = 12; /* the header */
	while (at < size && q[at] != 0)
		at += q[at] + 1U;
	at += 5; /* the root, the type and the class */
	if (at > size)
		return 0;
	q[2] |= 0x80; /* an answer */
	q[3] = 0x80;  /* recursion is available */
	memcpy(q + 6, "\0\1\0\0\0\0", 6);
	memcpy(q + at, record, sizeof(record));
	return at + sizeof(record);
}

/* dns PORT: answer queries until killed. */
static int dns(char **args)
{
	static unsigned char data[BATCH][DNS_MAX + 16];
	static struct sockaddr_in peer[BATCH];
	struct sockaddr_in at = address(INADDR_LOOPBACK, args[0]);
	struct iovec part[BATCH];
	struct mmsghdr m[BATCH];
	int fd = socket(AF_INET, SOCK_DGRAM, 0), count;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("bind");
	for (;;) {
		for (int i = 0; i < BATCH; i++) {
			part[i] = (struct iovec){data[i], DNS_MAX};
			m[i].msg_hdr = (struct msghdr){.msg_name = &peer[i],
				.msg_namelen = sizeof(peer[i]),
				.msg_iov = &part[i],
				.msg_iovlen = 1};
		}
		count = recvmmsg(fd, m, BATCH, MSG_WAITFORONE, NULL);
		if (count < 0)
			die("recvmmsg");
		for (int i = 0; i < count; i++)
			part[i].iov_len = dns_answer(data[i], m[i].msg_len);
		if (sendmmsg(fd, m, (unsigned)count, 0) != count)
			die("sendmmsg");
	}
	return 0;
}

/* tell PORT N: the least that a broker does: what the last of N + 1 clients says goes to all
 * others. */
static int tell(char **args)
{
	struct sockaddr_in at = address(INADDR_LOOPBACK, args[0]);
	int count = atoi(args[1]), one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
	int *fds = calloc((size_t)count + 1, sizeof(*fds));
	char data[MESSAGE];
	if (!fds || bind(listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
		listen(listener, SOMAXCONN) < 0)
		die("start");
	for (int i = 0; i <= count; i++) {
		fds[i] = accept(listener, NULL, NULL);
		if (fds[i] < 0)
			die("accept");
		setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	}
	while (recv(fds[count], data, sizeof(data), 0) == MESSAGE) {
		for (int i = 0; i < count; i++) {
			if (send(fds[i], data, sizeof(data), MSG_NOSIGNAL) != MESSAGE)
				die("send");
		}
	}
	return 0;
}

/* pass PORT TARGET N: the least that a relay of datagrams does for N of our senders: a socket for
 * each, found by the number of its address, and one answer for each datagram. */
static int pass(char **args)
{
	struct sockaddr_in at = address(INADDR_LOOPBACK, args[0]), peer;
	struct sockaddr_in to = address(INADDR_LOOPBACK, args[1]);
	int count = atoi(args[2]), *fds = calloc((size_t)count, sizeof(*fds));
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char data[MESSAGE];
	if (!fds || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("start");
	for (;;) {
		socklen_t size = sizeof(peer);
		ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&peer, &size);
		uint32_t number = ntohl(peer.sin_addr.s_addr) - FIRST_SENDER;
		if (n != MESSAGE || number >= (uint32_t)count)
			die("not a datagram of ours");
		if (fds[number] == 0) {
			fds[number] = open_socket(SOCK_DGRAM);
			if (connect(fds[number], (struct sockaddr *)&to, sizeof(to)) < 0)
				die("connect");
		}
		if (send(fds[number], data, sizeof(data), 0) != MESSAGE ||
			recv(fds[number], data, sizeof(data), 0) != MESSAGE ||
			sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&peer, size) !=
				MESSAGE)
			die("pass");
	}
	return 0;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* run COMMAND...: prints its processor time, the most memory that it had in KiB, and its status.
 * The memory is not that of the bench, which a child begins with: this process is small. */
static int run(char **args)
{
	posix_spawn_file_actions_t quiet;
	struct rusage usage;
	int status;
	pid_t pid;
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	errno = posix_spawnp(&pid, args[0], &quiet, NULL, args, environ);
	if (errno || wait4(pid, &status, 0, &usage) < 0)
		die(args[0]);
	printf("%.6f %ld %d\n", seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}

static const struct mode modes[] = {
	{"members", 3, members},
	{"senders", 3, senders},
	{"dns", 1, dns},
	{"tell", 2, tell},
	{"pass", 3, pass},
	{"run", 1, run},
	{0},
};

int main(int argc, char **argv)
{
	return run_mode(modes, argc, argv);
}
