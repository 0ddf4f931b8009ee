/* SPDX-License-Identifier: ISC */
/* proxy.c - a SOCKS or HTTP CONNECT proxy. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "tcp/proxy/proxy_request.h"
#include "tcp/services/service_kinds.h"

/* How long a client has for its request. */
static const int64_t request_ns = 10 * NUM_NS_PER_S;

/* How long a client waits for the answer to a wrong login, so that nobody can guess quickly. */
static const int64_t wrong_login_ns = NUM_NS_PER_S;

/* Used until client and target are connected, then freed, so that a relayed connection costs
 * little. */
struct negotiation {
	struct proxy_request request;
	struct bytes in;  /* not used yet */
	struct bytes out; /* not sent yet */
	struct endpoint target;
	char port[8], text[PROXY_HOST_MAX + 16];
	uint64_t received_bytes, sent_bytes;
	struct loop_timer timer; /* a silent client must not occupy a place */
	struct dial *dial;
};

struct proxied {
	struct negotiation *negotiation;       /* NULL: RELAY runs */
	uint64_t received_before, sent_before; /* bytes of the negotiation */
	struct relay relay;
};

static void on_client(void *arg, int fd, unsigned ready);

static void negotiation_free(struct conn *c)
{
	struct proxied *p = conn_state(c);
	struct negotiation *n = p->negotiation;

	p->received_before = n->received_bytes;
	p->sent_before = n->sent_bytes;
	p->negotiation = NULL;
	loop_timer_stop(c->server->loop, &n->timer);
	dial_cancel(n->dial);
	bytes_release(&n->in);
	bytes_release(&n->out);
	free(n);
}

static void end_early(struct conn *c, const char *reason, enum conn_ending ending)
{
	struct proxied *p = conn_state(c);
	struct conn_result result = {.reason = reason, .ending = ending};

	negotiation_free(c);
	result.received_bytes = p->received_before;
	result.sent_bytes = p->sent_before;
	conn_end(c, &result);
}

static void fail_early(struct conn *c, int err, enum conn_ending ending)
{
	end_early(c, conn_complain(c, err), ending);
}

static void too_slow(void *arg)
{
	conn_warn(arg, "no request came in time");
	end_early(arg, "timeout", CONN_DRAIN);
}

/* Complete RESULT, which is the relay's, to the whole. */
static void add_before(const struct proxied *p, struct conn_result *result)
{
	result->received_bytes += p->received_before;
	result->sent_bytes += p->sent_before;
}

static void relay_over(void *arg, struct relay *relay)
{
	struct conn *c = arg;
	struct conn_result result = relay_ended(c, relay);

	add_before(conn_state(c), &result);
	relay_end_target(c, relay);
	conn_end(c, &result);
}

/* Bytes sent along with the request belong to the target. */
static void begin_relay(struct conn *c, int fd)
{
	struct proxied *p = conn_state(c);
	struct bytes first = p->negotiation->in;
	struct end target = end_of_kind(fd, END_TCP), client = conn_end_point(c);
	const struct relay_side sides[2] = {{target, target}, {client, client}};
	int err;

	p->negotiation->in = (struct bytes){0};
	negotiation_free(c);
	relay_init(&p->relay, c->server->loop, &c->server->plan->relay, &sides[SIDE_TARGET],
		&sides[SIDE_CLIENT]);
	relay_await(&p->relay, SIDE_TARGET);
	err = first.size > 0 && relay_prime(&p->relay, SIDE_TARGET, first.data, first.size) < 0
		? errno
		: 0;
	bytes_release(&first);
	if (!err) {
		relay_start(&p->relay, relay_over, c);
		return;
	}
	relay_release_watched(&p->relay, c->fd);
	conn_fail(c, err);
}

/* Send the answer to the client. 0, or an errno; what does not fit at once is given up, because
 * answers fit into a socket's buffer unless nobody reads them. */
static int send_answers(struct conn *c)
{
	struct proxied *p = conn_state(c);
	struct bytes *out = &p->negotiation->out;
	ssize_t n;

	if (out->failed)
		return ENOMEM;
	if (out->size == 0)
		return 0;
	n = send(c->fd, out->data, out->size, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && !fd_would_block(errno))
		return errno;
	if (n != (ssize_t)out->size)
		return EPIPE;
	p->negotiation->sent_bytes += out->size;
	bytes_clear(out);
	return 0;
}

static void dialled(void *arg, int fd, const struct addr *peer, enum status status, const char *why)
{
	struct conn *c = arg;
	struct proxied *p = conn_state(c);
	struct negotiation *n = p->negotiation;
	struct addr local;
	int err;

	(void)peer;
	n->dial = NULL;
	if (fd < 0)
		conn_warn(c, "%s", why);
	proxy_answer(&n->request, status, fd >= 0 && sock_local(fd, &local) == 0 ? &local : NULL,
		&n->out);
	err = send_answers(c);
	if (err) {
		loop_close(c->server->loop, fd);
		fail_early(c, err, CONN_CLOSE);
	} else if (fd < 0) {
		end_early(c, "error", CONN_DRAIN);
	} else {
		begin_relay(c, fd);
	}
}

