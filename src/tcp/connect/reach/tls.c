/* SPDX-License-Identifier: ISC */
/* tls.c - TLS spoken by openssl(1) over an existing connection. */

#include "tcp/connect/reach/tls.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/num.h"
#include "core/addr/addr.h"
#include "core/loop/child.h"
#include "core/os/os.h"
#include "core/os/tcp.h"
#include "core/sock/sock.h"
#include "tcp/connect/reach/tls_private.h"

static const int64_t moment_ns = 100 * NUM_NS_PER_MS;
static const int64_t kill_delay_ns = 2 * NUM_NS_PER_S;
static const int64_t look_ns = 10 * NUM_NS_PER_MS;
static const char folder_form[] = "/sockit-XXXXXX";

enum {
	OPENSSL = 0,
	WIRE = 1,
	SAID_MAX = 16384,
	ARGUMENTS = 24,
	SAID_PIECE = 1024,
	ALERT_MAX = 31 /* in TLS 1.2 with AES-GCM; 24 in 1.3 */
};

static void folder_remove(struct tls *t)
{
	char path[ADDR_TEXT];

	if (!t->folder)
		return;
	snprintf(path, sizeof path, "%s/s", t->folder);
	unlink(path);
	rmdir(t->folder);
	free(t->folder);
	t->folder = NULL;
	loop_forget(t->loop, t->listener);
	fd_close(t->listener);
	t->listener = -1;
}

/* Whether nothing more can happen that a caller waits for. */
static bool is_over(const struct tls *t)
{
	return !t->pid && (!t->relaying || t->relay.over);
}

static bool wire_broke(const struct tls *t)
{
	return t->relaying && t->relay.reason == RELAY_FAILED && t->relay.failed_side == WIRE;
}

static void conclude(struct tls *t)
{
	via_fn *fn = t->fn;
	int error = t->local_error ? t->local_error : t->wire_error;

	t->fn = NULL;
	loop_timer_stop(t->loop, &t->timer);
	bytes_clear(&t->why);
	/* If our signal ended it, that tells nothing; but a status does, because openssl catches
	 * none, and so does the error that broke the connection. */
	if (!WIFSIGNALED(t->wait_status) || !t->signalled || error)
		tls_explain(&t->said, t->wait_status, error, &t->why);
	fn(t->arg, bytes_any(&t->why) ? bytes_reason(&t->why) : NULL);
}

/* Whether the UNSENT bytes of a connection that broke are only the alert with which openssl ends
 * TLS: a peer that has ended TLS too, and closed, does not accept it. With a record of data before
 * the alert there would be more. */
static bool is_farewell(const struct tls *t, int unsent)
{
	return t->all_given && unsent > 0 && unsent <= ALERT_MAX && WIFEXITED(t->wait_status) &&
		WEXITSTATUS(t->wait_status) == 0;
}

/* It is done only once the peer's TCP has everything. No event reports that. A broken connection
 * keeps forever what it had not sent, and the relay may already have taken its error. */
static void look(struct tls *t)
{
	int unsent;

	if (!t->fn || !is_over(t))
		return;
	unsent = os_unsent(t->wire);
	t->wire_error = wire_broke(t) ? t->relay.error : unsent > 0 ? sock_error(t->wire) : 0;
	if (!t->signalled && unsent > 0 && !t->wire_error) {
		if (loop_timer_set(t->loop, &t->timer, look_ns) == 0)
			return;
		t->local_error = errno;
	}
	if (is_farewell(t, unsent) || (t->signalled && !t->broke_first))
		t->wire_error = 0;
	conclude(t);
}

/* First ask openssl to end, then force it. */
static void on_time(void *arg)
{
	struct tls *t = arg;

	if (!t->pid) {
		look(t);
		return;
	}
	kill(t->pid, t->signalled ? SIGKILL : SIGTERM);
	t->signalled = true;
	if (loop_timer_set(t->loop, &t->timer, kill_delay_ns) < 0)
		conclude(t);
}

static void relay_over(void *arg, struct relay *relay)
{
	struct tls *t = arg;

	t->all_given = relay->flow[OPENSSL].state == FLOW_DONE;
	t->broke_first = wire_broke(t) && !t->signalled;
	/* The connection remains open, to see what becomes of the last bytes. */
	relay_release(relay, t->wire);
	look(t);
}

static void take_said(struct tls *t)
{
	char data[SAID_PIECE];
	ssize_t n;

	while ((n = read(t->said_fd, data, sizeof data)) > 0) {
		if (t->said.size < SAID_MAX)
			bytes_add(&t->said, data, (size_t)n);
	}
	if (n < 0 && (fd_would_block(errno) || errno == EINTR))
		return;
	loop_forget(t->loop, t->said_fd);
	fd_close(t->said_fd);
	t->said_fd = -1;
}

static void said(void *arg, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	take_said(arg);
}

static void ended(void *arg, pid_t pid, int wait_status)
{
	struct tls *t = arg;

	(void)pid;
	t->pid = 0;
	t->wait_status = wait_status;
	if (t->said_fd >= 0)
		take_said(t);
	folder_remove(t);
	loop_timer_stop(t->loop, &t->timer);
	look(t);
}

