/* SPDX-License-Identifier: ISC */
/* serve_run.c - tcp-serve at work: limits, listening, signals, figures. */

#include "tcp/serve/serve_run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/confine.h"
#include "core/ready.h"
#include "tcp/serve/serve_workers.h"

/* For everything other than connections. */
enum { SPARE_DESCRIPTORS = 32 };

static bool is_stdio(const struct serve_run *r)
{
	return r->set.way->service == &stdio_service;
}

/* As many connections as descriptors allow, if no limit was given. */
static uint64_t conns_allowed(const struct serve_run *r)
{
	const struct serve_way_row *way = r->set.way;
	uint64_t each = serve_way_service(way, &r->set)->descriptors;
	size_t most;

	if (r->config->serve.conns_max)
		return r->config->serve.conns_max;
	if (way->conns_max)
		return way->conns_max;
	/* Not reached if commands are run: they inherit the soft limit, and select(2) relies on
	 * it. */
	most = fd_raise_limit();
	each = (each ? each : 1) + (r->set.taps.on ? 2 : 0);
	return most > SPARE_DESCRIPTORS + each ? (most - SPARE_DESCRIPTORS) / each : 1;
}

/* At a terminal, Ctrl-C is meant for the only connection. */
static int64_t grace_of(const struct serve_run *r)
{
	bool at_terminal = is_stdio(r) && isatty(STDIN_FILENO);

	return at_terminal ? 0 : r->config->serve.grace_ns;
}

/* Whether close(2) of a connection delivers what is left: only without SO_LINGER, which connections
 * may have from an inherited listener. */
static bool close_delivers(const struct serve_run *r)
{
	for (size_t i = 0; i < r->set.endpoint_count; i++) {
		if (r->set.endpoints[i].kind == ENDPOINT_FD)
			return false;
	}
	return !sock_options_has(&r->set.options, "linger");
}

void serve_plan(struct serve_run *r)
{
	const struct serve_config *c = r->config;
	bool once = is_stdio(r) && !c->way.keep_open;

	r->plan = (struct server_plan){
		.accept_max = c->serve.accept_max ? c->serve.accept_max : once,
		.conns_max = conns_allowed(r),
		.per_host = c->serve.per_host,
		.grace_ns = grace_of(r),
		.accept_timeout_ns = c->serve.accept_timeout_ns,
		.proxy_protocol = c->listen.proxy_protocol,
		.limits = {c->limits.idle_ns, c->limits.max_ns},
		.relay = {.linger_ns = RELAY_FOREVER, .closed_when_done = close_delivers(r)},
		.access = &r->set.access,
		.options = &r->set.options};
	r->server.plan = &r->plan;
	r->server.loop = r->loop;
}

static void taps_place(struct serve_run *r)
{
	if (!r->set.taps.on)
		return;
	r->set.taps.names_peer = true;
	r->plan.taps = &r->set.taps;
	r->stdio.plan.taps = &r->set.taps;
}

void serve_choose(struct serve_run *r)
{
	r->server.service = serve_way_service(r->set.way, &r->set);
	r->set.way->prepare(r);
	taps_place(r);
}

enum status serve_listen(struct serve_run *r, struct bytes *why)
{
	const struct serve_listen *c = &r->config->listen;
	struct listener_plan plan = {.family = r->config->common.family,
		.type = SOCK_STREAM,
		.unix_type = tcp_type_values[c->type],
		.backlog = (int)c->backlog,
		.unix_mode = c->unix_mode,
		.numeric = r->config->common.numeric,
		.options = &r->set.options};

	for (size_t i = 0; i < r->set.endpoint_count; i++) {
		enum status status =
			listeners_add(&r->server.listeners, &r->set.endpoints[i], &plan, why);

		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

enum status serve_announce(const struct serve_run *r, struct bytes *why)
{
	const struct ready_plan plan = {.file = r->config->listen.ready_file,
		.endpoints = r->set.endpoints,
		.count = r->set.endpoint_count};

	return ready_announce(&r->server.listeners, &plan, why);
}

static void signalled(void *arg, int signo)
{
	struct serve_run *r = arg;

	server_stop(&r->server, signo);
}

void serve_done(void *arg)
{
	struct serve_run *r = arg;

	loop_stop(r->loop);
}

static void figures(void *arg, struct meter_figures *f)
{
	struct serve_run *r = arg;
	uint64_t received, sent;

	server_measure(&r->server, &received, &sent);
	if (!r->server.uncounted) {
		f->received_bytes = (int64_t)received;
		f->sent_bytes = (int64_t)sent;
	}
	f->connections = (int64_t)r->server.accepted;
	f->reason = r->server.signo ? "signal" : "done";
	f->reason_text = r->server.signo ? "signal" : "done";
	if (!is_stdio(r) || !r->stdio.reason)
		return;
	f->peer = r->stdio.peer;
	f->rtt_ns = r->stdio.rtt_ns;
	f->retransmits = r->stdio.retransmits;
	f->reason = r->stdio.reason;
	f->reason_text = strcmp(f->reason, "done") == 0 ? "peer closed" : f->reason;
}

void serve_catch(struct serve_run *r, loop_signal_fn *fn)
{
	/* For signals that exist and can be caught, this cannot fail. */
	UNCHECKED(loop_signal_end(r->loop, fn, r));
}

enum status serve_settle(struct serve_run *r, struct bytes *why)
{
	const struct privilege_options *options = &r->config->privilege;
	enum status status = privilege_drop(&r->set.privilege, why);

	if (status == STATUS_DONE && options->chroot)
		status = serve_check_files(&r->set, why);
	if (status == STATUS_DONE && r->set.way->open)
		status = r->set.way->open(r, why);
	return status;
}

void serve_confine(const struct serve_run *r)
{
	confine_enter(&(struct confine){.options = &r->config->privilege,
		.listeners = &r->server.listeners,
		.writable = r->config->way.collect_dir,
		.runs_commands = r->set.command.argv != NULL,
		.sealed = !r->server.service->dials});
}

static enum status start(struct serve_run *r, struct bytes *why)
{
	enum status status = serve_listen(r, why);

	if (status != STATUS_DONE)
		return status;
	serve_catch(r, signalled);
	serve_choose(r);
	if (server_start(&r->server, serve_done, r) < 0 ||
		meter_start(&r->meter, r->loop, "tcp-serve", &r->config->meter, figures, r) < 0)
		return fail_with(why, STATUS_FAILED, "cannot start: %s", status_reason(errno));
	/* Now, while we may still write the ready file; nobody is served until the rest is done. */
	status = serve_announce(r, why);
	if (status == STATUS_DONE)
		status = serve_settle(r, why);
	if (status == STATUS_DONE)
		serve_confine(r);
	return status;
}

enum status serve_work(struct serve_run *r, struct bytes *why)
{
	enum status status;

	r->loop = loop_new(NULL);
	if (!r->loop)
		return fail_with(why, STATUS_FAILED, "cannot start: %s", status_reason(errno));
	serve_plan(r);
	status = r->config->listen.workers ? serve_workers_start(r, why) : start(r, why);
	if (status != STATUS_DONE)
		return status;
	if (loop_run(r->loop) < 0)
		status = fail_with(why, STATUS_FAILED, "cannot continue: %s", status_reason(errno));
	meter_finish(&r->meter);
	return status;
}
