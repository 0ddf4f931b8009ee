/* SPDX-License-Identifier: ISC */
/* probe.c - connect to many ports, with few in flight. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/sock/sock.h"
#include "tcp/connect/scan/scan_private.h"
#include "tcp/dial_reason.h"

/* This many ports a turn, so that signals and timers are handled too. */
enum { PORTS_A_TURN = 512 };

/* One port being tried, at one address after the other. */
struct probe {
	struct scan_target *target;
	size_t index; /* of the port */
	size_t address;
	size_t answered; /* the address to which ERROR belongs */
	int error;
	int fd;
	int64_t started_ns;
	struct loop_timer timeout;
	struct scan_proxied *proxied; /* NULL: none */
};

static void probe_try(struct probe *p);

/* There are many errors for networks that cannot be reached; all that matters here is whether the
 * connection was refused, or nothing answered. */
static enum scan_state state_of_errno(int err)
{
	return err == 0							    ? SCAN_OPEN
		: err == ECONNREFUSED || err == ENOENT || err == ECONNRESET ? SCAN_CLOSED
									    : SCAN_FILTERED;
}

/* The address to which P connects now. */
static struct addr probe_addr(const struct probe *p)
{
	const struct scan_target *t = p->target;
	struct addr addr = t->names.addrs[p->address];

	if (t->ports)
		addr_set_port(&addr, t->ports[p->index]);
	return addr;
}

/* The connect failed with ERR, or (0) its socket is no longer needed. */
static void probe_leave_socket(struct probe *p, int err)
{
	struct scan *s = p->target->scan;
	struct addr addr;

	loop_timer_stop(s->loop, &p->timeout);
	if (p->fd < 0)
		return;
	addr = probe_addr(p);
	scan_socket_leave(s, p->fd, &addr, err);
	p->fd = -1;
}

static void probe_finish(struct probe *p)
{
	struct scan_target *t = p->target;
	struct scan *s = t->scan;
	size_t index = p->index;

	t->results[index] = (struct scan_result){.ns = loop_now(s->loop) - p->started_ns,
		.error = p->error,
		.address = (uint16_t)p->answered,
		.state = (uint8_t)state_of_errno(p->error)};
	probe_leave_socket(p, 0);
	free(p);
	s->in_flight--;
	scan_port_done(t, index);
}

/* Any open address makes the port open. Otherwise the most informative error counts, as for a
 * connection. */
static void probe_remember(struct probe *p, int err)
{
	if (err && p->error && dial_reason_rank(err) < dial_reason_rank(p->error))
		return;
	p->error = err;
	p->answered = p->address;
}

/* The target of P has failed with STATUS, and its WHY explains that. */
static void probe_fail_target(struct probe *p, enum status status)
{
	p->target->status = status;
	p->target->scan->in_flight--;
	free(p);
}

/* For no address do we have a socket, or a source, of its family: that is so for every port, and
 * none has a state. */
static void probe_never_tried(struct probe *p)
{
	struct scan_target *t = p->target;
	const struct addr *addr = &t->names.addrs[p->answered];

	bytes_clear(&t->why);
	bytes_add_format(&t->why, "cannot connect to %s: ", t->endpoint->text);
	probe_fail_target(p, dial_reason_explain(addr, p->error, t->scan->plan->source, &t->why));
}

/* The answer of one address. */
static void probe_answer(struct probe *p, int err)
{
	struct scan_target *t = p->target;
	char text[ADDR_TEXT];
	struct addr addr = probe_addr(p);

	/* On loopback, a connect to its own ephemeral port meets itself: nobody listens there. */
	if (!err && sock_met_itself(p->fd, addr_port(&addr)))
		err = ECONNREFUSED;
	if (!t->scan->plan->source)
		err = sock_connect_errno(&addr, err);
	if (log_wants(LOG_DETAILS))
		log_detail("%s: %s", addr_text(&addr, text), err ? status_reason(err) : "open");
	probe_remember(p, err);
	if (err && p->address + 1 < t->names.count) {
		p->address++;
		probe_try(p);
	} else if (p->error == EAFNOSUPPORT) {
		probe_never_tried(p);
	} else {
		probe_finish(p);
	}
}

static void probe_failed(struct probe *p, int err)
{
	probe_leave_socket(p, err);
	probe_answer(p, err);
}

static void probe_ready(void *arg, int fd, unsigned ready)
{
	struct probe *p = arg;
	struct scan *s = p->target->scan;
	struct addr addr = probe_addr(p);
	int err = scan_socket_result(s, fd, &addr);

	(void)ready;
	if (err == EINPROGRESS)
		return;
	if (err)
		probe_failed(p, err);
	else
		probe_answer(p, 0);
	scan_fill(s);
}

static void probe_timeout(void *arg)
{
	struct probe *p = arg;
	struct scan *s = p->target->scan;

	probe_failed(p, ETIMEDOUT);
	scan_fill(s);
}

