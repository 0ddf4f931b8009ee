/* SPDX-License-Identifier: ISC */
/* connect.c - tcp-connect: the command: a connection or a scan, and its end. */

#include "tcp/connect/connect_private.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/pool.h"
#include "core/results.h"
#include "tcp/connect/scan/scan.h"

/* Where a scan's report goes: standard output is for the command that comes after, if there is one.
 */
static int report_output(const struct connect_run *r)
{
	if (!r->set.command.argv)
		return STDOUT_FILENO;
	return log_wants(LOG_EVENTS) ? STDERR_FILENO : -1;
}

static enum status run_scan(struct connect_run *r)
{
	const struct connect_config *c = r->config;
	struct scan_plan plan = {.family = c->common.family,
		.type = r->set.dial_plan.type,
		.numeric = c->common.numeric,
		.all = c->scan.all,
		.closed = c->scan.closed,
		.json = c->common.json,
		.output = report_output(r),
		.parallel = (size_t)c->scan.parallel,
		.timeout_ns = c->connect.timeout_ns,
		.wait_ns = c->connect.wait_ns,
		.proxy = r->set.path.plan.proxy,
		.meter = &c->meter,
		.source = r->set.dial_plan.source,
		.options = &r->set.options};
	enum status status;

	/* Nothing is sent, so SIGPIPE can come only from standard output, and should. */
	UNCHECKED(loop_signal(r->loop, SIGPIPE, false, NULL, NULL)); /* cannot fail */
	status = scan_run(r->loop, r->set.endpoints, r->set.endpoint_count, &plan);
	return status == STATUS_DONE && r->set.command.argv ? connect_command_become(r) : status;
}

static void run_release(struct connect_run *r)
{
	raw_release(&r->raw);
	connect_setup_release(&r->set);
	session_release(&r->session);
	bytes_release(&r->last_why);
	tap_relay_release(&r->tap_relay);
	pool_close();
	loop_free(r->loop);
}

static enum status finish(struct connect_run *r)
{
	raw_restore();

	enum status status = taps_finish(&r->set.taps, r->status);

	/* If SIGPIPE does not end us, the session's own message has the byte counts. */
	if (r->session.broken_output && loop_signal_was_ignored(SIGPIPE))
		log_error("%s", bytes_reason(&r->session.why));
	else if (r->session.broken_output)
		results_failed(EPIPE);
	return results_finish(status, r->signo);
}

enum status connect_main(const void *config, const struct opt_words *words)
{
	struct connect_run r = {.config = config, .fd = -1, .input_size = -1};
	struct bytes why = {0};

	log_setup("tcp-connect", r.config->common.level, r.config->common.json);
	r.status = connect_prepare(&r.set, r.config, words, &why);
	if (r.status != STATUS_DONE)
		opt_report(words, r.status, &why);
	if (r.status == STATUS_DONE) {
		r.loop = loop_new(NULL);
		if (r.loop)
			r.status = r.config->scan.on ? run_scan(&r) : connect_work(&r);
		else
			r.status = connect_cannot_start();
	}
	bytes_release(&why);
	r.status = finish(&r);
	run_release(&r);
	return r.status;
}
