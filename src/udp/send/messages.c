/* SPDX-License-Identifier: ISC */
/* messages.c - the datagrams that udp-send sends. */
#include "udp/send/messages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/status.h"
#include "base/text.h"
#include "core/opt/common.h"

enum {
	CHUNK = 256 * 1024,
	GATHER_MAX = 1024 * 1024 * 1024,
	MEASURE_MAX = 1024 * 1024 * 1024, /* beyond this the length does not matter */
	SPELLED = 8,	/* bytes of text for one byte in escapes or hex, including blanks */
	REPEATED = 256, /* a short list is repeated up to this, so that many can be sent at once */
};

/* Append what the datagram NUMBER is called; before the first one it is the input as a whole. */
static void add_noun(struct messages *s)
{
	unsigned long long number = (unsigned long long)s->number;

	if (!s->from_memory && (s->plan.rule.mode == SPLIT_WHOLE || number == 0))
		bytes_add_text(&s->why, "standard input");
	else if (!s->from_memory && s->plan.rule.mode == SPLIT_LINE)
		bytes_add_format(&s->why, "line %llu of standard input", number);
	else if (!s->from_memory)
		bytes_add_format(&s->why, "part %llu of standard input", number);
	else
		bytes_add_format(&s->why, "message %llu", number);
}

static void say_too_long(struct messages *s, uint64_t size, bool at_least)
{
	add_noun(s);
	bytes_add_format(&s->why, " is %s%llu bytes long, but a datagram holds at most %zu",
		at_least ? "over " : "", (unsigned long long)size, s->plan.limit);
}

/* Append the SIZE bytes at DATA, read as the form says. NULL, or the reason. */
static const char *decode(int form, const unsigned char *data, size_t size, struct bytes *out)
{
	const char *reason = NULL;
	struct bytes copy = {0};
	size_t at = 0;

	if (form == COMMON_HEX)
		return text_unhex((const char *)data, size, out);
	bytes_add(&copy, data, size);
	bytes_text(&copy);
	/* A NUL ends the text for text_unescape, but not the data. */
	while (!copy.failed && !reason && at < size) {
		const char *text = (const char *)copy.data + at;

		reason = text_unescape(text, out);
		at += strlen(text) + 1;
		if (!reason && at <= size)
			bytes_add_byte(out, '\0');
	}
	out->failed |= copy.failed;
	bytes_release(&copy);
	return reason;
}

/* Make room for COUNT datagrams in the list. */
static enum status list_reserve(struct messages *s, size_t count)
{
	struct iovec *grown = grow(s->list, &s->list_room, count, sizeof(*grown));

	if (!grown)
		return fail_memory(&s->why);
	s->list = grown;
	return STATUS_DONE;
}

static enum status list_add(struct messages *s, const void *data, size_t size)
{
	if (size > s->plan.limit) {
		say_too_long(s, size, false);
		return STATUS_FAILED;
	}
	if (list_reserve(s, s->list_count + 1) != STATUS_DONE)
		return STATUS_FAILED;
	s->list[s->list_count++] = (struct iovec){.iov_base = (void *)data, .iov_len = size};
	return STATUS_DONE;
}

/* Make the list long enough to send many at once, and determine how many there are in all. */
static enum status list_repeat(struct messages *s)
{
	size_t count = s->list_count, wanted = count;

	if (count == 0)
		return STATUS_DONE;
	s->left = s->plan.repeat == 0 || s->plan.repeat > UINT64_MAX / count
		? UINT64_MAX
		: s->plan.repeat * count;
	while (wanted < REPEATED && wanted < s->left)
		wanted += count;
	if (list_reserve(s, wanted) != STATUS_DONE)
		return STATUS_FAILED;
	for (; s->list_count < wanted; s->list_count++)
		s->list[s->list_count] = s->list[s->list_count - count];
	return STATUS_DONE;
}

static enum status read_message(struct messages *s, const char *message, struct bytes *out)
{
	const char *reason = common_text_read(s->plan.form, message, out);

	if (reason)
		return fail_with(&s->why, STATUS_USAGE, "bad MESSAGE: \"%s\" %s", message, reason);
	return out->failed ? fail_memory(&s->why) : STATUS_DONE;
}

enum status messages_open(
	struct messages *s, const struct messages_plan *plan, char *const messages[], size_t count)
{
	size_t begin = 0;
	enum status status;

