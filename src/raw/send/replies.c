/* SPDX-License-Identifier: ISC */
/* replies.c - receive answers to what was sent, match and report them. */
#include "raw/send/replies.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/link/packet.h"
#include "core/results.h"
#include "raw/layers/field.h"

/* What was sent is remembered in a ring, so that memory is bounded however long sending goes on;
 * parts that are never touched take no memory. Packets with the same trace are chained from the
 * latest to the oldest; a link to one whose place was reused ends the chain. */
enum {
	ENTRIES = 1 << 18,
	ROWS = 1 << 16,
	LINKS_MAX = 256, /* followed in one search */
	FRAME_MAX = 65536 + 64,
	TURN_FRAMES = 256,
};

struct replies_entry {
	struct trace trace;
	struct mark mark;
	uint64_t number;   /* of the packet, from 1; 0: empty */
	uint64_t previous; /* the number of the previous one in the same row */
	uint64_t random;   /* the state from which its random fields were drawn */
	int64_t sent_ns;   /* CLOCK_REALTIME */
	bool answered;
};

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * NUM_NS_PER_S + t.tv_nsec;
}

static uint64_t *row_of(const struct replies *r, const struct trace *t)
{
	uint64_t state = t->remote.low ^ t->remote.high ^ (uint64_t)t->a << 48 ^
		(uint64_t)t->b << 32 ^ t->protocol;

	return &r->rows[random_next(&state) % ROWS];
}

static struct replies_entry *entry_of(const struct replies *r, uint64_t number)
{
	struct replies_entry *entry = &r->entries[number % ENTRIES];

	return number != 0 && entry->number == number ? entry : NULL;
}

void replies_note(struct replies *r, const struct raw_packet *packet)
{
	struct replies_entry *entry = &r->entries[packet->number % ENTRIES];
	struct packet p;
	struct trace t;
	struct mark mark;
	uint64_t *row;

	if (entry->number == packet->number) {
		entry->sent_ns = ns_of(clock_wall());
		return;
	}
	packet_dissect(&p, r->plan.first, packet->data, packet->size);
	if (!trace_of_sent(&p, &r->plan.place, &t, &mark))
		return;
	row = row_of(r, &t);
	*entry = (struct replies_entry){.trace = t,
		.mark = mark,
		.number = packet->number,
		.previous = *row,
		.random = packet->random,
		.sent_ns = ns_of(clock_wall())};
	*row = packet->number;
}

