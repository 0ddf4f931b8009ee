/* SPDX-License-Identifier: ISC */
/* message.c - services that answer messages: timestamp, reverse. */

#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "tcp/services/handlers.h"
#include "tcp/services/talker.h"

static void answer_timestamp(struct conn *c, const unsigned char *message, size_t size)
{
	struct talker *t = conn_state(c);
	time_t now = clock_wall().tv_sec;
	char text[48];
	struct tm tm;

	localtime_r(&now, &tm);
	bytes_add(&t->out, text, strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y ", &tm));
	bytes_add(&t->out, message, size);
}

/* The length of the last character of MESSAGE: that of a valid UTF-8 sequence, or else one byte. */
static size_t last_character(const unsigned char *message, size_t size)
{
	uint32_t code;

	for (size_t n = 1; n <= 4 && n <= size; n++) {
		if (text_utf8_next(message + size - n, n, &code) == n)
			return n;
	}
	return 1;
}

static void answer_reverse(struct conn *c, const unsigned char *message, size_t size)
{
	struct talker *t = conn_state(c);
	bool newline = message[size - 1] == '\n';

	size -= newline;
	while (size > 0) {
		size_t n = last_character(message, size);

		bytes_add(&t->out, message + size - n, n);
		size -= n;
	}
	if (newline)
		bytes_add_byte(&t->out, '\n');
}

static void timestamp_start(struct conn *c)
{
	talker_start(c, answer_timestamp);
}

static void reverse_start(struct conn *c)
{
	talker_start(c, answer_reverse);
}

const struct service timestamp_service = {.size = sizeof(struct talker),
	.start = timestamp_start,
	.stop = talker_stop,
	.measure = talker_measure};
const struct service reverse_service = {.size = sizeof(struct talker),
	.start = reverse_start,
	.stop = talker_stop,
	.measure = talker_measure};
