/* SPDX-License-Identifier: ISC */
/* transmit.c - send the packets of a source, in batches, when they are due. */
#include "raw/send/transmit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/status.h"
#include "core/privilege.h"

enum {
	TURN_BATCHES = 4, /* so that signals are handled too */
	/* So that answers are read before there are too many. */
	TURN_BATCHES_ASKING = 2,
	BATCH_ASKING = 64,
};

/* How long to wait when the system has no room. */
#define FULL_NS NUM_NS_PER_MS

/* A wait shorter than this is a sleep, because the poller counts in milliseconds. */
#define NAP_NS (2 * NUM_NS_PER_MS)

static void proceed(void *arg);

static void ready(void *arg, int fd, unsigned events)
{
	(void)fd, (void)events;
	proceed(arg);
}

static void unwatch(struct transmit *t)
{
	for (size_t i = 0; i < 2; i++)
		loop_pause(t->loop, t->way.fd[i]);
}

static void finish(struct transmit *t, enum status status)
{
	t->over = true;
	unwatch(t);
	loop_timer_stop(t->loop, &t->timer);
	t->hooks.done(t->hooks.arg, status, bytes_reason(&t->why));
}

/* Go on once the socket of the next packet is writable. */
static void watch(struct transmit *t)
{
	unwatch(t);
	if (loop_watch(t->loop, t->fd, LOOP_WRITE, ready, t) == 0)
		return;
	finish(t, fail_with(&t->why, STATUS_FAILED, "%s", status_reason(errno)));
}

/* Go on after NS nanoseconds; with 0, after other events have been handled. As long as the socket
 * accepts packets it is not watched: each packet that leaves would wake the poller, which is a
 * tenth of its cost. */
static void go_on(struct transmit *t, int64_t ns)
{
	unwatch(t);
	if (loop_timer_set(t->loop, &t->timer, ns) < 0)
		finish(t, fail_with(&t->why, STATUS_FAILED, "%s", status_reason(errno)));
}

/* Do nothing for NS, then go on. */
static void pause_for(struct transmit *t, int64_t ns)
{
	if (ns < NAP_NS) {
		nanosleep(&(struct timespec){.tv_nsec = (long)ns}, NULL);
		ns = 0;
	}
	go_on(t, ns);
}

/* The destination in the packet's header, and the socket for it. False: it has no IP header. */
static bool address_of(struct transmit *t, const struct raw_packet *p, struct addr *to, int *fd)
{
	if (packet_fault(PACKET_IP, p->data, p->size))
		return false;
	packet_destination(p->data, to);
	*fd = t->way.fd[addr_family(to) == AF_INET6];
	if (addr_family(to) == AF_INET6)
		to->u.in6.sin6_scope_id = t->way.scope;
	return true;
}

/* Put P into the batch. False: it must wait for the next batch, or WHY has an error. */
static bool add(struct transmit *t, const struct raw_packet *p)
{
	struct addr *to = &t->to[t->count];
	int fd = t->way.fd[0];

	if (t->way.start == PACKET_INNER) {
		*to = *t->way.to;
	} else if (t->way.start == PACKET_IP && !address_of(t, p, to, &fd)) {
		bytes_add_format(&t->why, "packet %" PRIu64 " %s", t->sent_packets + t->count + 1,
			packet_fault(PACKET_IP, p->data, p->size));
		return false;
	}
	if (t->count > 0 && fd != t->fd)
		return false;
	t->fd = fd;
	t->out[t->count] =
		(struct os_packet){p->data, p->size, t->way.start == PACKET_FRAME ? NULL : to};
	t->packets[t->count++] = *p;
	return true;
}

/* Take the next packet into HELD. False: none for now. */
static bool take(struct transmit *t)
{
	switch (raw_source_next(t->source, &t->held, &t->why)) {
	case RAW_PACKET:
		t->holding = true;
		if (t->hooks.taken)
			t->hooks.taken(t->hooks.arg, &t->held);
		return true;
	case RAW_FULL: return false;
	case RAW_END:
	case RAW_FAILED: t->ended = true; break;
	}
	return false;
}

/* If the next packets are those in OUT again, or the first of them, send these: none of them need
 * be written again. Returns whether they are. */
