/* SPDX-License-Identifier: ISC */
/* dns-server.c - a DNS server on loopback whose answers are determined by the first label of the
 * question.
 *
 *     dns-server --port-file FILE [--log FILE] [--address ADDRESS] [--port PORT] [--no-tcp]
 *                [--fail CODE]         every answer is no record and the code
 *
 * raw-HEX.[HEX.]WORD  one record of the type asked, all HEX its data (underscores are left out)
 * a-N...              N records of type A; more than 512 bytes of them are truncated over UDP
 * delay-MS...         one record of type A, after MS milliseconds
 * rcode-N...          no record and the code N;  bare-N: the same without the question
 * aliases-N...        one record of type A, behind N aliases, in the wrong order
 * nothing-N...        N aliases, and no record;  gone-N: the same with the code 3, no such name
 * refer-N...          N aliases, and no record but the name server of another zone, without
 *                     recursion
 * unfollowed-N...     N aliases, and no record, without recursion
 * edns...             an address whose last two numbers are the size that EDNS allows, and 1.1.1.1
 *                     if it has the DO bit
 * signed...           one record of type A, and with the DO bit its signature, both checked (AD)
 * old...              the code 1, malformed, if there is EDNS, else one record of type A
 * version...          a TXT record in the class of the question: "9"
 * zone-N...           of type AXFR: SOA, N records of type A in messages of up to 100, SOA
 * torn-N...           the same without the SOA at the end
 * lost-N...           silence for the first N times, then one record of type A
 * silent...           silence
 * sender...           an answer from another port, then one record of type A
 * half-N...           the same as a-N, but over TCP only the first 20 bytes
 * flood-N...          N answers with other ids, then silence
 * port...             over UDP, an address whose last two numbers are the port that asked
 * a name of lib/dns.c's list of bad answers: a message that is wrong in that way
 * anything else       one record of type A
 *
 * UDP and TCP share the port, unless nothing listens on TCP. The log has a line `udp|tcp NAME TYPE`
 * for each question.
 */
#define _DEFAULT_SOURCE /* getopt_long */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lib/dns.h"
#include "lib/peer.h"
#include "lib/place.h"

enum {
	PLAIN_UDP = 512,
	TCP_PIECE = 100,
	HALF = 20,
	TCP_PATIENCE_S = 20,
	SENDER_MS = 100,
	ZONE_PIECE = 100
};

/* An answer that is not due yet. */
struct later {
	struct later *next;
	int64_t due_ms;
	struct sockaddr_storage to;
	socklen_t to_size;
	size_t size;
	uint8_t data[];
};

/* How many times a name was asked for. */
struct asked {
	struct asked *next;
	unsigned times;
	char name[DNS_NAME_MAX];
};

struct server {
	int udp, tcp, other;
	unsigned fail; /* the code of every answer; 0: according to the question */
	FILE *log;
	struct later *later;
	struct asked *asked;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static unsigned times_asked(struct server *server, const char *name)
{
	struct asked *one = server->asked;

