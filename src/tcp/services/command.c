/* SPDX-License-Identifier: ISC */
/* command.c - a command for each connection, which is its standard input and output. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/os/os.h"
#include "core/sock/sock.h"
#include "tcp/command.h"
#include "tcp/server/limits.h"
#include "tcp/services/services.h"

/* After SIGTERM, before SIGKILL. */
static const int64_t patience_ns = 2 * NUM_NS_PER_S;

struct running {
	pid_t pid;
	struct limits limits;
	struct loop_timer kill;
	uint64_t moved_bytes; /* at the last look, both ways */
	const char *reason;
};

static void measure(struct conn *c, struct conn_result *result)
{
	struct os_tcp_info info;

	if (os_tcp_info(c->fd, &info) < 0)
		return;
	result->received_bytes = info.received_bytes;
	result->sent_bytes = info.acked_bytes;
}

static void finish(struct conn *c, const char *reason)
{
	struct running *r = conn_state(c);
	/* Our copy of the connection outlived the command: end it as it should be ended. */
	struct conn_result result = {.reason = reason, .ending = CONN_DRAIN};

	limits_stop(&r->limits);
	loop_timer_stop(c->server->loop, &r->kill);
	measure(c, &result);
	conn_end(c, &result);
}

static void command_ended(void *arg, pid_t pid, int wait_status)
{
	struct conn *c = arg;
	struct running *r = conn_state(c);
	struct command_service *service = c->server->config;

	service->last_status = child_exit_status(wait_status);
	log_detail("command %ld ended with status %d", (long)pid, service->last_status);
	finish(c, r->reason ? r->reason : "done");
}

static void kill_hard(void *arg)
{
	struct running *r = conn_state(arg);

	kill(-r->pid, SIGKILL);
}

/* The kernel, not we, moves the bytes: whether any moved is asked when the time is up. */
static bool has_moved(struct conn *c)
{
	struct running *r = conn_state(c);
	struct conn_result now = {0};
	uint64_t before = r->moved_bytes;

	measure(c, &now);
	r->moved_bytes = now.received_bytes + now.sent_bytes;
	return r->moved_bytes != before;
}

static void limit_reached(void *arg, const char *reason)
{
	struct conn *c = arg;
	struct running *r = conn_state(c);

	if (strcmp(reason, "timeout") == 0 && has_moved(c)) {
		limits_again(&r->limits);
		return;
	}
	r->reason = reason;
	kill(-r->pid, SIGTERM);
	loop_timer_set(c->server->loop, &r->kill, patience_ns);
}

static void command_fails(struct conn *c, const char *word)
{
	char peer[ADDR_TEXT];
	struct running *r = conn_state(c);
	struct command_service *service = c->server->config;

	service->last_status = child_shell_status(errno);
	log_warning("%s: cannot run %s: %s", conn_peer_text(c, peer), word, status_reason(errno));
	loop_timer_stop(c->server->loop, &r->kill);
	conn_end(c, &(struct conn_result){.reason = "error", .ending = CONN_DRAIN});
}

static void command_begin(struct conn *c)
{
	struct running *r = conn_state(c);
	struct command_service *service = c->server->config;
	struct addr peer;

	conn_peer(c, &peer);
	/* A Unix peer's path is longer than what a connection keeps. */
	if (addr_family(&peer) == AF_UNIX)
		sock_peer(c->fd, &peer);
	loop_timer_init(&r->kill, kill_hard, c);
	/* Programs expect descriptors that block. */
	fd_set_nonblock(c->fd, false);
	r->pid = command_start(service->argv, c->fd, conn_wire(c), &peer, true);
	if (r->pid < 0 || loop_child(c->server->loop, r->pid, command_ended, c) < 0) {
		command_fails(c, service->argv[0]);
		return;
	}
	limits_start(&r->limits, c->server->loop, &c->server->plan->relay, limit_reached, c);
}

static void command_stop(struct conn *c)
{
	struct running *r = conn_state(c);

	loop_child_forget(c->server->loop, r->pid);
	kill(-r->pid, SIGTERM);
	finish(c, "signal");
}

const struct service command_service = {.name = "command",
	.size = sizeof(struct running),
	.start = command_begin,
	.stop = command_stop,
	.measure = measure};
