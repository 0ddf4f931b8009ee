/* SPDX-License-Identifier: ISC */
/* lines.c - what clients send to --chat, however it is cut: the same lines, none longer than
 * allowed. The first byte is the limit, and whether others have begun so much that the limit is
 * lower.
 *
 * covers: tcp/services/lines.c */
#include "tcp/services/lines.h"

#include "pieces.h"

enum { CUTS = 64, LIMITS = 32, CROWDED = 64 };

static struct lines_total total;
static struct lines lines;
static size_t limit, others;

static void add_line(void *arg, const void *line, size_t size)
{
	must(size <= limit && (size == 0 || !memchr(line, '\n', size)));
	bytes_add(arg, line, size);
	bytes_add_byte(arg, '\n');
}

static void begin(void)
{
	lines = (struct lines){.total = limit % 2 ? &total : NULL};
	total.bytes = others;
}

static void take(const unsigned char *data, size_t size, struct bytes *out)
{
	must(lines_feed(&lines, data, size, limit, add_line, out) == 0);
	must(lines.begun.size <= limit &&
		(!lines.total || total.bytes == others + lines.begun.size));
}

static void end(struct bytes *out)
{
	lines_end(&lines, add_line, out);
	must(total.bytes == others);
}

static const struct pieces_subject lines_subject = {begin, take, end};

/* The lines of the SIZE bytes at DATA, by other code. */
static void expect_lines(const uint8_t *data, size_t size, struct bytes *out)
{
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		if (data[i] != '\n' && length++ == limit) {
			bytes_add_byte(out, '\n');
			length = 1;
		}
		if (data[i] == '\n')
			length = 0;
		bytes_add_byte(out, data[i]);
	}
	if (length > 0)
		bytes_add_byte(out, '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes out = {0}, right = {0};

	if (size == 0)
		return 0;
	limit = 1U + *data % LIMITS;
	others = *data & CROWDED ? LINES_TOTAL_MAX + 1 : 0;
	if (others)
		limit += LINES_SHORT;
	expect_lines(data + 1, size - 1, &right);
	pieces_run(&lines_subject, data + 1, size - 1, 0, 0, &out);
	must(out.size == right.size && memcmp(bytes_text(&out), bytes_text(&right), out.size) == 0);
	must(pieces_agree(&lines_subject, data + 1, size - 1, CUTS));
	bytes_release(&out);
	bytes_release(&right);
	return 0;
}
