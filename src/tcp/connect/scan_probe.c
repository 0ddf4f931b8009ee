/* SPDX-License-Identifier: ISC */
/* scan_probe.c - connect to many ports with few in flight. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/os.h"
#include "core/sock/sock.h"
#include "tcp/connect/scan_private.h"
#include "tcp/dial_reason.h"

/* So many ports a turn, so that signals and timers have theirs. */
enum { PORTS_A_TURN = 512 };

/* One port being tried, at one address after the other. */
struct probe {
	struct scan_target *target;
	size_t index; /* of the port */
	size_t address;
	size_t answered; /* the address that ERROR is of */
	int error;
	int fd;
	int64_t started_ns;
	struct loop_timer timeout;
	struct scan_proxied *proxied; /* NULL: none */
};

static void probe_try(struct probe *p);

/* A host may refuse to reach its own networks in many ways; all that matters here is whether
 * the connection was refused, or nothing answered. */
static enum scan_state state_of_errno(int err)
{
	return err == 0							    ? SCAN_OPEN
		: err == ECONNREFUSED || err == ENOENT || err == ECONNRESET ? SCAN_CLOSED
									    : SCAN_FILTERED;
}

static int *spare_of(struct scan *s, int family)
{
	return family == AF_INET ? &s->spare[0] : family == AF_INET6 ? &s->spare[1] : NULL;
}

void scan_release_spares(struct scan *s)
{
	for (int i = 0; i < 2; i++) {
		fd_close(s->spare[i]);
		s->spare[i] = -1;
	}
}

static void probe_drop_socket(struct probe *p)
{
	struct loop *loop = p->target->scan->loop;

	loop_timer_stop(loop, &p->timeout);
	if (p->fd < 0)
		return;
	loop_forget(loop, p->fd);
	fd_close(p->fd);
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
	probe_drop_socket(p);
	free(p);
	s->in_flight--;
	scan_port_done(t, index);
}

/* Any open address makes the port open. Otherwise what tells most counts, as for a connection. */
static void probe_remember(struct probe *p, int err)
{
	if (err && p->error && dial_reason_rank(err) < dial_reason_rank(p->error))
		return;
	p->error = err;
	p->answered = p->address;
}

/* The target of P has failed with STATUS, and its WHY says how. */
static void probe_fail_target(struct probe *p, enum status status)
{
	p->target->status = status;
	p->target->scan->in_flight--;
	free(p);
}

/* No address is of a family that we have a socket, or a source, for: so it is with every port, and
 * none has a state. */
static void probe_never_tried(struct probe *p)
{
	struct scan_target *t = p->target;

	bytes_clear(&t->why);
	bytes_add_format(&t->why, "cannot connect to %s: ", t->endpoint->text);
	dial_reason_explain(&t->names.addrs[p->answered], p->error, t->scan->plan->source, &t->why);
	probe_fail_target(p, status_of_errno(p->error));
}

