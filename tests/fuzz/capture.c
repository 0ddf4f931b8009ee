/* SPDX-License-Identifier: ISC */
/* capture.c - capture files as files, from anyone: what is read twice is the same, all of it is
 * counted, and what is written is read as what it was.
 *
 * covers: raw/capture/capture.c raw/capture/pcap.c raw/capture/pcapng.c raw/capture/pcap_link.c */
#include "raw/capture/capture.h"

#include "base/bytes.h"
#include "fuzz.h"

/* A packet of a time that a pcap file cannot hold: after 2106. */
static bool is_late;

/* Append what the packets of C are to OUT. */
static enum capture_result read_all(struct capture *c, struct bytes *out, FILE *copy)
{
	struct pcap_packet packet;
	struct bytes why = {0};
	enum capture_result result;

	do {
		capture_release(c);
		result = capture_next(c, &packet, &why);
		if (result != CAPTURE_PACKET)
			continue;
		must(packet.size <= packet.full_size && packet.at_ns >= 0 && packet.data);
		is_late = is_late || packet.at_ns / 1000000000 > UINT32_MAX;
		bytes_add(out, packet.data, packet.size);
		bytes_add_format(out, " %zu %lld %d %s\n", packet.full_size,
			(long long)packet.at_ns / 1000, (int)packet.link,
			packet.fault ? packet.fault : "");
		must(!copy || capture_write(copy, packet.at_ns, packet.data, packet.size) == 0);
	} while (result == CAPTURE_PACKET || result == CAPTURE_FULL);
	must((result == CAPTURE_FAILED) == (why.size > 0));
	bytes_release(&why);
	return result;
}

static bool is_same(struct bytes *a, struct bytes *b)
{
	return a->size == b->size && memcmp(bytes_text(a), bytes_text(b), a->size) == 0;
}

/* C is good: it is again what it was, and so is a copy of its packets. */
static void read_again(struct capture *c, const struct capture_sum *sum, struct bytes *first)
{
	const char *path = fuzz_other_file((const uint8_t *)"", 0);
	struct bytes again = {0}, why = {0};
	struct capture copy;
	FILE *file = capture_create(path, c->start == PACKET_FRAME ? PCAP_ETHERNET : PCAP_IP);

	must(file != NULL && capture_rewind(c) == 0);
	must(read_all(c, &again, sum->fault || sum->cut ? NULL : file) == CAPTURE_END);
	must(is_same(first, &again) && fclose(file) == 0);
	if (!sum->fault && !sum->cut && !is_late) {
		bytes_clear(&again);
		must(capture_open(&copy, path, &why) == STATUS_DONE);
		must(read_all(&copy, &again, NULL) == CAPTURE_END && is_same(first, &again));
		must(!capture_is_at(&copy, c->path) && capture_is_at(&copy, path));
		capture_close(&copy);
	}
	bytes_release(&again);
	bytes_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture c;
	struct capture_sum sum;
	struct bytes why = {0}, first = {0};

	is_late = false;
	if (capture_open(&c, fuzz_file(data, size), &why) == STATUS_DONE) {
		c.cutting = size % 2;
		if (capture_sum(&c, &sum, &why) == STATUS_DONE) {
			must(read_all(&c, &first, NULL) == CAPTURE_END);
			must(c.number == sum.packets && c.others == sum.others);
			read_again(&c, &sum, &first);
		} else {
			must(why.size > 0);
			read_all(&c, &first, NULL);
		}
	} else {
		must(why.size > 0);
	}
	capture_close(&c);
	bytes_release(&why);
	bytes_release(&first);
	return 0;
}
