/* SPDX-License-Identifier: ISC */
/* output.c - standard output for records that come in batches. */
#include "udp/output.h"

#include <errno.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"
#include "core/loop/loop.h"
#include "core/os/os.h"

enum { PIPE_SIZE = 1024 * 1024 };

static void on_ready(void *arg, int fd, unsigned ready);

static int watch(struct output *o)
{
	unsigned want = (end_has_reader(&o->end) ? LOOP_GONE : 0U) | (o->blocked ? LOOP_WRITE : 0U);

	return loop_watch(o->loop, o->end.fd, want, on_ready, o);
}

int output_init(struct output *o, struct loop *loop, int fd, output_fn *fn, void *arg)
{
	*o = (struct output){.loop = loop, .end = end_of_inherited(fd, true), .fn = fn, .arg = arg};
	return end_has_reader(&o->end) ? watch(o) : 0;
}

void output_release(struct output *o)
{
	if (!o->loop)
		return;
	loop_forget(o->loop, o->end.fd);
	/* It is closed at the end of the process, which reports what is lost then. */
	if (o->end.flags & END_REOPENED)
		close(o->end.fd);
	bytes_release(&o->text);
}

bool output_is_blocked(const struct output *o)
{
	return o->blocked;
}

static bool has_text(const struct output *o)
{
	return o->text.size > o->written;
}

static void keep(struct output *o, const void *data, size_t size)
{
	bytes_add(&o->text, data, size);
	if (o->text.failed)
		o->error = ENOMEM;
}

/* Copy the borrowed parts to TEXT, because they come after text that waits, or because the end
 * takes only one piece at a time. */
static void keep_parts(struct output *o, size_t done)
{
	for (int i = 0; i < o->part_count; i++) {
		size_t size = o->parts[i].iov_len;

		if (done < size)
			keep(o, (const char *)o->parts[i].iov_base + done, size - done);
		done -= done < size ? done : size;
	}
	o->part_count = 0;
}

static bool takes_parts(const struct output *o)
{
	return !o->end.waits && (o->end.kind == END_PIPE || o->end.kind == END_FILE);
}

/* Enlarge the pipe, to hold what comes while its reader does something else. */
static void grow_pipe(struct output *o)
{
	/* A smaller pipe works too. */
	if (!o->grown && o->end.kind == END_PIPE)
		UNCHECKED(os_pipe_grow(o->end.fd, PIPE_SIZE));
	o->grown = true;
}

static void write_parts(struct output *o)
{
	ssize_t n;

	do
		n = writev(o->end.fd, o->parts, o->part_count);
	while (n < 0 && errno == EINTR);
	if (n < 0 && !fd_would_block(errno)) {
		o->error = errno;
		o->part_count = 0;
		return;
	}
	keep_parts(o, n < 0 ? 0 : (size_t)n);
}

static void write_text(struct output *o)
{
	while (o->written < o->text.size) {
		ssize_t n =
			end_write(&o->end, o->text.data + o->written, o->text.size - o->written);

		if (n < 0 && !fd_would_block(errno))
			o->error = errno;
		if (n < 0)
			return;
		o->written += (size_t)n;
		/* Before the next piece for such an end, the poller must report it writable
		 * again. */
		if (o->end.waits)
			break;
	}
	if (o->written < o->text.size)
		return;
	o->written = 0;
	bytes_clear(&o->text);
}

static void set_blocked(struct output *o, bool blocked)
{
	if (o->gate && blocked != o->blocked)
		(blocked ? gate_close : gate_open)(o->gate);
	o->blocked = blocked;
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	struct output *o = arg;

	(void)fd;
	if (ready & LOOP_GONE)
		o->error = EPIPE;
	else
		write_text(o);
	if (has_text(o) && !o->error)
		return;
	set_blocked(o, false);
	if (o->error)
		loop_forget(o->loop, o->end.fd);
	else if (watch(o) < 0)
		o->error = errno;
	o->fn(o->arg);
}

static void wait_for_room(struct output *o)
{
	grow_pipe(o);
	set_blocked(o, true);
	if (watch(o) == 0)
		return;
	o->error = errno;
	set_blocked(o, false);
}

void output_borrow(struct output *o, const void *data, size_t size)
{
	struct iovec *last = o->part_count > 0 ? &o->parts[o->part_count - 1] : NULL;

	if (size == 0 || o->end.kind == END_NULL)
		return;
	if (last && (const char *)last->iov_base + last->iov_len == data) {
		last->iov_len += size;
		return;
	}
	if (o->part_count == OUTPUT_PARTS)
		keep_parts(o, 0);
	o->parts[o->part_count++] = (struct iovec){.iov_base = (void *)data, .iov_len = size};
}

void output_flush(struct output *o)
{
	bool plain = o->text.size == 0 && takes_parts(o);

	if (o->text.failed)
		o->error = ENOMEM;
	if (o->error)
		o->part_count = 0;
	else if (plain && o->part_count > 0)
		write_parts(o);
	else
		keep_parts(o, 0);
	if (o->error || o->blocked)
		return;
	if (!o->end.waits)
		write_text(o);
	if (has_text(o) && !o->error)
		wait_for_room(o);
}