/* Without a socket, nothing can be learned about the peer, which would be so for every port: the
 * target has failed. But if only the address family is missing, the next address may work. */
static void probe_not_started(struct probe *p, const struct scan_trouble *trouble, int err)
{
	struct scan_target *t = p->target;
	int family = addr_family(&t->names.addrs[p->address]);

	if (err == EAFNOSUPPORT) {
		probe_answer(p, err);
		return;
	}
	bytes_clear(&t->why);
	if (trouble->unbound)
		local_explain(t->scan->plan->source, family, err, &t->why);
	else if (trouble->bad)
		sock_options_explain(trouble->bad, err, &t->why);
	else
		bytes_add_format(&t->why, "cannot make a socket: %s", status_reason(err));
	probe_fail_target(p, status_of_errno(err));
}

/* The time for one address, 0: no limit. The port's time is shared among the addresses of its host,
 * and bounded by --wait. */
static int64_t probe_time(const struct probe *p)
{
	const struct scan *s = p->target->scan;

	return retry_round_time(&s->retry, s->plan->timeout_ns) / (int64_t)p->target->names.count;
}

static void probe_wait(struct probe *p)
{
	struct scan *s = p->target->scan;
	int64_t time = probe_time(p);

	if (loop_watch(s->loop, p->fd, LOOP_WRITE, probe_ready, p) < 0 ||
		(time && loop_timer_set(s->loop, &p->timeout, time) < 0))
		probe_failed(p, errno);
}

static void probe_try(struct probe *p)
{
	struct addr addr = probe_addr(p);
	struct scan_trouble trouble;
	int err;

	p->fd = scan_socket_open(p->target->scan, &addr, &trouble);
	if (p->fd < 0) {
		probe_not_started(p, &trouble, errno);
		return;
	}
	err = scan_socket_connect(p->target, p->fd, &addr);
	if (err == EINPROGRESS)
		probe_wait(p);
	else if (err)
		probe_failed(p, err);
	else
		probe_answer(p, 0);
}

static void proxied_answer(void *arg, int err, const char *why)
{
	struct probe *p = arg;
	struct scan_target *t = p->target;
	struct scan *s = t->scan;

	p->proxied = NULL;
	p->error = err;
	bytes_clear(&t->proxy_why);
	bytes_add_text(&t->proxy_why, why);
	probe_finish(p);
	scan_fill(s);
}

static void probe_begin(struct probe *p)
{
	struct scan_target *t = p->target;

	if (!t->scan->plan->proxy || t->endpoint->kind != ENDPOINT_INET) {
		probe_try(p);
		return;
	}
	p->proxied = scan_proxied_start(t, t->ports[p->index], proxied_answer, p);
	if (!p->proxied) {
		p->error = errno;
		bytes_clear(&t->proxy_why);
		bytes_add_text(&t->proxy_why, status_reason(errno));
		probe_finish(p);
	}
}

static bool probe_start(struct scan *s, struct scan_target *t)
{
	struct probe *p = calloc(1, sizeof *p);

	if (!p)
		return false;
	*p = (struct probe){
		.target = t, .index = t->started++, .fd = -1, .started_ns = loop_now(s->loop)};
	loop_timer_init(&p->timeout, probe_timeout, p);
	s->in_flight++;
	probe_begin(p);
	return true;
}

static bool has_more(const struct scan_target *t)
{
	return t->started < t->port_count && !t->status && !t->fulfilled;
}

/* The next target that has a port to start, or NULL. One whose name is not known yet is skipped. */
static struct scan_target *next_target(struct scan *s)
{
	while (s->current < s->target_count && s->targets[s->current].ready &&
		!has_more(&s->targets[s->current]))
		s->current++;
	for (size_t i = s->current; i < s->target_count; i++) {
		if (s->targets[i].ready && has_more(&s->targets[i]))
			return &s->targets[i];
	}
	return NULL;
}

static void fill_again(void *arg)
{
	scan_fill(arg);
}

static void lack_memory(struct scan_target *t)
{
	t->status = STATUS_FAILED;
	bytes_clear(&t->why);
	bytes_add_text(&t->why, status_reason(ENOMEM));
}

static void start_probes(struct scan *s)
{
	struct scan_target *t;

	for (int n = 0; s->in_flight < s->plan->parallel && (t = next_target(s)); n++) {
		if (n == PORTS_A_TURN) {
			loop_defer(s->loop, &s->more, fill_again, s);
			return;
		}
		if (probe_start(s, t))
			continue;
		/* There will be room when one ends. */
		if (s->in_flight > 0)
			return;
		lack_memory(t);
	}
}

void scan_fill(struct scan *s)
{
	start_probes(s);
	/* A reader of the report, even through a pipe, should see what is known. */
	if (scan_flush(s) < 0)
		return;
	if (!next_target(s))
		scan_sockets_close(s);
	if (s->in_flight == 0 && s->unresolved == 0 && !s->more.queued)
		scan_round_done(s);
}
