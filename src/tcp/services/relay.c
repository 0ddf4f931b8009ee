/* SPDX-License-Identifier: ISC */
/* relay.c - services that only move bytes: echo, discard, a file, another endpoint. */

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/status.h"
#include "base/uncleared.h"
#include "tcp/proxy/proxy_header.h"
#include "tcp/services/handlers.h"
#include "tcp/services/service_kinds.h"

static const struct end no_end = {.fd = -1, .kind = END_NONE};

static const char *reason_of(const struct relay *r)
{
	switch ((enum relay_reason)r->reason) {
	case RELAY_DONE: return "done";
	case RELAY_FAILED: return conn_reason(r->error);
	case RELAY_IDLE:
	case RELAY_TOO_LONG:
	case RELAY_STOPPED: break;
	}
	/* The connection was cut; conn_stop has stored the reason. */
	return "signal";
}

struct conn_result relay_result(const struct relay *relay)
{
	return (struct conn_result){.reason = reason_of(relay),
		.received_bytes = relay_bytes_from(relay, SIDE_CLIENT),
		.sent_bytes = relay_bytes_to(relay, SIDE_CLIENT),
		.ending = CONN_CLOSE};
}

struct conn_result relay_ended(const struct conn *c, const struct relay *relay)
{
	if (relay->reason == RELAY_FAILED && !relay->failed_tap)
		conn_complain(c, relay->error);
	return relay_result(relay);
}

/* The end of a connection that is served by one relay and nothing else. */
static void relay_over(void *arg, struct relay *relay)
{
	struct conn *c = arg;
	struct conn_result result = relay_ended(c, relay);

	relay_release_watched(relay, c->fd);
	conn_end(c, &result);
}

void relay_conn_measure(struct conn *c, struct conn_result *result)
{
	*result = relay_result(conn_state(c));
}

int64_t relay_conn_moved_ns(struct conn *c)
{
	return relay_moved_ns(conn_state(c));
}

void relay_conn_stop(struct conn *c)
{
	relay_stop(conn_state(c));
}

static struct relay_side conn_side(const struct conn *c)
{
	struct end end = conn_end_point(c);

	return (struct relay_side){.in = end, .out = end};
}

/* What an idle connection costs; with what malloc(3) and the loop's table add, about 430 bytes.
 * There may be many, so nothing that few of them need belongs here. */
enum { IDLE_COST = 376 };
_Static_assert(sizeof(void *) > 8 || sizeof(struct conn) + sizeof(struct relay) <= IDLE_COST,
	"an idle connection has grown");

static void echo_start(struct conn *c)
{
	struct relay *r = conn_state(c);
	struct relay_side side = conn_side(c);

	relay_init_echo(r, c->server->loop, &c->server->plan->relay, &side);
	relay_start(r, relay_over, c);
}

const struct service echo_service = {.size = sizeof(struct relay),
	.start = echo_start,
	.stop = relay_conn_stop,
	.moved_ns = relay_conn_moved_ns,
	.measure = relay_conn_measure};

static const struct end null_end = {.fd = -1, .kind = END_NULL};

static void discard_start(struct conn *c)
{
	struct relay *r = conn_state(c);
	struct relay_side sink = {.in = no_end, .out = null_end};
	struct relay_side client = conn_side(c);

	client.out = no_end;
	relay_init(r, c->server->loop, &c->server->plan->relay, &sink, &client);
	relay_start(r, relay_over, c);
}

const struct service discard_service = {.size = sizeof(struct relay),
	.start = discard_start,
	.stop = relay_conn_stop,
	.moved_ns = relay_conn_moved_ns,
	.measure = relay_conn_measure};

static void warn_of_file(const struct conn *c, int err)
{
	const char *path = c->server->config;

	conn_warn(c, "cannot read %s: %s", path, status_reason(err));
}

/* A file being sent. */
struct reply_file {
	struct relay relay; /* first, because the functions for relays treat the state as one */
	struct relay_plan plan;
	uint64_t size; /* of a regular file when it was opened; 0: it has none */
};

/* Half a file must not look like a whole one. */
static void file_sent(void *arg, struct relay *relay)
{
	struct conn *c = arg;
	const struct reply_file *file = conn_state(c);
	bool unread = relay->reason == RELAY_FAILED && relay->failed_side == SIDE_TARGET;
	bool shrank = relay->reason == RELAY_DONE && relay->flow[0].read_bytes < file->size;
	struct conn_result result = unread ? relay_result(relay) : relay_ended(c, relay);

	if (relay->reason == RELAY_DONE)
		result.ending = CONN_DRAIN;
	if (unread)
		warn_of_file(c, relay->error);
	else if (shrank)
		conn_warn(
			c, "%s became shorter while it was sent", (const char *)c->server->config);
	if (shrank || unread)
		result.ending = CONN_ABORT;
	relay_release_watched(relay, c->fd);
	conn_end(c, &result);
}