static bool same(const struct trace *a, const struct trace *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

enum told { OTHER, PERHAPS, SURE };

/* Whether A, which has the trace of ENTRY, is about ENTRY. */
static enum told tell(const struct replies_entry *entry, const struct answer *a)
{
	if (a->error && a->id && entry->mark.id)
		return a->id == entry->mark.id ? SURE : OTHER;
	/* TCP acknowledges what it answers, so anything else is about another packet. */
	if (a->acks && entry->mark.length > 0)
		return a->ack - entry->mark.seq - 1 < entry->mark.length ? SURE : OTHER;
	return PERHAPS;
}

/* The packet that A, with its trace, answers. If several identical packets wait for an answer, an
 * error is about the oldest, because routers on the way answer in turn, and so is any answer if
 * they were sent at once; otherwise it is about the latest, because one before it may have been
 * lost, or had too few hops. */
static struct replies_entry *find(const struct replies *r, const struct answer *a)
{
	struct replies_entry *entry = entry_of(r, *row_of(r, &a->trace)), *found = NULL;
	bool oldest = a->error || r->plan.in_turn;
	enum told best = OTHER;

	for (int i = 0; entry && i < LINKS_MAX; i++, entry = entry_of(r, entry->previous)) {
		enum told told = same(&entry->trace, &a->trace) ? tell(entry, a) : OTHER;

		if (told > best ||
			(found && told == best && !entry->answered &&
				(oldest || found->answered))) {
			found = entry;
			best = told;
		}
	}
	return found;
}

/* What was sent to a group has no particular remote address. */
static struct replies_entry *find_asked(const struct replies *r, struct answer *a)
{
	struct replies_entry *entry = find(r, a);

	if (entry)
		return entry;
	a->trace.remote = (struct value){0};
	return find(r, a);
}

/* Not negative, although the clock may have been set in between. */
static int64_t ns_since(const struct replies_entry *entry, struct timespec when)
{
	int64_t ns = ns_of(when) - entry->sent_ns;

	return ns < 0 ? 0 : ns;
}

static const char *mac_text(const struct answer *a, struct bytes *out)
{
	if (!a->has_mac)
		return NULL;
	field_show(&layer_eth.fields[1], a->mac, out);
	return bytes_text(out);
}

static void add_json_fields(
	struct json *j, const struct replies *r, const struct replies_entry *entry)
{
	const struct spec *spec = r->plan.spec;

	json_add_uint(j, "packet", entry->number);
	if (!spec || spec->sweep_count == 0)
		return;
	json_begin_object(j, "fields");
	for (size_t i = 0; i < spec->sweep_count; i++) {
		struct value v = spec_value_of(spec, i, entry->number - 1, entry->random);
		struct bytes name = {0}, text = {0};

		spec_add_name(spec, i, &name);
		if (field_is_plain(spec->sweeps[i]->field)) {
			json_add_uint(j, bytes_text(&name), v.low);
		} else {
			field_show(spec->sweeps[i]->field, v, &text);
			json_add_text(j, bytes_text(&name), bytes_text(&text));
		}
		bytes_release(&name);
		bytes_release(&text);
	}
	json_end_object(j);
}

static void add_json(struct bytes *line, const struct replies *r, const struct answer *a,
	const struct replies_entry *entry, struct timespec when)
{
	char source[ADDR_TEXT];
	struct bytes mac = {0};
	struct json j;

	json_begin(&j, line);
	json_add_time(&j, "time", when);
	json_add_text(&j, "source", addr_text_host(&a->source, source));
	json_add_text(&j, "kind", a->kind);
	json_add_seconds(&j, "seconds", ns_since(entry, when));
	json_add_text(&j, "mac", mac_text(a, &mac));
	json_add_text(&j, "detail", a->detail[0] ? a->detail : NULL);
	add_json_fields(&j, r, entry);
	json_end(&j);
	bytes_release(&mac);
}

/* Append which packet was answered, and how it differs from the others. */
static void add_question(
	struct bytes *line, const struct replies *r, const struct replies_entry *entry)
{
	const struct spec *spec = r->plan.spec;

	bytes_add_format(line, ", packet %" PRIu64, entry->number);
	for (size_t i = 0; spec && i < spec->sweep_count; i++) {
		bytes_add_byte(line, ' ');
		spec_add_name(spec, i, line);
		bytes_add_byte(line, '=');
		field_show(spec->sweeps[i]->field,
			spec_value_of(spec, i, entry->number - 1, entry->random), line);
	}
}

static void add_text(struct bytes *line, const struct replies *r, const struct answer *a,
	const struct replies_entry *entry, struct timespec when)
{
	char source[ADDR_TEXT];
	struct bytes mac = {0};

	bytes_add_format(line, "%s: %s", addr_text_host(&a->source, source), a->kind);
	if (a->detail[0])
		bytes_add_format(line, ", %s", a->detail);
	if (a->has_mac)
		bytes_add_format(line, ", %s", mac_text(a, &mac));
	bytes_add_format(line, ", %.3f ms", (double)ns_since(entry, when) / (double)NUM_NS_PER_MS);
	if (r->plan.several)
		add_question(line, r, entry);
	bytes_add_byte(line, '\n');
	bytes_release(&mac);
}

static void report_held(struct replies *r)
{
	struct bytes line = {0};

	order_take(&r->held, &line);
	results_add(&line);
	bytes_release(&line);
}

/* For how long the packet NUMBER may hold back those after it; less than 1: it does not. */
static int64_t hold_left(const struct replies *r, uint64_t number)
{
	const struct replies_entry *entry = entry_of(r, number);

	return entry && !entry->answered ? r->plan.hold_ns - ns_since(entry, clock_wall()) : 0;
}

/* Report what no packet holds back any longer. */
static void settle(struct replies *r)
{
	for (uint64_t next; (next = order_first(&r->held)) != 0; report_held(r)) {
		int64_t left = 0;

		while (r->settled + 1 < next && (left = hold_left(r, r->settled + 1)) < 1)
			r->settled++;
		if (left > 0 && loop_timer_set(r->loop, &r->timer, left) == 0)
			return;
	}
}

static void held_enough(void *arg)
{
	struct replies *r = arg;

	settle(r);
	if (results_flush() < 0)
		r->fn(r->arg, status_reason(errno));
}

static void report(struct replies *r, const struct answer *a, struct replies_entry *entry,
	struct timespec when)
{
	struct bytes line = {0};

	if (r->plan.json)
		add_json(&line, r, a, entry, when);
	else
		add_text(&line, r, a, entry, when);
	if (!r->plan.in_order || order_add(&r->held, entry->number, &line) < 0)
		results_add(&line);
	bytes_release(&line);
	r->count++;
	r->answered += !entry->answered;
	entry->answered = true;
}

static void take(struct replies *r, size_t size, const struct os_captured *info)
{
	struct replies_entry *entry;
	struct answer a;
	struct packet p;

	packet_dissect(&p, r->plan.link ? &layer_eth : &layer_ip, r->frame, size);
	if (!trace_of_answer(&p, &r->plan.place, &a))
		return;
	entry = find_asked(r, &a);
	/* An answer from before the packet was sent belongs to our question for the next hop. */
	if (!entry || (a.neighbor && ns_of(info->when) < entry->sent_ns))
		return;
	r->bytes += size;
	report(r, &a, entry, info->when);
}

bool replies_take(struct replies *r)
{
	uint64_t before = r->count;
	const char *why = NULL;
	int i;

	for (i = 0; i < TURN_FRAMES && !why && r->count < r->plan.limit; i++) {
		struct os_captured info;
		ssize_t got = os_capture_read(r->fd, r->frame, FRAME_MAX, &info);

		if (got < 0 && fd_would_block(errno))
			break;
		/* An interface that goes down and up again is not a reason to stop. */
		if (got < 0 && errno != ENETDOWN && errno != ENOBUFS)
			why = status_reason(errno);
		if (got > 0 && !info.outgoing)
			take(r, (size_t)got, &info);
	}
	settle(r);
	if (results_flush() < 0)
		why = status_reason(errno);
	if (r->count > before || why)
		r->fn(r->arg, why);
	return i == TURN_FRAMES;
}

static void readable(void *arg, int fd, unsigned events)
{
	(void)fd, (void)events;
	replies_take(arg);
}

int replies_open(struct replies *r, struct loop *loop, int fd, const struct replies_plan *plan,
	replies_fn *fn, void *arg)
{
	*r = (struct replies){.loop = loop, .plan = *plan, .fn = fn, .arg = arg, .fd = fd};
	loop_timer_init(&r->timer, held_enough, r);
	r->entries = calloc(ENTRIES, sizeof(*r->entries));
	r->rows = calloc(ROWS, sizeof(*r->rows));
	r->frame = malloc(FRAME_MAX);
	if (!r->entries || !r->rows || !r->frame) {
		errno = ENOMEM;
		return -1;
	}
	return loop_watch(loop, fd, LOOP_READ, readable, r);
}

void replies_close(struct replies *r)
{
	while (order_first(&r->held))
		report_held(r);
	if (r->fd > 0) {
		loop_timer_stop(r->loop, &r->timer);
		loop_forget(r->loop, r->fd);
		fd_close(r->fd);
	}
	free(r->entries);
	free(r->rows);
	free(r->frame);
	r->entries = NULL;
	r->rows = NULL;
	r->frame = NULL;
	r->fd = -1;
}
