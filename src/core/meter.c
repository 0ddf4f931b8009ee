/* SPDX-License-Identifier: ISC */
/* meter.c - the progress line and the summary. */
#include "core/meter.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errout.h"
#include "base/json.h"
#include "base/num.h"
#include "base/screen.h"
#include "core/os/host.h"

/* The intervals for drawing the line on a terminal, and for writing it elsewhere. */
#define REDRAW_NS  (NUM_NS_PER_S / 5)
#define REWRITE_NS NUM_NS_PER_S

/* The summary is usually the very last line. */
enum { SUMMARY_WAIT_MS = 1000 };

/* The weight of the last interval in the rate; the rest is that of what came before. */
#define NEW_SHARE 0.3

static const char *const progress_choices[] = {"never", "terminal", "always", NULL};
static const char *const stats_choices[] = {"none", "text", "json", NULL};

const struct opt meter_opts[] = {
	{.kind = OPT_CHOICE,
		.name = "progress",
		.arg = "[=never|terminal|always]",
		.help = "show progress on standard error (default: only on a terminal)",
		.offset = OPT_FIELD(int, meter_options, progress),
		.choices = progress_choices,
		.absent = "terminal"},
	{.kind = OPT_CHOICE,
		.name = "stats",
		.arg = "[=none|text|json]",
		.help = "print a summary at the end (default text)",
		.offset = OPT_FIELD(int, meter_options, stats),
		.choices = stats_choices,
		.absent = "text"},
	{0},
};

const char *meter_reason(int signo, enum status status)
{
	return signo			     ? "signal"
		: status == STATUS_TIMED_OUT ? "timeout"
		: status != STATUS_DONE	     ? "error"
					     : "done";
}

static struct meter_figures ask(const struct meter *meter)
{
	struct meter_figures figures = METER_NO_FIGURES;

	meter->fn(meter->arg, &figures);
	return figures;
}

static int64_t sum(int64_t a, int64_t b)
{
	return (a > 0 ? a : 0) + (b > 0 ? b : 0);
}

static int64_t all_bytes(const struct meter_figures *f)
{
	return sum(f->sent_bytes, f->received_bytes);
}

/* What the rate measures. */
static int64_t amount(const struct meter_figures *f)
{
	return f->items >= 0 ? f->items : all_bytes(f);
}

static double per_second(int64_t count, int64_t ns)
{
	return ns > 0 ? (double)count * (double)NUM_NS_PER_S / (double)ns : 0;
}

static void add_size(struct bytes *out, double size)
{
	char text[NUM_TEXT];

	bytes_add_text(out, num_show_size(size, text));
}

/* 0:03, 12:34, 1:02:03. */
static void add_clock(struct bytes *out, int64_t ns)
{
	int64_t seconds = ns / NUM_NS_PER_S, hours = seconds / 3600;

	if (hours > 0)
		bytes_add_format(out, "%" PRId64 ":%02d", hours, (int)(seconds / 60 % 60));
	else
		bytes_add_format(out, "%d", (int)(seconds / 60));
	bytes_add_format(out, ":%02d", (int)(seconds % 60));
}

/* Append how much of the whole is done, and how long the rest will take. */
static void add_outlook(struct bytes *out, const struct meter_figures *f, double rate)
{
	int64_t bytes = f->sent_bytes >= 0 ? f->sent_bytes : f->received_bytes;
	int64_t done = f->items >= 0 ? f->items : bytes;
	int64_t total = f->items >= 0 ? f->total_items : f->total_bytes;
	double left = (double)(total - done);

	if (total <= 0 || done > total)
		return;
	bytes_add_format(out, "  %d%%", (int)((double)done * 100 / (double)total));
	/* Beyond 100 hours the estimate helps nobody. */
	if (left <= 0 || rate <= 0 || left / rate > 360000)
		return;
	bytes_add_text(out, "  eta ");
	add_clock(out, (int64_t)(left / rate * (double)NUM_NS_PER_S));
}

/* 12 of 40 names. */
static void add_items(struct bytes *out, const struct meter_figures *f)
{
	bytes_add_format(out, "%" PRId64, f->items);
	if (f->total_items >= 0)
		bytes_add_format(out, " of %" PRId64, f->total_items);
	bytes_add_format(out, " %s%s", f->items_word,
		num_plural((uint64_t)(f->total_items >= 0 ? f->total_items : f->items)));
}

static void add_line(
	struct bytes *out, const struct meter *meter, const struct meter_figures *f, int64_t now)
{
	int64_t datagrams = sum(f->sent_datagrams, f->received_datagrams);
	int64_t packets = sum(f->sent_packets, f->received_packets);

