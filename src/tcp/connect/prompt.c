/* SPDX-License-Identifier: ISC */
/* prompt.c - request and reply: a prompt, a line, its answer, and so on. */

#include "tcp/connect/prompt.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/screen.h"

enum { READ_SIZE = 4096, LINE_MAX_KEPT = 65536 };

static const int64_t quiet_ns = 100 * NUM_NS_PER_MS;
static const int64_t foreground_ns = 100 * NUM_NS_PER_MS;
static const int64_t give_up_ns = 2 * NUM_NS_PER_S;

static void readable(void *arg, int fd, unsigned ready);
static void writable(void *arg, int fd, unsigned ready);

static void close_input(struct prompt *p)
{
	if (p->to < 0)
		return;
	loop_forget(p->loop, p->to);
	fd_close(p->to);
	p->to = -1;
}

/* If this fails, nobody takes lines any longer. */
static void send_lines(struct prompt *p)
{
	while (p->to >= 0 && p->unsent.size > 0) {
		ssize_t n =
			send(p->to, p->unsent.data, p->unsent.size, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			bytes_drop(&p->unsent, (size_t)n);
		} else if (n < 0 && fd_would_block(errno) &&
			loop_watch(p->loop, p->to, LOOP_WRITE, writable, p) == 0) {
			return;
		} else if (errno != EINTR) {
			p->error = errno;
			close_input(p);
		}
	}
	if (p->to >= 0)
		loop_forget(p->loop, p->to);
	if (p->ending)
		close_input(p);
}

static void finish(struct prompt *p)
{
	p->ending = true;
	loop_forget(p->loop, p->in.fd);
	send_lines(p);
	if (loop_timer_set(p->loop, &p->give_up, give_up_ns) < 0) {
		p->error = p->error ? p->error : errno;
		p->fn(p->arg);
	}
}

/* The size of the first line with its newline; of a very long one, a piece; 0: none yet. */
static size_t first_line(const struct prompt *p)
{
	const unsigned char *end =
		p->input.size ? memchr(p->input.data, '\n', p->input.size) : NULL;

	if (end)
		return (size_t)(end - p->input.data) + 1;
	return p->input_ended || p->input.size >= LINE_MAX_KEPT ? p->input.size : 0;
}

static bool is_empty(const unsigned char *line, size_t size)
{
	return size == 0 || (size == 1 && *line == '\n') ||
		(size == 2 && memcmp(line, "\r\n", 2) == 0);
}

/* Send the line of SIZE bytes; the last one may lack its newline, which is added, because a request
 * is not complete without it. */
static void take_line(struct prompt *p, size_t size)
{
	bool whole = p->input_ended || p->input.data[size - 1] == '\n';

	bytes_add(&p->unsent, p->input.data, size);
	if (whole && p->input.data[size - 1] != '\n')
		bytes_add_byte(&p->unsent, '\n');
	bytes_drop(&p->input, size);
	p->asking = !whole;
	if (p->unsent.failed)
		p->error = ENOMEM;
	else
		send_lines(p);
	/* A peer may go on sending although our side has ended. */
	if (p->error)
		finish(p);
}

static void go_on(struct prompt *p)
{
	size_t size = first_line(p);

	if (p->input.failed)
		p->error = ENOMEM;
	if ((!p->asking && !p->error) || p->ending)
		return;
	if (p->error || (size == 0 && p->input_ended) ||
		(size > 0 && is_empty(p->input.data, size)))
		finish(p);
	else if (size > 0)
		take_line(p, size);
	if (!p->ending && p->asking && p->unsent.size == 0 &&
		loop_watch(p->loop, p->in.fd, LOOP_READ, readable, p) < 0) {
		p->error = errno;
		finish(p);
	}
}

static void writable(void *arg, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	send_lines(arg);
	go_on(arg);
}

