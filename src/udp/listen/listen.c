/* SPDX-License-Identifier: ISC */
/* listen.c - udp-listen: receive datagrams; print, answer or forward them. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/os.h"
#include "core/ready.h"
#include "core/results.h"
#include "udp/listen/listen_private.h"

static enum status fail(struct bytes *why, const char *what)
{
	bytes_add_format(why, "cannot %s: %s", what, status_reason(errno));
	if (errno == ENOSPC)
		bytes_add_text(why, " (the limit is /proc/sys/fs/epoll/max_user_watches)");
	return STATUS_FAILED;
}

static enum status open_ports(struct udp_listen_run *r, struct bytes *why)
{
	bool json = r->format == FORMAT_JSON && r->writes;
	struct ports_plan plan = {.family = r->config->common.family,
		.numeric = r->config->common.numeric,
		.options = &r->options,
		.groups = &r->groups,
		.wishes = {.destination = json || listen_answers(r),
			.time = json,
			/* Those received with one call could not be left to the next reader. */
			.merged = r->left == UINT64_MAX && !r->runner.argv}};

	return ports_open(&r->ports, &r->endpoint, &plan, why);
}

/* Datagrams forwarded to ourselves would come back forever. */
static enum status check_targets(const struct udp_listen_run *r, struct bytes *why)
{
	char text[ADDR_TEXT];

	for (size_t i = 0; i < r->target_count; i++) {
		if (!ports_have(&r->ports, &r->targets[i].peer))
			continue;
		return fail_with(why, STATUS_USAGE,
			"cannot forward to %s: that is the socket it listens on",
			addr_text(&r->targets[i].peer, text));
	}
	return STATUS_DONE;
}

static enum status announce(const struct udp_listen_run *r, struct bytes *why)
{
	const struct ready_plan plan = {
		.file = r->config->bind.ready_file, .endpoints = &r->endpoint, .count = 1};

	return ready_announce(&r->ports.sockets, &plan, why);
}

static void on_signal(void *arg, int signo)
{
	struct udp_listen_run *r = arg;

	if (r->signo)
		loop_stop(r->loop);
	r->signo = signo;
	r->limit = "signal";
	listen_stop(r);
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct udp_listen_run *r = arg;

	f->received_bytes = (int64_t)r->totals.received_bytes;
	f->received_datagrams = (int64_t)r->totals.received;
	f->dropped_datagrams = r->ports.count > 0 ? ports_drops(&r->ports) : r->drops;
	if (listen_answers(r)) {
		f->sent_bytes = (int64_t)r->totals.sent_bytes;
		f->sent_datagrams = (int64_t)r->totals.sent;
	}
	f->errors = r->totals.errors > 0 || r->config->meter.stats == METER_STATS_JSON
		? (int64_t)r->totals.errors
		: -1;
	f->reason = listen_reason(r);
	f->reason_text = f->reason;
}

/* From here on SIGUSR1 shows the progress, however long the look-up of a name takes. */
static enum status prepare(
	struct udp_listen_run *r, const struct opt_words *words, struct bytes *why)
{
	r->loop = loop_new(NULL);
	if (!r->loop ||
		meter_start(&r->meter, r->loop, "udp-listen", &r->config->meter, figures, r) < 0)
		return fail(why, "start");
	return listen_setup(r, words, why);
}

static enum status start(struct udp_listen_run *r, struct bytes *why)
{
	enum status status;

	if (r->runner.argv)
		os_cloexec_from(STDERR_FILENO + 1);
	status = open_ports(r, why);
	if (status == STATUS_DONE)
		status = check_targets(r, why);
	if (status == STATUS_DONE && r->config->way.keep_source)
		status = keep_source_open(&r->keep_source, &r->forward, why);
	if (status != STATUS_DONE)
		return status;
	if (loop_signal_end(r->loop, on_signal, r) < 0 || listen_start(r) < 0)
		return fail(why, "start");
	/* Now, while we may still write to the place that the user gave. */
	status = announce(r, why);
	return status == STATUS_DONE ? listen_secure(r, why) : status;
}

/* Nothing is lost silently. */
static void say_drops(struct udp_listen_run *r)
{
	r->drops = r->ports.count > 0 ? ports_drops(&r->ports) : -1;
	if (r->drops > 0)
		log_notice("the kernel dropped at least %lld datagram%s not read in time",
			(long long)r->drops, num_plural((uint64_t)r->drops));
}

static enum status serve(struct udp_listen_run *r, struct bytes *why)
{
	enum status status = start(r, why);

	if (status != STATUS_DONE)
		return status;
	if (loop_run(r->loop) < 0)
		r->status = fail(why, "go on");
	say_drops(r);
	meter_finish(&r->meter);
	return r->status;
}

static void release(struct udp_listen_run *r)
{
	if (r->loop) {
		runner_release(&r->runner);
		forward_release(&r->forward, listen_reason(r));
		keep_source_release(&r->keep_source);
		output_release(&r->output);
	}
	ports_close(&r->ports);
	gate_release(&r->takes);
	gate_release(&r->works);
	batch_release(&r->batch);
	endpoint_release(&r->endpoint);
	for (size_t i = 0; i < r->target_count; i++)
		target_release(&r->targets[i]);
	free(r->targets);
	sock_options_release(&r->options);
	sock_options_release(&r->forward_options);
	access_release(&r->access);
	groups_release(&r->groups);
	bytes_release(&r->reply);
	bytes_release(&r->why);
	loop_free(r->loop);
}

enum status udp_listen_main(const void *config, const struct opt_words *words)
{
	struct udp_listen_run r = {.config = config, .drops = -1};
	enum status status;

	log_setup("udp-listen", r.config->common.level, r.config->common.json);
	status = prepare(&r, words, &r.why);
	if (status == STATUS_DONE)
		status = serve(&r, &r.why);
	results_failed(r.output.error);
	if (bytes_any(&r.why))
		status = results_report(r.config->common.json, r.endpoint.text ? &r.endpoint : NULL,
			words, status, &r.why);
	release(&r);
	return results_finish(status, r.signo);
}
