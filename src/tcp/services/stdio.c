/* SPDX-License-Identifier: ISC */
/* stdio.c - standard input and output for one connection at a time. */

#include "base/bytes.h"
#include "base/checked.h"
#include "base/log.h"
#include "base/status.h"
#include "tcp/services/service_kinds.h"

static void reader_left(void *arg, int fd, unsigned ready)
{
	struct stdio_service *service = arg;

	(void)fd;
	(void)ready;
	service->status = STATUS_FAILED;
	service->broken_output = true;
	stdio_service_release(service);
	server_abort(service->server);
}

/* While there is a connection, its relay watches. If watching fails, the next write finds out. */
static void watch_reader(struct stdio_service *service)
{
	const struct end *output = &service->output;

	if (output->fd >= 0 && end_has_reader(output))
		UNCHECKED(loop_watch(
			service->server->loop, output->fd, LOOP_GONE, reader_left, service));
}

void stdio_service_start(struct stdio_service *service, struct server *s)
{
	service->server = s;
	watch_reader(service);
}

void stdio_service_release(struct stdio_service *service)
{
	if (service->server)
		loop_forget(service->server->loop, service->output.fd);
}

static void session_over(void *arg, struct session *session)
{
	struct conn *c = arg;
	struct server *s = c->server;
	struct stdio_service *service = s->config;
	struct conn_result result = {.reason = session->reason,
		.received_bytes = session->received_bytes,
		.sent_bytes = session->sent_bytes};
	bool ours_failed = session->ours_failed;

	service->rtt_ns = session->rtt_ns;
	service->retransmits = session->retransmits;
	service->reason = session->reason;
	conn_peer_text(c, service->peer);
	if (session->status != STATUS_DONE) {
		service->status = session->status;
		service->broken_output = session->broken_output;
	}
	if (session->status != STATUS_DONE && !session->broken_output)
		log_error("%s", bytes_reason(&session->why));
	session_release(session);
	conn_end(c, &result);
	/* Without our own ends there is nothing left to serve with. */
	if (ours_failed) {
		server_finish(s);
		return;
	}
	if (service->output.flags & END_KEEP)
		watch_reader(service);
	server_pause(s, false);
}

static void stdio_start(struct conn *c)
{
	struct stdio_service *service = c->server->config;
	const struct end connection = conn_end_point(c);

	server_pause(c->server, true);
	session_start(conn_state(c), c->server->loop, &service->plan, &connection, &service->input,
		&service->output, session_over, c);
}

static void stdio_stop(struct conn *c)
{
	session_stop(conn_state(c), "signal");
}

static void stdio_measure(struct conn *c, struct conn_result *result)
{
	struct session *session = conn_state(c);

	session_measure(session);
	result->received_bytes = session->received_bytes;
	result->sent_bytes = session->sent_bytes;
}

const struct service stdio_service = {.one_process = true,
	.size = sizeof(struct session),
	.takes_socket = true,
	.attaches_taps = true,
	.keeps_limits = true,
	.start = stdio_start,
	.stop = stdio_stop,
	.measure = stdio_measure};
