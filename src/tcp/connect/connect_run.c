/* SPDX-License-Identifier: ISC */
/* connect_run.c - tcp-connect at work: one connection, and what is on our side of it. */

#include "tcp/connect/connect_private.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/results.h"
#include "core/sock/sock.h"
#include "tcp/connect/pass_fd.h"

enum status connect_cannot_start(void)
{
	log_error("cannot start: %s", status_reason(errno));
	return STATUS_FAILED;
}

/* Determined only when needed, because it costs two system calls. A file that was read to its end
 * has nothing left, so what was read counts too. */
static int64_t input_size(struct connect_run *r)
{
	int64_t left;

	if (r->input_size != CONNECT_SIZE_UNASKED)
		return r->input_size;
	left = fd_left(STDIN_FILENO);
	if (left < 0 && r->input.kind == END_FILE)
		left = 0;
	r->input_size = left < 0 ? -1 : left + (int64_t)relay_bytes_from(&r->session.relay, 0);
	return r->input_size;
}

static void figures(void *arg, struct meter_figures *f)
{
	struct connect_run *r = arg;

	if (r->in_session)
		session_figures(&r->session, f);
	f->total_bytes = r->in_session ? input_size(r) : -1;
}

/* NAME is the peer's if something else is at the other end of FD, or NULL. */
static void log_connected(int fd, const struct addr *peer, const char *name)
{
	char text[ADDR_TEXT], local_text[ADDR_TEXT];
	struct addr local;

	if (!log_wants(LOG_EVENTS))
		return;
	addr_text(peer, text);
	if (sock_local(fd, &local) == 0)
		addr_text(&local, local_text);
	else
		*local_text = '\0';
	log_event(&(struct log_event){.event = "connected", .local = local_text, .peer = text},
		"connected to %s", name ? name : text);
}

/* A match decides: what happens to the connection at the same moment, or to the command that
 * carries it, changes nothing. */
static bool is_decided(const struct connect_run *r)
{
	return r->set.dialogue.matched && r->set.dialogue.status == STATUS_DONE;
}

/* The connection is closed, and the command that carried it, if any, has ended. */
void connect_over(void *arg, const char *failure)
{
	struct connect_run *r = arg;
	const struct session *s = &r->session;
	bool ours = r->in_session && (s->ours_failed || r->status > STATUS_FAILED || is_decided(r));

	if (failure && !ours) {
		log_error("%s", failure);
		/* The status of a command that had the connection takes precedence. */
		if (r->status == STATUS_DONE)
			r->status = STATUS_FAILED;
	} else if (r->in_session && s->status != STATUS_DONE && !s->broken_output) {
		log_error("%s", bytes_reason(&r->session.why));
	}
	loop_stop(r->loop);
}

static void reader_gone(void *arg)
{
	struct connect_run *r = arg;

	r->status = STATUS_FAILED;
	loop_stop(r->loop);
}

/* Notice when nobody would read the answer, until there is a connection, whose relay does that. */
static int watch_reader(struct connect_run *r)
{
	if (r->set.session_plan.send_only || r->set.command.argv || r->config->connect.pass_fd)
		return 0;
	return results_watch(r->loop, reader_gone, r);
}

/* With --wait an exchange that brings no match is tried again, unless standard input, which cannot
 * be read twice, was needed for it. */
static bool is_repeatable(const struct connect_run *r)
{
	const struct connect_dialogue *talk = &r->set.dialogue;

	return talk->expect.compiled && !talk->matched && !talk->output_failed &&
		relay_bytes_from(&r->session.relay, 0) == 0;
}

/* That --wait cut an exchange short tells less than what went wrong in an earlier one. FAILURE is
 * that of the command that carried the connection, or NULL. */
