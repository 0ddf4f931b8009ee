/* SPDX-License-Identifier: ISC */
/* next_hop.c - the hardware address to which to send a frame with an IP packet. */
#include "raw/packet/next_hop.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/link/neighbor.h"
#include "raw/packet/build.h"
#include "raw/packet/trace.h"

#define MAC_ALL	   UINT64_C(0xffffffffffff)
#define MAC_GROUP4 UINT64_C(0x01005e000000) /* RFC 1112 */
#define MAC_GROUP6 UINT64_C(0x333300000000) /* RFC 2464 */

enum {
	WORDS_MAX = 8 + 2 * NEXT_HOP_TAGS,
	WORD_SIZE = ADDR_TEXT + 16,
	FRAME_MAX = 65536,
	TRIES = 4,
	TRY_MS = 250,
	GROUP4_BITS = 0x7fffff,
	SOLICITED_BITS = 0xffffff,
	MAC_BITS = 48,
};

/* The address for a group or a broadcast, for which nobody must be asked. */
static bool is_known(const struct addr *to, struct value v, struct value *mac)
{
	bool six = addr_family(to) == AF_INET6;

	*mac = (struct value){.low = MAC_ALL};
	if (six && v.high >> 56 == 0xff)
		mac->low = MAC_GROUP6 | (v.low & UINT32_MAX);
	else if (!six && v.low >> 28 == 0xe)
		mac->low = MAC_GROUP4 | (v.low & GROUP4_BITS);
	else
		return !six && v.low == UINT32_MAX;
	return true;
}

/* The host that is asked for, and where to ask. */
struct question {
	const struct os_link *link;
	const struct addr *hop;
	const struct next_hop_tags *tags;
};

static size_t add_tags(const struct next_hop_tags *tags, char words[][WORD_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < tags->count; i++) {
		strcpy(words[n++], "vlan");
		snprintf(words[n++], WORD_SIZE, "id=%u", tags->id[i]);
	}
	return n;
}

/* Write the words of the question Q. Returns how many. */
static size_t question_words(const struct question *q, char words[WORDS_MAX][WORD_SIZE])
{
	const struct os_link *link = q->link;
	const struct addr *hop = q->hop;
	unsigned low = (unsigned)value_of_addr(hop).low & SOLICITED_BITS;
	char text[ADDR_TEXT];
	size_t n = 0;

	addr_text_host(hop, text);
	text[strcspn(text, "%")] = '\0';
	strcpy(words[n++], "eth");
	if (addr_family(hop) == AF_INET) {
		n += add_tags(q->tags, words + n);
		strcpy(words[n++], "arp");
		snprintf(words[n++], WORD_SIZE, "target=%s", text);
		return n;
	}
	snprintf(words[n++], WORD_SIZE, "dst=33:33:ff:%02x:%02x:%02x", low >> 16, low >> 8 & 0xff,
		low & 0xff);
	n += add_tags(q->tags, words + n);
	strcpy(words[n++], "ip6");
	snprintf(words[n++], WORD_SIZE, "dst=ff02::1:ff%02x:%x", low >> 16, low & 0xffff);
	strcpy(words[n++], "ndp");
	snprintf(words[n++], WORD_SIZE, "target=%s", text);
	/* Without this, the other host would have to ask before it could answer. */
	snprintf(words[n++], WORD_SIZE, "source-mac=%02x:%02x:%02x:%02x:%02x:%02x", link->mac[0],
		link->mac[1], link->mac[2], link->mac[3], link->mac[4], link->mac[5]);
	return n;
}

/* Build the question Q. STATUS_DONE, or another with a line in WHY. */
static enum status build_question(
	const struct question *q, struct bytes *out, struct trace *trace, struct bytes *why)
{
	struct spec_reading reading = {.numeric = true};
	char words[WORDS_MAX][WORD_SIZE], *all[WORDS_MAX];
	struct build build = {.link = q->link};
	struct packet p;
	struct spec spec;
	struct mark mark;
	size_t count = question_words(q, words);
	enum status status;

	for (size_t i = 0; i < count; i++)
		all[i] = words[i];
	status = spec_read(&spec, all, count, &reading, why);
	if (status == STATUS_DONE)
		status = build_packet(&build, &spec, out, &p, why);
	if (status == STATUS_DONE)
		trace_of_sent(&p, &(struct trace_place){0}, trace, &mark);
	spec_release(&spec);
	return status;
}

