/* SPDX-License-Identifier: ISC */
/* log.c - what goes to standard error: one line each, `sockit COMMAND: text`, or JSON. */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errout.h"
#include "base/flood.h"
#include "base/json.h"
#include "base/num.h"
#include "base/text.h"

/* An error is usually the last line and explains why the command failed: it is worth waiting
 * for. */
enum { FALLBACK_TEXT = 512, ERROR_WAIT_MS = 1000 };

static struct {
	const char *command;
	int level;
	bool json;
	void (*before)(const void *line, size_t size);
	struct flood flood;
	uint64_t lost; /* lines that could not be written */
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

static bool write_out(const void *line, size_t size, int wait_ms)
{
	if (setup.before)
		setup.before(line, size);
	return errout_write(line, size, wait_ms);
}

bool log_wants(enum log_level level)
{
	return setup.level >= (int)level;
}

/* Without memory: write as much as fits on the stack, as plain text. */
static bool write_fallback(const char *format, va_list args, int wait_ms)
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
	line[size] = '\n'; /* replaces the NUL */
	return write_out(line, size + 1, wait_ms);
}

/* Append MESSAGE made visible. Backslashes alone are harmless and stay single, for the sake of
 * paths and patterns; if anything else has to be escaped they are doubled, to distinguish them from
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
		if (!e->uncounted) {
			json_add_uint(&j, "received_bytes", e->received_bytes);
			json_add_uint(&j, "sent_bytes", e->sent_bytes);
		}
		json_add_seconds(&j, "seconds", e->ns);
	}
	json_end(&j);
}

/* Write FORMAT as a line; as an object, write E, or without E an EVENT with that text. SHOWN,
 * unless NULL, gets a copy of the text. True if it could be written. */
static bool write_line(const struct log_event *e, const char *event, const char *format,
	va_list args, struct flood_kind *shown)
{
	int wait_ms = event && strcmp(event, "error") == 0 ? ERROR_WAIT_MS : 0;
	struct bytes message = {0}, line = {0};
	struct log_event said = {.event = event};
	va_list again;
	int saved = errno;
	bool done;

	if (shown) {
		va_copy(again, args);
		vsnprintf(shown->text, sizeof shown->text, format, again);
		va_end(again);
	}
	va_copy(again, args);
	bytes_add_vformat(&message, format, args);
	said.message = bytes_text(&message);
	if (setup.json)
		add_object(&line, e ? e : &said);
	else
		add_line(&line, &message);

	if (message.failed || line.failed)
		done = write_fallback(format, again, wait_ms);
	else
		done = write_out(line.data, line.size, wait_ms);
	va_end(again);
	bytes_release(&line);
	bytes_release(&message);
	errno = saved;
	return done;
}

/* Write a line about other lines. */
static bool write_about(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool write_about(const char *format, ...)
{
	va_list args;
	bool done;

	va_start(args, format);
	done = write_line(NULL, "warning", format, args, NULL);
	va_end(args);
	return done;
}

/* Report what was counted instead of written, if that is due at NOW_NS; what cannot be written now
 * stays counted. */
static void report_counts(int64_t now_ns)
{
	struct flood_kind *k;

	if (setup.lost > 0) {
		if (!write_about("%" PRIu64 " line%s lost because standard error was not read",
			    setup.lost, setup.lost == 1 ? " was" : "s were"))
			return;
		setup.lost = 0;
	}
	while ((k = flood_due(&setup.flood, now_ns))) {
		if (!write_about("%" PRIu64 " more warning%s like this one: %s", k->hidden,
			    num_plural(k->hidden), k->text))
			return;
		k->hidden = 0;
	}
}

void log_finish(void)
{
	report_counts(INT64_MAX);
}

static void write_now(
	const struct log_event *e, const char *event, const char *format, va_list args)
{
	report_counts(clock_ns());
	if (!write_line(e, event, format, args, NULL))
		setup.lost++;
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_now(NULL, "error", format, args);
	va_end(args);
}

static void warn(const void *kind, const char *format, va_list args)
{
	int64_t now_ns = clock_ns();
	struct flood_kind *k;

	report_counts(now_ns);
	k = flood_admit(&setup.flood, kind, now_ns);
	if (k && !write_line(NULL, "warning", format, args, k))
		setup.lost++;
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	warn(format, format, args);
	va_end(args);
}

void log_warning_of(const void *kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	warn(kind, format, args);
	va_end(args);
}

void log_notice(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_now(NULL, "warning", format, args);
	va_end(args);
}

void log_detail(const char *format, ...)
{
	va_list args;

	if (!log_wants(LOG_DETAILS))
		return;
	va_start(args, format);
	write_now(NULL, "detail", format, args);
	va_end(args);
}

void log_event(const struct log_event *e, const char *format, ...)
{
	va_list args;

	if (!log_wants(LOG_EVENTS))
		return;
	va_start(args, format);
	write_now(e, NULL, format, args);
	va_end(args);
}

void log_closed(const struct log_event *e)
{
	struct log_event closed = *e;
	char time[NUM_TEXT];

	closed.event = "closed";
	num_show_time(e->ns, time);
	if (e->uncounted) {
		log_event(&closed, "%s closed in %s", e->peer, time);
		return;
	}
	log_event(&closed, "%s closed: received %llu byte%s, sent %llu byte%s in %s", e->peer,
		(unsigned long long)e->received_bytes, num_plural(e->received_bytes),
		(unsigned long long)e->sent_bytes, num_plural(e->sent_bytes), time);
}
