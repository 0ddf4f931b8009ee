/* SPDX-License-Identifier: ISC */
/* serve_workers.c - tcp-serve --workers: what this process does, and what each worker does. */

#include "tcp/serve/serve_workers.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/status.h"
#include "tcp/serve/serve_run.h"

static void worker_caught(void *arg, int signo)
{
	struct serve_run *r = arg;

	/* Showing figures is up to the parent. */
	if (signo != SIGUSR1)
		worker_signalled(&r->tie, signo);
}

/* The share of one worker in a limit for all. */
static uint64_t share(const struct serve_run *r, uint64_t all, size_t number)
{
	uint64_t workers = r->config->listen.workers;

	if (!r->config->serve.conns_max && !r->set.command.argv)
		return all;
	return all / workers + (number < all % workers || all < workers);
}

/* End a worker that cannot serve, for errno. */
static _Noreturn void give_up(void)
{
	log_error("a worker cannot serve: %s", status_reason(errno));
	log_finish();
	_exit(STATUS_FAILED);
}

/* The body of a worker process. */
static void work(void *arg, size_t number, int control)
{
	struct serve_run *r = arg;
	sigset_t none;
	int err;

	sigemptyset(&none);
	loop_free(r->loop);
	r->loop = loop_new(NULL);
	if (!r->loop)
		give_up();
	serve_plan(r);
	r->plan.conns_max = share(r, r->plan.conns_max, number);
	listeners_disown(&r->server.listeners);
	serve_choose(r);
	serve_catch(r, worker_caught);
	UNCHECKED(loop_signal(r->loop, SIGUSR1, true, worker_caught, r)); /* as serve_catch */
	if (server_start(&r->server, serve_done, r) < 0 ||
		worker_follow(&r->tie, &r->server, control) < 0)
		give_up();
	serve_confine(r);
	sigprocmask(SIG_SETMASK, &none, NULL);
	err = loop_run(r->loop) < 0 ? errno : 0;
	worker_tell(&r->tie);
	server_release(&r->server);
	errno = err;
	if (err)
		give_up();
	log_finish();
	_exit(STATUS_DONE);
}

static void stop_workers(void *arg, int signo)
{
	struct serve_run *r = arg;

	r->server.signo = signo;
	server_finish(&r->server);
	workers_stop(&r->workers, signo);
}

static void ask_workers(void *arg, int signo)
{
	struct serve_run *r = arg;

	(void)signo;
	workers_ask(&r->workers);
}

static void workers_told(void *arg)
{
	struct serve_run *r = arg;

	meter_show(&r->meter);
}

static void workers_figures(void *arg, struct meter_figures *f)
{
	struct serve_run *r = arg;
	struct worker_figures sum;

	workers_sum(&r->workers, &sum);
	if (!sum.uncounted) {
		f->received_bytes = (int64_t)sum.received_bytes;
		f->sent_bytes = (int64_t)sum.sent_bytes;
	}
	f->connections = (int64_t)sum.accepted;
	f->reason = f->reason_text = r->server.signo ? "signal" : "done";
}

/* This process listens, and supervises those that serve. */
enum status serve_workers_start(struct serve_run *r, struct bytes *why)
{
	struct workers *w = &r->workers;
	enum status status = serve_listen(r, why);

	if (status != STATUS_DONE)
		return status;
	*w = (struct workers){.work = work, .done = serve_done, .told = workers_told, .arg = r};
	serve_catch(r, stop_workers);
	if (meter_start(&r->meter, r->loop, "tcp-serve", &r->config->meter, workers_figures, r) <
			0 ||
		loop_signal(r->loop, SIGUSR1, false, ask_workers, r) < 0)
		return fail_with(why, STATUS_FAILED, "cannot start: %s", status_reason(errno));
	status = serve_announce(r, why);
	if (status == STATUS_DONE)
		status = serve_settle(r, why);
	if (status != STATUS_DONE)
		return status;
	if (workers_start(w, r->loop, (size_t)r->config->listen.workers) == 0)
		return STATUS_DONE;
	return fail_with(why, STATUS_FAILED, "cannot start workers: %s", status_reason(errno));
}