/* Reading the terminal of another process group would stop us, and hold up the peer. */
static bool is_in_background(struct prompt *p)
{
	if (!end_is_in_background(&p->in))
		return false;
	loop_forget(p->loop, p->in.fd);
	if (loop_timer_set(p->loop, &p->foreground, foreground_ns) < 0) {
		p->error = errno;
		finish(p);
	}
	return true;
}

static void show_text(struct prompt *p)
{
	screen_give_way(p->text->data, p->text->size);
	UNCHECKED(fd_write_all(STDERR_FILENO, p->text->data, p->text->size)); /* nowhere to report
									       * it */
}

/* Show the prompt again, after what the shell wrote meanwhile. */
static void show_again(struct prompt *p)
{
	if (p->asking && !p->ending && p->input.size == 0)
		show_text(p);
}

static void continued(void *arg, int signo)
{
	struct prompt *p = arg;

	(void)signo;
	if (!p->foreground.slot && !end_is_in_background(&p->in))
		show_again(p);
}

static void look_again(void *arg)
{
	struct prompt *p = arg;

	if (is_in_background(p))
		return;
	show_again(p);
	go_on(p);
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct prompt *p = arg;
	unsigned char data[READ_SIZE];
	ssize_t n;

	(void)fd, (void)ready;
	if (is_in_background(p))
		return;
	n = end_read(&p->in, data, sizeof data);
	if (n < 0 && fd_would_block(errno))
		return;
	if (n > 0)
		bytes_add(&p->input, data, (size_t)n);
	else
		p->input_ended = true;
	if (n < 0)
		p->error = errno;
	loop_forget(p->loop, p->in.fd);
	go_on(p);
}

static void end_line(struct prompt *p)
{
	if (p->mid_line && (p->answers->to.flags & END_TERMINAL)) {
		screen_give_way("\n", 1);
		/* If the terminal is gone, the next answer finds out. */
		UNCHECKED(fd_write_all(p->answers->to.fd, "\n", 1));
	}
	p->mid_line = false;
}

static void ask(struct prompt *p)
{
	show_text(p);
	p->asking = true;
	go_on(p);
}

/* The peer has been silent long enough, and its whole answer is written. */
static void quiet(void *arg)
{
	struct prompt *p = arg;

	/* If there is no memory for the timer, the prompt comes early. */
	if (p->answers->unwritten.size > 0 && loop_timer_set(p->loop, &p->quiet, quiet_ns) == 0)
		return;
	end_line(p);
	ask(p);
}

static void give_up(void *arg)
{
	struct prompt *p = arg;

	p->fn(p->arg);
}

void prompt_start(struct prompt *p)
{
	loop_timer_init(&p->quiet, quiet, p);
	loop_timer_init(&p->give_up, give_up, p);
	loop_timer_init(&p->foreground, look_again, p);
	/* If there is no memory, the prompt is not shown again after the shell's `fg`. */
	if (p->in.flags & END_TERMINAL)
		UNCHECKED(loop_signal(p->loop, SIGCONT, false, continued, p));
	ask(p);
}

void prompt_answered(struct prompt *p, const void *data, size_t size)
{
	p->mid_line = ((const unsigned char *)data)[size - 1] != '\n';
	if (!p->asking && !p->ending && loop_timer_set(p->loop, &p->quiet, quiet_ns) < 0)
		quiet(p);
}

void prompt_over(struct prompt *p)
{
	end_line(p);
	prompt_release(p);
}

void prompt_release(struct prompt *p)
{
	if (!p->loop)
		return;
	if (p->in.flags & END_TERMINAL)
		UNCHECKED(loop_signal(p->loop, SIGCONT, false, NULL, NULL));
	loop_timer_stop(p->loop, &p->quiet);
	loop_timer_stop(p->loop, &p->give_up);
	loop_timer_stop(p->loop, &p->foreground);
	loop_forget(p->loop, p->in.fd);
	close_input(p);
	bytes_release(&p->input);
	bytes_release(&p->unsent);
	p->loop = NULL;
}