	if (f->sent_datagrams >= 0 || f->received_datagrams >= 0)
		bytes_add_format(out, "%" PRId64 " datagram%s  ", datagrams,
			num_plural((uint64_t)datagrams));
	if (f->sent_packets >= 0 || f->received_packets >= 0)
		bytes_add_format(
			out, "%" PRId64 " packet%s  ", packets, num_plural((uint64_t)packets));
	if (f->items >= 0) {
		add_items(out, f);
		bytes_add_format(out, "  %.0f/s  ", meter->rate);
	} else {
		add_size(out, (double)all_bytes(f));
		bytes_add_text(out, "  ");
		add_size(out, meter->rate);
		bytes_add_text(out, "/s  ");
	}
	add_clock(out, now - meter->started_ns);
	if (f->errors > 0)
		bytes_add_format(
			out, "  %" PRId64 " error%s", f->errors, num_plural((uint64_t)f->errors));
	add_outlook(out, f, meter->rate);
}

static void learn_rate(struct meter *meter, int64_t count, int64_t now)
{
	double last = per_second(count - meter->drawn_amount, now - meter->drawn_ns);
	bool first = meter->drawn_ns == meter->started_ns;

	if (now <= meter->drawn_ns)
		return;
	meter->rate = first ? last : meter->rate * (1 - NEW_SHARE) + last * NEW_SHARE;
	meter->drawn_ns = now;
	meter->drawn_amount = count;
}

/* Keep as many of the figures, which are separated by two blanks, as fit into COLUMNS. */
static void shorten(struct bytes *line, size_t columns)
{
	size_t end = 0;

	if (line->size <= columns)
		return;
	for (size_t i = 0; i <= columns && i + 1 < line->size; i++)
		if (line->data[i] == ' ' && line->data[i + 1] == ' ')
			end = i;
	line->size = end;
}

/* Draw the line over the present one on the terminal; END: it is the last and stays. */
static void put_line(
	struct meter *meter, const struct meter_figures *figures, int64_t now, bool end)
{
	struct bytes line = {0};

	add_line(&line, meter, figures, now);
	shorten(&line, screen_columns());
	if (end || !meter->terminal)
		screen_end(&line);
	else
		screen_stand(&line);
	bytes_release(&line);
}

static void show(struct meter *meter, bool end)
{
	struct meter_figures figures = ask(meter);
	int64_t now = clock_ns();

	learn_rate(meter, amount(&figures), now);
	put_line(meter, &figures, now, end);
}

void meter_show(struct meter *meter)
{
	show(meter, true);
}

static int set_timer(struct meter *meter)
{
	return loop_timer_set(meter->loop, &meter->timer, meter->terminal ? REDRAW_NS : REWRITE_NS);
}

static void on_time(void *arg)
{
	struct meter *meter = arg;

	show(meter, false);
	/* If there is no memory for it, the line is not updated, and the transfer goes on. */
	(void)set_timer(meter);
}

static void on_signal(void *arg, int signo)
{
	(void)signo;
	meter_show(arg);
}

static int catch_signals(struct meter *meter, loop_signal_fn *fn)
{
	if (os_siginfo && loop_signal(meter->loop, os_siginfo, false, fn, meter) < 0)
		return -1;
	return loop_signal(meter->loop, SIGUSR1, false, fn, meter);
}

int meter_start(struct meter *meter, struct loop *loop, const char *command,
	const struct meter_options *options, meter_fn *fn, void *arg)
{
	int64_t now = clock_ns();

	*meter = (struct meter){.loop = loop,
		.command = command,
		.options = *options,
		.fn = fn,
		.arg = arg,
		.started_ns = now,
		.drawn_ns = now,
		.terminal = options->progress != METER_NEVER && isatty(STDERR_FILENO) == 1};
	loop_timer_init(&meter->timer, on_time, meter);
	meter->drawing = options->progress == METER_ALWAYS ||
		(options->progress == METER_TERMINAL && meter->terminal);
	if (catch_signals(meter, on_signal) < 0)
		return -1;
	if (meter->drawing && meter->terminal)
		screen_begin();
	return meter->drawing ? set_timer(meter) : 0;
}

/* "sent 12 bytes", or "sent 1 datagram (12 bytes)", after a comma if OUT is not empty. At most one
 * of DATAGRAMS and PACKETS is counted. */
static void add_moved(
	struct bytes *out, const char *verb, int64_t bytes, int64_t datagrams, int64_t packets)
{
	const char *unit = packets < 0 ? "datagram" : "packet";
	int64_t count = packets < 0 ? datagrams : packets;
	const char *plural = num_plural((uint64_t)count),
		   *bytes_plural = num_plural((uint64_t)bytes);

