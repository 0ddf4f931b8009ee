/* SPDX-License-Identifier: ISC */
/* pcap.c - untrusted capture files and packets are read, dissected, traced and shown.
 *
 * covers: raw/packet/dissect.c raw/packet/show.c raw/packet/trace.c
 *         raw/packet/trace_answer.c raw/packet/fragment.c */
#include "raw/capture/pcap.h"
#include "base/bytes.h"
#include "fuzz.h"
#include "mutate_pcapng.h"
#include "raw/packet/fragment.h"
#include "raw/packet/show.h"
#include "raw/packet/trace.h"

enum { FRAGMENT = 100 };

/* Whatever can be fragmented is cut into fragments within the limit. */
static void cut_up(const struct packet *p)
{
	struct fragmenter f = {0};
	struct bytes out = {0};
	struct packet whole = *p;

	if (fragment_can(p) && !fragment_begin(&f, &whole, FRAGMENT, 1))
		while (fragment_next(&f, &out)) {
			if (out.size > f.ip + FRAGMENT + (f.crc ? 4 : 0))
				abort();
			bytes_clear(&out);
		}
	fragment_release(&f);
	bytes_release(&out);
}

/* What can be sent has at least a header, and an IP packet has a destination. */
static void judge(enum packet_start start, const struct packet *p)
{
	const char *fault = packet_fault(start, p->data, p->size);
	struct addr to;

	must(packet_mtu_size(start, p->data, p->size) <= p->size);
	must(!packet_fault(PACKET_INNER, p->data, p->size));
	must(fault || p->size >= (start == PACKET_FRAME ? layer_eth.size : layer_ip.size));
	if (!fault && start == PACKET_IP) {
		packet_destination(p->data, &to);
		must(addr_family(&to) == (p->data[0] >> 4 == 6 ? AF_INET6 : AF_INET));
	}
}

/* Use a copy of exactly this size, so that a sanitizer detects a byte too many. */
static void take_apart(const struct layer *first, const unsigned char *data, size_t size)
{
	unsigned char *copy = malloc(size ? size : 1);
	struct bytes out = {0};
	struct answer answer;
	struct trace trace;
	struct mark mark;
	struct packet p;

	must(copy != NULL);
	memcpy(copy, data, size);
	packet_dissect(&p, first, copy, size);
	for (size_t i = 0; i < p.count; i++)
		if (p.pieces[i].at + p.pieces[i].header > p.pieces[i].end || p.pieces[i].end > size)
			abort();
	trace_of_sent(&p, &(struct trace_place){0}, &trace, &mark);
	trace_of_answer(&p, &(struct trace_place){0}, &answer);
	cut_up(&p);
	judge(first == &layer_eth ? PACKET_FRAME : PACKET_IP, &p);
	show_packet(&p, 1, &out);
	show_packet_json(&p, 1, &out);
	bytes_release(&out);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcap_format format;
	struct pcap_packet packet;
	size_t at, used;

	take_apart(&layer_eth, data, size);
	take_apart(&layer_ip, data, size);
	if (size < PCAP_HEADER)
		return 0;
	if (pcap_read_header(data, &format)) {
		pcap_release(&format);
		return 0;
	}
	for (at = pcap_header_size(&format);
		!pcap_read_record(&format, data + at, size - at, &packet, &used) &&
		used <= size - at;
		at += used)
		if (packet.data)
			take_apart(packet.link == PCAP_ETHERNET ? &layer_eth : &layer_ip,
				packet.data, packet.size);
	pcap_release(&format);
	return 0;
}
