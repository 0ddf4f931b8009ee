/* SPDX-License-Identifier: ISC */
/* dns_transfer.c - what a server may send for a zone over TCP: each message preceded by its length.
 * However it is cut, it ends in the same way, and no invalid record is used.
 *
 * covers: names/dns/transfer.c names/dns/stream.c
 * but: silent */
#include "names/dns/transfer.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/bytes.h"
#include "core/loop/loop.h"
#include "core/os/host.h"
#include "core/sock/sock.h"
#include "fuzz.h"
#include "mutate_dns.h"

enum { ENOUGH = 2000 };

/* The server is the other end of a socket pair; the id is that of its first message. */
static int server, client;
static uint16_t first_id;

#define sock_open(family, type, options, bad) client
#define sock_connect(fd, addr)		      (must(addr != NULL), 0)
#define os_random(data, size)		      (memcpy(data, &first_id, size), 0)
#include "names/dns/stream.c"
#include "names/dns/transfer.c"
#undef os_random
#undef sock_connect
#undef sock_open

/* The pieces that are still to be sent, one per turn. */
struct sender {
	const uint8_t *data;
	size_t size, cut;
	struct loop_defer next;
	struct loop *loop;
};

static void send_piece(void *arg)
{
	struct sender *s = arg;
	size_t size = s->cut > 0 && s->cut < s->size ? s->cut : s->size;

	must(size == 0 || send(server, s->data, size, MSG_NOSIGNAL) == (ssize_t)size);
	s->data += size;
	s->size -= size;
	s->cut = 0;
	if (size == 0)
		shutdown(server, SHUT_WR);
	else
		loop_defer(s->loop, &s->next, send_piece, s);
}

/* Each record of M must be valid, and all of them must be there. */
static bool see(void *arg, const struct dns_message *m)
{
	struct bytes *out = arg;
	struct dns_answers answers;
	struct dns_record record;
	size_t count = 0;

	dns_answers_begin(&answers, m);
	must(answers.left > 0);
	for (size_t left = answers.left; dns_answers_next(&answers, &record); count++) {
		must(record.data_at + record.data_size <= m->size && count < left);
		bytes_add(out, record.name.wire, record.name.size);
	}
	must(count > 0);
	/* Enough has been seen. */
	return out->size < ENOUGH;
}

static void transfer(const uint8_t *data, size_t size, size_t cut, struct bytes *out)
{
	struct dns_question question = {.type = DNS_TYPE_AXFR, .class = DNS_CLASS_IN};
	struct sender sender = {.data = data, .size = size, .cut = cut, .loop = loop_new(NULL)};
	struct addr nobody;
	int fds[2];

	must(sender.loop && sock_pair(SOCK_STREAM, fds) == 0);
	must(!dns_name_parse("zone.test", &question.name));
	client = fds[0];
	server = fds[1];
	addr_any(AF_INET, 53, &nobody);
	/* A server that sends nothing is gone before it is asked. */
	if (size > 0)
		loop_defer(sender.loop, &sender.next, send_piece, &sender);
	else
		close(server);
	struct dns_transfer_result r =
		dns_transfer_run(sender.loop, &nobody, &question, INT64_MAX / 2, see, out);
	must((r.outcome == DNS_TRANSFER_MALFORMED) == (r.reason != NULL));
	must((r.outcome == DNS_TRANSFER_REFUSED) == (r.code != DNS_NO_ERROR));
	must(r.outcome != DNS_TRANSFER_DONE || r.records >= 2);
	must(r.outcome != DNS_TRANSFER_TIMED_OUT);
	bytes_add_format(out, " %d %d %s %llu", (int)r.outcome, (int)r.code,
		r.reason ? r.reason : "", (unsigned long long)r.records);
	loop_defer_cancel(sender.loop, &sender.next);
	loop_free(sender.loop);
	if (size > 0)
		close(server);
}

#ifdef FUZZER
/* Change one of the messages, with its length. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	uint64_t random = seed;
	size_t at = 0;

	for (size_t tries = mutate_pick(&random, 8); tries > 0 && size - at >= DNS_LENGTH_SIZE;
		tries--) {
		size_t next = at + DNS_LENGTH_SIZE + mutate_get(data + at, DNS_LENGTH_SIZE);

		if (size < DNS_LENGTH_SIZE || next + DNS_LENGTH_SIZE > size)
			break;
		at = next;
	}
	if (size - at <= DNS_LENGTH_SIZE || mutate_pick(&random, 4) == 0)
		return LLVMFuzzerMutate(data, size, most);
	size_t begin = at + DNS_LENGTH_SIZE, length = mutate_get(data + at, DNS_LENGTH_SIZE);
	if (length > size - begin)
		length = size - begin;
	size_t room = length + most - size;
	uint8_t *one = malloc(room + 1);
	must(one != NULL);
	memcpy(one, data + begin, length);
	size_t now = room > 0 ? dns_mutate(one, length, room, &random) : 0;
	memmove(data + begin + now, data + begin + length, size - begin - length);
	memcpy(data + begin, one, now);
	free(one);
	mutate_put(data + at, DNS_LENGTH_SIZE, now);
	return size - length + now;
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes whole = {0}, cut = {0};

	first_id = size >= DNS_LENGTH_SIZE + sizeof first_id ? be16_get(data + DNS_LENGTH_SIZE) : 0;
	transfer(data, size, 0, &whole);
	const size_t cuts[] = {1, DNS_LENGTH_SIZE, size / 2, size > 0 ? size - 1 : 0};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		bytes_clear(&cut);
		transfer(data, size, cuts[i], &cut);
		must(cut.size == whole.size &&
			memcmp(bytes_text(&cut), bytes_text(&whole), cut.size) == 0);
	}
	bytes_release(&cut);
	bytes_release(&whole);
	return 0;
}
