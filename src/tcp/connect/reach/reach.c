/* SPDX-License-Identifier: ISC */
/* reach.c - connect to the peer by whatever path (dial, proxy, --via, --tls), and try again while
 * --wait has time left. */

#include "tcp/connect/reach/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/status.h"
#include "core/name.h"
#include "core/sock/sock.h"
#include "tcp/connect/reach/handshake.h"
#include "tcp/retry.h"

/* The least time for the steps after the dial, even if its time is used up. */
static const int64_t moment_ns = 50 * NUM_NS_PER_MS;

struct reach {
	struct loop *loop;
	const struct endpoint *endpoint;
	const struct reach_plan *plan;
	dial_fn *fn;
	void *arg;
	struct dial_plan round; /* that of PLAN, with the time that is left */
	struct dial *dial;
	struct name_request *request; /* SOCKS 4 needs an address */
	char address[ADDR_TEXT];
	struct proxy_wish wish;
	struct handshake handshake;
	struct via via;
	struct tls tls;
	int fd; /* while the handshake runs */
	struct addr peer;
	struct retry retry;
	int64_t round_ends_ns;	  /* 0: no limit */
	bool is_short;		  /* --wait leaves this round less than its own time */
	struct loop_timer lookup; /* the time that REQUEST has */
	struct loop_defer begin;
	struct bytes peer_text;
	struct bytes why;
};

static void round_begin(void *arg);

static struct proxy_wish wish_of(const struct endpoint *e, const struct reach_plan *plan)
{
	struct proxy_wish wish = {.kind = plan->proxy->kind,
		.host = e->host,
		.user = plan->proxy->user,
		.password = plan->proxy->password};

	/* reach_check has made sure that it can be opened. */
	UNCHECKED(name_port(e->port, SOCK_STREAM, plan->dial->numeric, &wish.port));
	return wish;
}

static bool is_numeric(const char *host)
{
	struct addr addr;

	return addr_parse_numeric(host, 0, &addr) == 0;
}

/* SOCKS 4 needs an address, so for it a name is looked up here. */
static bool needs_address(const struct endpoint *e, const struct reach_plan *plan)
{
	return plan->proxy && plan->proxy->kind == PROXY_SOCKS4 && !is_numeric(e->host);
}

enum status reach_check(const struct endpoint *e, const struct reach_plan *plan, struct bytes *why)
{
	const char *option = plan->proxy ? "--proxy" : "--via", *reason;
	struct proxy_wish wish;

	if (!plan->proxy && !plan->via)
		return STATUS_DONE;
	if (e->kind != ENDPOINT_INET || *e->host == '\0')
		return fail_with(why, STATUS_USAGE, "%s requires a HOST and a PORT, not \"%s\"",
			option, e->text);
	if (!plan->proxy)
		return STATUS_DONE;
	wish = wish_of(e, plan);
	if (needs_address(e, plan))
		wish.host = "0.0.0.0";
	reason = proxy_client_check(&wish);
	if (reason)
		bytes_add_format(why, "cannot connect to %s: %s", e->text, reason);
	else if (needs_address(e, plan) && plan->dial->numeric)
		bytes_add_format(why,
			"looking up \"%s\", which SOCKS 4 requires, is not allowed with -n",
			e->host);
	else
		return STATUS_DONE;
	return STATUS_USAGE;
}

static void begin_anew(struct reach *r)
{
	dial_cancel(r->dial);
	r->dial = NULL;
	if (r->request)
		name_cancel(r->request);
	r->request = NULL;
	loop_timer_stop(r->loop, &r->lookup);
	handshake_release(&r->handshake);
	fd_close(r->fd);
	r->fd = -1;
}

/* This round failed, and LINE, which is emptied, has the reason. That --wait cut a round short
 * tells less than what went wrong in an earlier one. */