/* Wait up to TRY_MS for the answer. True: it was received. */
static bool wait_for_answer(int fd, const struct trace *trace, struct value *mac)
{
	int64_t end = clock_ns() + TRY_MS * NUM_NS_PER_MS, left;
	static unsigned char frame[FRAME_MAX];
	struct os_captured info;
	struct answer a;
	struct packet p;

	while ((left = end - clock_ns()) > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t got = -1;

		if (poll(&ready, 1, (int)(left / NUM_NS_PER_MS) + 1) > 0)
			got = os_capture_read(fd, frame, sizeof(frame), &info);
		if (got <= 0 || info.outgoing)
			continue;
		packet_dissect(&p, &layer_eth, frame, (size_t)got);
		if (!trace_of_answer(&p, &(struct trace_place){0}, &a) ||
			memcmp(&a.trace, trace, sizeof(*trace)) != 0 || !a.has_mac)
			continue;
		*mac = a.mac;
		return true;
	}
	return false;
}

static enum status no_answer(const struct question *q, struct bytes *why)
{
	char text[ADDR_TEXT], time[NUM_TEXT];

	bytes_add_format(why, "next hop %s does not answer on %s", addr_text_host(q->hop, text),
		q->link->name);
	for (size_t i = 0; i < q->tags->count; i++)
		bytes_add_format(why, " in VLAN %u", q->tags->id[i]);
	return fail_with(why, STATUS_REFUSED, " within %s (eth dst=MAC sends without asking)",
		num_show_time(TRIES * TRY_MS * NUM_NS_PER_MS, time));
}

static enum status ask(const struct question *q, struct value *mac, struct bytes *why)
{
	int sender = os_frame_open(q->link), listener = os_capture_open(q->link, AF_INET);
	struct bytes out = {0};
	struct trace trace;
	enum status status = build_question(q, &out, &trace, why);
	struct os_packet packet = {out.data, out.size, NULL};
	bool found = false;

	if (status == STATUS_DONE && (sender < 0 || listener < 0))
		status = fail_with(why, status_of_errno(errno), "cannot ask for the next hop: %s",
			status_reason(errno));
	for (int i = 0; i < TRIES && status == STATUS_DONE && !found; i++) {
		/* A question that could not be sent gets no answer either. */
		UNCHECKED(os_send_packets(sender, &packet, 1));
		found = wait_for_answer(listener, &trace, mac);
	}
	if (status == STATUS_DONE && !found)
		status = no_answer(q, why);
	fd_close(sender);
	fd_close(listener);
	bytes_release(&out);
	return status;
}

static enum status no_route(
	const struct os_link *link, const struct addr *to, int err, struct bytes *why)
{
	char text[ADDR_TEXT];

	return fail_with(why, status_of_errno(err), "cannot reach %s through %s: %s",
		addr_text_host(to, text), link->name, status_reason(err));
}

static enum status look_in_vlan(const struct next_hops *n, const struct addr *to,
	const struct next_hop_tags *tags, struct value *mac, struct bytes *why)
{
	return n->asks ? ask(&(struct question){n->link, to, tags}, mac, why) : STATUS_DONE;
}

/* Look in the tables, then ask. */
static enum status look(
	const struct next_hops *n, const struct addr *to, struct value *mac, struct bytes *why)
{
	static const struct next_hop_tags untagged;
	unsigned char bytes[OS_MAC_SIZE];
	struct addr hop;
	bool broadcast;

	if (os_next_hop(n->link, to, &hop, &broadcast) < 0)
		return errno == ENOSYS || !n->asks ? STATUS_DONE
						   : no_route(n->link, to, errno, why);
	if (broadcast)
		return STATUS_DONE;
	if (os_neighbor(n->link, &hop, bytes) == 0) {
		*mac = value_get(bytes, 0, MAC_BITS);
		return STATUS_DONE;
	}
	return n->asks ? ask(&(struct question){n->link, &hop, &untagged}, mac, why) : STATUS_DONE;
}

static void remember(struct next_hops *n, const struct addr *to, const struct next_hop_tags *tags,
	struct value mac)
{
	n->found[n->next] = (struct next_hop){*to, *tags, mac};
	n->next = (n->next + 1) % NEXT_HOPS;
	if (n->count < NEXT_HOPS)
		n->count++;
}

enum status next_hop_find(struct next_hops *n, const struct addr *to,
	const struct next_hop_tags *tags, struct value *mac, struct bytes *why)
{
	static const unsigned char none[OS_MAC_SIZE];
	enum status status;

	if (is_known(to, value_of_addr(to), mac) || !n->link)
		return STATUS_DONE;
	/* The loopback has no addresses, but its frames are for this host anyway. */
	if (memcmp(n->link->mac, none, sizeof(none)) == 0) {
		*mac = (struct value){0};
		return STATUS_DONE;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (addr_equal_host(&n->found[i].to, to) &&
			memcmp(&n->found[i].tags, tags, sizeof(*tags)) == 0) {
			*mac = n->found[i].mac;
			return STATUS_DONE;
		}
	}
	status = tags->count > 0 ? look_in_vlan(n, to, tags, mac, why) : look(n, to, mac, why);
	if (status == STATUS_DONE && n->asks)
		remember(n, to, tags, *mac);
	return status;
}