static void keep_reason(struct connect_run *r, const char *failure)
{
	const struct session *s = &r->session;
	const struct bytes *why = s->status == STATUS_DONE ? &r->set.dialogue.why : &s->why;

	if (r->is_short && s->status == STATUS_TIMED_OUT && bytes_any(&r->last_why))
		return;
	bytes_clear(&r->last_why);
	if (failure)
		bytes_add_text(&r->last_why, failure);
	else
		bytes_add_reason(&r->last_why, why);
}

/* Everything is over, for good. */
static void conclude(struct connect_run *r)
{
	struct session *s = &r->session;
	const struct connect_dialogue *talk = &r->set.dialogue;

	meter_finish(&r->meter);
	if (is_decided(r)) {
		s->status = r->status = STATUS_DONE;
	} else if (talk->status != STATUS_DONE &&
		(s->status == STATUS_DONE || talk->output_failed)) {
		/* Whatever the peer did at the same moment: nobody reads what it sends. */
		s->status = r->status = talk->status;
		s->ours_failed = talk->output_failed;
		s->broken_output = talk->broken_output;
		bytes_clear(&s->why);
		bytes_add_reason(&s->why, &talk->why);
	}
	if (is_repeatable(r) && s->status != STATUS_DONE) {
		bytes_clear(&s->why);
		bytes_add_reason(&s->why, &r->last_why);
		s->status = r->status = reach_give_up(r->reach, s->status, &s->why);
	}
	reach_finish(r->reach, s->status == STATUS_DONE && !talk->on, connect_over, r);
}

/* An exchange brought no match, and the command that carried the connection, if any, has ended. */
static void tried(void *arg, const char *failure)
{
	struct connect_run *r = arg;

	keep_reason(r, failure);
	if (r->signo || !reach_again(r->reach)) {
		conclude(r);
		return;
	}
	log_detail("no match; trying again");
	session_release(&r->session);
	connect_dialogue_reset(&r->set.dialogue);
	r->in_session = false;
	r->status = STATUS_DONE;
	UNCHECKED(watch_reader(r)); /* the next exchange finds out */
}

/* The session is over, and so is the dialogue through it. */
static void both_over(struct connect_run *r)
{
	if (!is_repeatable(r)) {
		conclude(r);
	} else if (reach_time_left(r->reach)) {
		reach_finish(r->reach, false, tried, r);
	} else {
		keep_reason(r, NULL);
		conclude(r);
	}
}

static void session_over(void *arg, struct session *s)
{
	struct connect_run *r = arg;

	raw_restore();
	r->status = s->status;
	log_closed(&(struct log_event){.peer = s->peer_text,
		.reason = s->reason,
		.received_bytes = s->received_bytes,
		.sent_bytes = s->sent_bytes,
		.ns = loop_now(r->loop) - s->started_ns});
	/* What came before a time limit is written, but searching it might take long. */
	if (r->set.dialogue.on && !r->set.dialogue.over && s->status == STATUS_TIMED_OUT)
		connect_dialogue_cut(&r->set.dialogue);
	else if (!r->set.dialogue.on || r->set.dialogue.over)
		both_over(r);
}

/* The dialogue through the session is done. */
static void talk_over(void *arg)
{
	struct connect_run *r = arg;

	if (r->session.over)
		both_over(r);
	else
		session_finish(&r->session);
}

/* What is left of --wait limits an exchange that is repeated until it brings a match. */
static void limit_exchange(struct connect_run *r)
{
	int64_t left = r->set.dialogue.expect.compiled ? reach_time_left(r->reach) : 0;
	int64_t max = r->config->limits.max_ns;

	r->is_short = left && (!max || left < max);
	r->set.session_plan.relay.max_ns = r->is_short ? left : max;
}

/* Our own ends, described once: an exchange that is tried again needs them again. */
static void open_ends(struct connect_run *r)
{
	const struct end none = {.fd = -1, .kind = END_NONE};
	const struct session_plan *plan = &r->set.session_plan;

	r->input = plan->recv_only ? none : end_of_inherited(STDIN_FILENO, false);
	r->output = plan->send_only ? none : end_of_inherited(STDOUT_FILENO, true);
	r->input_size = plan->recv_only ? -1 : CONNECT_SIZE_UNASKED;
	if (r->set.dialogue.expect.compiled)
		r->input.flags |= END_KEEP;
	r->has_ends = true;
}

