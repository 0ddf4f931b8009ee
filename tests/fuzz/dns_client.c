/* SPDX-License-Identifier: ISC */
/* dns_client.c - what DNS servers may answer, over UDP and TCP, in time or late: each question has
 * at most one result, which is a well-formed message or has a reason.
 *
 * The first byte tells how many servers and questions there are, and over what they are asked. Then
 * come messages: flags, a length, and that many bytes, in which fields are replaced with those of
 * the question if the flags say so.
 *
 * covers: names/dns/client.c names/dns/stream.c names/dns/tcp.c
 *         names/dns/udp.c
 * but: socket_failed */
#include "names/dns/client.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "core/loop/loop.h"
#include "core/os/host.h"
#include "core/sock/sock.h"
#include "fuzz.h"
#include "names/dns/client_private.h"
#include "names/dns/type.h"

/* Flags of a message, and of the first byte. */
enum { OWN_ID = 1, OWN_QUESTION = 2, CUT = 4, THEN_CLOSE = 8, PEER_SHIFT = 4 };
enum {
	SERVERS_MASK = 3,
	QUESTIONS_SHIFT = 2,
	QUESTIONS_MASK = 3,
	OVER_TCP = 16,
	HURRIED = 32,
	UNREACHABLE = 64,
	WITHOUT_PORTS = 128
};
enum { PEERS = 32, QUESTION_SIZE = 12, LAST_TURNS = 8 };

/* The other side of each socket of the client, and the last question that it received. */
static struct peer {
	int fd;
	bool stream;
	unsigned char query[DNS_LENGTH_SIZE + DNS_QUERY_MAX];
	size_t query_size;
} peers[PEERS];
static size_t peer_count;

static int open_pair(int type)
{
	int fds[2];

	if (peer_count == PEERS) {
		errno = ENETUNREACH;
		return -1;
	}
	must(sock_pair(type, fds) == 0);
	peers[peer_count++] = (struct peer){.fd = fds[1], .stream = type == SOCK_STREAM};
	return fds[0];
}

/* Whether connects fail, and how. */
static int connect_error;

static int connect_pair(const struct addr *addr)
{
	must(addr->size > 0);
	errno = connect_error;
	return connect_error ? -1 : 0;
}

/* Predictable ids. */
static int fill_in_turn(void *data, size_t size)
{
	static uint16_t next;

	for (size_t i = 0; i + sizeof next <= size; i += sizeof next, next++)
		memcpy((unsigned char *)data + i, &next, sizeof next);
	return 0;
}

#define sock_open(family, type, options, bad) open_pair(type)
#define sock_connect(fd, addr)		      connect_pair(addr)
#define os_random			      fill_in_turn
#include "names/dns/client.c"
#include "names/dns/udp.c"
#define readable stream_readable
#include "names/dns/stream.c"
#undef readable
#include "names/dns/tcp.c"
#undef os_random
#undef sock_connect
#undef sock_open

/* A run: what is still to be sent, and the result. */
struct run {
	struct loop *loop;
	struct loop_defer next;
	struct dns_client *client;
	const uint8_t *data;
	size_t size;
	unsigned turns;
	bool hurried; /* until the time is over */
	size_t asked, ended, wanted;
};

static void ask_one(struct run *r);

static void take_result(void *arg, const struct dns_result *result)
{
	struct run *r = arg;

	r->ended++;
	must(r->ended <= r->asked && result->server);
	must((result->outcome == DNS_MALFORMED) == (result->reason != NULL));
	if (result->outcome == DNS_ANSWERED)
		must(!dns_message_check(&result->message));
	else if (result->outcome == DNS_UNREACHABLE)
		must(result->error != 0);
	if (r->asked < r->wanted)
		ask_one(r);
}

static void ask_one(struct run *r)
{
	struct dns_question question = {.type = DNS_TYPE_A, .class = DNS_CLASS_IN};

	must(!dns_name_parse("a.test", &question.name));
	r->asked++;
	must(dns_ask(r->client, &question, take_result, r) == 0);
}