static bool repeat(struct transmit *t)
{
	if (!t->is_full || t->holding || t->hooks.taken || t->hooks.sending)
		return false;
	t->count = raw_source_again(t->source, RAW_BATCH);
	t->sent = 0;
	t->ended = t->source->ended;
	return t->count > 0;
}

/* Gather what is due at NOW. */
static void gather(struct transmit *t, int64_t now)
{
	size_t most = t->hooks.sending ? BATCH_ASKING : RAW_BATCH;

	if (repeat(t))
		return;
	/* The packet in HELD is where the source would write next. */
	if (!t->holding)
		raw_source_release(t->source);
	t->count = t->sent = 0;
	t->is_full = false;
	while (t->count < most && !t->ended) {
		if (!t->holding && !take(t))
			return;
		if (t->held.due_ns > now - t->started_ns || !add(t, &t->held))
			return;
		t->holding = false;
	}
	t->is_full = t->count == RAW_BATCH;
}

static void explain(struct transmit *t, int err)
{
	size_t size = t->out[t->sent].size;

	bytes_add_format(&t->why, "cannot send packet %" PRIu64 ": ", t->sent_packets + 1);
	if (err == EPERM || err == EACCES)
		privilege_explain("CAP_NET_RAW", "a firewall rule", &t->why);
	else if (err == EINVAL)
		bytes_add_text(&t->why, "it is too short, or its headers make no sense here");
	else if (err == EMSGSIZE)
		bytes_add_format(&t->why, "its %zu bytes exceed what the route allows", size);
	else
		bytes_add_text(&t->why, status_reason(err));
}

/* Send what is in the batch. False: not now, or not at all. */
static bool send_batch(struct transmit *t)
{
	int n;

	for (size_t i = t->sent; t->hooks.sending && i < t->count; i++)
		t->hooks.sending(t->hooks.arg, &t->packets[i]);
	n = os_send_packets(t->fd, t->out + t->sent, t->count - t->sent);
	if (n < 0 && fd_would_block(errno)) {
		watch(t);
		return false;
	}
	if (n < 0 && (errno == ENOBUFS || errno == ENOMEM)) {
		t->full++;
		pause_for(t, FULL_NS);
		return false;
	}
	if (n < 0) {
		enum status status = status_of_errno(errno);

		explain(t, errno);
		finish(t, status);
		return false;
	}
	for (int i = 0; i < n; i++)
		t->sent_bytes += t->out[t->sent++].size;
	t->sent_packets += (uint64_t)n;
	return true;
}

/* The last batch is done: begin the next. False: nothing to send for now. */
static bool next_batch(struct transmit *t)
{
	int64_t now = clock_ns();

	gather(t, now);
	if (t->count > 0)
		return true;
	if (bytes_any(&t->why))
		finish(t, t->source->status ? t->source->status : STATUS_FAILED);
	else if (t->ended)
		finish(t, STATUS_DONE);
	else
		pause_for(t, t->held.due_ns + t->started_ns - now);
	return false;
}

static void proceed(void *arg)
{
	struct transmit *t = arg;
	int turns = t->hooks.sending ? TURN_BATCHES_ASKING : TURN_BATCHES;

	for (int i = 0; i < turns; i++) {
		if (t->sent == t->count && !next_batch(t))
			return;
		if (!send_batch(t))
			return;
	}
	go_on(t, 0);
}

int transmit_start(struct transmit *t, struct loop *loop, struct raw_source *source,
	const struct transmit_way *way, const struct transmit_hooks *hooks)
{
	*t = (struct transmit){.loop = loop,
		.source = source,
		.way = *way,
		.hooks = *hooks,
		.fd = way->fd[0] >= 0 ? way->fd[0] : way->fd[1],
		.started_ns = clock_ns()};
	loop_timer_init(&t->timer, proceed, t);
	return loop_timer_set(loop, &t->timer, 0);
}

void transmit_stop(struct transmit *t)
{
	if (t->over || !t->loop)
		return;
	t->over = true;
	unwatch(t);
	loop_timer_stop(t->loop, &t->timer);
}

void transmit_release(struct transmit *t)
{
	transmit_stop(t);
	for (size_t i = 0; t->loop && i < 2; i++)
		if (t->way.fd[i] >= 0)
			loop_forget(t->loop, t->way.fd[i]);
	bytes_release(&t->why);
}