static void dial_target(struct conn *c)
{
	const struct proxy_service *service = c->server->config;
	struct proxied *p = conn_state(c);
	struct negotiation *n = p->negotiation;
	bool is6 = strchr(n->request.host, ':') != NULL;
	struct addr client;

	/* What the client sends while we connect waits in the socket. */
	loop_pause(c->server->loop, c->fd);
	loop_timer_stop(c->server->loop, &n->timer);
	snprintf(n->port, sizeof n->port, "%u", (unsigned)n->request.port);
	snprintf(n->text, sizeof n->text, is6 ? "[%s]:%s" : "%s:%s", n->request.host, n->port);
	n->target = (struct endpoint){
		.kind = ENDPOINT_INET, .text = n->text, .host = n->request.host, .port = n->port};
	log_detail("connection %llu asks for %s", (unsigned long long)c->id, n->text);
	n->dial = dial_start(c->server->loop, &n->target, &service->dial, dialled, c);
	if (!n->dial) {
		dialled(c, -1, NULL, STATUS_FAILED, status_reason(errno));
		return;
	}
	conn_peer(c, &client);
	dial_set_owner(n->dial, addr_host_key(&client));
}

static void refused(void *arg)
{
	int err = send_answers(arg);

	end_early(arg, err ? conn_complain(arg, err) : "error", CONN_DRAIN);
}

static void refuse(struct conn *c)
{
	struct negotiation *n = ((struct proxied *)conn_state(c))->negotiation;
	char peer[ADDR_TEXT];

	log_warning_of(
		n->request.refusal, "%s: refused: %s", conn_peer_text(c, peer), n->request.refusal);
	loop_pause(c->server->loop, c->fd);
	loop_timer_stop(c->server->loop, &n->timer);
	loop_timer_init(&n->timer, refused, c);
	if (!n->request.wrong_login ||
		loop_timer_set(c->server->loop, &n->timer, wrong_login_ns) < 0)
		refused(c);
}

/* Process what was received, message by message. */
static void negotiate(struct conn *c)
{
	struct proxied *p = conn_state(c);
	struct negotiation *n = p->negotiation;
	enum proxy_step step;
	size_t used;
	int err;

	do {
		step = proxy_request_feed(&n->request, n->in.data, n->in.size, &used, &n->out);
		bytes_drop(&n->in, used);
	} while (step == PROXY_GO_ON);
	if (step == PROXY_REFUSED)
		refuse(c);
	else if ((err = send_answers(c)) != 0)
		fail_early(c, err, CONN_CLOSE);
	else if (step == PROXY_READY)
		dial_target(c);
}

static void on_client(void *arg, int fd, unsigned ready)
{
	struct conn *c = arg;
	struct proxied *p = conn_state(c);
	struct negotiation *n = p->negotiation;
	ssize_t size;

	(void)ready;
	if (bytes_reserve(&n->in, PROXY_REQUEST_MAX) < 0) {
		fail_early(c, ENOMEM, CONN_DRAIN);
		return;
	}
	size = recv(fd, n->in.data + n->in.size, PROXY_REQUEST_MAX, MSG_DONTWAIT);
	if (size > 0) {
		n->in.size += (size_t)size;
		n->received_bytes += (uint64_t)size;
		conn_moved(c);
		negotiate(c);
	} else if (size == 0) {
		end_early(c, "done", CONN_CLOSE);
	} else if (!fd_would_block(errno) && errno != EINTR) {
		fail_early(c, errno, CONN_CLOSE);
	}
}

static void proxy_start(struct conn *c)
{
	const struct proxy_service *service = c->server->config;
	struct proxied *p = conn_state(c);
	struct negotiation *n = calloc(1, sizeof *n);

	p->negotiation = n;
	if (!n) {
		conn_fail(c, ENOMEM);
		return;
	}
	n->request.kind = service->kind;
	n->request.users = service->has_users ? &service->users : NULL;
	loop_timer_init(&n->timer, too_slow, c);
	if (loop_timer_set(c->server->loop, &n->timer, request_ns) < 0 ||
		loop_watch(c->server->loop, c->fd, LOOP_READ, on_client, c) < 0)
		fail_early(c, errno, CONN_CLOSE);
	else
		on_client(c, c->fd, LOOP_READ);
}

static void proxy_stop(struct conn *c)
{
	struct proxied *p = conn_state(c);

	if (p->negotiation)
		end_early(c, "signal", CONN_CLOSE);
	else
		relay_stop(&p->relay);
}

static int64_t proxy_moved_ns(struct conn *c)
{
	struct proxied *p = conn_state(c);

	return p->negotiation ? c->moved_ns : relay_moved_ns(&p->relay);
}

static void proxy_measure(struct conn *c, struct conn_result *result)
{
	const struct proxied *p = conn_state(c);

	if (p->negotiation)
		return;
	*result = relay_result(&p->relay);
	add_before(p, result);
}

const struct service proxy_service = {.descriptors = 2,
	.dials = true,
	.size = sizeof(struct proxied),
	.start = proxy_start,
	.stop = proxy_stop,
	.moved_ns = proxy_moved_ns,
	.measure = proxy_measure};
