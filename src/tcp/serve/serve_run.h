/* SPDX-License-Identifier: ISC */
/* serve_run.h - one run of tcp-serve: what it consists of, and its steps, only for the files of
 * this folder. */
#ifndef TCP_SERVE_SERVE_RUN_H
#define TCP_SERVE_SERVE_RUN_H

#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "tcp/serve/serve_options.h"
#include "tcp/serve/serve_setup.h"
#include "tcp/serve/serve_ways.h"
#include "tcp/server/server.h"
#include "tcp/server/workers.h"
#include "tcp/services/broker.h"
#include "tcp/services/collect.h"
#include "tcp/services/service_kinds.h"

struct bytes;

struct serve_run {
	const struct serve_config *config;
	struct serve_setup set;
	struct loop *loop;
	struct server_plan plan;
	struct server server;
	struct meter meter;
	/* State that changes while it serves; one of these is used. */
	struct roster roster;
	struct command_service command_service;
	struct stdio_service stdio;
	struct broker broker;
	struct collector collector;
	struct collect_dir collect_dir;
	/* With --workers; the second is for a worker: */
	struct workers workers;
	struct worker_tie tie;
};

/* Fill in the server's plan, for R->loop. */
void serve_plan(struct serve_run *r);

/* Listen on all endpoints; then announce that we do. Exit statuses; if one is not STATUS_DONE, WHY
 * has one line. */
enum status serve_listen(struct serve_run *r, struct bytes *why) CHECKED;
enum status serve_announce(const struct serve_run *r, struct bytes *why) CHECKED;

/* Once bound: change the root and the user, and open what is needed from there. An exit status; if
 * it is not STATUS_DONE, WHY has one line. */
enum status serve_settle(struct serve_run *r, struct bytes *why) CHECKED;

/* Enter the sandbox, after serve_choose has determined what it must allow. */
void serve_confine(const struct serve_run *r);

/* Choose how connections are served, and through which taps. */
void serve_choose(struct serve_run *r);

/* Call FN, with R, on the signals that end servers. */
void serve_catch(struct serve_run *r, loop_signal_fn *fn);

/* The server is done: end the loop. ARG is a struct serve_run. */
void serve_done(void *arg);

/* Listen, serve and wait until everything is over. An exit status; if it is not STATUS_DONE, WHY
 * has one line. */
enum status serve_work(struct serve_run *r, struct bytes *why) CHECKED;

#endif