	while (one && strcmp(one->name, name) != 0)
		one = one->next;
	if (!one) {
		one = get(NULL, sizeof(*one));
		*one = (struct asked){.next = server->asked};
		snprintf(one->name, sizeof(one->name), "%s", name);
		server->asked = one;
	}
	return ++one->times;
}

/* Add COUNT addresses, or the first of them if they are too many for a datagram. */
static void answer_addresses(
	struct wire *w, const struct question *q, unsigned count, bool over_tcp)
{
	dns_begin(w, q);
	for (unsigned i = 0; i < count; i++)
		dns_add_address(w, 192, 0, 2, (uint8_t)i);
	if (w->size <= PLAIN_UDP || over_tcp)
		return;
	dns_begin(w, q);
	for (uint8_t i = 0; i < 9; i++)
		dns_add_address(w, 192, 0, 2, i);
	dns_set_flags(w, DNS_ANSWER | DNS_TRUNCATED);
}

/* The labels but the last, as hex. */
static void answer_raw(struct wire *w, const struct question *q)
{
	uint8_t data[DNS_NAME_MAX];
	size_t size = 0;
	unsigned half = 0, value = 0;

	for (const char *at = q->name + strlen("raw-"); at < strrchr(q->name, '.'); at++) {
		const char *digit = strchr("0123456789abcdef", *at);
		if (!digit)
			continue;
		value = value << 4 | (unsigned)(digit - "0123456789abcdef");
		if (half++ % 2)
			data[size++] = (uint8_t)value;
	}
	dns_begin(w, q);
	dns_add(w, DNS_QUESTION_NAME, q->type, data, size);
}

static void add_aliases(struct wire *w, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		dns_add_alias(w, dns_numbered(i), dns_numbered(i + 1));
}

/* Add the last one first, as some servers do. */
static void answer_aliases(struct wire *w, const struct question *q, unsigned count)
{
	dns_begin(w, q);
	dns_add(w, dns_numbered(count), 1, "\300\0\2\1", 4);
	add_aliases(w, count);
}

static void answer_edns(struct wire *w, const struct question *q)
{
	dns_begin(w, q);
	dns_add_address(w, 10, 0, (uint8_t)(q->edns >> 8), (uint8_t)q->edns);
	if (q->dnssec)
		dns_add_address(w, 1, 1, 1, 1);
}

static void answer_signed(struct wire *w, const struct question *q)
{
	static const char signature[] = "\0\1\15\2\0\0\0\74\0\0\0\2\0\0\0\1\0\7\4test\0sign";

	dns_begin(w, q);
	dns_add_address(w, 192, 0, 2, 1);
	if (!q->dnssec)
		return;
	dns_add(w, DNS_QUESTION_NAME, 46, signature, sizeof(signature) - 1);
	dns_set_flags(w, DNS_ANSWER | DNS_AUTHENTIC);
}

/* Add a TXT record of the class that was asked for. */
static void answer_version(struct wire *w, const struct question *q)
{
	size_t class_at;

	dns_begin(w, q);
	class_at = w->size + 4;
	dns_add(w, DNS_QUESTION_NAME, 16,
		"\1"
		"9",
		2);
	memcpy(w->data + class_at, q->wire + q->wire_size - 2, 2);
}

/* Fill W, which remains empty if the answer is silence or nothing; returns the milliseconds to
 * wait, or -1 for silence. */
static int answer(struct server *server, const struct question *q, bool over_tcp, struct wire *w)
{
	const char *dash = strchr(q->first, '-');
	size_t size = dash ? (size_t)(dash - q->first) : strlen(q->first);
	unsigned value = dash ? (unsigned)strtoul(dash + 1, NULL, 10) : 0;
#define WORD(text) (size == strlen(text) && strncmp(q->first, text, size) == 0)

	w->size = 0;
	if (server->fail) {
		dns_begin(w, q);
		dns_set_flags(w, (uint16_t)(DNS_ANSWER | server->fail));
		return 0;
	}
	if (dns_bad_answer(w, q))
		return 0;
	if (WORD("silent") || WORD("flood") ||
		(WORD("lost") && times_asked(server, q->name) <= value))
		return -1;
	if (WORD("raw")) {
		answer_raw(w, q);
	} else if (WORD("rcode") || WORD("bare")) {
		dns_begin_as(w, q, WORD("bare") ? 0 : q->wire_size);
		dns_set_flags(w, (uint16_t)(DNS_ANSWER | value));
	} else if (WORD("aliases")) {
		answer_aliases(w, q, value);
	} else if (WORD("nothing") || WORD("gone")) {
		dns_begin(w, q);
		add_aliases(w, value);
		dns_set_flags(w, (uint16_t)(DNS_ANSWER | (WORD("gone") ? 3 : 0)));
	} else if (WORD("refer") || WORD("unfollowed")) {
		dns_begin(w, q);
		add_aliases(w, value);
		dns_set_flags(w, DNS_ANSWER & ~DNS_RECURSES);
		if (WORD("refer"))
			dns_add_server(w);
	} else if (WORD("edns")) {
		answer_edns(w, q);
	} else if (WORD("signed")) {
		answer_signed(w, q);
	} else if (WORD("old") && q->edns) {
		dns_begin(w, q);
		dns_set_flags(w, DNS_ANSWER | 1);
	} else if (WORD("version")) {
		answer_version(w, q);
	} else if (WORD("a") || WORD("half")) {
		answer_addresses(w, q, dash ? value : 40, over_tcp);
	} else {
		dns_begin(w, q);
		dns_add_address(w, 192, 0, 2, 1);
		return WORD("delay") ? (int)value : 0;
	}
#undef WORD
	return 0;
}

static void note(struct server *server, const char *way, const struct question *q)
{
	if (!server->log)
		return;
	fprintf(server->log, "%s %s %u\n", way, q->name, q->type);
	fflush(server->log);
}

/* A datagram that cannot be sent is lost, as datagrams are. */
static void send_to(int fd, const struct wire *w, const struct sockaddr_storage *to, socklen_t size)
{
	if (sendto(fd, w->data, w->size, 0, (const struct sockaddr *)to, size) < 0)
		fprintf(stderr, "dns-server: cannot answer: %s\n", strerror(errno));
}

static void send_later(struct server *server, const struct wire *w, int delay_ms,
	const struct sockaddr_storage *to, socklen_t to_size)
{
	struct later *one = get(NULL, sizeof(*one) + w->size), **at = &server->later;

	*one = (struct later){
		.due_ms = now_ms() + delay_ms, .to = *to, .to_size = to_size, .size = w->size};
	memcpy(one->data, w->data, w->size);
	while (*at && (*at)->due_ms <= one->due_ms)
		at = &(*at)->next;
	one->next = *at;
	*at = one;
}

static void send_due(struct server *server)
{
	static struct wire w;

	while (server->later && server->later->due_ms <= now_ms()) {
		struct later *one = server->later;
		server->later = one->next;
		w.size = one->size;
		memcpy(w.data, one->data, one->size);
		send_to(server->udp, &w, &one->to, one->to_size);
		free(one);
	}
}

static uint16_t port_of(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
	return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

static void take_datagram(struct server *server)
{
	static struct wire w;
	static struct question q;
	struct sockaddr_storage from;
	socklen_t from_size = sizeof(from);
	ssize_t size = recvfrom(
		server->udp, w.data, sizeof(w.data), 0, (struct sockaddr *)&from, &from_size);

	if (size < 0 || !dns_parse(&q, w.data, (size_t)size))
		return;
	note(server, "udp", &q);
	int delay_ms = answer(server, &q, false, &w);
	if (strcmp(q.first, "sender") == 0) {
		static struct wire forged;
		dns_begin(&forged, &q);
		dns_add_address(&forged, 6, 6, 6, 6);
		send_to(server->other, &forged, &from, from_size);
		delay_ms = SENDER_MS;
	} else if (strncmp(q.first, "flood-", 6) == 0) {
		dns_begin(&w, &q);
		dns_add_address(&w, 192, 0, 2, 1);
		for (unsigned i = (unsigned)strtoul(q.first + 6, NULL, 10); i > 0; i--) {
			dns_set_id(&w, (uint16_t)(q.id ^ i));
			send_to(server->udp, &w, &from, from_size);
		}
	} else if (strcmp(q.first, "port") == 0) {
		uint16_t port = port_of(&from);
		dns_begin(&w, &q);
		dns_add_address(&w, 10, 0, (uint8_t)(port >> 8), (uint8_t)port);
	}
	if (delay_ms == 0)
		send_to(server->udp, &w, &from, from_size);
	else if (delay_ms > 0)
		send_later(server, &w, delay_ms, &from, from_size);
}

/* Receive all SIZE bytes. */
static bool receive(int fd, uint8_t *data, size_t size)
{
	return recv(fd, data, size, MSG_WAITALL) == (ssize_t)size;
}

/* Write W, preceded by its length, in pieces, but at most MOST bytes in all. */
static bool write_message(int fd, struct wire *w, size_t most)
{
	memmove(w->data + 2, w->data, w->size);
	w->data[0] = (uint8_t)(w->size >> 8);
	w->data[1] = (uint8_t)w->size;
	w->size = w->size + 2 < most ? w->size + 2 : most;
	for (size_t at = 0; at < w->size; at += TCP_PIECE)
		if (write_all(fd, w->data + at,
			    w->size - at < TCP_PIECE ? w->size - at : TCP_PIECE) < 0)
			return false;
	return true;
}

static void add_soa(struct wire *w)
{
	static const char data[] = "\300\14\300\14\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5";

	dns_add(w, DNS_QUESTION_NAME, 6, data, sizeof(data) - 1);
}

/* Write a zone of COUNT addresses, with its end if HAS_END. */
static void write_zone(int fd, const struct question *q, unsigned count, bool has_end)
{
	static struct wire w;

	dns_begin(&w, q);
	add_soa(&w);
	for (unsigned i = 1; i <= count; i++) {
		dns_add_address(&w, 10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i);
		if (i % ZONE_PIECE != 0)
			continue;
		if (!write_message(fd, &w, SIZE_MAX))
			return;
		dns_begin(&w, q);
	}
	if (has_end)
		add_soa(&w);
	else
		dns_add_address(&w, 10, 0, 0, 0);
	write_message(fd, &w, SIZE_MAX);
}

/* Whether Q asks for a zone that is served here. */
static bool serve_zone(int fd, const struct question *q)
{
	enum { AXFR = 252 };
	bool whole = strncmp(q->first, "zone-", 5) == 0;

	if (q->type != AXFR || (!whole && strncmp(q->first, "torn-", 5) != 0))
		return false;
	write_zone(fd, q, (unsigned)strtoul(q->first + 5, NULL, 10), whole);
	return true;
}

/* Serve one question, with its answer in pieces. */
static void serve_stream(struct server *server, int fd)
{
	static struct wire w;
	static struct question q;
	uint8_t length[2];
	struct timeval patience = {.tv_sec = TCP_PATIENCE_S};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!receive(fd, length, 2))
		return;
	size_t size = (size_t)length[0] << 8 | length[1];
	if (!receive(fd, w.data, size) || !dns_parse(&q, w.data, size))
		return;
	note(server, "tcp", &q);
	if ((!server->fail && serve_zone(fd, &q)) || answer(server, &q, true, &w) < 0)
		return;
	write_message(fd, &w, strncmp(q.first, "half", 4) == 0 ? HALF : SIZE_MAX);
}

static void take_connection(struct server *server)
{
	int fd = accept(server->tcp, NULL, NULL);

	if (fd < 0)
		return;
	serve_stream(server, fd);
	close(fd);
}

/* Bind both sockets to a port that is free for both. */
static void bind_both(struct server *server, const char *address, const char *port)
{
	const char *form = strchr(address, ':') ? "%s[%s]:%s" : "%s%s:%s";
	char text[128], number_text[8];

	for (int tries = 0; tries < 100; tries++) {
		snprintf(text, sizeof(text), form, "", address, port);
		struct place place = place_parse(text);
		server->tcp = place_bind(&place);
		snprintf(number_text, sizeof(number_text), "%u", place_port(server->tcp));
		snprintf(text, sizeof(text), form, "udp:", address, number_text);
		place = place_parse(text);
		server->udp = place_socket(&place);
		if (bind(server->udp, (const struct sockaddr *)&place.address, place.size) == 0) {
			snprintf(text, sizeof(text), form, "udp:", address, "0");
			place = place_parse(text);
			server->other = place_bind(&place);
			return;
		}
		close(server->udp);
		close(server->tcp);
	}
	die("no port is free for UDP and TCP: %s", strerror(errno));
}

static _Noreturn void serve(struct server *server, bool tcp)
{
	if (tcp && listen(server->tcp, 128) < 0)
		die("cannot listen: %s", strerror(errno));
	for (;;) {
		struct pollfd ready[] = {{.fd = server->udp, .events = POLLIN},
			{.fd = tcp ? server->tcp : -1, .events = POLLIN}};
		int64_t wait_ms = server->later ? server->later->due_ms - now_ms() : -1;
		if (server->later && wait_ms < 0)
			wait_ms = 0;
		if (poll(ready, 2, (int)wait_ms) < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		if (ready[0].revents)
			take_datagram(server);
		if (ready[1].revents)
			take_connection(server);
		send_due(server);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"port-file", required_argument, NULL, 'f'},
		{"log", required_argument, NULL, 'l'}, {"address", required_argument, NULL, 'a'},
		{"port", required_argument, NULL, 'p'}, {"no-tcp", no_argument, NULL, 'n'},
		{"fail", required_argument, NULL, 'e'}, {0}};
	struct server server = {.log = NULL};
	const char *port_file = NULL, *address = "127.0.0.1", *port = "0";
	bool tcp = true;

	peer_begin("dns-server");
	for (int letter; (letter = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (letter) {
		case 'f': port_file = optarg; break;
		case 'l':
			if (!(server.log = fopen(optarg, "a")))
				die("cannot write %s: %s", optarg, strerror(errno));
			break;
		case 'a': address = optarg; break;
		case 'p': port = optarg; break;
		case 'n': tcp = false; break;
		case 'e': server.fail = (unsigned)number(optarg, 15); break;
		default: return 2;
		}
	}
	if (!port_file)
		die("--port-file is missing");
	bind_both(&server, address, port);
	place_publish(server.udp, port_file);
	serve(&server, tcp);
}
