/* SPDX-License-Identifier: ISC */
/* client.c - query DNS servers, many questions at a time: which server, when, and retries. */
#include "names/dns/client.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "core/os/host.h"
#include "names/dns/client_private.h"

/* If the time is short, the first try gets one of these parts. */
enum { TIME_PARTS = 5 };

static const int64_t first_try_ns = NUM_NS_PER_S;
static const int64_t again_ns = 10 * NUM_NS_PER_MS;

static void ask(struct dns_query *q);

static void query_unlink(struct dns_query *q)
{
	struct dns_client *c = q->client;

	if (q->before)
		q->before->next = q->next;
	else
		c->open = q->next;
	if (q->next)
		q->next->before = q->before;
	c->open_count--;
	c->by_id[q->id] = NULL;
	loop_timer_stop(c->loop, &q->timer);
	dns_udp_stop(q);
	dns_tcp_stop(q);
}

static void query_end(struct dns_query *q, struct dns_result result)
{
	result.server = &q->client->servers->addrs[q->server];
	query_unlink(q);
	q->fn(q->arg, &result);
	free(q->stream.room);
	free(q);
}

/* Whether there is another server that has not failed yet; if so, Q moves to it. */
static bool next_server(struct dns_query *q)
{
	if (++q->failed >= q->client->servers->count)
		return false;
	q->server = (q->server + 1) % q->client->servers->count;
	return true;
}

void dns_query_failed(struct dns_query *q, int err, const char *reason)
{
	if (next_server(q)) {
		ask(q);
		return;
	}
	query_end(q,
		(struct dns_result){.outcome = reason ? DNS_MALFORMED : DNS_UNREACHABLE,
			.reason = reason,
			.error = err});
}

/* How long this try of Q, over TCP or not, may take until the next one: twice as long as the
 * previous one. */
static int64_t time_of_try(const struct dns_query *q, bool over_tcp)
{
	const struct dns_client *c = q->client;
	int64_t left = q->give_up_ns - loop_now(c->loop), wait = c->timeout_ns / TIME_PARTS;

	/* TCP itself retransmits. */
	if (over_tcp && c->servers->count == 1)
		return left;
	if (wait > first_try_ns)
		wait = first_try_ns;
	if (over_tcp)
		wait *= 2;
	for (unsigned i = 1; i < q->tries && wait < left; i++)
		wait *= 2;
	return wait < left ? wait : left;
}

/* Q was sent, or could not be because of ERR, an errno; the next try is after WAIT_NS. */
static void was_sent(struct dns_query *q, int err, int64_t wait_ns)
{
	/* Other questions must end first, or release their descriptors or ports. */
	bool for_now = fd_would_block(err) || err == ENOBUFS || err == EMFILE || err == ENFILE ||
		err == ENOMEM || err == EADDRNOTAVAIL;

	q->error = err;
	if (err && !for_now) {
		dns_query_failed(q, err, NULL);
		return;
	}
	if (err) {
		q->tries--;
		if (wait_ns > again_ns)
			wait_ns = again_ns;
	}
	if (loop_timer_set(q->client->loop, &q->timer, wait_ns) < 0)
		dns_query_failed(q, errno, NULL);
}

/* Send Q to its current server. */
static void ask_over(struct dns_query *q, bool tcp)
{
	char text[ADDR_TEXT];

	if (log_wants(LOG_DETAILS))
		log_detail("asking %s (%s, try %u)",
			addr_text(&q->client->servers->addrs[q->server], text), tcp ? "TCP" : "UDP",
			q->tries);
	was_sent(q, tcp ? dns_tcp_start(q) : dns_udp_start(q), time_of_try(q, tcp));
}

/* Write the question to WIRE, preceded by its length. */
static void build(struct dns_query *q)
{
	q->size = dns_stream_build(q->wire, q->id, &q->question);
}

/* Whether CODE may be about EDNS, which old servers do not know. */
static bool is_about_edns(const struct dns_query *q, enum dns_code code)
{
	return !q->question.plain && !q->question.dnssec &&
		(code == DNS_FORMAT_ERROR || code == DNS_NOT_IMPLEMENTED ||
			code == DNS_BAD_VERSION);
}

