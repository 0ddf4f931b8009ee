/* SPDX-License-Identifier: ISC */
/* command.c - a command for each connection, which is its standard input and output. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/loop/child_end.h"
#include "core/os/tcp.h"
#include "core/sock/sock.h"
#include "tcp/command.h"
#include "tcp/services/service_kinds.h"

struct running {
	pid_t pid;
	uint64_t moved_bytes; /* both ways, when the kernel was last asked */
};

static void measure(struct conn *c, struct conn_result *result)
{
	struct os_tcp_info info;

	result->uncounted = !os_tcp_counts || os_tcp_info(c->fd, &info) < 0;
	if (result->uncounted)
		return;
	result->received_bytes = info.received_bytes;
	result->sent_bytes = info.sent_bytes;
}

/* Our copy of the connection outlives the command, so that it can be ended properly. */
static void finish(struct conn *c, const char *reason)
{
	struct conn_result result = {.reason = reason, .ending = CONN_DRAIN};

	measure(c, &result);
	conn_end(c, &result);
}

static void take_status(struct command_service *service, pid_t pid, int wait_status)
{
	service->last_status = child_exit_status(wait_status);
	log_detail("command %ld ended with status %d", (long)pid, service->last_status);
}

static void command_ended(void *arg, pid_t pid, int wait_status)
{
	struct conn *c = arg;

	take_status(c->server->config, pid, wait_status);
	finish(c, "done");
}

/* A command that was told to end and whose connection is gone. */
struct leaver {
	struct child_end end;
	struct server *server;
};

static void leaver_ended(void *arg, pid_t pid, int wait_status)
{
	struct leaver *l = arg;

	take_status(l->server->config, pid, wait_status);
	server_let_go(l->server);
	free(l);
}

static void dismiss(struct server *s, pid_t pid)
{
	struct leaver *l = malloc(sizeof *l);

	if (!l) {
		loop_child_forget(s->loop, pid);
		kill(-pid, SIGKILL);
		return;
	}
	l->server = s;
	server_keep(s);
	child_end(&l->end, s->loop, pid, true, leaver_ended, l);
}

/* The command moves the bytes, so only the kernel knows. */
static int64_t command_moved_ns(struct conn *c)
{
	struct running *r = conn_state(c);
	struct os_tcp_info info;
	uint64_t moved;

	if (!os_tcp_counts || os_tcp_info(c->fd, &info) < 0)
		return c->moved_ns;
	moved = info.received_bytes + info.acked_bytes;
	if (moved != r->moved_bytes)
		c->moved_ns = loop_now(c->server->loop) - info.silent_ns;
	r->moved_bytes = moved;
	return c->moved_ns;
}

static void command_fails(struct conn *c, int err)
{
	struct command_service *service = c->server->config;

	service->last_status = child_shell_status(err);
	conn_warn(c, "cannot run %s: %s", service->argv[0], status_reason(err));
	conn_end(c, &(struct conn_result){.reason = "error", .ending = CONN_DRAIN});
}

static void command_begin(struct conn *c)
{
	struct running *r = conn_state(c);
	struct command_service *service = c->server->config;
	struct addr peer, local;
	const struct ucspi who = {
		.proto = "TCP", .wire = conn_wire(c), .peer = &peer, .local = &local};

	conn_peer(c, &peer);
	conn_local(c, &local);
	/* A Unix peer's path is too long to be stored with the connection; without one, the peer
	 * has no name. */
	if (addr_family(&peer) == AF_UNIX)
		UNCHECKED(sock_peer(c->fd, &peer));
	/* Programs expect descriptors that block. */
	r->pid = fd_set_nonblock(c->fd, false) < 0
		? -1
		: command_start(service->argv, c->fd, &who, true);
	if (r->pid > 0 && loop_child(c->server->loop, r->pid, command_ended, c) == 0)
		return;
	if (r->pid > 0)
		kill(-r->pid, SIGKILL);
	command_fails(c, errno);
}

static void command_stop(struct conn *c)
{
	struct running *r = conn_state(c);

	dismiss(c->server, r->pid);
	finish(c, "signal");
}

const struct service command_service = {.size = sizeof(struct running),
	.gives_socket = true,
	.start = command_begin,
	.stop = command_stop,
	.moved_ns = command_moved_ns,
	.measure = measure};