static void round_failed(struct reach *r, enum status status, struct bytes *line)
{
	if (!r->is_short || status != STATUS_TIMED_OUT || !bytes_any(&r->why)) {
		bytes_clear(&r->why);
		bytes_add_reason(&r->why, line);
	}
	bytes_release(line);
	begin_anew(r);
	if (!r->via.loop && retry_again(&r->retry, status))
		return;
	if (!r->via.loop)
		status = retry_give_up(&r->retry, status, &r->why);
	r->fn(r->arg, -1, NULL, status, bytes_reason(&r->why));
}

/* Something after the dial failed: WHY is a clause. */
static void fail(struct reach *r, enum status status, const char *why)
{
	struct bytes line = {0};

	bytes_add_format(&line, "cannot connect to %s: %s",
		r->peer_text.size ? bytes_text(&r->peer_text) : r->endpoint->text, why);
	round_failed(r, status, &line);
}

static void hand_over(struct reach *r)
{
	int fd = r->fd;

	handshake_release(&r->handshake);
	r->fd = -1;
	if (r->plan->tls) {
		fd = tls_start(&r->tls, r->loop, fd, r->plan->tls);
		if (fd < 0) {
			fail(r, STATUS_FAILED, status_reason(errno));
			return;
		}
	}
	r->fn(r->arg, fd, &r->peer, STATUS_DONE, NULL);
}

static void handshake_over(void *arg, enum status status, const char *why)
{
	struct reach *r = arg;

	if (status == STATUS_DONE)
		hand_over(r);
	else
		fail(r, status, why);
}

/* What is left of this round, at least a moment; 0: no limit. */
static int64_t time_left(const struct reach *r)
{
	int64_t left = r->round_ends_ns - loop_now(r->loop);

	if (!r->round_ends_ns)
		return 0;
	return left > moment_ns ? left : moment_ns;
}

/* There is a connection: see what must be sent on it before it is handed to the caller. */
static void connected(struct reach *r, int fd, const struct addr *peer)
{
	const struct handshake_plan plan = {.wish = r->plan->proxy ? &r->wish : NULL,
		.header = r->plan->header,
		.timeout_ns = time_left(r)};

	r->fd = fd;
	r->peer = *peer;
	if (!plan.wish && plan.header == HANDSHAKE_NO_HEADER)
		hand_over(r);
	else if (handshake_start(&r->handshake, r->loop, fd, &plan, handshake_over, r) < 0)
		fail(r, STATUS_FAILED, status_reason(errno));
}

static void dialled(void *arg, int fd, const struct addr *peer, enum status status, const char *why)
{
	struct reach *r = arg;
	struct bytes line = {0};

	r->dial = NULL;
	if (fd >= 0) {
		loop_forget(r->loop, fd);
		connected(r, fd, peer);
		return;
	}
	bytes_add_format(&line, "%s%s", r->plan->proxy ? "proxy: " : "", why);
	round_failed(r, status, &line);
}

/* The endpoint to dial. */
static const struct endpoint *first_of(const struct reach *r)
{
	return r->plan->proxy ? &r->plan->proxy->endpoint : r->endpoint;
}

static void dial_begin(struct reach *r)
{
	r->round = *r->plan->dial;
	r->round.timeout_ns = time_left(r);
	r->dial = dial_start(r->loop, first_of(r), &r->round, dialled, r);
	if (!r->dial)
		fail(r, STATUS_FAILED, status_reason(errno));
}

static void address_known(void *arg, enum name_result result, struct name_answer *answer)
{
	struct reach *r = arg;
	const struct name_query q = {.host = r->endpoint->host, .family = AF_INET};
	struct bytes why = {0};
	enum status status;

	r->request = NULL;
	loop_timer_stop(r->loop, &r->lookup);
	if (result == NAME_FOUND) {
		r->wish.host = addr_text_host(&answer->addrs[0], r->address);
		name_answer_release(answer);
		dial_begin(r);
		return;
	}
	status = name_explain(result, &q, &why);
	fail(r, status, bytes_reason(&why));
	bytes_release(&why);
}

static void address_timeout(void *arg)
{
	fail(arg, STATUS_TIMED_OUT, "timed out looking up its address");
}