static void reply_file_start(struct conn *c)
{
	struct reply_file *state = conn_state(c);
	struct relay *r = &state->relay;
	struct stat st;
	/* A FIFO without a writer must not block us: all clients would have to wait. */
	int fd = open(c->server->config, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct relay_side client = conn_side(c), file;

	if (fd < 0) {
		warn_of_file(c, errno);
		conn_break(c);
		return;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		state->size = (uint64_t)st.st_size;
	file = (struct relay_side){.in = end_of_inherited(fd, false), .out = no_end};
	/* The open file description is not shared, and does not block. */
	file.in.waits = false;
	client.in = no_end;
	/* Whether it is complete is known only at its end, so the end is not passed on before. */
	state->plan = c->server->plan->relay;
	state->plan.no_half_close = true;
	relay_init(r, c->server->loop, &state->plan, &file, &client);
	relay_start(r, file_sent, c);
}

const struct service reply_file_service = {.size = sizeof(struct reply_file),
	.start = reply_file_start,
	.stop = relay_conn_stop,
	.moved_ns = relay_conn_moved_ns,
	.measure = relay_conn_measure};

/* A relayed connection: dialing until the relay runs. */
struct forwarded {
	struct dial *dial;
	struct relay relay;
	struct conn_taps *taps; /* NULL: none */
};

/* A reset is passed on as a reset, and a stream that is cut short ends with one. */
void relay_end_target(struct conn *c, struct relay *relay)
{
	int fd = relay->side[SIDE_TARGET].in.fd;

	relay_detach(relay);
	if (relay->reason == RELAY_DONE)
		loop_close(c->server->loop, fd);
	else
		conn_abort(c, fd);
}

static void warn_of_tap(const struct conn *c, const struct relay *relay)
{
	conn_warn(
		c, "cannot write to %s: %s", relay->failed_tap->noun, status_reason(relay->error));
}

static void forward_over(void *arg, struct relay *relay)
{
	struct conn *c = arg;
	struct conn_result result = relay_ended(c, relay);

	if (relay->failed_tap)
		warn_of_tap(c, relay);
	relay_end_target(c, relay);
	conn_taps_free(((struct forwarded *)conn_state(c))->taps);
	conn_end(c, &result);
}

/* Attach the taps, if any, to C's own relay. 0, or -1 with errno. */
static int forward_tap(struct conn *c)
{
	struct forwarded *f = conn_state(c);
	const struct taps *taps = c->server->plan->taps;
	UNCLEARED char peer[ADDR_TEXT];

	if (!taps)
		return 0;
	f->taps = conn_taps_new(taps, conn_peer_text(c, peer));
	if (!f->taps)
		return -1;
	conn_taps_attach(f->taps, &f->relay, SIDE_CLIENT);
	return 0;
}

/* Send a PROXY header first that names the client. 0, or -1 with ENOMEM. */
static int introduce(const struct conn *c, struct relay *relay)
{
	const struct forward_service *config = c->server->config;
	UNCLEARED struct addr peer, local;
	struct bytes header = {0};
	int err = 0;

	if (config->send_proxy < 0)
		return 0;
	conn_peer(c, &peer);
	conn_local(c, &local);
	proxy_header_add(&header, (enum proxy_header_version)config->send_proxy, &peer, &local);
	if (header.failed || relay_prime(relay, SIDE_TARGET, header.data, header.size) < 0)
		err = ENOMEM;
	bytes_release(&header);
	errno = err;
	return err ? -1 : 0;
}

static void forward_dialled(
	void *arg, int fd, const struct addr *peer, enum status status, const char *why)
{
	struct conn *c = arg;
	struct forwarded *f = conn_state(c);
	const struct forward_service *config = c->server->config;
	struct relay_side client = conn_side(c), target;

	(void)status;
	f->dial = NULL;
	if (fd < 0) {
		conn_warn(c, "%s", why);
		conn_break(c);
		return;
	}
	target.in = target.out = dial_end(&config->dial, fd, peer);
	relay_init(&f->relay, c->server->loop, &c->server->plan->relay, &target, &client);
	relay_await(&f->relay, SIDE_TARGET);
	/* The header is ours, not the client's, so it does not pass through taps. Without it, what
	 * the client sends could pass for a header. */
	if (introduce(c, &f->relay) < 0 || forward_tap(c) < 0) {
		int err = errno;

		relay_release_watched(&f->relay, c->fd);
		conn_fail(c, err);
		return;
	}
	relay_start(&f->relay, forward_over, c);
}

static void forward_start(struct conn *c)
{
	struct forwarded *f = conn_state(c);
	const struct forward_service *config = c->server->config;

	f->dial = dial_start(c->server->loop, config->target, &config->dial, forward_dialled, c);
	if (!f->dial)
		conn_fail(c, errno);
}

static void forward_stop(struct conn *c)
{
	struct forwarded *f = conn_state(c);

	if (!f->dial) {
		relay_stop(&f->relay);
		return;
	}
	dial_cancel(f->dial);
	conn_end(c, &(struct conn_result){.reason = "signal"});
}

static int64_t forward_moved_ns(struct conn *c)
{
	struct forwarded *f = conn_state(c);

	return f->dial ? c->moved_ns : relay_moved_ns(&f->relay);
}

static void forward_measure(struct conn *c, struct conn_result *result)
{
	struct forwarded *f = conn_state(c);

	if (!f->dial)
		*result = relay_result(&f->relay);
}

const struct service forward_service = {.descriptors = 2,
	.dials = true,
	.size = sizeof(struct forwarded),
	.attaches_taps = true,
	.start = forward_start,
	.stop = forward_stop,
	.moved_ns = forward_moved_ns,
	.measure = forward_measure};
