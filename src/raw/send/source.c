/* SPDX-License-Identifier: ISC */
/* source.c - the packets to send, and when to send them. */
#include "raw/send/source.h"

#include <errno.h>
#include <inttypes.h>

#include "base/num.h"
#include "base/status.h"

static int64_t due_of(const struct raw_source *s)
{
	uint64_t n = s->number, rate = s->pace.rate;

	if (rate == 0)
		return (int64_t)n * s->pace.interval_ns;
	return (int64_t)(n / rate) * NUM_NS_PER_S +
		(int64_t)((double)(n % rate) * (double)NUM_NS_PER_S / (double)rate);
}

static bool next_round(struct raw_source *s)
{
	s->round++;
	s->ended = s->rounds != 0 && s->round >= s->rounds;
	return !s->ended;
}

/* Whether there are no sweeps: then the packet is built once and used for a whole batch, and from
 * then on. */
static bool is_fixed(const struct raw_source *s)
{
	return s->spec->sweep_count == 0 && !s->spec->random && !s->build->asking;
}

size_t raw_source_again(struct raw_source *s, size_t most)
{
	uint64_t left = s->rounds ? s->rounds - s->round : most;
	size_t n = left < most ? (size_t)left : most;
	bool at_once = s->pace.interval_ns == 0 && s->pace.rate == 0;

	if (!s->spec || s->number == 0 || s->ended || !at_once || s->cut_over || s->skip_over ||
		!is_fixed(s))
		return 0;
	s->number += n;
	s->round += n;
	s->ended = s->rounds != 0 && s->round >= s->rounds;
	return n;
}

static enum raw_source_result next_built(
	struct raw_source *s, struct raw_packet *out, struct bytes *why)
{
	bool fixed = is_fixed(s);

	if (!fixed && s->used == RAW_BATCH)
		return RAW_FULL;
	if (!fixed || s->number == 0) {
		struct bytes *slot = &s->slots[s->used++];

		out->random = s->build->random;
		s->build->number = s->number;
		spec_draw(s->spec, &s->build->random);
		s->status = build_packet(s->build, s->spec, slot, &s->packet, why);
		if (s->status != STATUS_DONE)
			return RAW_FAILED;
	}
	out->data = s->packet.data;
	out->size = s->packet.size;
	out->built = &s->packet;
	out->due_ns = s->due_ns = due_of(s);
	out->number = ++s->number;
	if (!spec_next(s->spec))
		next_round(s);
	return RAW_PACKET;
}

/* Times in a file may go backward; packets do not. */
static int64_t recorded_due(struct raw_source *s, int64_t at_ns)
{
	int64_t due;

	if (!s->timed) {
		s->timed = true;
		s->first_ns = at_ns;
		s->base_ns = s->due_ns;
	}
	due = s->base_ns + at_ns - s->first_ns;
	/* If a pause is shortened, everything after it is earlier. */
	if (due - s->due_ns > s->pace.gap_ns) {
		s->base_ns -= due - s->due_ns - s->pace.gap_ns;
		due = s->due_ns + s->pace.gap_ns;
	}
	return due > s->due_ns ? due : s->due_ns;
}

static enum raw_source_result next_recorded(
	struct raw_source *s, struct raw_packet *out, struct bytes *why)
{
	struct pcap_packet packet;
	bool found = false;

	for (;;) {
		switch (capture_next(s->capture, &packet, why)) {
		case CAPTURE_FAILED: return RAW_FAILED;
		case CAPTURE_FULL: return RAW_FULL;
		case CAPTURE_PACKET:
			out->data = packet.data;
			out->size = packet.size;
			out->built = NULL;
			s->due_ns = s->pace.recorded ? recorded_due(s, packet.at_ns) : due_of(s);
			out->due_ns = s->due_ns;
			out->number = ++s->number;
			return RAW_PACKET;
		case CAPTURE_END: break;
		}
		/* The memory of earlier packets is about to be overwritten. */
		if (s->capture->kept < s->capture->next)
			return RAW_FULL;
		if (found || s->number == 0 || !next_round(s))
			return RAW_END;
		found = true;
		s->timed = false;
		if (capture_rewind(s->capture) < 0) {
			bytes_add_format(why, "cannot rewind %s: %s", s->capture->path,
				status_reason(errno));
			return RAW_FAILED;
		}
	}
}

static enum raw_source_result next_whole(
	struct raw_source *s, struct raw_packet *out, struct bytes *why)
{
	if (s->ended)
		return RAW_END;
	return s->spec ? next_built(s, out, why) : next_recorded(s, out, why);
}

static enum raw_source_result next_fragment(
	struct raw_source *s, struct raw_packet *out, struct bytes *why)
{
	struct bytes *slot = &s->fragments[s->fragments_used];

	bytes_clear(slot);
	if (!fragment_next(&s->cutter, slot))
		return RAW_END;
	s->fragments_used++;
	*out = s->cutting;
	out->data = slot->data;
	out->size = slot->size;
	out->built = NULL;
	if (!slot->failed)
		return RAW_PACKET;
	bytes_add_text(why, status_reason(ENOMEM));
	return RAW_FAILED;
}

/* Begin to cut the packet P, which is copied, if it is too long and can be cut. NULL and *BEGUN; or
 * the reason why it cannot be cut so small. */
static const char *cut(struct raw_source *s, const struct raw_packet *p, size_t size, bool *begun)
{
	const struct packet *packet = p->built;
	struct packet dissected;

	*begun = false;
	if (s->cut_over == 0 || size <= s->cut_over)
		return NULL;
	if (!packet) {
		packet_dissect(&dissected, s->first, p->data, p->size);
		packet = &dissected;
	}
	if (!fragment_can(packet))
		return NULL;
	*begun = true;
	s->cutting = *p;
	s->fragmented++;
	return fragment_begin(&s->cutter, packet, s->cut_over, (uint32_t)p->number);
}

enum raw_source_result raw_source_next(
	struct raw_source *s, struct raw_packet *out, struct bytes *why)
{
	while (s->fragments_used < RAW_BATCH) {
		enum raw_source_result result = next_fragment(s, out, why);
		const char *reason;
		bool cutting;
		size_t size;

		if (result != RAW_END)
			return result;
		result = next_whole(s, out, why);
		if (result != RAW_PACKET)
			return result;
		size = packet_mtu_size(s->start, out->data, out->size);
		reason = cut(s, out, size, &cutting);
		if (reason) {
			bytes_add_format(why, "packet %" PRIu64 " %s", out->number, reason);
			return RAW_FAILED;
		}
		if (cutting)
			continue;
		if (s->skip_over == 0 || size <= s->skip_over) {
			s->round_used = s->round;
			return RAW_PACKET;
		}
		s->skipped++;
		/* If all packets are too long, this would go on forever and send nothing. */
		if (s->round > s->round_used + 1)
			return RAW_END;
	}
	return RAW_FULL;
}

void raw_source_release(struct raw_source *s)
{
	s->fragments_used = 0;
	if (!s->spec)
		capture_release(s->capture);
	else if (!is_fixed(s))
		s->used = 0;
}

void raw_source_close(struct raw_source *s)
{
	for (size_t i = 0; i < RAW_BATCH; i++)
		bytes_release(&s->slots[i]);
	for (size_t i = 0; i < RAW_BATCH; i++)
		bytes_release(&s->fragments[i]);
	fragment_release(&s->cutter);
}
