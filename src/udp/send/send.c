/* SPDX-License-Identifier: ISC */
/* send.c - udp-send: send messages or standard input as datagrams. */
#include <errno.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/results.h"
#include "udp/send/send_private.h"

static void on_signal(void *arg, int signo)
{
	struct udp_send_run *r = arg;

	r->signo = signo;
	loop_stop(r->loop);
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct udp_send_run *r = arg;

	f->sent_bytes = (int64_t)r->sent_bytes;
	f->sent_datagrams = (int64_t)r->sent;
	if (r->config->replies.wanted) {
		f->received_bytes = (int64_t)r->received_bytes;
		f->received_datagrams = (int64_t)r->received;
	}
	f->total_bytes = r->input_size;
	f->errors = r->errors > 0 || r->config->meter.stats == METER_STATS_JSON ? (int64_t)r->errors
										: -1;
	f->peer = r->endpoint.text;
	f->reason = f->reason_text = meter_reason(r->signo, r->status);
}

static void log_sending(const struct udp_send_run *r)
{
	char text[ADDR_TEXT], local_text[ADDR_TEXT];
	struct addr local;

	if (!log_wants(LOG_EVENTS))
		return;
	addr_text(&r->target.peer, text);
	if (sock_local(r->target.fd, &local) == 0 && local.size > 0)
		addr_text(&local, local_text);
	else
		*local_text = '\0';
	log_event(&(struct log_event){.event = "connected",
			  .local = *local_text ? local_text : NULL,
			  .peer = text},
		"sending to %s", text);
}

static void say_closed(const struct udp_send_run *r)
{
	struct meter_figures f = METER_NO_FIGURES;
	char text[ADDR_TEXT];

	if (!log_wants(LOG_EVENTS))
		return;
	figures((void *)r, &f);
	log_closed(&(struct log_event){.peer = addr_text(&r->target.peer, text),
		.reason = f.reason,
		.received_bytes = r->received_bytes,
		.sent_bytes = r->sent_bytes,
		.ns = loop_now(r->loop) - r->meter.started_ns});
}

static enum status fail(struct udp_send_run *r, const char *what)
{
	return fail_with(&r->why, STATUS_FAILED, "cannot %s: %s", what, status_reason(errno));
}

/* From here on SIGUSR1 shows the progress, however long the look-up of a name takes. */
static enum status prepare(struct udp_send_run *r, const struct opt_words *words)
{
	r->loop = loop_new(NULL);
	if (!r->loop ||
		meter_start(&r->meter, r->loop, "udp-send", &r->config->meter, figures, r) < 0)
		return fail(r, "start");
	return send_setup(r, words, &r->why);
}

static int start(struct udp_send_run *r)
{
	if (loop_signal_end(r->loop, on_signal, r) < 0)
		return -1;
	r->input_size =
		r->messages.from_memory || r->config->pace.count != 1 ? -1 : fd_left(STDIN_FILENO);
	return replies_init(r);
}

static void send_all(struct udp_send_run *r)
{
	if (start(r) < 0) {
		r->status = fail(r, "start");
		return;
	}
	log_sending(r);
	send_begin(r);
	if (loop_run(r->loop) < 0)
		r->status = fail(r, "go on");
	say_closed(r);
	meter_finish(&r->meter);
}

static void run_release(struct udp_send_run *r)
{
	outgoing_release(&r->out);
	output_release(&r->output);
	batch_release(&r->batch);
	recent_release(&r->recent);
	messages_release(&r->messages);
	if (r->endpoint.kind == ENDPOINT_FD && r->target.fd >= 0)
		os_dgram_restore(r->target.fd, addr_family(&r->target.peer), &r->before);
	target_release(&r->target);
	endpoint_release(&r->endpoint);
	sock_options_release(&r->options);
	loop_free(r->loop);
	bytes_release(&r->why);
}

enum status udp_send_main(const void *config, const struct opt_words *words)
{
	struct udp_send_run r = {.config = config, .target = {.fd = -1}, .messages.input.fd = -1};

	log_setup("udp-send", r.config->common.level, r.config->common.json);
	r.status = prepare(&r, words);
	if (r.status == STATUS_DONE)
		send_all(&r);
	results_failed(r.output.error);
	if (bytes_any(&r.why))
		r.status = results_report(r.config->common.json,
			r.endpoint.text ? &r.endpoint : NULL, words, r.status, &r.why);
	run_release(&r);
	return results_finish(r.status, r.signo);
}
