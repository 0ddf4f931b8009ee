/* SPDX-License-Identifier: ISC */
/* text.c - services that only send: a given text, the time, or an endless stream of characters. */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/uncleared.h"
#include "tcp/services/handlers.h"
#include "tcp/services/service_kinds.h"

/* RFC 868 counts from 1900, clocks from 1970. */
static const uint32_t seconds_1900_to_1970 = 2208988800U;

/* A text being sent; DATA is either the service's or OWN. */
struct text {
	const unsigned char *data;
	size_t size, sent;
	unsigned char own[48];
};

/* A client that has received everything may still be sending. */
static enum conn_ending ending_of(const char *reason)
{
	return strcmp(reason, "done") == 0 ? CONN_DRAIN : CONN_CLOSE;
}

static void text_end(struct conn *c, const char *reason)
{
	struct text *t = conn_state(c);

	conn_end(c,
		&(struct conn_result){
			.reason = reason, .sent_bytes = t->sent, .ending = ending_of(reason)});
}

static void text_send(void *arg, int fd, unsigned ready)
{
	struct conn *c = arg;
	struct text *t = conn_state(c);
	int err = conn_send(c, t->data, t->size, &t->sent);

	(void)ready;
	if (!err && t->sent < t->size &&
		loop_watch(c->server->loop, fd, LOOP_WRITE, text_send, c) < 0)
		err = errno;
	if (err)
		text_end(c, conn_complain(c, err));
	else if (t->sent == t->size)
		text_end(c, "done");
}

static void text_start(struct conn *c, const void *data, size_t size)
{
	struct text *t = conn_state(c);

	t->data = data;
	t->size = size;
	text_send(c, c->fd, LOOP_WRITE);
}

static void text_stop(struct conn *c)
{
	text_end(c, "signal");
}

static void text_measure(struct conn *c, struct conn_result *result)
{
	struct text *t = conn_state(c);

	result->sent_bytes = t->sent;
}

static void reply_start(struct conn *c)
{
	const struct bytes *reply = c->server->config;

	text_start(c, reply->data, reply->size);
}

static void daytime_start(struct conn *c)
{
	struct text *t = conn_state(c);
	time_t now = clock_wall().tv_sec;
	struct tm tm;

	localtime_r(&now, &tm);
	text_start(c, t->own,
		strftime((char *)t->own, sizeof t->own, "%a %b %e %H:%M:%S %Y\r\n", &tm));
}

static void time_start(struct conn *c)
{
	struct text *t = conn_state(c);
	uint32_t now = (uint32_t)clock_wall().tv_sec + seconds_1900_to_1970;

	for (int i = 0; i < 4; i++)
		t->own[i] = (unsigned char)(now >> (24 - 8 * i));
	text_start(c, t->own, 4);
}

const struct service reply_service = {.size = sizeof(struct text),
	.start = reply_start,
	.stop = text_stop,
	.measure = text_measure};
const struct service daytime_service = {.size = sizeof(struct text),
	.start = daytime_start,
	.stop = text_stop,
	.measure = text_measure};
const struct service time_service = {.size = sizeof(struct text),
	.start = time_start,
	.stop = text_stop,
	.measure = text_measure};

/* RFC 864 as usual: lines of 72 of the 95 printable characters, each starting one character
 * later. */
enum {
	PRINTABLE = 95,
	LINE = 72,
	PATTERN = PRINTABLE * (LINE + 2),
	PATTERNS = 9, /* per buffer, so that one system call sends much */
};

struct chargen {
	uint64_t received, sent;
};

static const unsigned char *chargen_pattern(void)
{
	static unsigned char pattern[PATTERN * PATTERNS];
	unsigned char *out = pattern;

	if (*pattern)
		return pattern;
	for (int line = 0; line < PRINTABLE * PATTERNS; line++) {
		for (int i = 0; i < LINE; i++)
			*out++ = (unsigned char)(' ' + (line + i) % PRINTABLE);
		*out++ = '\r';
		*out++ = '\n';
	}
	return pattern;
}

static void chargen_end(struct conn *c, const char *reason)
{
	struct chargen *g = conn_state(c);

	conn_end(c,
		&(struct conn_result){.reason = reason,
			.received_bytes = g->received,
			.sent_bytes = g->sent,
			.ending = ending_of(reason)});
}

/* Discard what the client sends, according to the RFC. False: it ended. */
static bool chargen_discard(struct chargen *g, int fd)
{
	UNCLEARED unsigned char waste[4096];
	ssize_t n = recv(fd, waste, sizeof waste, MSG_DONTWAIT);

	if (n > 0)
		g->received += (uint64_t)n;
	return n != 0;
}

static void chargen_ready(void *arg, int fd, unsigned ready)
{
	struct conn *c = arg;
	struct chargen *g = conn_state(c);
	unsigned want = LOOP_READ | LOOP_WRITE;
	size_t at = (size_t)(g->sent % PATTERN);

	if (ready & LOOP_READ && !chargen_discard(g, fd))
		want = LOOP_WRITE;
	if (ready & LOOP_WRITE) {
		ssize_t n = send(fd, chargen_pattern() + at, (size_t)PATTERN * PATTERNS - at,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && !fd_would_block(errno) && errno != EINTR) {
			chargen_end(c, conn_complain(c, errno));
			return;
		}
		g->sent += n > 0 ? (uint64_t)n : 0;
		conn_moved(c);
	}
	if (want == LOOP_WRITE && loop_watch(c->server->loop, fd, want, chargen_ready, c) < 0)
		chargen_end(c, conn_complain(c, errno));
}

static void chargen_start(struct conn *c)
{
	if (loop_watch(c->server->loop, c->fd, LOOP_READ | LOOP_WRITE, chargen_ready, c) < 0)
		chargen_end(c, conn_complain(c, errno));
}

static void chargen_stop(struct conn *c)
{
	chargen_end(c, "signal");
}

static void chargen_measure(struct conn *c, struct conn_result *result)
{
	struct chargen *g = conn_state(c);

	result->received_bytes = g->received;
	result->sent_bytes = g->sent;
}

const struct service chargen_service = {.size = sizeof(struct chargen),
	.start = chargen_start,
	.stop = chargen_stop,
	.measure = chargen_measure};
