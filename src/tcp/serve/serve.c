/* SPDX-License-Identifier: ISC */
/* serve.c - tcp-serve: listen for connections and serve each one. */

#include <errno.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/pool.h"
#include "core/opt/opt.h"
#include "core/results.h"
#include "tcp/commands.h"
#include "tcp/hints.h"
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

static enum status serve_run(const void *config, const struct opt_words *words)
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

static const struct opt_example examples[] = {
	{"tcp-serve 8080 >received", "receive one connection into a file"},
	{"tcp-serve --forward db:5432 5432", "relay connections to another host"},
	{"tcp-serve '*:7000' -- ./answer", "run a command for each connection"},
	{"tcp-serve --handler echo 127.0.0.1:7", "send back what each client sends"},
	{"tcp-serve --chat 7000", "let clients talk to each other"},
	{"tcp-serve --collect 5140 >>lines", "merge the lines of many clients"},
	{"tcp-serve --proxy-server socks 127.0.0.1:1080", "be a SOCKS proxy"},
	{"tcp-serve --allow 192.0.2.0/24 --sh 'cat file' 7000", "serve one network"},
	{0},
};

const struct command tcp_serve_command = {
	.name = "tcp-serve",
	.summary = "listen for connections and serve each one",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.operand = "ENDPOINT, as PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = serve_sets,
	.rules = serve_rules,
	.hints = serve_hints,
	.config_size = sizeof(struct serve_config),
	.defaults = &serve_defaults,
	.takes_command = true,
	.run = serve_run,
};
