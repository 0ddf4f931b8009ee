/* SPDX-License-Identifier: ISC */
/* raw_pcap.c - tests of raw/capture/pcap.h. */
#include "raw/capture/pcap.h"

#include "tap.h"

enum { SIZE = 5 };

static void test_round_trip(void)
{
	unsigned char file[PCAP_HEADER + PCAP_RECORD + SIZE];
	struct pcap_format format;
	struct pcap_packet packet;
	size_t used;
	bool short_known = true;

	pcap_write_header(PCAP_IP, file);
	pcap_write_record(INT64_C(4000000000123456789), SIZE, file + PCAP_HEADER);
	memcpy(file + PCAP_HEADER + PCAP_RECORD, "bytes", SIZE);
	OK(!pcap_read_header(file, &format) && format.interface_count == 1 &&
			format.interfaces->link == PCAP_IP && !format.swapped &&
			format.interfaces->resolution == 6,
		"a header that was written is read");
	OK(!pcap_read_record(&format, file + PCAP_HEADER, PCAP_RECORD + SIZE, &packet, &used) &&
			used == PCAP_RECORD + SIZE && packet.size == SIZE &&
			memcmp(packet.data, "bytes", SIZE) == 0,
		"and so is a record");
	OK(packet.at_ns == INT64_C(4000000000123456000), "its time is in microseconds");
	for (size_t size = 0; size < PCAP_RECORD + SIZE; size++)
		short_known = short_known &&
			!pcap_read_record(&format, file + PCAP_HEADER, size, &packet, &used) &&
			used > size;
	OK(short_known, "a record that is cut anywhere needs more");
	pcap_release(&format);
}

static void test_refused(void)
{
	static const struct {
		size_t at;
		unsigned char byte;
		const char *what;
	} rows[] = {
		{0, 0, "a wrong magic number"},
		{4, 3, "a wrong version"},
		{20, 105, "a wrong link type"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char header[PCAP_HEADER];
		struct pcap_format format;

		pcap_write_header(PCAP_ETHERNET, header);
		/* Whatever the byte order of this host. */
		header[rows[i].at + (header[0] == 0xa1 && i == 2 ? 3 : 0)] = rows[i].byte;
		if (header[0] == 0xa1 && i == 1)
			header[5] = rows[i].byte;
		OK(pcap_read_header(header, &format) != NULL, "%s is refused", rows[i].what);
		pcap_release(&format);
	}
}

static void test_limits(void)
{
	struct pcap_interface interface = {.link = PCAP_IP};
	struct pcap_format format = {.interfaces = &interface, .interface_count = 1};
	unsigned char record[PCAP_RECORD];
	struct pcap_packet packet;
	size_t used;

	pcap_write_record(0, PCAP_PACKET_MAX + 1, record);
	OK(pcap_read_record(&format, record, sizeof(record), &packet, &used) != NULL,
		"a length over the limit is refused");
	pcap_write_record(0, PCAP_PACKET_MAX, record);
	OK(!pcap_read_record(&format, record, sizeof(record), &packet, &used) &&
			used == PCAP_RECORD + PCAP_PACKET_MAX,
		"the limit itself is not");
	memset(record + 4, 0xff, 4);
	OK(pcap_read_record(&format, record, sizeof(record), &packet, &used) != NULL,
		"a time that is none is refused");
}

int main(void)
{
	test_round_trip();
	test_refused();
	test_limits();
	return tap_end();
}
