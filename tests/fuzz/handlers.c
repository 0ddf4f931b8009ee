/* SPDX-License-Identifier: ISC */
/* handlers.c - what a client sends to the handlers of tcp-serve that answer messages, perhaps after
 * a PROXY header, in two pieces: the answers are right, and the connection ends.
 *
 * The first byte is the handler and whether there is a header, the second where the input is cut.
 *
 * covers: tcp/services/talker.c tcp/services/message.c tcp/services/roster.c tcp/server/arrival.c
 * but: silence_over talker_stop talker_measure too_slow arrival_end_all */
#include <errno.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/text.h"
#include "core/loop/loop.h"
#include "json_line.h"
#include "tcp/proxy/proxy_header.h"
#include "tcp/server/arrival.h"
#include "tcp/server/server.h"
#include "tcp/services/handlers.h"
#include "tcp/services/service_kinds.h"

enum { REVERSE, ROSTER, TIMESTAMP, ECHO, DISCARD, KINDS, HEADER = 8, CLIENTS = 2, ROOM = 65536 };

/* A client, and what it still has to send. */
struct client {
	struct loop *loop;
	int fd;
	const uint8_t *data;
	size_t size;
	struct loop_defer rest;
};

static void send_all(struct client *c, size_t size)
{
	must(size == 0 || send(c->fd, c->data, size, MSG_NOSIGNAL) > 0 || errno == EPIPE);
	c->data += size;
	c->size -= size;
}

static void send_rest(void *arg)
{
	struct client *c = arg;

	send_all(c, c->size);
	shutdown(c->fd, SHUT_WR);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Everything that the client has received. */
static size_t receive(int fd, char out[ROOM])
{
	size_t size = 0;
	ssize_t n;

	while (size < ROOM && (n = recv(fd, out + size, ROOM - size, 0)) > 0)
		size += (size_t)n;
	return size;
}

/* One connection of S, from the beginning to the end. */
static size_t serve(struct server *s, struct client *c, size_t cut, char out[ROOM])
{
	struct accepted accepted = {.kind = END_STREAM};
	int fd[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	must(fd_set_nonblock(fd[0], true) == 0);
	c->fd = fd[1];
	accepted.fd = fd[0];
	addr_loopback(AF_INET, 5, &accepted.peer);
	send_all(c, cut < c->size ? cut : c->size);
	/* Before any turn, so that no client is silent, however slow the machine. */
	loop_defer(s->loop, &c->rest, send_rest, c);
	must(server_start(s, stop, s->loop) == 0);
	if (s->plan->proxy_protocol)
		arrival_start(s, &accepted);
	else
		server_serve(s, &accepted);
	server_finish(s);
	must(loop_run(s->loop) == 0);
	loop_defer_cancel(s->loop, &c->rest);
	must(s->open_count == 0 && s->arriving == 0);
	size_t size = receive(fd[1], out);
	close(fd[1]);
	s->stopping = false;
	return size;
}

static size_t character(const uint8_t *end, size_t size)
{
	uint32_t code;

	for (size_t n = size < 4 ? size : 4; n > 1; n--) {
		if (text_utf8_next(end - n, n, &code) == n)
			return n;
	}
	return 1;
}

/* Each line must be reversed; the last one, if it has no end, may have come in two pieces. */
static void check_reversed(const uint8_t *data, size_t size, const char *out, size_t out_size)
{
	must(out_size == size);
	while (size > 0) {
		const uint8_t *newline = memchr(data, '\n', size);
		size_t length = newline ? (size_t)(newline - data) : size;
		size_t line = length + (newline != NULL);

		for (size_t left = length; left > 0 && newline;) {
			size_t n = character(data + left, left);

			must(memcmp(out, data + left - n, n) == 0);
			out += n;
			left -= n;
		}
		if (!newline)
			return;
		must(*out++ == '\n');
		data += line;
		size -= line;
	}
}

static size_t lines_in(const void *data, size_t size)
{
	const char *at = data;
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += at[i] == '\n' || (i + 1 == size);
	return count;
}

/* Check the answer to DATA, which does not include a PROXY header. */
static void check(int kind, const uint8_t *data, size_t size, const char *out, size_t out_size)
{
	if (kind == REVERSE)
		check_reversed(data, size, out, out_size);
	else if (kind == ROSTER)
		must(size == 0 ? out_size == 0
			       : out_size == ROOM || fuzz_is_json_line(out, out_size));
	else if (kind == ECHO)
		must(out_size == size && memcmp(out, data, size) == 0);
	else if (kind == DISCARD)
		must(out_size == 0);
	else
		must(out_size == ROOM ||
			(lines_in(out, out_size) == lines_in(data, size) && out_size >= size));
}

/* How many bytes of DATA are a header that names a peer; SIZE or more: there is none. */
static size_t header_size(const uint8_t *data, size_t size)
{
	struct proxy_header header = {.size = 0};
	size_t used = proxy_header_feed(&header, data, size);

	return header.state == PROXY_HEADER_DONE ? used : size + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct service *const services[] = {&reverse_service, &roster_service,
		&timestamp_service, &echo_service, &discard_service};
	static const struct access everyone = {0};
	static const struct sock_options none = {0};
	static char out[ROOM];
	struct roster roster = {0};
	struct server_plan plan = {.conns_max = UINT64_MAX, .access = &everyone, .options = &none};
	struct loop *loop = loop_new(NULL);
	int kind = size > 0 ? data[0] % KINDS : 0;

	must(loop != NULL);
	plan.proxy_protocol = size > 0 && data[0] & HEADER;
	struct server server = {
		.loop = loop, .plan = &plan, .service = services[kind], .config = &roster};
	for (int i = 0; i < CLIENTS && size > 2; i++) {
		struct client client = {loop, -1, data + 2, size - 2, {0}};
		size_t begin = plan.proxy_protocol ? header_size(data + 2, size - 2) : 0;
		size_t received = serve(&server, &client, data[1], out);

		if (begin > size - 2)
			must(received == 0);
		else
			check(kind, data + 2 + begin, size - 2 - begin, out, received);
	}
	server_release(&server);
	roster_release(&roster);
	loop_free(loop);
	return 0;
}
