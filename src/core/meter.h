/* SPDX-License-Identifier: ISC */
/* meter.h - how far the work is: the progress line, SIGUSR1, and the summary at the end. */
#ifndef CORE_METER_H
#define CORE_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/opt/opt.h"

enum meter_when { METER_NEVER, METER_TERMINAL, METER_ALWAYS };
enum meter_stats { METER_NO_STATS, METER_STATS_TEXT, METER_STATS_JSON };

struct meter_options {
	int progress; /* enum meter_when */
	int stats;    /* enum meter_stats */
};

/* --progress[=always] and --stats[=json], for a set over struct meter_options. */
extern const struct opt meter_opts[];

/* The counts that are keys of --stats=json, under their own names and in this order. */
#define METER_COUNTS(X)                                                                            \
	X(retransmits)                                                                             \
	X(sent_datagrams)                                                                          \
	X(received_datagrams)                                                                      \
	X(dropped_datagrams)                                                                       \
	X(sent_packets) X(received_packets) X(fragmented_packets) X(skipped_packets) X(errors)

/* What is metered; the owner fills it in when asked. Figures that do not exist are negative (or
 * NULL, or zero for connections). */
#define METER_COUNT(name)    int64_t name;
#define METER_NO_COUNT(name) .name = -1,
struct meter_figures {
	const char *peer;
	const char *reason;	 /* JSON: done, reset, timeout, limit, signal, error */
	const char *reason_text; /* text: `peer closed` */
	int64_t sent_bytes, received_bytes;
	/* Expected to be sent (or received, if nothing is sent); for the percentage and the time
	 * left. */
	int64_t total_bytes;
	int64_t rtt_ns;
	int64_t connections;
	METER_COUNTS(METER_COUNT)
	/* If names or ports are counted instead of bytes: how many are done, and out of how
	 * many. */
	int64_t items, total_items;
	const char *items_word; /* `name` or `port` */
};
#define METER_NO_FIGURES                                                                           \
	{                                                                                          \
		.sent_bytes = -1, .received_bytes = -1, .total_bytes = -1, .rtt_ns = -1,           \
		.connections = -1, .items = -1, .total_items = -1, METER_COUNTS(METER_NO_COUNT)    \
	}

/* The keys of --stats=json, with a blank between them. */
extern const char meter_keys[];

typedef void meter_fn(void *arg, struct meter_figures *figures);

/* The reason for a run that ended by the signal SIGNO (0: none) or else with STATUS. */
const char *meter_reason(int signo, enum status status);

struct meter {
	struct loop *loop;
	const char *command;
	struct meter_options options;
	meter_fn *fn;
	void *arg;
	struct loop_timer timer;
	int64_t started_ns, drawn_ns;
	int64_t drawn_amount;
	double rate;   /* bytes or items a second, smoothed */
	bool terminal; /* progress may be shown, and standard error is one */
	bool drawing;
};

/* Start the clock, the progress line if wanted, and SIGUSR1 (and SIGINFO where it exists). On a
 * terminal the line is redrawn in place five times a second; forced onto anything else, it is
 * written once a second with a newline. 0, or -1 with errno. */
int meter_start(struct meter *meter, struct loop *loop, const char *command,
	const struct meter_options *options, meter_fn *fn, void *arg) CHECKED;

/* Write the line once, as SIGUSR1 does. */
void meter_show(struct meter *meter);

/* Draw the last progress line, end it, and write the summary if wanted. */
void meter_finish(struct meter *meter);

#endif
