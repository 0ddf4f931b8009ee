/* SPDX-License-Identifier: ISC */
/* batch.c - lines with the names that resolve looks up: each is asked once, in their order, or
 * refused with a reason, and the answers are written in that order. Blocks of addresses come out as
 * all of their addresses.
 *
 * covers: names/resolve/batch.c names/resolve/block.c
 * but: stop next_word reader_gone */
#include "names/resolve/batch.h"

#include <arpa/inet.h>
#include <fcntl.h>

#include "base/bytes.h"
#include "core/loop/loop.h"
#include "core/results.h"
#include "fuzz.h"
#include "names/resolve/block.h"

/* What standard output would get. */
static struct bytes written;

static void write_results(struct bytes *out)
{
	bytes_join(&written, out);
	bytes_clear(out);
}

#define results_add	write_results
#define results_flush() 0
#include "names/resolve/batch.c"
#undef results_flush
#undef results_add

enum { BLOCK_BITS_MAX = 10 };

static struct loop *loop;

/* What has been asked, one per line; invalid lines are a question mark. */
static struct bytes asked;

/* A question that is answered in the next turn. */
static struct question *late;
static struct loop_defer turn;

static void answer_late(void *arg)
{
	struct question *q = late;

	(void)arg;
	late = NULL;
	question_done(q);
}

/* Some questions are answered at once, others after some that came later. */
static void start(struct question *q)
{
	if (q->bad)
		bytes_add_byte(&asked, '?');
	else
		bytes_add(&asked, q->text.data, q->text.size);
	bytes_add_byte(&asked, '\n');
	bytes_add_text(&q->out, q->bad ? "?" : bytes_text(&q->text));
	bytes_add_byte(&q->out, '\n');
	q->status = q->bad ? STATUS_USAGE : STATUS_DONE;
	if (late || q->text.size % 2) {
		question_done(q);
	} else {
		late = q;
		loop_defer(loop, &turn, answer_late, NULL);
	}
}

/* Append each address of the IPv4 block of 2 to the power of HOST_BITS addresses at START. */
static void expect_block(uint32_t first, unsigned host_bits, struct bytes *out)
{
	char text[INET_ADDRSTRLEN];

	first &= ~(uint32_t)((UINT64_C(1) << host_bits) - 1);
	for (uint64_t i = 0; i < UINT64_C(1) << host_bits; i++) {
		struct in_addr in = {htonl(first + (uint32_t)i)};

		bytes_add_format(out, "%s\n", inet_ntop(AF_INET, &in, text, sizeof text));
	}
}

/* What LINE asks, by other code. False: it is a block of another form, or too large to be worth
 * it. */
static bool expect_line(const char *line, size_t size, struct bytes *out)
{
	char text[64], *end;
	const char *slash = memchr(line, '/', size);
	struct in_addr in;

	while (size > 0 && is_blank((unsigned char)line[size - 1]))
		size--;
	for (; size > 0 && is_blank((unsigned char)*line); size--)
		line++;
	if (size == 0 || memchr(line, '\0', size)) {
		bytes_add_text(out, "?\n");
		return true;
	}
	if (slash) {
		if (size >= sizeof text)
			return false;
		snprintf(text, sizeof text, "%.*s", (int)size, line);
		text[slash - line] = '\0';
		unsigned long bits = strtoul(text + strlen(text) + 1, &end, 10);
		if (inet_pton(AF_INET, text, &in) != 1 || *end || bits > 32 ||
			bits < 32 - BLOCK_BITS_MAX ||
			strspn(text + strlen(text) + 1, "0123456789") == 0)
			return false;
		expect_block(ntohl(in.s_addr), 32 - (unsigned)bits, out);
		return true;
	}
	bytes_add(out, line, size);
	bytes_add_byte(out, '\n');
	return true;
}

static bool expect_all(const char *text, size_t size, struct bytes *out)
{
	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t length = newline ? (size_t)(newline - text) : size;

		if (length > LINE_LONGEST || !expect_line(text, length, out))
			return false;
		length += newline != NULL;
		text += length;
		size -= length;
	}
	return true;
}

/* Whether a block in the lines is so large that it would take long. */
static bool is_long(const uint8_t *data, size_t size)
{
	struct block block;
	bool large = false;
	char *copy = fuzz_text(data, size), *rest;

	for (size_t i = 0; i < size; i++)
		copy[i] = copy[i] ? copy[i] : '?';
	for (char *line = strtok_r(copy, "\n", &rest); line && !large;
		line = strtok_r(NULL, "\n", &rest)) {
		while (is_blank((unsigned char)*line))
			line++;
		for (size_t n = strlen(line); n > 0 && is_blank((unsigned char)line[n - 1]); n--)
			line[n - 1] = '\0';
		large = block_read(&block, line) == BLOCK_READ && block.left > 1U << BLOCK_BITS_MAX;
	}
	free(copy);
	return large;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct batch_plan plan = {.blocks = true, .open_most = 3, .start = start};
	struct batch_result result;
	struct bytes right = {0};

	if (is_long(data, size))
		return 0;
	loop = loop_new(NULL);
	must(loop != NULL);
	bytes_clear(&asked);
	bytes_clear(&written);
	plan.fd = open(fuzz_file(data, size), O_RDONLY | O_CLOEXEC);
	must(plan.fd >= 0 && batch_run(loop, &plan, &result) == 0);
	close(plan.fd);
	must(result.answered == result.asked && written.size == asked.size);
	must(memcmp(bytes_text(&written), bytes_text(&asked), asked.size) == 0);
	if (expect_all((const char *)data, size, &right))
		must(right.size == asked.size &&
			memcmp(bytes_text(&right), bytes_text(&asked), right.size) == 0);
	bytes_release(&right);
	loop_free(loop);
	return 0;
}