	*s = (struct messages){.plan = *plan, .from_memory = true, .input = {.fd = -1}};
	status = list_reserve(s, count);
	for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
		begin = s->text.size;
		status = read_message(s, messages[i], &s->text);
		s->list[i].iov_len = s->text.size - begin;
	}
	/* Only now has TEXT stopped moving. */
	begin = 0;
	for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
		size_t size = s->list[i].iov_len;

		s->number++;
		status = list_add(s, bytes_from(&s->text, begin), size);
		begin += size;
	}
	return status == STATUS_DONE ? list_repeat(s) : status;
}

/* How much text may spell one datagram. */
static size_t spelled_limit(const struct messages_plan *plan)
{
	return plan->form == COMMON_LITERAL ? plan->limit : plan->limit * SPELLED;
}

enum status messages_open_input(struct messages *s, const struct messages_plan *plan, int fd)
{
	*s = (struct messages){.plan = *plan, .input = end_of_inherited(fd, false)};
	/* Sizes count decoded bytes, and repeating needs the whole input. */
	s->gather = plan->repeat != 1 ||
		(plan->rule.mode == SPLIT_SIZE && plan->form != COMMON_LITERAL);
	s->room = CHUNK + spelled_limit(plan) + 1;
	if (plan->rule.mode == SPLIT_SIZE && plan->rule.size > plan->limit)
		return fail_with(&s->why, STATUS_FAILED,
			"--split %zu is too large: a datagram holds at most %zu bytes",
			plan->rule.size, plan->limit);
	s->buffer = malloc(s->room);
	return s->buffer ? STATUS_DONE : fail_memory(&s->why);
}

void messages_release(struct messages *s)
{
	if (s->input.flags & END_REOPENED)
		close(s->input.fd);
	bytes_release(&s->why);
	bytes_release(&s->text);
	free(s->list);
	free(s->buffer);
}

/* Read once into the buffer. READY if there is more in the buffer, or the input has ended. */
static enum messages_result read_more(struct messages *s, bool readable)
{
	ssize_t n;

	if (s->begin > 0) {
		memmove(s->buffer, s->buffer + s->begin, s->end - s->begin);
		s->end -= s->begin;
		s->begin = 0;
	}
	if (s->input.waits && !readable)
		return MESSAGES_WAIT;
	n = end_read(&s->input, s->buffer + s->end, s->room - s->end);
	if (n < 0 && fd_would_block(errno))
		return MESSAGES_WAIT;
	if (n < 0) {
		bytes_add_format(&s->why, "cannot read standard input: %s", status_reason(errno));
		return MESSAGES_FAILED;
	}
	s->end += (size_t)n;
	s->ended = n == 0;
	return MESSAGES_READY;
}

/* Replace the SIZE bytes at DATA with what they spell, which is never longer. */
static enum messages_result decode_in_place(struct messages *s, unsigned char *data, size_t *size)
{
	struct bytes out = {0};
	const char *reason = decode(s->plan.form, data, *size, &out);
	enum messages_result result = MESSAGES_READY;

	if (reason) {
		add_noun(s);
		bytes_add_format(&s->why, " is not valid %s %s",
			s->plan.form == COMMON_HEX ? "hex" : "escapes", reason);
		result = MESSAGES_FAILED;
	} else if (out.failed) {
		fail_memory(&s->why);
		result = MESSAGES_FAILED;
	} else {
		*size = out.size;
		if (out.size > 0)
			memcpy(data, out.data, out.size);
	}
	bytes_release(&out);
	return result;
}

/* Take one datagram of SIZE bytes at DATA, the beginning of the rest of the buffer. */
static enum messages_result take_one(struct messages *s, unsigned char *data, size_t *size)
{
	enum messages_result result = MESSAGES_READY;

	s->number++;
	if (s->plan.form != COMMON_LITERAL)
		result = decode_in_place(s, data, size);
	if (result == MESSAGES_READY && *size > s->plan.limit) {
		say_too_long(s, *size, false);
		result = MESSAGES_FAILED;
	}
	return result;
}

/* The problem in WHY is to be reported now. */
static enum messages_result complain(struct messages *s)
{
	bool skip = s->plan.skip && s->plan.rule.mode != SPLIT_WHOLE;

	s->failed = !skip;
	return skip ? MESSAGES_SKIPPED : MESSAGES_FAILED;
}

/* Cut as many datagrams as possible from the buffer. A bad one waits until those before it are
 * sent. */
static enum messages_result cut(struct messages *s, int *count)
{
	for (*count = 0; *count < OS_DGRAM_SEND && !s->failed; (*count)++) {
		unsigned char *data = s->buffer + s->begin;
		size_t size;
		size_t used = split_next(&s->plan.rule, data, s->end - s->begin, s->ended, &size);

		if (used == 0)
			break;
		s->failed = take_one(s, data, &size) != MESSAGES_READY;
		s->begin += used;
		if (s->failed)
			break;
		s->each[*count] = (struct iovec){.iov_base = data, .iov_len = size};
	}
	return *count == 0 && s->failed ? complain(s) : MESSAGES_READY;
}

