/* SPDX-License-Identifier: ISC */
/* runner.c - run a command for each datagram: the payload is its input, its output one answer. */
#include "udp/runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/os/os.h"
#include "udp/output.h"

enum {
	OUTPUT_MAX = 1024 * 1024, /* beyond it a command is not listened to */
	READ_SIZE = 16384,
	VARIABLES = 5,
	VARIABLE_ROOM = ADDR_TEXT + 32,
};

/* Between asking a command to end and ending it. */
static const int64_t kill_after_ns = NUM_NS_PER_S;

struct runner_job {
	struct runner *runner;
	struct runner_job *next, *previous;
	struct port *port;
	struct addr peer, answer;
	pid_t pid;
	int in, out; /* our ends; -1: closed */
	struct bytes payload;
	size_t written;
	struct bytes output;
	struct loop_timer timer;
	bool ended;	/* the output is complete */
	bool exited;	/* so is the command */
	bool timed_out; /* it was told to end */
};

/* The environment of one command, under construction. */
struct variables {
	char text[VARIABLES][VARIABLE_ROOM];
	const char *list[VARIABLES];
	size_t count;
};

static void variable_add(struct variables *v, const char *name, const char *value)
{
	char *text = v->text[v->count];

	snprintf(text, VARIABLE_ROOM, "%s=%s", name, value);
	v->list[v->count++] = text;
}

static void variable_add_port(struct variables *v, const char *name, const struct addr *addr)
{
	char text[8];

	snprintf(text, sizeof(text), "%u", addr_port(addr));
	variable_add(v, name, text);
}

static char **environment(const struct port *port, const struct datagram *d)
{
	struct variables v = {.count = 0};
	char text[ADDR_TEXT];
	int family = addr_family(d->peer);

	if (family == AF_INET || family == AF_INET6) {
		variable_add(&v, "PROTO", "UDP");
		variable_add(&v, "UDPREMOTEIP", addr_text_host(d->peer, text));
		variable_add_port(&v, "UDPREMOTEPORT", d->peer);
		variable_add(&v, "UDPLOCALIP",
			addr_text_host(d->asked->size > 0 ? d->asked : &port->addr, text));
		variable_add_port(&v, "UDPLOCALPORT", &port->addr);
	} else {
		variable_add(&v, "PROTO", "IPC");
		variable_add(&v, "IPCREMOTEPATH",
			d->peer->size > 0 ? addr_text_host(d->peer, text) : "");
		variable_add(&v, "IPCLOCALPATH", addr_text_host(&port->addr, text));
	}
	return child_environ(v.list, v.count);
}

static void job_close(struct runner_job *j, int *fd)
{
	if (*fd < 0)
		return;
	loop_forget(j->runner->loop, *fd);
	fd_close(*fd);
	*fd = -1;
}

static void job_free(struct runner_job *j)
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

/* What goes to standard output waits for what came before it. */
static void write_in_order(struct runner *r)
{
	struct runner_job *j = r->first, *next;

	for (; j && (!is_nameless(j) || (j->ended && j->exited)); j = next) {
		next = j->next;
		if (!is_nameless(j))
			continue;
		bytes_add(&r->output->text, j->output.data, j->output.size);
		job_free(j);
	}
	output_flush(r->output);
}