static void address_begin(struct reach *r)
{
	const struct name_query q = {
		.host = r->endpoint->host, .family = AF_INET, .type = SOCK_STREAM};

	r->request = name_start(r->loop, &q, address_known, r);
	if (!r->request || (time_left(r) && loop_timer_set(r->loop, &r->lookup, time_left(r)) < 0))
		fail(r, STATUS_FAILED, status_reason(errno));
}

static void via_begin(struct reach *r)
{
	int fd = via_start(&r->via, r->loop, r->plan->via);
	struct addr peer = {.size = 0};

	if (fd < 0) {
		fail(r, STATUS_FAILED, status_reason(errno));
		return;
	}
	UNCHECKED(sock_peer(fd, &peer)); /* size 0 then */
	connected(r, fd, &peer);
}

static void round_begin(void *arg)
{
	struct reach *r = arg;
	int64_t time = retry_round_time(&r->retry, r->plan->dial->timeout_ns);

	r->is_short = time != r->plan->dial->timeout_ns;
	r->round_ends_ns = time ? loop_now(r->loop) + time : 0;
	if (r->plan->via)
		via_begin(r);
	else if (needs_address(r->endpoint, r->plan))
		address_begin(r);
	else
		dial_begin(r);
}

static void name_peer(struct reach *r)
{
	const char *through = r->plan->via ? "--via" : NULL;

	if (r->plan->proxy)
		through = r->plan->proxy->endpoint.text;
	if (r->plan->tls && !through)
		bytes_add_text(&r->peer_text, r->endpoint->text);
	if (through)
		bytes_add_format(&r->peer_text, "%s through %s", r->endpoint->text, through);
}

struct reach *reach_start(struct loop *loop, const struct endpoint *e,
	const struct reach_plan *plan, dial_fn *fn, void *arg)
{
	struct reach *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->loop = loop;
	r->endpoint = e;
	r->plan = plan;
	r->fn = fn;
	r->arg = arg;
	r->fd = -1;
	if (plan->proxy)
		r->wish = wish_of(e, plan);
	name_peer(r);
	retry_init(&r->retry, loop, plan->wait_ns, round_begin, r);
	loop_timer_init(&r->lookup, address_timeout, r);
	loop_defer(loop, &r->begin, round_begin, r);
	return r;
}

int64_t reach_time_left(const struct reach *reach)
{
	return reach->plan->wait_ns ? retry_round_time(&reach->retry, 0) : 0;
}

bool reach_again(struct reach *reach)
{
	if (!retry_again(&reach->retry, STATUS_REFUSED))
		return false;
	/* Not earlier, because reach_finish may ask it why it failed. */
	tls_release(&reach->tls);
	return true;
}

enum status reach_give_up(const struct reach *reach, enum status status, struct bytes *why)
{
	return reach->plan->wait_ns ? retry_give_up(&reach->retry, STATUS_TIMED_OUT, why) : status;
}

const char *reach_peer_text(struct reach *reach)
{
	return reach->peer_text.size ? bytes_text(&reach->peer_text) : NULL;
}

int reach_wire(const struct reach *reach, int fd)
{
	return reach->tls.loop ? reach->tls.wire : fd;
}

struct end reach_end(const struct reach *reach, int fd, const struct addr *peer)
{
	if (reach->tls.loop || reach->via.loop)
		return end_of_socket(fd);
	if (first_of(reach)->kind == ENDPOINT_FD)
		return end_of_inherited(fd, false);
	return dial_end(reach->plan->dial, fd, peer);
}

void reach_finish(struct reach *reach, bool patiently, via_fn *fn, void *arg)
{
	if (reach->tls.loop)
		tls_finish(&reach->tls, patiently, fn, arg);
	else if (reach->via.loop)
		via_finish(&reach->via, patiently, fn, arg);
	else
		fn(arg, NULL);
}

void reach_free(struct reach *reach)
{
	if (!reach)
		return;
	begin_anew(reach);
	retry_stop(&reach->retry);
	loop_defer_cancel(reach->loop, &reach->begin);
	via_release(&reach->via);
	tls_release(&reach->tls);
	bytes_release(&reach->peer_text);
	bytes_release(&reach->why);
	free(reach);
}