/* Whether M, with its CODE, tells nothing about the name: another server may. */
static bool is_no_answer(const struct dns_query *q, const struct dns_message *m, enum dns_code code)
{
	if (code == DNS_NO_ERROR)
		return dns_message_refers(m, q->question.type);
	return code != DNS_NO_SUCH_NAME;
}

void dns_query_answered(struct dns_query *q, const struct dns_message *m, bool over_tcp)
{
	const char *reason;

	if (dns_message_truncated(m) && !over_tcp) {
		ask_over(q, true);
		return;
	}
	reason = dns_message_check(m);
	if (reason) {
		dns_query_failed(q, 0, reason);
		return;
	}
	enum dns_code code = dns_message_code(m);
	if (is_about_edns(q, code)) {
		q->question.plain = true;
		build(q);
		ask(q);
		return;
	}
	if (is_no_answer(q, m, code) && next_server(q)) {
		ask(q);
		return;
	}
	query_end(q, (struct dns_result){.outcome = DNS_ANSWERED, .message = *m});
}

/* Ask from the start, giving up what was under way over TCP. */
static void ask(struct dns_query *q)
{
	dns_tcp_stop(q);
	ask_over(q, q->client->tcp);
}

static void timed_out(void *arg)
{
	struct dns_query *q = arg;
	struct dns_client *c = q->client;
	uint16_t id = q->id;

	/* While standard output blocked, answers may have piled up; one of them may end Q, or move
	 * it to another server. */
	dns_udp_receive(q);
	if (c->by_id[id] != q || q->timer.slot != 0)
		return;
	if (loop_now(c->loop) >= q->give_up_ns) {
		query_end(q,
			(struct dns_result){.outcome = DNS_NO_ANSWER,
				.error = q->error,
				.foreign = c->foreign - q->foreign_before});
		return;
	}
	q->tries++;
	q->failed = 0;
	q->server = (q->server + 1) % c->servers->count;
	ask(q);
}

/* A random id that no open question has. 0, or -1 with errno. */
static int new_id(struct dns_client *c, uint16_t *id)
{
	do {
		if (c->random_left == 0) {
			if (os_random(c->random, sizeof(c->random)) < 0)
				return -1;
			c->random_left = sizeof(c->random) / sizeof(c->random[0]);
		}
		*id = c->random[--c->random_left];
	} while (c->by_id[*id]);
	return 0;
}

static void query_link(struct dns_query *q)
{
	struct dns_client *c = q->client;

	q->next = c->open;
	if (q->next)
		q->next->before = q;
	c->open = q;
	c->open_count++;
	c->by_id[q->id] = q;
}

int dns_ask(struct dns_client *client, const struct dns_question *question, dns_fn *fn, void *arg)
{
	struct dns_query *q;
	uint16_t id;

	if (client->open_count >= DNS_OPEN_MAX) {
		errno = EAGAIN;
		return -1;
	}
	if (new_id(client, &id) < 0)
		return -1;
	q = malloc(sizeof *q);
	if (!q)
		return -1;
	*q = (struct dns_query){.client = client,
		.id = id,
		.question = *question,
		.fn = fn,
		.arg = arg,
		.stream.fd = -1};
	build(q);
	q->tries = 1;
	q->give_up_ns = loop_now(client->loop) + client->timeout_ns;
	q->foreign_before = client->foreign;
	loop_timer_init(&q->timer, timed_out, q);
	if (loop_timer_set(client->loop, &q->timer, client->timeout_ns) < 0) {
		free(q);
		return -1;
	}
	query_link(q);
	ask(q);
	return 0;
}

struct dns_client *dns_client_new(
	struct loop *loop, const struct dns_servers *servers, bool tcp, int64_t timeout_ns)
{
	struct dns_client *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->loop = loop;
	c->servers = servers;
	c->tcp = tcp;
	c->timeout_ns = timeout_ns;
	c->sockets = calloc(servers->count, sizeof(struct dns_socket *));
	if (!c->sockets) {
		free(c);
		return NULL;
	}
	return c;
}

void dns_client_free(struct dns_client *client)
{
	if (!client)
		return;
	for (struct dns_query *q = client->open, *next; q; q = next) {
		next = q->next;
		query_unlink(q);
		free(q->stream.room);
		free(q);
	}
	for (size_t i = 0; i < client->servers->count; i++)
		dns_socket_drop(client->sockets[i]);
	free(client->sockets);
	free(client);
}
