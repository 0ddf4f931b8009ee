/* SPDX-License-Identifier: ISC */
/* replies.c - answers to what was sent: seen, matched, reported. */
#include "raw/replies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/os_packet.h"
#include "core/results.h"
#include "raw/field.h"

/* The table of what was sent has rows of few entries; in a full row the oldest makes room. So its
 * size is bounded however long it goes on, and the memory that a few packets need is small. */
enum {
	ROWS = 1 << 15,
	ROW = 8,
	FRAME_MAX = 65536 + 64,
	TURN_FRAMES = 256,
};

struct replies_entry {
	struct trace trace;
	int64_t sent_ns; /* CLOCK_REALTIME; 0: empty */
};

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * NUM_NS_PER_S + t.tv_nsec;
}

static size_t row_of(const struct trace *t)
{
	uint64_t state = t->remote.low ^ t->remote.high ^ (uint64_t)t->a << 48 ^
		(uint64_t)t->b << 32 ^ t->protocol;

	return (size_t)(random_next(&state) % ROWS) * ROW;
}

static bool same(const struct trace *a, const struct trace *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

void replies_note(struct replies *r, const unsigned char *data, size_t size)
{
	struct replies_entry *row, *oldest;
	struct packet p;
	struct trace t;

	packet_dissect(&p, r->plan.first, data, size);
	if (!trace_of_sent(&p, r->plan.local, r->plan.remote, &t))
		return;
	row = oldest = &r->table[row_of(&t)];
	for (size_t i = 0; i < ROW; i++) {
		if (row[i].sent_ns != 0 && same(&row[i].trace, &t)) {
			oldest = &row[i];
			break;
		}
		if (row[i].sent_ns < oldest->sent_ns)
			oldest = &row[i];
	}
	oldest->trace = t;
	oldest->sent_ns = ns_of(clock_wall());
}

static const struct replies_entry *find(const struct replies *r, const struct trace *t)
{
	const struct replies_entry *row = &r->table[row_of(t)];

	for (size_t i = 0; i < ROW; i++)
		if (row[i].sent_ns != 0 && same(&row[i].trace, t))
			return &row[i];
	return NULL;
}

/* What was sent to a group has no particular remote address. */
static const struct replies_entry *find_asked(const struct replies *r, struct trace *t)
{
	const struct replies_entry *entry = find(r, t);

	if (entry)
		return entry;
	t->remote = (struct value){0};
	return find(r, t);
}

static const char *mac_text(const struct answer *a, struct bytes *out)
{
	if (!a->has_mac)
		return NULL;
	field_show(&layer_eth.fields[1], a->mac, out);
	return bytes_text(out);
}

static void add_json(struct bytes *line, const struct answer *a, struct timespec when, int64_t ns)
{
	char source[ADDR_TEXT];
	struct bytes mac = {0};
	struct json j;

	json_begin(&j, line);
	json_add_time(&j, "time", when);
	json_add_text(&j, "source", addr_text_host(&a->source, source));
	json_add_text(&j, "kind", a->kind);
	json_add_seconds(&j, "seconds", ns);
	json_add_text(&j, "mac", mac_text(a, &mac));
	json_add_text(&j, "detail", a->detail[0] ? a->detail : NULL);
	json_end(&j);
	bytes_release(&mac);
}

static void add_text(struct bytes *line, const struct answer *a, int64_t ns)
{
	char source[ADDR_TEXT];
	struct bytes mac = {0};

	bytes_add_format(line, "%s: %s", addr_text_host(&a->source, source), a->kind);
	if (a->detail[0])
		bytes_add_format(line, ", %s", a->detail);
	if (a->has_mac)
		bytes_add_format(line, ", %s", mac_text(a, &mac));
	bytes_add_format(line, ", %.3f ms\n", (double)ns / (double)NUM_NS_PER_MS);
	bytes_release(&mac);
}

static void report(struct replies *r, const struct answer *a, const struct replies_entry *entry,
	struct timespec when)
{
	int64_t ns = ns_of(when) - entry->sent_ns;
	struct bytes line = {0};

	/* The clock may have been set in between. */
	if (ns < 0)
		ns = 0;
	if (r->plan.json)
		add_json(&line, a, when, ns);
	else
		add_text(&line, a, ns);
	results_add(&line);
	bytes_release(&line);
	r->count++;
}

static void take(struct replies *r, size_t size, const struct os_captured *info)
{
	const struct replies_entry *entry;
	struct answer a;
	struct packet p;

	packet_dissect(&p, r->plan.link ? &layer_eth : &layer_ip, r->frame, size);
	if (!trace_of_answer(&p, &a))
		return;
	entry = find_asked(r, &a.trace);
	if (!entry)
		return;
	r->bytes += size;
	report(r, &a, entry, info->when);
}

static void readable(void *arg, int fd, unsigned events)
{
	struct replies *r = arg;
	uint64_t before = r->count;
	const char *why = NULL;

	(void)events;
	for (int i = 0; i < TURN_FRAMES && !why && r->count < r->plan.limit; i++) {
		struct os_captured info;
		ssize_t got = os_capture_read(fd, r->frame, FRAME_MAX, &info);

		if (got < 0 && errno == EAGAIN)
			break;
		/* An interface that goes down and up again is no reason to stop looking. */
		if (got < 0 && errno != ENETDOWN && errno != ENOBUFS)
			why = status_reason(errno);
		if (got > 0 && !info.outgoing)
			take(r, (size_t)got, &info);
	}
	if (results_flush() < 0)
		why = status_reason(errno);
	if (r->count > before || why)
		r->fn(r->arg, why);
}

int replies_open(struct replies *r, struct loop *loop, int fd, const struct replies_plan *plan,
	replies_fn *fn, void *arg)
{
	*r = (struct replies){.loop = loop, .plan = *plan, .fn = fn, .arg = arg, .fd = fd};
	r->table = calloc((size_t)ROWS * ROW, sizeof(*r->table));
	r->frame = malloc(FRAME_MAX);
	if (!r->table || !r->frame) {
		errno = ENOMEM;
		return -1;
	}
	return loop_watch(loop, fd, LOOP_READ, readable, r);
}

void replies_close(struct replies *r)
{
	if (r->fd > 0) {
		loop_forget(r->loop, r->fd);
		fd_close(r->fd);
	}
	free(r->table);
	free(r->frame);
	r->table = NULL;
	r->frame = NULL;
	r->fd = -1;
}
