/* SPDX-License-Identifier: ISC */
/* runner_job.c - a command that was started for a datagram: its input, its output, its end. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "base/uncleared.h"
#include "core/loop/child.h"
#include "core/os/os.h"
#include "core/ucspi.h"
#include "udp/listen/runner_private.h"
#include "udp/output.h"

enum {
	OUTPUT_MAX = 1024 * 1024, /* beyond this, the output of a command is ignored */
	READ_SIZE = 16384,
};

/* The time between asking a command to end and killing it. */
static const int64_t kill_after_ns = NUM_NS_PER_S;

static char **environment(const struct runner_job *j)
{
	struct addr local = j->port->addr;

	/* The address that was used, because the socket may have many. */
	if (j->asked.size > 0) {
		local = j->asked;
		addr_set_port(&local, addr_port(&j->port->addr));
	}
	return ucspi_environ(
		&(struct ucspi){.proto = "UDP", .wire = -1, .peer = &j->peer, .local = &local});
}

static void job_close(struct runner_job *j, int *fd)
{
	if (*fd < 0)
		return;
	loop_forget(j->runner->loop, *fd);
	fd_close(*fd);
	*fd = -1;
}

void runner_job_free(struct runner_job *j)
{
	struct runner *r = j->runner;

	job_close(j, &j->in);
	job_close(j, &j->out);
	loop_timer_stop(r->loop, &j->timer);
	*(j->previous ? &j->previous->next : &r->first) = j->next;
	*(j->next ? &j->next->previous : &r->last) = j->previous;
	bytes_release(&j->payload);
	bytes_release(&j->output);
	free(j);
	gate_open(r->works);
}

static void send_answer(struct runner_job *j)
{
	port_answer(j->port, &j->peer, &j->answer, j->output.data, j->output.size);
	port_flush(j->port);
}

static bool is_nameless(const struct runner_job *j)
{
	return j->peer.size == 0;
}

/* Output for standard output waits for that of earlier datagrams. */
static void write_in_order(struct runner *r)
{
	struct runner_job *j = r->first, *next;

	for (; j && (!is_nameless(j) || (j->ended && j->exited)); j = next) {
		next = j->next;
		if (!is_nameless(j))
			continue;
		bytes_join(&r->output->text, &j->output);
		runner_job_free(j);
	}
	output_flush(r->output);
}

/* Part of a command's output must not be taken for all of it. */
static void judge_output(struct runner_job *j)
{
	const char *name = j->runner->argv[0];

	if (j->output.failed)
		j->error = ENOMEM;
	if (!j->error && j->output.size <= OUTPUT_MAX)
		return;
	j->port->totals->errors++;
	if (j->error)
		log_warning("what %s wrote was lost: %s", name, status_reason(j->error));
	else
		log_warning("%s wrote more than %d bytes: not sent", name, OUTPUT_MAX);
	bytes_clear(&j->output);
}

static void deliver(struct runner_job *j)
{
	judge_output(j);
	if (j->timed_out)
		bytes_clear(&j->output);
	if (!is_nameless(j) && j->output.size > 0)
		send_answer(j);
}

static void output_ended(struct runner_job *j)
{
	if (j->ended)
		return;
	j->ended = true;
	job_close(j, &j->out);
	deliver(j);
}

/* Called when a part of the job is over. */
static void job_settle(struct runner_job *j)
{
	struct runner *r = j->runner;

	if (!j->exited || !j->ended)
		return;
	if (is_nameless(j))
		write_in_order(r);
	else
		runner_job_free(j);
}