/* The listener stays ready, so it is not waited for again: openssl is ended, which ends
 * everything. */
static void accept_failed(struct tls *t, int err)
{
	if (fd_would_block(err) || err == EINTR || err == ECONNABORTED)
		return;
	t->local_error = err;
	folder_remove(t);
	if (t->pid)
		kill(t->pid, SIGTERM);
}

static void connected(void *arg, int fd, unsigned ready)
{
	static const struct relay_plan plan = {.linger_ns = RELAY_FOREVER};
	struct tls *t = arg;
	struct relay_side inner, wire;
	struct addr unnamed;
	int accepted = os_accept(fd, &unnamed);

	(void)ready;
	if (accepted < 0) {
		accept_failed(t, errno);
		return;
	}
	folder_remove(t);
	inner.in = inner.out = end_of_socket(accepted);
	wire.in = wire.out = end_of_socket(t->wire);
	relay_init(&t->relay, t->loop, &plan, &inner, &wire);
	t->relaying = true;
	relay_start(&t->relay, relay_over, t);
}

const char *tls_directory(void)
{
	const char *given = getenv("TMPDIR");

	if (given && *given &&
		strlen(given) + strlen(folder_form) + strlen("/s") <= addr_unix_limit())
		return given;
	return "/tmp";
}

/* Open a listening Unix socket that only this user can reach. 0, or -1 with errno. */
static int listen_privately(struct tls *t, char path[ADDR_TEXT])
{
	static const struct sock_listen how = {.type = SOCK_STREAM, .backlog = 1};
	struct addr addr;

	snprintf(path, ADDR_TEXT, "%s%s", tls_directory(), folder_form);
	if (!mkdtemp(path))
		return -1;
	t->folder = strdup(path);
	if (!t->folder) {
		rmdir(path);
		return -1;
	}
	strcat(path, "/s");
	if (addr_set_unix(&addr, path) < 0)
		return -1;
	t->listener = sock_listen(&addr, &how, NULL);
	return t->listener < 0 ? -1 : loop_watch(t->loop, t->listener, LOOP_READ, connected, t);
}

static int start(struct tls *t, const struct tls_plan *plan, int theirs, int their_error)
{
	char path[ADDR_TEXT];
	const char *argv[ARGUMENTS];
	const struct child_command command = {
		.argv = (char *const *)argv, .in = theirs, .out = theirs, .err = their_error};
	int err;

	if (fd_set_nonblock(theirs, false) < 0 || listen_privately(t, path) < 0)
		return -1;
	tls_arguments(plan, path, argv);
	os_cloexec_from(STDERR_FILENO + 1);
	t->pid = child_start(&command);
	if (t->pid > 0 && loop_child(t->loop, t->pid, ended, t) == 0 &&
		loop_watch(t->loop, t->said_fd, LOOP_READ, said, t) == 0)
		return 0;
	err = errno;
	if (t->pid > 0) {
		loop_child_forget(t->loop, t->pid);
		kill(t->pid, SIGTERM);
	}
	t->pid = 0;
	errno = err;
	return -1;
}

int tls_start(struct tls *tls, struct loop *loop, int wire, const struct tls_plan *plan)
{
	int plain[2] = {-1, -1}, said_pipe[2] = {-1, -1}, err;

	*tls = (struct tls){.loop = loop, .wire = wire, .listener = -1, .said_fd = -1};
	loop_timer_init(&tls->timer, on_time, tls);
	if (sock_pair(SOCK_STREAM, plain) == 0 && os_pipe(said_pipe) == 0 &&
		fd_set_nonblock(said_pipe[0], true) == 0 &&
		fd_set_nonblock(said_pipe[1], false) == 0) {
		tls->said_fd = said_pipe[0];
		err = start(tls, plan, plain[1], said_pipe[1]) < 0 ? errno : 0;
	} else {
		err = errno;
	}
	fd_close(plain[1]);
	fd_close(said_pipe[1]);
	if (!err)
		return plain[0];
	fd_close(plain[0]);
	tls_release(tls);
	errno = err;
	return -1;
}

void tls_finish(struct tls *tls, bool patiently, via_fn *fn, void *arg)
{
	tls->fn = fn;
	tls->arg = arg;
	if (is_over(tls))
		look(tls);
	else if (!patiently && loop_timer_set(tls->loop, &tls->timer, moment_ns) < 0)
		on_time(tls);
}

void tls_release(struct tls *tls)
{
	if (!tls->loop)
		return;
	loop_timer_stop(tls->loop, &tls->timer);
	if (tls->pid) {
		loop_child_forget(tls->loop, tls->pid);
		kill(tls->pid, SIGTERM);
	}
	folder_remove(tls);
	if (tls->relaying)
		relay_release(&tls->relay, tls->wire);
	if (tls->said_fd >= 0)
		loop_forget(tls->loop, tls->said_fd);
	fd_close(tls->said_fd);
	fd_close(tls->wire);
	bytes_release(&tls->said);
	bytes_release(&tls->why);
	*tls = (struct tls){.loop = NULL};
}
