/* SPDX-License-Identifier: ISC */
/* peer.c - shared by the programs at the other side of a test. */
#define _DEFAULT_SOURCE /* CMSG_SPACE, MSG_CMSG_CLOEXEC */
#include "peer.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
	LIFE_S = 360, /* longer than a test may take, whose own limit explains more */
	LINE = 2048,
};

static const char *name = "peer";
static struct sigaction before; /* of SIGPIPE */

void peer_begin(const char *program)
{
	const char *patience = getenv("SOCKIT_TEST_PATIENCE");

	name = program;
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &before);
	alarm(LIFE_S * (patience ? (unsigned)number(patience, 1000) : 1));
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
}

void peer_end(void)
{
	sigaction(SIGPIPE, &before, NULL);
	alarm(0);
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, 0);
#endif
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "%s: ", name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

void say(const char *format, ...)
{
	char line[LINE];
	va_list args;

	va_start(args, format);
	int size = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (size < 0 || size >= (int)sizeof(line) - 1)
		die("a line is too long to be printed");
	line[size++] = '\n';
	if (write_all(STDOUT_FILENO, line, (size_t)size) < 0)
		die("cannot write to standard output: %s", strerror(errno));
}

int write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t done = write(fd, at, size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		at += done;
		size -= (size_t)done;
	}
	return 0;
}

int take_fd(int from)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec part = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room)};
	struct cmsghdr *header;
	int fd, flags = 0;

#ifdef MSG_CMSG_CLOEXEC
	flags = MSG_CMSG_CLOEXEC;
#endif
	if (recvmsg(from, &message, flags) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* The byte after the backslash at *TEXT, which moves past the escape. */
static unsigned char escape(const char **text)
{
	static const char letters[] = "nrt0\\", bytes[] = "\n\r\t\0\\";
	const char *at = *text + 1;
	const char *found = *at ? strchr(letters, *at) : NULL;

	if (found) {
		*text = at + 1;
		return (unsigned char)bytes[found - letters];
	}
	unsigned value;
	int used = 0;
	if (sscanf(at, "x%2x%n", &value, &used) != 1 || used != 3)
		die("an unknown escape in \"%s\"", *text);
	*text = at + used;
	return (unsigned char)value;
}

unsigned char *unescape(const char *text, size_t *size)
{
	unsigned char *out = get(NULL, strlen(text) + 1);
	size_t n = 0;

	while (*text)
		out[n++] = *text == '\\' ? escape(&text) : (unsigned char)*text++;
	*size = n;
	return out;
}

uint64_t number(const char *text, uint64_t most)
{
	char *end;

	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > most)
		die("not a number up to %llu: \"%s\"", (unsigned long long)most, text);
	return value;
}

double seconds(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= 0 && value < INT_MAX))
		die("not a number of seconds: \"%s\"", text);
	return value;
}

void nap(double time)
{
	struct timespec left = {.tv_sec = (time_t)time};

	left.tv_nsec = (long)((time - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

void publish(const char *path, const char *format, ...)
{
	char fresh[PATH_MAX];
	va_list args;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	FILE *file = fopen(fresh, "w");
	if (!file)
		die("cannot write %s: %s", fresh, strerror(errno));
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fputc('\n', file);
	if (fclose(file) != 0 || rename(fresh, path) != 0)
		die("cannot write %s: %s", path, strerror(errno));
}

void *get(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	if (!memory)
		die("out of memory");
	return memory;
}