static void deliver(struct runner_job *j)
{
	if (j->output.size > OUTPUT_MAX || j->output.failed) {
		j->port->totals->errors++;
		log_warning("the command's output is over %d bytes: not sent", OUTPUT_MAX);
		bytes_clear(&j->output);
	}
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

/* The job's last part is over. */
static void job_settle(struct runner_job *j)
{
	struct runner *r = j->runner;

	if (!j->exited || !j->ended)
		return;
	if (is_nameless(j))
		write_in_order(r);
	else
		job_free(j);
	r->fn(r->arg);
}

/* Read what is there; false at the end. */
static bool read_output(struct runner_job *j)
{
	unsigned char buffer[READ_SIZE];
	ssize_t n;

	while ((n = read(j->out, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		/* What is too much anyway need not be kept. */
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

static void on_exit(void *arg, pid_t pid, int wait_status)
{
	struct runner_job *j = arg;
	int status = child_exit_status(wait_status);

	(void)pid;
	j->exited = true;
	j->runner->running--;
	loop_timer_stop(j->runner->loop, &j->timer);
	job_close(j, &j->in);
	if (status != 0 && log_wants(LOG_EVENTS))
		log_warning("%s ended with status %d", j->runner->argv[0], status);
	/* Something that the command has left running may hold the output open for ever. */
	if (!j->ended) {
		read_output(j);
		output_ended(j);
	}
	job_settle(j);
}

static void on_limit(void *arg)
{
	struct runner_job *j = arg;

	kill(-j->pid, j->timed_out ? SIGKILL : SIGTERM);
	if (j->timed_out)
		return;
	j->timed_out = true;
	j->port->totals->errors++;
	log_warning("%s did not end in time: stopped", j->runner->argv[0]);
	loop_timer_set(j->runner->loop, &j->timer, kill_after_ns);
}

static void write_payload(struct runner_job *j)
{
	while (j->written < j->payload.size) {
		ssize_t n =
			write(j->in, j->payload.data + j->written, j->payload.size - j->written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		/* A command need not read its input. */
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

static pid_t spawn(struct runner_job *j, const struct datagram *d, int in, int out)
{
	struct child_command command = {
		.argv = j->runner->argv, .in = in, .out = out, .own_group = true};
	char **variables = environment(j->port, d);
	pid_t pid;

	if (!variables)
		return -1;
	command.environ = variables;
	fd_set_nonblock(in, false);
	fd_set_nonblock(out, false);
	pid = child_start(&command);
	free(variables);
	return pid;
}

static int start(struct runner_job *j, const struct datagram *d)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};

	if (os_pipe(in) == 0 && os_pipe(out) == 0)
		j->pid = spawn(j, d, in[0], out[1]);
	fd_close(in[0]);
	fd_close(out[1]);
	j->in = in[1];
	j->out = out[0];
	return j->pid > 0 ? 0 : -1;
}

static void watch(struct runner_job *j)
{
	struct runner *r = j->runner;

	r->running++;
	write_payload(j);
	if (j->in >= 0)
		loop_watch(r->loop, j->in, LOOP_WRITE, on_input, j);
	loop_watch(r->loop, j->out, LOOP_READ, on_output, j);
	loop_timer_init(&j->timer, on_limit, j);
	if (r->limit_ns > 0)
		loop_timer_set(r->loop, &j->timer, r->limit_ns);
	loop_child(r->loop, j->pid, on_exit, j);
}

static struct runner_job *job_new(struct runner *r, struct port *port, const struct datagram *d)
{
	struct runner_job *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	*j = (struct runner_job){.runner = r,
		.previous = r->last,
		.port = port,
		.peer = *d->peer,
		.answer = *d->answer,
		.pid = -1,
		.in = -1,
		.out = -1};
	bytes_add(&j->payload, d->data, d->size);
	*(r->last ? &r->last->next : &r->first) = j;
	r->last = j;
	return j;
}

void runner_start(struct runner *r, struct port *port, const struct datagram *d)
{
	struct runner_job *j = job_new(r, port, d);

	if (j && !j->payload.failed && start(j, d) == 0) {
		watch(j);
		return;
	}
	port->totals->errors++;
	log_warning("cannot run %s: %s", r->argv[0], status_reason(errno));
	if (j)
		job_free(j);
}

bool runner_is_full(const struct runner *r)
{
	return r->argv && r->running >= r->parallel;
}

bool runner_is_idle(const struct runner *r)
{
	return !r->first;
}

void runner_release(struct runner *r)
{
	while (r->first) {
		if (!r->first->exited) {
			kill(-r->first->pid, SIGTERM);
			loop_child_forget(r->loop, r->first->pid);
		}
		job_free(r->first);
	}
	r->running = 0;
}
