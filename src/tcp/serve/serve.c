/* SPDX-License-Identifier: ISC */
/* serve.c - tcp-serve: listen for connections and serve each one. */

#include <errno.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/pool.h"
#include "core/opt/opt.h"
#include "core/results.h"
#include "tcp/serve/serve_run.h"

static enum status outcome(const struct serve_run *r)
{
	if (r->server.never_came)
		return STATUS_TIMED_OUT;
	if (r->workers.failed)
		return STATUS_FAILED;
	return r->set.way->status ? r->set.way->status(r) : STATUS_DONE;
}

static void run_release(struct serve_run *r)
{
	workers_release(&r->workers);
	stdio_service_release(&r->stdio);
	if (r->loop)
		server_release(&r->server);
	broker_release(&r->broker);
	collector_release(&r->collector);
	collect_dir_release(&r->collect_dir);
	serve_setup_release(&r->set);
	roster_release(&r->roster);
	pool_close();
	loop_free(r->loop);
}

static enum status finish(struct serve_run *r, enum status status)
{
	bool broken = r->stdio.broken_output || r->collector.broken;
	int signo = r->server.signo;

	status = taps_finish(&r->set.taps, status);
	run_release(r);
	if (broken)
		results_failed(EPIPE);
	return results_finish(status, signo);
}

enum status serve_main(const void *config, const struct opt_words *words)
{
	struct serve_run r = {.config = config};
	struct bytes why = {0};
	enum status status;

	log_setup("tcp-serve", r.config->common.level, r.config->common.json);
	status = serve_prepare(&r.set, r.config, words, &why);
	if (status == STATUS_DONE)
		status = serve_work(&r, &why);
	if (status != STATUS_DONE)
		opt_report(words, status, &why);
	else
		status = outcome(&r);
	bytes_release(&why);
	return finish(&r, status);
}