/* Measure a datagram that is too long, as far as that is worth it. */
static enum messages_result measure(struct messages *s)
{
	unsigned char delimiter = s->plan.rule.mode == SPLIT_LINE ? '\n' : '\0';
	unsigned char *begin = s->buffer + s->begin;
	size_t size = s->end - s->begin;
	unsigned char *found =
		s->plan.rule.mode == SPLIT_WHOLE ? NULL : memchr(begin, delimiter, size);

	s->measured += found ? (size_t)(found - begin) : size;
	s->begin = found ? (size_t)(found - s->buffer) + 1 : s->end;
	if (!found && !s->ended && s->measured < MEASURE_MAX)
		return MESSAGES_READY;
	s->number++;
	say_too_long(s, s->measured, !found && !s->ended);
	if (!found && !s->ended)
		return MESSAGES_FAILED;
	s->measured = 0;
	return complain(s);
}

static enum messages_result next_of_input(struct messages *s, bool readable, int *count)
{
	for (;;) {
		enum messages_result result = s->measured ? measure(s) : cut(s, count);

		if (result != MESSAGES_READY || *count > 0)
			return result;
		if (s->ended)
			return MESSAGES_ENDED;
		if (!s->measured && s->end - s->begin > spelled_limit(&s->plan)) {
			result = measure(s);
			if (result != MESSAGES_READY)
				return result;
		}
		result = read_more(s, readable);
		if (result != MESSAGES_READY)
			return result;
		readable = false;
	}
}

/* Add the datagram of SIZE bytes at DATA, a piece of TEXT, to the list. */
static enum messages_result list_piece(struct messages *s, unsigned char *data, size_t size)
{
	if (take_one(s, data, &size) != MESSAGES_READY)
		return complain(s);
	return list_add(s, data, size) == STATUS_DONE ? MESSAGES_READY : MESSAGES_FAILED;
}

/* The whole input is in TEXT, read up to BEGIN: make the list from it. */
static enum messages_result list_of_text(struct messages *s)
{
	size_t used, size;

	if (s->plan.rule.mode == SPLIT_SIZE && s->plan.form != COMMON_LITERAL) {
		if (decode_in_place(s, bytes_from(&s->text, 0), &s->text.size) != MESSAGES_READY)
			return MESSAGES_FAILED;
		s->plan.form = COMMON_LITERAL;
	}
	while ((used = split_next(&s->plan.rule, bytes_from(&s->text, s->begin),
			s->text.size - s->begin, true, &size)) > 0) {
		unsigned char *data = bytes_from(&s->text, s->begin);
		enum messages_result result;

		s->begin += used;
		result = list_piece(s, data, size);
		if (result != MESSAGES_READY)
			return result;
	}
	s->from_memory = true;
	return list_repeat(s) == STATUS_DONE ? MESSAGES_READY : MESSAGES_FAILED;
}

static enum messages_result gather(struct messages *s, bool readable)
{
	while (!s->ended) {
		enum messages_result result = read_more(s, readable);

		if (result != MESSAGES_READY)
			return result;
		bytes_add(&s->text, s->buffer, s->end);
		s->end = 0;
		readable = false;
		if (s->text.failed) {
			fail_memory(&s->why);
			return MESSAGES_FAILED;
		}
		if (s->text.size > GATHER_MAX) {
			bytes_add_format(&s->why,
				"cannot repeat standard input: it is over %d bytes long",
				GATHER_MAX);
			return MESSAGES_FAILED;
		}
	}
	return list_of_text(s);
}

static enum messages_result next_of_list(struct messages *s, const struct iovec **each, int *count)
{
	size_t n = s->list_count - s->at;

	if (s->left == 0)
		return MESSAGES_ENDED;
	if (n > s->left)
		n = (size_t)s->left;
	if (n > OS_DGRAM_SEND)
		n = OS_DGRAM_SEND;
	*each = s->list + s->at;
	*count = (int)n;
	s->at += n;
	if (s->at == s->list_count)
		s->at = 0;
	if (s->left != UINT64_MAX)
		s->left -= n;
	return MESSAGES_READY;
}

enum messages_result messages_next(
	struct messages *s, bool readable, const struct iovec **each, int *count)
{
	*each = s->each;
	*count = 0;
	if (s->gather && !s->from_memory) {
		enum messages_result result = gather(s, readable);

		if (result != MESSAGES_READY)
			return result;
	}
	return s->from_memory ? next_of_list(s, each, count) : next_of_input(s, readable, count);
}