static void hear(struct peer *p)
{
	unsigned char query[sizeof p->query];
	ssize_t n;

	while (p->fd >= 0 && (n = recv(p->fd, query, sizeof query, 0)) > 0) {
		size_t skip = p->stream ? DNS_LENGTH_SIZE : 0;

		must((size_t)n > skip + DNS_HEADER_SIZE);
		p->query_size = (size_t)n - skip;
		memcpy(p->query, query + skip, p->query_size);
	}
}

/* Send the SIZE bytes at DATA as an answer of P. */
static void answer(struct peer *p, unsigned flags, const uint8_t *data, size_t size)
{
	struct bytes out = {0};
	size_t begin = p->stream ? DNS_LENGTH_SIZE : 0, from = 0;

	if (p->fd < 0)
		return;
	/* Over TCP, its length comes first. */
	bytes_add(&out, "\0\0", begin);
	if (flags & OWN_QUESTION && size >= DNS_HEADER_SIZE && p->query_size > 0) {
		from = DNS_HEADER_SIZE;
		bytes_add(&out, data, from);
		bytes_add(&out, p->query + from, QUESTION_SIZE);
	}
	bytes_add(&out, data + from, size - from);
	if (flags & OWN_ID && out.size >= begin + 2 && p->query_size > 0)
		memcpy(out.data + begin, p->query, 2);
	if (p->stream) {
		out.data[0] = (unsigned char)((out.size - begin) >> 8);
		out.data[1] = (unsigned char)(out.size - begin);
	}
	size_t send_size = flags & CUT ? out.size / 2 : out.size;
	UNCHECKED(send(p->fd, bytes_text(&out), send_size, MSG_NOSIGNAL | MSG_DONTWAIT));
	bytes_release(&out);
	if (flags & THEN_CLOSE) {
		close(p->fd);
		p->fd = -1;
	}
}

/* One message of the input each turn. */
static void turn(void *arg)
{
	struct run *r = arg;

	for (size_t i = 0; i < peer_count; i++)
		hear(&peers[i]);
	if (r->ended == r->wanted || (r->turns >= LAST_TURNS && !r->hurried)) {
		loop_stop(r->loop);
		return;
	}
	loop_defer(r->loop, &r->next, turn, r);
	if (r->size < 1 + DNS_LENGTH_SIZE || peer_count == 0) {
		r->turns++;
		return;
	}
	unsigned flags = r->data[0];
	size_t size = (size_t)r->data[1] << 8 | r->data[2];
	r->data += 1 + DNS_LENGTH_SIZE;
	r->size -= 1 + DNS_LENGTH_SIZE;
	if (size > r->size)
		size = r->size;
	/* Counted from the newest. */
	answer(&peers[peer_count - 1 - (flags >> PEER_SHIFT) % peer_count], flags, r->data, size);
	r->data += size;
	r->size -= size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct addr addrs[SERVERS_MASK + 1];
	struct dns_servers servers = {addrs, 0};
	struct run r = {.loop = loop_new(NULL)};
	unsigned how = size > 0 ? data[0] : 0;

	must(r.loop != NULL);
	peer_count = 0;
	connect_error = how & UNREACHABLE ? EHOSTUNREACH : how & WITHOUT_PORTS ? EADDRNOTAVAIL : 0;
	servers.count = 1 + (how & SERVERS_MASK);
	for (size_t i = 0; i < servers.count; i++)
		addr_loopback(AF_INET, (uint16_t)(53 + i), &addrs[i]);
	r.wanted = 1 + (how >> QUESTIONS_SHIFT & QUESTIONS_MASK);
	r.data = data + (size > 0);
	r.size = size - (size > 0);
	r.hurried = how & HURRIED;
	r.client = dns_client_new(
		r.loop, &servers, how & OVER_TCP, r.hurried ? NUM_NS_PER_MS : NUM_NS_PER_S * 3600);
	must(r.client != NULL);
	loop_defer(r.loop, &r.next, turn, &r);
	while (r.asked < (r.wanted + 1) / 2)
		ask_one(&r);
	must(loop_run(r.loop) == 0);
	dns_client_free(r.client);
	loop_defer_cancel(r.loop, &r.next);
	for (size_t i = 0; i < peer_count; i++)
		fd_close(peers[i].fd);
	loop_free(r.loop);
	return 0;
}
