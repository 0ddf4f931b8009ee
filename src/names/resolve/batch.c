/* SPDX-License-Identifier: ISC */
/* batch.c - many questions at once, with the answers in the order of the questions. */

#include "names/resolve/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/results.h"
#include "core/stream/end.h"
#include "names/resolve/block.h"

enum {
	WINDOW = 8192, /* questions read: this many can be answered behind a slow one */
	LINE_LONGEST = 4096,
	READ_SIZE = 1 << 16,
	OUTPUT_SIZE = 1 << 16,
	HELD_MOST = 1 << 24, /* bytes of answers behind a slow one, at which no more are asked */
	BLOCK_KEPT = 1 << 10,
};

struct batch {
	struct loop *loop;
	const struct batch_plan *plan;
	struct batch_result *result;
	struct question *ring; /* FIRST is the oldest of COUNT, of which STARTED were started */
	size_t first, count, started, open;
	size_t held;
	size_t next_word;
	struct end input;
	struct bytes read; /* not looked at yet from READ_AT on */
	size_t read_at;
	bool cutting; /* the rest of a line that was too long is being dropped */
	bool ended;
	struct block block; /* its addresses come before the next line */
	struct bytes out;
	struct loop_defer more;
};

static struct question *at(struct batch *b, size_t index)
{
	return &b->ring[(b->first + index) % WINDOW];
}

static void stop(struct batch *b, int err, bool reading)
{
	b->result->error = err;
	b->result->reading = reading;
	loop_stop(b->loop);
}

void question_done(struct question *q)
{
	struct batch *b = q->batch;

	q->done = true;
	b->result->answered++;
	b->result->failed += q->status != STATUS_DONE;
	b->open--;
	b->held += q->out.size;
	loop_defer(b->loop, &b->more, b->more.fn, b);
}

/* An empty place for the next question. */
static struct question *question_new(struct batch *b)
{
	struct question *q = at(b, b->count++);
	struct question old = *q;

	*q = (struct question){
		.batch = b, .arg = b->plan->arg, .text = old.text, .out = old.out, .why = old.why};
	bytes_clear(&q->text);
	bytes_clear(&q->out);
	bytes_clear(&q->why);
	return q;
}

