/* SPDX-License-Identifier: ISC */
/* channel.h - sources and sinks of every kind, and processes at their other ends. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/loop/loop.h"
#include "core/stream/flow.h"

enum { LIMIT_S = 5, PIECE_MAX = 70000 };

enum kind { PIPE, SHARED_PIPE, UNIX, TCP, SHARED_TCP, FILE_PLAIN, FILE_APPEND, NOTHING };
static const char *const kind_names[] = {
	"pipe", "shared pipe", "unix", "tcp", "shared tcp", "file", "file for appending", "null"};

static inline unsigned char pattern(size_t at)
{
	return (unsigned char)((at * 2654435761u) >> 11 ^ at);
}

static inline void must(bool fine)
{
	if (!fine) {
		perror("Bail out!");
		exit(1);
	}
}

static inline void block(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	must(fcntl(fd, F_SETFL, on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) == 0);
}

static inline void tcp_pair(int fds[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t size = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(listener, (struct sockaddr *)&addr, size) == 0 && listen(listener, 1) == 0);
	must(getsockname(listener, (struct sockaddr *)&addr, &size) == 0);
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	must(connect(fds[0], (struct sockaddr *)&addr, size) == 0);
	fds[1] = accept(listener, NULL, NULL);
	must(fds[1] >= 0);
	close(listener);
}

static inline int scratch_file(int flags)
{
	char name[] = "/tmp/sockit-flow-XXXXXX";
	int fd = mkstemp(name), again = open(name, O_RDWR | flags);

	must(fd >= 0 && again >= 0);
	close(fd);
	unlink(name);
	return again;
}

/* Two connected descriptors, both blocking: [0] to read, [1] to write. */
static inline void channel(enum kind kind, int fds[2])
{
	switch (kind) {
	case PIPE:
	case SHARED_PIPE: must(pipe(fds) == 0); break;
	case UNIX: must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0); break;
	case TCP:
	case SHARED_TCP: tcp_pair(fds); break;
	case NOTHING:
		fds[0] = open("/dev/null", O_RDONLY);
		fds[1] = open("/dev/null", O_WRONLY);
		break;
	default: fds[0] = scratch_file(kind == FILE_APPEND ? O_APPEND : 0); fds[1] = dup(fds[0]);
	}
}

static inline struct end describe(enum kind kind, int fd, bool writable)
{
	if (kind == UNIX || kind == TCP) {
		block(fd, false);
		return end_of_socket(fd);
	}
	if (kind != SHARED_PIPE)
		return end_of_inherited(fd, writable);
	/* As if a pipe could not be opened anew. */
	return (struct end){.fd = fd, .kind = END_PIPE, .flags = END_SHARED, .waits = true};
}

/* Write SIZE bytes of the pattern in pieces of all sizes; 0, or -1. */
static inline int write_pattern(int fd, size_t size)
{
	static unsigned char piece[PIECE_MAX];

	for (size_t at = 0; at < size;) {
		size_t n = 1 + (size_t)rand() % (rand() % 2 ? PIECE_MAX - 1 : 300);
		ssize_t wrote;

		n = n < size - at ? n : size - at;
		for (size_t i = 0; i < n; i++)
			piece[i] = pattern(at + i);
		wrote = write(fd, piece, n);
		if (wrote < 0)
			return -1;
		at += (size_t)wrote;
	}
	return 0;
}

/* Whether FD holds SIZE bytes of the pattern, and no more. */
static inline bool read_pattern(int fd, size_t size)
{
	static unsigned char piece[PIECE_MAX];
	size_t at = 0;
	ssize_t n;

	while ((n = read(fd, piece, 1 + (size_t)rand() % (PIECE_MAX - 1))) > 0) {
		for (ssize_t i = 0; i < n; i++, at++) {
			if (piece[i] != pattern(at))
				return false;
		}
	}
	return n == 0 && at == size;
}

static inline pid_t start_writer(int fd, int other, size_t size)
{
	pid_t pid = fork();

	if (pid == 0) {
		close(other);
		_exit(write_pattern(fd, size) != 0);
	}
	close(fd);
	return pid;
}

static inline pid_t start_reader(int fd, int other, size_t size)
{
	pid_t pid = fork();

	if (pid == 0) {
		close(other);
		_exit(!read_pattern(fd, size));
	}
	close(fd);
	return pid;
}

static inline bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Run FLOW to its end as a loop would. */
static inline void pump(struct flow *flow)
{
	unsigned ready = 0;

	for (;;) {
		bool sink;

		flow_run(flow, ready);
		if (flow->state >= FLOW_DONE)
			return;
		sink = flow->wait == FLOW_WAIT_SINK;
		must(sink || flow_undelivered(flow) == 0);
		must(poll(&(struct pollfd){.fd = sink ? flow->to->fd : flow->from->fd,
				  .events = sink ? POLLOUT : POLLIN},
			     1, LIMIT_S * 1000) == 1);
		ready = sink ? LOOP_WRITE : LOOP_READ;
	}
}

static inline bool is_file(enum kind kind)
{
	return kind == FILE_PLAIN || kind == FILE_APPEND;
}

/* Make SIZE bytes of the pattern come out of IN[0]; returns the process that does it, or -1. */
static inline pid_t feed(enum kind kind, int in[2], size_t size)
{
	if (kind == NOTHING)
		return -1;
	if (!is_file(kind))
		return start_writer(in[1], in[0], size);
	must(write_pattern(in[1], size) == 0 && lseek(in[0], 0, SEEK_SET) == 0);
	close(in[1]);
	return -1;
}

#endif