/* The key that leaves was typed, or keys can no longer be read or passed on. */
static void typed(void *arg, int error)
{
	struct connect_run *r = arg;

	if (error)
		session_break(&r->session, error);
	else
		session_finish(&r->session);
}

static void begin_session(struct connect_run *r, int fd, const struct addr *peer)
{
	const struct end connection = reach_end(r->reach, fd, peer);
	const char *name = reach_peer_text(r->reach);
	struct end input, output;

	if (!r->has_ends)
		open_ends(r);
	input = r->input;
	output = r->output;
	if ((r->config->connect.raw && raw_start(&r->raw, r->loop, &input, typed, r) < 0) ||
		(r->set.dialogue.on &&
			connect_dialogue_start(
				&r->set.dialogue, r->loop, &input, &output, talk_over, r) < 0)) {
		r->status = connect_cannot_start();
		fd_close(fd);
		loop_stop(r->loop);
		return;
	}
	r->in_session = true;
	limit_exchange(r);
	r->set.session_plan.peer = name ? name : addr_text(peer, r->peer_text);
	session_start(&r->session, r->loop, &r->set.session_plan, &connection, &input, &output,
		session_over, r);
}

/* The receiver of the socket expects one that blocks. */
static void pass_on(struct connect_run *r, int fd)
{
	if (fd_set_nonblock(fd, false) < 0 || pass_fd(STDOUT_FILENO, fd) < 0) {
		log_error("cannot pass the connection on: %s", status_reason(errno));
		r->status = STATUS_FAILED;
	}
	fd_close(fd);
	loop_stop(r->loop);
}

static void reached(void *arg, int fd, const struct addr *peer, enum status status, const char *why)
{
	struct connect_run *r = arg;

	loop_forget(r->loop, STDOUT_FILENO);
	if (fd < 0) {
		log_error("%s", why);
		r->status = status;
		loop_stop(r->loop);
		return;
	}
	log_connected(fd, peer, reach_peer_text(r->reach));
	if (r->set.command.argv)
		connect_command_begin(r, fd, peer);
	else if (r->config->connect.pass_fd)
		pass_on(r, fd);
	else
		begin_session(r, fd, peer);
}

static void end_by_signal(void *arg, int signo)
{
	struct connect_run *r = arg;

	if (r->pid && !r->signo) {
		r->signo = signo;
		/* Whether anything ends is up to the command. */
		status_end_asked = 0;
		/* Ctrl-C at a terminal has already reached the command, unless it has a terminal of
		 * its own. */
		if (signo != SIGINT || r->config->connect.pty ||
			tcgetpgrp(STDERR_FILENO) != getpgrp())
			kill(r->pid, signo);
		return;
	}
	r->signo = status_end_asked = signo;
	if (r->in_session && !r->session.over)
		session_stop(&r->session, "signal");
	loop_stop(r->loop);
}

static int signals_catch(struct connect_run *r)
{
	if (loop_signal_end(r->loop, end_by_signal, r) < 0)
		return -1;
	/* This matters only if a terminal must be restored. */
	return r->config->connect.raw ? loop_signal(r->loop, SIGQUIT, false, end_by_signal, r) : 0;
}

enum status connect_work(struct connect_run *r)
{
	if (signals_catch(r) == 0 && watch_reader(r) == 0 &&
		meter_start(&r->meter, r->loop, "tcp-connect", &r->config->meter, figures, r) == 0)
		r->reach = reach_start(r->loop, r->set.endpoints, &r->set.path.plan, reached, r);
	if (!r->reach || loop_run(r->loop) < 0) {
		log_error("cannot connect to %s: %s", r->set.endpoints->text, status_reason(errno));
		r->status = STATUS_FAILED;
	}
	reach_free(r->reach);
	return r->status;
}