static bool is_blank(unsigned char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static void next_address(struct batch *b, struct question *q)
{
	char text[ADDR_TEXT];

	bytes_clear(&q->text);
	bytes_add_text(&q->text, block_next(&b->block, text));
}

/* If Q, a line, is a block, it becomes the first address of that. */
static void take_block(struct batch *b, struct question *q)
{
	switch (block_read(&b->block, bytes_text(&q->text))) {
	case BLOCK_READ: next_address(b, q); break;
	case BLOCK_TOO_LARGE: q->bad = "the block has more than 4294967296 addresses"; break;
	case BLOCK_TOO_SMALL: q->bad = "the prefix is longer than the address"; break;
	case BLOCK_NONE: break;
	}
}

static void take_line(struct batch *b, const unsigned char *line, size_t size, bool too_long)
{
	struct question *q = question_new(b);

	while (size > 0 && is_blank(line[size - 1]))
		size--;
	while (size > 0 && is_blank(*line)) {
		line++;
		size--;
	}
	bytes_add(&q->text, line, size);
	if (too_long)
		q->bad = "the line is too long for a name";
	else if (size == 0)
		q->bad = "the line is empty";
	else if (memchr(line, '\0', size))
		q->bad = "a name cannot contain a NUL byte";
	else if (b->plan->blocks)
		take_block(b, q);
}

/* Take the next line of what was read, or the next address of the last one's block. False: there is
 * no complete line. */
static bool next_line(struct batch *b)
{
	if (b->block.left > 0) {
		next_address(b, question_new(b));
		return true;
	}
	size_t size = b->read.size - b->read_at;
	if (size == 0)
		return false;
	const unsigned char *line = b->read.data + b->read_at;
	const unsigned char *end = memchr(line, '\n', size);
	size_t length = end ? (size_t)(end - line) : size;
	bool too_long = length > LINE_LONGEST;

	if (!end && !too_long && !b->ended)
		return false;
	if (!b->cutting)
		take_line(b, line, too_long ? LINE_LONGEST : length, too_long);
	b->cutting = !end && !b->ended;
	b->read_at += length + (end != NULL);
	return true;
}

static bool next_word(struct batch *b)
{
	const struct batch_word *word = &b->plan->words[b->next_word];

	if (b->next_word == b->plan->word_count) {
		b->ended = true;
		return false;
	}
	b->next_word++;
	struct question *q = question_new(b);
	bytes_add_text(&q->text, word->text);
	q->word = word;
	return true;
}

/* The number of questions that were read and have no answer yet. */
static int64_t unanswered(const struct batch *b)
{
	return (int64_t)(b->open + b->count - b->started);
}

static void start_some(struct batch *b)
{
	while (b->started < b->count && b->open < b->plan->open_most && b->held < HELD_MOST) {
		struct question *q = at(b, b->started++);

		b->open++;
		b->plan->start(q);
	}
}

static void flush(struct batch *b)
{
	if (b->out.size == 0 || b->result->error)
		return;
	results_add(&b->out);
	if (results_flush() < 0)
		stop(b, errno, false);
}

static void write_one(struct batch *b, struct question *q)
{
	bytes_join(&b->out, &q->out);
	if (q->out.failed || q->text.failed || b->out.failed) {
		stop(b, ENOMEM, false);
		return;
	}
	if (b->result->status == STATUS_DONE)
		b->result->status = q->status;
	if (bytes_any(&q->why)) {
		/* Keeps the order of the questions on a terminal too. */
		flush(b);
		log_error("%s", bytes_reason(&q->why));
	}
}

static void write_done(struct batch *b)
{
	while (b->count > 0 && at(b, 0)->done && !b->result->error) {
		struct question *q = at(b, 0);

		write_one(b, q);
		b->held -= q->out.size;
		if (q->out.room > BLOCK_KEPT)
			bytes_release(&q->out);
		b->first = (b->first + 1) % WINDOW;
		b->count--;
		b->started--;
		if (b->out.size >= OUTPUT_SIZE)
			flush(b);
	}
	flush(b);
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct batch *b = arg;

	(void)fd;
	(void)ready;
	bytes_drop(&b->read, b->read_at);
	b->read_at = 0;
	if (bytes_reserve(&b->read, READ_SIZE) < 0) {
		stop(b, errno, true);
		return;
	}
	ssize_t n = end_read(&b->input, b->read.data + b->read.size, READ_SIZE);
	if (n < 0) {
		if (!fd_would_block(errno) && errno != EINTR)
			stop(b, errno, true);
		return;
	}
	b->read.size += (size_t)n;
	b->ended = n == 0;
	loop_defer(b->loop, &b->more, b->more.fn, b);
}

/* Read more only when everything that was read is in the window. */
static void watch_input(struct batch *b)
{
	bool want = !b->ended && b->count < WINDOW;

	if (b->plan->words)
		return;
	if (loop_watch(b->loop, b->input.fd, want ? LOOP_READ : 0, readable, b) < 0)
		stop(b, errno, true);
}

static void advance(void *arg)
{
	struct batch *b = arg;

	while (b->count < WINDOW && (b->plan->words ? next_word(b) : next_line(b)))
		start_some(b);
	start_some(b);
	size_t before = b->count;
	if (b->ended && !b->plan->words && before < WINDOW)
		b->result->asked = b->result->answered + unanswered(b);
	bool held_back = before == WINDOW || b->held >= HELD_MOST;
	/* Last, because it takes as long as the reader likes, and the time for a question counts
	 * from the beginning of this turn. */
	write_done(b);
	if (b->ended && b->count == 0 && b->block.left == 0)
		loop_stop(b->loop);
	else if (held_back && b->count < before)
		loop_defer(b->loop, &b->more, b->more.fn, b);
	else
		watch_input(b);
}

static void release(struct batch *b)
{
	for (size_t i = 0; i < WINDOW && b->ring; i++) {
		bytes_release(&b->ring[i].text);
		bytes_release(&b->ring[i].out);
		bytes_release(&b->ring[i].why);
	}
	free(b->ring);
	bytes_release(&b->read);
	bytes_release(&b->out);
	loop_defer_cancel(b->loop, &b->more);
	if (!b->plan->words)
		loop_forget(b->loop, b->input.fd);
}

static void reader_gone(void *arg)
{
	stop(arg, EPIPE, false);
}

int batch_run(struct loop *loop, const struct batch_plan *plan, struct batch_result *result)
{
	struct batch b = {.loop = loop, .plan = plan, .result = result};

	*result = (struct batch_result){
		.status = STATUS_DONE, .asked = plan->words ? (int64_t)plan->word_count : -1};
	b.ring = calloc(WINDOW, sizeof *b.ring);
	if (!b.ring) {
		result->error = ENOMEM;
		return -1;
	}
	if (!plan->words)
		b.input = end_of_inherited(plan->fd, false);
	b.more.fn = advance;
	loop_defer(loop, &b.more, advance, &b);
	if ((results_watch(loop, reader_gone, &b) < 0 || loop_run(loop) < 0) && !result->error)
		result->error = errno;
	release(&b);
	return result->error ? -1 : 0;
}