	if (bytes < 0 && count < 0)
		return;
	bytes_add_format(out, "%s%s ", out->size > 0 ? ", " : "", verb);
	if (count < 0)
		bytes_add_format(out, "%" PRId64 " byte%s", bytes, bytes_plural);
	else if (bytes < 0)
		bytes_add_format(out, "%" PRId64 " %s%s", count, unit, plural);
	else
		bytes_add_format(out, "%" PRId64 " %s%s (%" PRId64 " byte%s)", count, unit, plural,
			bytes, bytes_plural);
}

static void add_count(struct bytes *out, int64_t count, const char *what)
{
	if (count >= 0)
		bytes_add_format(out, "%s%" PRId64 " %s", out->size > 0 ? ", " : "", count, what);
}

static void add_text(struct bytes *out, const struct meter_figures *f, int64_t ns)
{
	char text[NUM_TEXT];

	if (f->connections > 0)
		add_count(out, f->connections, f->connections == 1 ? "connection" : "connections");
	if (f->items >= 0)
		add_items(out, f);
	add_moved(out, "sent", f->sent_bytes, f->sent_datagrams, f->sent_packets);
	add_moved(out, "received", f->received_bytes, f->received_datagrams, f->received_packets);
	add_count(out, f->dropped_datagrams, "dropped");
	add_count(out, f->fragmented_packets, "fragmented");
	add_count(out, f->skipped_packets, "skipped");
	add_count(out, f->errors, f->errors == 1 ? "error" : "errors");
	bytes_add_format(out, "%sin %s", out->size > 0 ? " " : "", num_show_time(ns, text));
	if (f->items >= 0)
		bytes_add_format(out, " (%.0f/s)", per_second(f->items, ns));
	else if (f->sent_bytes >= 0 || f->received_bytes >= 0)
		bytes_add_format(out, " (%s/s)", num_show_size(per_second(all_bytes(f), ns), text));
	if (f->rtt_ns >= 0)
		bytes_add_format(out, ", rtt %.1fms", (double)f->rtt_ns / (double)NUM_NS_PER_MS);
	add_count(out, f->retransmits, "retransmitted");
	if (f->reason_text)
		bytes_add_format(out, "; %s", f->reason_text);
}

#define KEY(name) " " #name
const char meter_keys[] =
	"command peer sent_bytes received_bytes seconds bytes_per_second reason connections "
	"rtt_seconds" METER_COUNTS(KEY) " names ports";

static void add_number(struct json *j, const char *key, int64_t value)
{
	if (value >= 0)
		json_add_int(j, key, value);
}

static void add_json(
	struct bytes *out, const char *command, const struct meter_figures *f, int64_t ns)
{
	struct json j;

	json_begin(&j, out);
	json_add_text(&j, "command", command);
	json_add_text(&j, "peer", f->peer);
	add_number(&j, "sent_bytes", f->sent_bytes);
	add_number(&j, "received_bytes", f->received_bytes);
	json_add_seconds(&j, "seconds", ns);
	if (f->sent_bytes >= 0 || f->received_bytes >= 0)
		json_add_int(&j, "bytes_per_second", (int64_t)per_second(all_bytes(f), ns));
	json_add_text(&j, "reason", f->reason);
	if (f->connections > 0)
		json_add_int(&j, "connections", f->connections);
	if (f->rtt_ns >= 0)
		json_add_seconds(&j, "rtt_seconds", f->rtt_ns);
#define ADD(name) add_number(&j, #name, f->name);
	METER_COUNTS(ADD)
	bool ports = f->items_word && strcmp(f->items_word, "ports") == 0;
	add_number(&j, ports ? "ports" : "names", f->items);
	json_end(&j);
}

static void write_summary(const struct meter *meter, const struct meter_figures *f, int64_t ns)
{
	struct bytes text = {0}, line = {0};

	if (meter->options.stats == METER_STATS_JSON) {
		add_json(&line, meter->command, f, ns);
	} else {
		add_text(&text, f, ns);
		bytes_add_format(&line, "sockit %s: %s\n", meter->command, bytes_text(&text));
	}
	if (!line.failed && !text.failed) {
		screen_give_way(line.data, line.size);
		errout_write(line.data, line.size, SUMMARY_WAIT_MS);
	}
	bytes_release(&text);
	bytes_release(&line);
}

void meter_finish(struct meter *meter)
{
	struct meter_figures figures = METER_NO_FIGURES;
	int64_t now = clock_ns(), ns = now - meter->started_ns;

	if (meter->drawing || meter->options.stats != METER_NO_STATS)
		meter->fn(meter->arg, &figures);
	loop_timer_stop(meter->loop, &meter->timer);
	catch_signals(meter, NULL);
	if (meter->drawing) {
		meter->rate = per_second(amount(&figures), ns);
		put_line(meter, &figures, now, true);
	}
	if (meter->options.stats != METER_NO_STATS)
		write_summary(meter, &figures, ns);
}
