/* SPDX-License-Identifier: ISC */
/* runner.c - run a command for each datagram: which ones run, and which wait. */
#include "udp/listen/runner.h"

#include <errno.h>
#include <signal.h>

#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "udp/listen/runner_private.h"

/* No event reports that others have released descriptors or processes. */
static const int64_t retry_ns = 100 * NUM_NS_PER_MS;

/* Whether starting may be possible in a moment. */
static bool is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == EAGAIN || err == ENOMEM;
}

static void on_retry(void *arg)
{
	struct runner *r = arg;
	struct runner_job *j = r->unstarted;

	if (runner_job_start(j) < 0) {
		if (is_shortage(errno) && loop_timer_set(r->loop, &r->retry, retry_ns) == 0)
			return;
		runner_job_drop(j, errno);
	}
	r->unstarted = NULL;
	gate_open(r->takes);
}

/* Keep J until it can be started; meanwhile no more datagrams are received, and they wait in the
 * kernel. */
static void postpone(struct runner_job *j, int err)
{
	struct runner *r = j->runner;

	if (loop_timer_set(r->loop, &r->retry, retry_ns) < 0) {
		runner_job_drop(j, err);
		return;
	}
	log_warning("cannot run %s for now: %s; datagrams wait", r->argv[0], status_reason(err));
	r->unstarted = j;
	gate_close(r->takes);
}

void runner_init(struct runner *r)
{
	loop_timer_init(&r->retry, on_retry, r);
}

void runner_start(struct runner *r, struct port *port, const struct datagram *d)
{
	struct runner_job *j = runner_job_new(r, port, d);

	if (!j) {
		port->totals->errors++;
		log_warning("cannot run %s: %s", r->argv[0], status_reason(ENOMEM));
	} else if (j->payload.failed) {
		runner_job_drop(j, ENOMEM);
	} else if (runner_job_start(j) < 0) {
		(is_shortage(errno) ? postpone : runner_job_drop)(j, errno);
	}
}

static void forget_unstarted(struct runner *r)
{
	if (!r->unstarted)
		return;
	loop_timer_stop(r->loop, &r->retry);
	runner_job_free(r->unstarted);
	r->unstarted = NULL;
	gate_open(r->takes);
}

void runner_stop(struct runner *r)
{
	forget_unstarted(r);
	for (struct runner_job *j = r->first; j; j = j->next) {
		if (!j->exited && !j->timed_out)
			runner_job_end(j, SIGTERM);
	}
}

void runner_release(struct runner *r)
{
	forget_unstarted(r);
	while (r->first) {
		if (!r->first->exited) {
			kill(-r->first->pid, SIGKILL);
			loop_child_forget(r->loop, r->first->pid);
		}
		runner_job_free(r->first);
	}
}
