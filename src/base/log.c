/* SPDX-License-Identifier: ISC */
/* log.c - what goes to standard error: one line each, `sockit COMMAND: text`, or JSON. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/num.h"
#include "base/text.h"

enum { FALLBACK_TEXT = 512 };

static struct {
	const char *command;
	int level;
	bool json;
	void (*before)(const void *line, size_t size);
} setup;

void log_setup(const char *command, int level, bool json)
{
	setup.command = command;
	setup.level = level;
	setup.json = json && level >= LOG_EVENTS;
}

void log_before(void (*fn)(const void *line, size_t size))
{
	setup.before = fn;
}

static void write_out(const void *line, size_t size)
{
	if (setup.before)
		setup.before(line, size);
	fd_write_all(STDERR_FILENO, line, size);
}

bool log_wants(enum log_level level)
{
	return setup.level >= (int)level;
}

/* Without memory: what fits on the stack, plainly. */
static void write_fallback(const char *format, va_list args)
{
	char line[FALLBACK_TEXT];
	int start = setup.command ? snprintf(line, sizeof(line), "sockit %.64s: ", setup.command)
				  : snprintf(line, sizeof(line), "sockit: ");

	vsnprintf(line + start, sizeof(line) - (size_t)start, format, args);
	size_t size = strlen(line);
	for (size_t i = 0; i < size; i++) {
		if (line[i] < ' ' || line[i] > '~')
			line[i] = '?';
	}
	line[size] = '\n'; /* in the place of the NUL */
	write_out(line, size + 1);
}

/* Append MESSAGE made visible. Backslashes alone are no danger and stay single, for the sake of
 * paths and patterns; beside anything that has to be escaped they are doubled, to be told from
 * the escapes. */
static void add_message(struct bytes *line, struct bytes *message)
{
	size_t start = line->size, backslashes = 0;

	text_add_visible(line, message->data, message->size);
	for (size_t i = 0; i < message->size; i++)
		backslashes += message->data[i] == '\\';
	if (!line->failed && line->size - start == message->size + backslashes) {
		line->size = start;
		bytes_add(line, message->data, message->size);
	}
}

static void add_line(struct bytes *line, struct bytes *message)
{
	bytes_add_text(line, "sockit");
	if (setup.command)
		bytes_add_format(line, " %s", setup.command);
	bytes_add_text(line, ": ");
	add_message(line, message);
	bytes_add_byte(line, '\n');
}

static void add_object(struct bytes *line, const struct log_event *e)
{
	struct json j;

	json_begin(&j, line);
	json_add_time(&j, "time", clock_wall());
	json_add_text(&j, "event", e->event);
	json_add_text(&j, "command", setup.command);
	if (e->id != 0)
		json_add_uint(&j, "id", e->id);
	json_add_text(&j, "local", e->local);
	json_add_text(&j, "peer", e->peer);
	json_add_text(&j, "message", e->message);
	if (e->event && strcmp(e->event, "closed") == 0) {
		json_add_text(&j, "reason", e->reason);
		json_add_uint(&j, "received_bytes", e->received_bytes);
		json_add_uint(&j, "sent_bytes", e->sent_bytes);
		json_add_seconds(&j, "seconds", e->ns);
	}
	json_end(&j);
}

/* Write FORMAT as a line; as an object, write E, or without E an EVENT that says the same. */
static void write_line(
	const struct log_event *e, const char *event, const char *format, va_list args)
{
	struct bytes message = {0}, line = {0};
	struct log_event said = {.event = event};
	va_list again;
	int saved = errno;

	va_copy(again, args);
	bytes_add_vformat(&message, format, args);
	said.message = bytes_text(&message);
	if (setup.json)
		add_object(&line, e ? e : &said);
	else
		add_line(&line, &message);

	if (message.failed || line.failed)
		write_fallback(format, again);
	else
		write_out(line.data, line.size);
	va_end(again);
	bytes_release(&line);
	bytes_release(&message);
	errno = saved;
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(NULL, "error", format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(NULL, "warning", format, args);
	va_end(args);
}

void log_detail(const char *format, ...)
{
	va_list args;

	if (!log_wants(LOG_DETAILS))
		return;
	va_start(args, format);
	write_line(NULL, "detail", format, args);
	va_end(args);
}

void log_event(const struct log_event *e, const char *format, ...)
{
	va_list args;

	if (!log_wants(LOG_EVENTS))
		return;
	va_start(args, format);
	write_line(e, NULL, format, args);
	va_end(args);
}

void log_closed(const struct log_event *e)
{
	struct log_event closed = *e;
	char time[NUM_TEXT];

	closed.event = "closed";
	log_event(&closed, "%s closed: received %llu bytes, sent %llu bytes in %s", e->peer,
		(unsigned long long)e->received_bytes, (unsigned long long)e->sent_bytes,
		num_show_time(e->ns, time));
}