/* Read what is available; false at the end. */
static bool read_output(struct runner_job *j)
{
	UNCLEARED unsigned char buffer[READ_SIZE];
	ssize_t n;

	while ((n = read(j->out, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && fd_would_block(errno))
			return true;
		if (n < 0) {
			j->error = errno;
			return false;
		}
		/* If there is too much anyway, the rest need not be kept. */
		if (j->output.size <= OUTPUT_MAX)
			bytes_add(&j->output, buffer, (size_t)n);
	}
	return false;
}

static void on_output(void *arg, int fd, unsigned ready)
{
	struct runner_job *j = arg;

	(void)fd;
	(void)ready;
	if (read_output(j))
		return;
	output_ended(j);
	job_settle(j);
}

/* Close or open TAKES according to the number of commands. */
static void mind_limit(struct runner *r)
{
	bool full = r->running >= r->parallel;

	if (full == r->full)
		return;
	r->full = full;
	(full ? gate_close : gate_open)(r->takes);
}

static void on_exit(void *arg, pid_t pid, int wait_status)
{
	struct runner_job *j = arg;
	int status = child_exit_status(wait_status);

	(void)pid;
	j->exited = true;
	j->runner->running--;
	mind_limit(j->runner);
	loop_timer_stop(j->runner->loop, &j->timer);
	job_close(j, &j->in);
	if (status != 0 && log_wants(LOG_EVENTS))
		log_warning("%s exited with status %d", j->runner->argv[0], status);
	/* Processes that the command has left running may keep the output open forever. */
	if (!j->ended) {
		read_output(j);
		output_ended(j);
	}
	job_settle(j);
}

void runner_job_end(struct runner_job *j, int signo)
{
	kill(-j->pid, signo);
	/* If there is no memory for a timer, it cannot be given time. */
	if (!j->timed_out && loop_timer_set(j->runner->loop, &j->timer, kill_after_ns) < 0)
		kill(-j->pid, SIGKILL);
	j->timed_out = true;
}

static void on_limit(void *arg)
{
	struct runner_job *j = arg;

	if (!j->timed_out) {
		j->port->totals->errors++;
		log_warning("%s did not exit in time: stopped", j->runner->argv[0]);
	}
	runner_job_end(j, j->timed_out ? SIGKILL : SIGTERM);
}

static void write_payload(struct runner_job *j)
{
	while (j->written < j->payload.size) {
		ssize_t n =
			write(j->in, j->payload.data + j->written, j->payload.size - j->written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && fd_would_block(errno))
			return;
		/* A command need not read its input. */
		if (n < 0 && errno != EPIPE)
			log_warning(
				"cannot write to %s: %s", j->runner->argv[0], status_reason(errno));
		if (n < 0)
			break;
		j->written += (size_t)n;
	}
	job_close(j, &j->in);
}

static void on_input(void *arg, int fd, unsigned ready)
{
	(void)fd;
	(void)ready;
	write_payload(arg);
}

static pid_t spawn(struct runner_job *j, int in, int out)
{
	struct child_command command = {
		.argv = j->runner->argv, .in = in, .out = out, .own_group = true};
	char **variables = environment(j);
	pid_t pid;

	if (!variables)
		return -1;
	command.environ = variables;
	pid = fd_set_nonblock(in, false) == 0 && fd_set_nonblock(out, false) == 0
		? child_start(&command)
		: -1;
	free(variables);
	return pid;
}

static int start(struct runner_job *j)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};

	if (os_pipe(in) == 0 && os_pipe(out) == 0)
		j->pid = spawn(j, in[0], out[1]);
	fd_close(in[0]);
	fd_close(out[1]);
	j->in = in[1];
	j->out = out[0];
	return j->pid > 0 ? 0 : -1;
}

/* Wait for what the command does. 0, or -1 with errno. */
static int watch(struct runner_job *j)
{
	struct runner *r = j->runner;

	write_payload(j);
	if (j->in >= 0 && loop_watch(r->loop, j->in, LOOP_WRITE, on_input, j) < 0)
		return -1;
	if (loop_watch(r->loop, j->out, LOOP_READ, on_output, j) < 0)
		return -1;
	if (r->limit_ns > 0 && loop_timer_set(r->loop, &j->timer, r->limit_ns) < 0)
		return -1;
	return loop_child(r->loop, j->pid, on_exit, j);
}

void runner_job_drop(struct runner_job *j, int err)
{
	j->port->totals->errors++;
	log_warning("cannot run %s: %s", j->runner->argv[0], status_reason(err));
	runner_job_free(j);
}

int runner_job_start(struct runner_job *j)
{
	struct runner *r = j->runner;
	int err;

	if (start(j) < 0) {
		err = errno;
		job_close(j, &j->in);
		job_close(j, &j->out);
		errno = err;
		return -1;
	}
	if (watch(j) < 0) {
		err = errno;
		kill(-j->pid, SIGKILL);
		runner_job_drop(j, err);
		return 0;
	}
	r->running++;
	mind_limit(r);
	return 0;
}

struct runner_job *runner_job_new(struct runner *r, struct port *port, const struct datagram *d)
{
	struct runner_job *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	*j = (struct runner_job){.runner = r,
		.previous = r->last,
		.port = port,
		.peer = *d->peer,
		.asked = *d->asked,
		.answer = *d->answer,
		.pid = -1,
		.in = -1,
		.out = -1};
	loop_timer_init(&j->timer, on_limit, j);
	bytes_add(&j->payload, d->data, d->size);
	*(r->last ? &r->last->next : &r->first) = j;
	r->last = j;
	gate_close(r->works);
	return j;
}
