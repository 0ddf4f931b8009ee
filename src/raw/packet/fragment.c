/* SPDX-License-Identifier: ISC */
/* fragment.c - cut an IP packet into fragments. */
#include "raw/packet/fragment.h"

#include "base/be.h"
#include "base/checksum.h"
#include "raw/layers/field.h"

enum {
	EIGHT = 8, /* bytes in a unit of the offset */
	WORD = 4,
	IP_MIN = 20,
	IP_LENGTH = 2, /* positions in an IPv4 header */
	IP_ID = 4,
	IP_FLAGS = 6,
	IP_SUM = 10,
	IP_MORE = 0x2000,
	IP_OFFSET = 0x1fff,
	IP_OPTION_COPIED = 0x80,
	IP6_SIZE = 40,
	IP6_LENGTH = 4, /* positions in an IPv6 header */
	IP6_NEXT = 6,
	PROTOCOL_FRAGMENT = 44,
};

/* The IP header right after the headers of a frame, or NULL. */
static const struct piece *find_ip(const struct packet *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct layer *layer = p->pieces[i].layer;

		if (layer_is_ip(layer))
			return p->pieces[i].header < layer->size ? NULL : &p->pieces[i];
		if (layer != &layer_eth && layer != &layer_vlan && layer != &layer_mpls)
			return NULL;
	}
	return NULL;
}

static const struct piece *behind(const struct packet *p, const struct piece *q)
{
	return q + 1 < p->pieces + p->count ? q + 1 : NULL;
}

/* The last IPv6 header that each fragment must repeat: the last of those that routers look at. */
static const struct piece *last_kept(const struct packet *p, const struct piece *ip)
{
	const struct piece *kept = ip;

	for (const struct piece *q = behind(p, ip); q; q = behind(p, q)) {
		if (q->layer == &layer_routing || (q->layer == &layer_hop_options && q == ip + 1))
			kept = q;
		else if (q->layer != &layer_dest_options)
			break;
	}
	return kept;
}

bool fragment_can(const struct packet *p)
{
	const struct piece *ip = find_ip(p);

	if (!ip)
		return false;
	for (const struct piece *q = ip; q && ip->layer == &layer_ip6; q = behind(p, q))
		if (q->layer == &layer_fragment)
			return false;
	return true;
}

static size_t header_size(const struct fragmenter *f)
{
	return f->rest - f->ip + (f->six ? layer_fragment.size : 0);
}

const char *fragment_begin(struct fragmenter *f, const struct packet *p, size_t limit, uint32_t id)
{
	const struct piece *ip = find_ip(p), *kept;

	if (!fragment_can(p))
		return "cannot be cut into fragments (not an IP packet, or already a fragment)";
	f->six = ip->layer == &layer_ip6;
	kept = f->six ? last_kept(p, ip) : ip;
	f->ip = ip->at;
	f->rest = f->next = kept->at + kept->header;
	f->end = ip->end;
	f->pointer = kept == ip ? ip->at + IP6_NEXT : kept->at;
	f->crc = p->pieces[p->count - 1].layer == &layer_fcs;
	f->id = id;
	if (limit < header_size(f) + EIGHT)
		return "cannot be cut into fragments so small (its headers leave no room for 8 "
		       "bytes)";
	f->most = limit - header_size(f);
	bytes_clear(&f->whole);
	bytes_add(&f->whole, p->data, p->size);
	return f->whole.failed ? "cannot be cut into fragments: out of memory" : NULL;
}

/* Append the header of an IPv4 packet; later fragments get only those options that must be
 * copied. */
static void add_ip_header(const struct fragmenter *f, struct bytes *out)
{
	const unsigned char *header = f->whole.data + f->ip;
	size_t size = f->rest - f->ip, start = out->size;

	if (f->next == f->rest) {
		bytes_add(out, header, size);
		return;
	}
	bytes_add(out, header, IP_MIN);
	for (size_t at = IP_MIN; at < size && header[at] != 0;) {
		size_t length = header[at] == 1 || at + 1 == size ? 1 : header[at + 1];

		if (length == 0 || length > size - at)
			break;
		if (header[at] & IP_OPTION_COPIED)
			bytes_add(out, header + at, length);
		at += length;
	}
	while (!out->failed && (out->size - start) % WORD)
		bytes_add_byte(out, 0);
	if (!out->failed)
		out->data[start] = (unsigned char)(0x40 | (out->size - start) / WORD);
}

static void finish_ip(const struct fragmenter *f, unsigned char *ip, size_t size, bool more)
{
	size_t header = (size_t)(ip[0] & 0xf) * WORD;
	size_t flags = be16_get(f->whole.data + f->ip + IP_FLAGS);
	size_t offset = (flags & IP_OFFSET) + (f->next - f->rest) / EIGHT;

	be16_put(ip + IP_LENGTH, size);
	if (be16_get(ip + IP_ID) == 0)
		be16_put(ip + IP_ID, f->id % UINT16_MAX + 1);
	be16_put(ip + IP_FLAGS, (flags & ~(size_t)IP_OFFSET) | offset | (more ? IP_MORE : 0));
	be16_put(ip + IP_SUM, 0);
	be16_put(ip + IP_SUM, checksum_finish(checksum_add(0, ip, header)));
}

/* Put the fragment header between the headers that are kept and what follows. */
static void add_ip6_header(const struct fragmenter *f, struct bytes *out, bool more)
{
	size_t start = out->size;
	unsigned char fragment[EIGHT] = {f->whole.data[f->pointer]};

	bytes_add(out, f->whole.data + f->ip, f->rest - f->ip);
	be16_put(fragment + 2, (f->next - f->rest) | more);
	be16_put(fragment + 4, f->id >> 16);
	be16_put(fragment + 6, f->id);
	bytes_add(out, fragment, sizeof(fragment));
	if (!out->failed)
		out->data[start + f->pointer - f->ip] = PROTOCOL_FRAGMENT;
}

static void add_crc(struct bytes *out, size_t start)
{
	static const unsigned char room[CHECKSUM_CRC_SIZE];

	bytes_add(out, room, sizeof(room));
	if (!out->failed)
		checksum_put_crc(out->data + start, out->size - start - sizeof(room));
}

bool fragment_next(struct fragmenter *f, struct bytes *out)
{
	size_t left = f->end - f->next, part = left, start = out->size, ip;
	bool more = left > f->most;

	if (f->next >= f->end)
		return false;
	if (more)
		part = f->most / EIGHT * EIGHT;
	bytes_add(out, f->whole.data, f->ip);
	ip = out->size;
	if (f->six)
		add_ip6_header(f, out, more);
	else
		add_ip_header(f, out);
	bytes_add(out, f->whole.data + f->next, part);
	if (out->failed)
		return true;
	if (f->six)
		be16_put(out->data + ip + IP6_LENGTH, out->size - ip - IP6_SIZE);
	else
		finish_ip(f, out->data + ip, out->size - ip, more);
	if (f->crc)
		add_crc(out, start);
	f->next += part;
	return true;
}

void fragment_release(struct fragmenter *f)
{
	bytes_release(&f->whole);
	*f = (struct fragmenter){0};
}
