/* SPDX-License-Identifier: ISC */
/* log.h - what goes to standard error: one line each, `sockit COMMAND: text`, or JSON.
 *
 * Lines are written whole with one write(2). Text that a stranger may have had a hand in is made
 * visible first (text_add_visible), so that no peer can control the terminal.
 *
 * Logging never holds up the work. A line for which standard error has no room is dropped and
 * counted (only for an error is it worth waiting, for a second), and the count is written once
 * there is room again. FLOOD_A_SECOND warnings of one kind are written each second (base/flood.h),
 * and the rest are counted in the same way. errno is kept. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_QUIET = 0, LOG_EVENTS = 1, LOG_DETAILS = 2 };

/* What happened. The members are the keys of the JSON form; those that are NULL or zero are left
 * out. */
struct log_event {
	const char *event; /* listening, connected, connection, closed, denied */
	const char *local;
	const char *peer;
	const char *message;
	uint64_t id;

	/* Only for `closed`: */
	const char *reason; /* done, reset, timeout, limit, signal, error */
	uint64_t received_bytes;
	uint64_t sent_bytes;
	bool uncounted; /* the bytes are not known */
	int64_t ns;
};

/* COMMAND ("tcp-connect"; NULL: none) begins every line; LEVEL is how many times -v was given; with
 * JSON and at least one -v every line is an object. May be called again. */
void log_setup(const char *command, int level, bool json);

/* Call FN before each line, with what will be written; for a module that keeps a line at the bottom
 * of the terminal. */
void log_before(void (*fn)(const void *line, size_t size));

/* Whether events (1) or details (2) are wanted; for skipping work that only a log line needs. */
bool log_wants(enum log_level level);

/* A failure or a misuse; always written. In JSON its event is `error`, and those of the functions
 * below are `warning` and `detail`. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something that the user should know although work goes on, however many times a stranger makes it
 * happen. Its kind is the address of FORMAT, or KIND (a constant, never NULL). */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning_of(const void *kind, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* As log_warning, for what happens once, at the start: always written. */
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Write the counts that have not been reported yet. Called at the end of the process. */
void log_finish(void);

/* A line with -vv. */
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* E in its JSON form, or the formatted text; with -v only. */
void log_event(const struct log_event *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The event `closed`, whose other fields are in E: `PEER closed: received 12 bytes, sent 36 bytes
 * in 0.003s`; with -v only. */
void log_closed(const struct log_event *e);

#endif