/* The answer of one address. */
static void probe_answer(struct probe *p, int err)
{
	struct scan_target *t = p->target;
	char text[ADDR_TEXT];
	struct addr addr = t->names.addrs[p->address];

	/* On loopback a connect to one's own ephemeral port meets itself: nobody listens there. */
	if (!err && sock_met_itself(p->fd, t->ports ? t->ports[p->index] : 0))
		err = ECONNREFUSED;
	if (!t->scan->plan->source)
		err = sock_connect_errno(&addr, err);
	if (log_wants(LOG_DETAILS)) {
		if (t->ports)
			addr_set_port(&addr, t->ports[p->index]);
		log_detail("%s: %s", addr_text(&addr, text), err ? status_reason(err) : "open");
	}
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

/* Whether ERR says that a connection was made, and reset before anybody looked: where nobody
 * listens it is refused (RFC 9293, 3.10.7.3). With vsock a refusal is a reset, too. */
static bool is_made_and_reset(const struct probe *p, int err)
{
	int family = addr_family(&p->target->names.addrs[p->address]);

	return (err == ECONNRESET || err == EPIPE) && (family == AF_INET || family == AF_INET6);
}

static void probe_ready(void *arg, int fd, unsigned ready)
{
	struct probe *p = arg;
	struct scan *s = p->target->scan;
	int err = sock_error(fd);

	(void)ready;
	if (is_made_and_reset(p, err))
		err = 0;
	if (err)
		probe_drop_socket(p);
	probe_answer(p, err);
	scan_fill(s);
}

static void probe_timeout(void *arg)
{
	struct probe *p = arg;
	struct scan *s = p->target->scan;

	probe_drop_socket(p);
	probe_answer(p, ETIMEDOUT);
	scan_fill(s);
}

/* A socket for the next connect: the one whose connect was just refused will do again, which saves
 * making and closing one for each closed port. Not where each has to be bound first. */
static int probe_socket(struct scan *s, int family, const struct sock_setting **bad)
{
	int *spare = s->plan->source ? NULL : spare_of(s, family);
	int fd = spare ? *spare : -1;

	if (fd >= 0) {
		*spare = -1;
		return fd;
	}
	return sock_open(
		family, family == AF_UNIX ? s->plan->type : SOCK_STREAM, s->plan->options, bad);
}

static void probe_refused_at_once(struct probe *p, int family, int err)
{
	int *spare = spare_of(p->target->scan, family);

	if (err == ECONNREFUSED && os_connects_again && spare && *spare < 0) {
		*spare = p->fd;
		p->fd = -1;
	}
	probe_drop_socket(p);
	probe_answer(p, err);
}

/* Without a socket there is no news of the peer, and it would be so for every port: the target has
 * failed. Unless it is for want of the address family, then the next address may do. */
static void probe_not_started(struct probe *p, int family, const struct sock_setting *bad, int err)
{
	struct scan_target *t = p->target;
	bool unbound = p->fd >= 0;

	probe_drop_socket(p);
	if (err == EAFNOSUPPORT) {
		probe_answer(p, err);
		return;
	}
	bytes_clear(&t->why);
	if (unbound)
		local_explain(t->scan->plan->source, family, err, &t->why);
	else if (bad)
		sock_options_explain(bad, err, &t->why);
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
		(time && loop_timer_set(s->loop, &p->timeout, time) < 0)) {
		int err = errno;

		probe_drop_socket(p);
		probe_answer(p, err);
	}
}

/* Whether ERR of connect(2) says that somebody listens there all the same: a Unix socket whose
 * backlog is full (unix(7)). */
static bool is_listening(int family, int err)
{
	return family == AF_UNIX && err == EAGAIN;
}

static void probe_try(struct probe *p)
{
	struct scan *s = p->target->scan;
	struct addr addr = p->target->names.addrs[p->address];
	int family = addr_family(&addr);
	const struct sock_setting *bad = NULL;

	if (family == AF_INET || family == AF_INET6)
		addr_set_port(&addr, p->target->ports[p->index]);
	p->fd = probe_socket(s, family, &bad);
	if (p->fd < 0 || (s->plan->source && local_bind(p->fd, family, s->plan->source) < 0)) {
		probe_not_started(p, family, bad, errno);
	} else if (sock_connect(p->fd, &addr) == 0 || is_listening(family, errno)) {
		probe_answer(p, 0);
	} else if (errno == EINPROGRESS || errno == EINTR) {
		probe_wait(p);
	} else {
		probe_refused_at_once(p, family, errno);
	}
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

/* The next target that has a port to start, or NULL. One whose name is not known yet is passed
 * over. */
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

void scan_fill(struct scan *s)
{
	struct scan_target *t;

	/* A reader of the report, through a pipe too, sees what is known. */
	if (scan_flush(s) < 0)
		return;
	for (int n = 0; s->in_flight < s->plan->parallel && (t = next_target(s)); n++) {
		if (n == PORTS_A_TURN) {
			loop_defer(s->loop, &s->more, fill_again, s);
			return;
		}
		if (probe_start(s, t))
			continue;
		/* One that ends makes room. */
		if (s->in_flight > 0)
			break;
		lack_memory(t);
	}
	if (s->in_flight == 0 && s->unresolved == 0 && !s->more.queued)
		scan_round_done(s);
}
