/* SPDX-License-Identifier: ISC */
/* via.c - --via: a command whose standard input and output serve as the connection. */

#include "tcp/connect/reach/via.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/num.h"
#include "core/loop/child.h"
#include "core/os/os.h"
#include "core/sock/sock.h"

/* Long enough for a command that has closed its end and only gets no processor to exit. */
static const int64_t moment_ns = 500 * NUM_NS_PER_MS;
static const int64_t kill_delay_ns = 2 * NUM_NS_PER_S;

/* Whether VALUE has nothing that a shell or an option parser could interpret. */
static bool is_safe(const char *value)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789.:_-%";

	return *value && *value != '-' && value[strspn(value, safe)] == '\0';
}

const char *via_expand(const char *command, const char *host, const char *port, struct bytes *out)
{
	for (const char *at = command; *at; at++) {
		const char *value = at[1] == 'h' ? host : port;

		if (*at != '%') {
			bytes_add_byte(out, (unsigned char)*at);
			continue;
		}
		switch (*++at) {
		case '%': bytes_add_byte(out, '%'); continue;
		case 'h':
		case 'p': break;
		default: return "has a % that is not %h (host), %p (port) or %%";
		}
		if (!is_safe(value))
			return "would contain a host or port with characters that are not safe in "
			       "a shell";
		bytes_add_text(out, value);
	}
	return out->failed ? "needs too much memory" : NULL;
}

/* Why the command failed, unless we ended it. */
static const char *explain(struct via *v)
{
	bytes_clear(&v->why);
	if (v->signalled)
		return NULL;
	if (WIFSIGNALED(v->wait_status))
		bytes_add_format(&v->why, "the --via command was killed by signal %d (status %d)",
			WTERMSIG(v->wait_status), child_exit_status(v->wait_status));
	else if (WEXITSTATUS(v->wait_status) != 0)
		bytes_add_format(&v->why, "the --via command failed with status %d",
			WEXITSTATUS(v->wait_status));
	else
		return NULL;
	return bytes_reason(&v->why);
}

static void tell(struct via *v)
{
	via_fn *fn = v->fn;

	v->fn = NULL;
	loop_timer_stop(v->loop, &v->timer);
	fn(v->arg, explain(v));
}

static void ended(void *arg, pid_t pid, int wait_status)
{
	struct via *v = arg;

	(void)pid;
	v->pid = 0;
	v->wait_status = wait_status;
	if (v->fn)
		tell(v);
}

/* First ask the command to end, then force it. */
static void press(void *arg)
{
	struct via *v = arg;

	bool timed = loop_timer_set(v->loop, &v->timer, kill_delay_ns) == 0;

	kill(v->pid, v->signalled || !timed ? SIGKILL : SIGTERM);
	v->signalled = true;
}

/* Whether TEXT runs one program and nothing else: a word that can be run, not followed by a shell
 * operator. */
static bool is_program(const char *text)
{
	size_t size = strcspn(text, " \t");
	struct bytes word = {0};
	bool found;

	if (text[strcspn(text, ";&|(){}`\n")])
		return false;
	bytes_add(&word, text, size);
	found = size > 0 && child_find(bytes_text(&word)) == 0;
	bytes_release(&word);
	return found;
}

static int start_line(struct via *v, const char *line, int theirs)
{
	char *const argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)line, NULL};
	/* It gets no process group of its own: a program that asks for a password at the terminal
	 * must be in the foreground. */
	const struct child_command command = {.argv = argv, .in = theirs, .out = theirs};

	if (fd_set_nonblock(theirs, false) < 0)
		return -1;
	os_cloexec_from(STDERR_FILENO + 1);
	v->pid = child_start(&command);
	if (v->pid > 0 && loop_child(v->loop, v->pid, ended, v) == 0)
		return 0;
	if (v->pid > 0)
		kill(v->pid, SIGTERM);
	v->pid = 0;
	return -1;
}

/* Run TEXT with the shell. If it is a single program, it replaces the shell: our signals are meant
 * for it, and some shells would neither pass them on nor end it with them. */
static int start(struct via *v, const char *text, int theirs)
{
	struct bytes line = {0};
	int result = -1;

	bytes_add_format(&line, "%s%s", is_program(text) ? "exec " : "", text);
	if (line.failed)
		errno = ENOMEM;
	else
		result = start_line(v, bytes_text(&line), theirs);
	bytes_release(&line);
	return result;
}

int via_start(struct via *via, struct loop *loop, const char *text)
{
	int fds[2], err = 0;

	*via = (struct via){.loop = loop};
	loop_timer_init(&via->timer, press, via);
	if (sock_pair(SOCK_STREAM, fds) < 0)
		return -1;
	if (start(via, text, fds[1]) < 0)
		err = errno;
	fd_close(fds[1]);
	if (!err)
		return fds[0];
	fd_close(fds[0]);
	errno = err;
	return -1;
}

void via_finish(struct via *via, bool patiently, via_fn *fn, void *arg)
{
	via->fn = fn;
	via->arg = arg;
	if (!via->pid)
		tell(via);
	else if (!patiently && loop_timer_set(via->loop, &via->timer, moment_ns) < 0)
		press(via);
}

void via_release(struct via *via)
{
	if (via->loop)
		loop_timer_stop(via->loop, &via->timer);
	if (via->pid) {
		loop_child_forget(via->loop, via->pid);
		kill(via->pid, SIGTERM);
	}
	bytes_release(&via->why);
	*via = (struct via){0};
}
