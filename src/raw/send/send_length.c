/* SPDX-License-Identifier: ISC */
/* send_length.c - whether the packets of raw-send fit where they are sent, and what to do with
 * those that do not. */
#include <inttypes.h>

#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "raw/send/send_private.h"

/* The longest IP packet, minus the header that the kernel may add to what we build. */
enum { IP_MOST = 65535 - 40 };

/* Build the packet at the position to which TO sets the sweeps. Returns its size, and how much of
 * it counts for an MTU. */
static enum status measure(struct raw_send_setup *p, void (*to)(struct spec *), size_t *size,
	size_t *counted, struct bytes *why)
{
	struct bytes bytes = {0};
	struct packet packet;
	const char *fault;
	enum status status;

	if (p->spec.random)
		spec_draw(&p->spec, &p->build.random);
	to(&p->spec);
	status = build_packet(&p->build, &p->spec, &bytes, &packet, why);
	spec_rewind(&p->spec);
	*size = bytes.size;
	*counted = packet_mtu_size(p->start, bytes.data, bytes.size);
	p->cuttable = status == STATUS_DONE && fragment_can(&packet);
	fault = status == STATUS_DONE ? packet_fault(p->start, bytes.data, bytes.size) : NULL;
	if (fault && raw_send_sends(p->config))
		status = fail_with(why, STATUS_FAILED, "the packet %s: it would have %zu byte%s",
			fault, *size, num_plural(*size));
	bytes_release(&bytes);
	return status;
}

/* Find the longest packet there will be: its size, and how much of it counts for an MTU. LIMIT is
 * the largest size that random sizes may lead to. STATUS_DONE, or why the packets cannot be built
 * or sent. */
static enum status find_longest(
	struct raw_send_setup *p, size_t limit, size_t *size, size_t *counted, struct bytes *why)
{
	enum status status;

	if (!p->source.spec) {
		*size = *counted = p->sum.longest;
		return STATUS_DONE;
	}
	status = measure(p, spec_to_smallest, size, counted, why);
	if (status != STATUS_DONE)
		return status;
	spec_bound_sizes(&p->spec, *counted < limit ? limit - *counted : 0);
	return measure(p, spec_to_largest, size, counted, why);
}

static enum status too_long(const struct raw_send_setup *p, uint64_t number, size_t size,
	size_t counted, struct bytes *why)
{
	bool frame = p->start == PACKET_FRAME;

	if (!p->source.spec)
		bytes_add_format(why, "packet %" PRIu64 " of %s", number, p->capture.path);
	else
		bytes_add_format(why, "a %s of %zu bytes", frame ? "frame" : "packet", size);
	if (frame)
		bytes_add_format(why, " (%zu bytes without the Ethernet header)", counted);
	bytes_add_format(why, " exceeds the MTU of %s, %u bytes",
		p->build.link ? p->link.name : "the route", p->mtu);
	if (p->config->send.oversize == SEND_OVERSIZE_FAIL)
		bytes_add_text(why, " (see --oversize)");
	return STATUS_FAILED;
}

/* Set which packets are to be cut, and which left out. */
static void set_limits(struct raw_send_setup *p)
{
	const struct raw_send_options *o = &p->config->send;

	if (p->start == PACKET_FRAME || (p->build.link && !p->source.spec))
		p->mtu = p->build.link ? p->link.mtu : 0;
	/* If the kernel builds the header, it fragments the packet. */
	if (p->start == PACKET_INNER ||
		(!raw_send_sends(p->config) && o->oversize == SEND_OVERSIZE_FAIL))
		p->mtu = 0;
	p->source.cut_over = o->oversize == SEND_OVERSIZE_FRAGMENT ? p->mtu : 0;
	p->source.skip_over = o->oversize == SEND_OVERSIZE_SKIP ? p->mtu : 0;
	if (o->fragment && (p->source.cut_over == 0 || o->fragment < p->source.cut_over))
		p->source.cut_over = (size_t)o->fragment;
	p->source.start = p->start;
	p->source.first = p->first;
}

enum status raw_send_check_length(struct raw_send_setup *p, struct bytes *why)
{
	size_t size, counted, cut_over;
	uint64_t number = p->sum.longest_number;
	enum status status;

	set_limits(p);
	cut_over = p->source.cut_over;
	status = find_longest(p, p->mtu && !cut_over ? p->mtu : IP_MOST, &size, &counted, why);
	if (status != STATUS_DONE || p->mtu == 0 || p->source.skip_over)
		return status;
	if (cut_over && !p->source.spec && counted > cut_over) {
		counted = p->sum.solid;
		number = p->sum.solid_number;
	}
	if (cut_over && counted > cut_over && p->source.spec && p->cuttable)
		counted = cut_over;
	return counted > p->mtu ? too_long(p, number, size, counted, why) : STATUS_DONE;
}
