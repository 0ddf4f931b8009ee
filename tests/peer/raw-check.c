/* SPDX-License-Identifier: ISC */
/* raw-check.c - check the packets of a pcap file, with code that shares nothing with sockit's.
 *
 *     raw-check [--fcs] FILE     lengths and checksums; --fcs: frames end with a CRC-32
 *     raw-check --hex FILE       a line of hex for each packet
 *     raw-check --make ORDER MAGIC LINK TIME:HEX...
 *                                a file of these packets on standard output; ORDER is < or >, MAGIC
 *                                a1b2c3d4 or a1b23c4d, LINK a number, TIME SECONDS.FRACTION
 *
 * Prints a line for each packet that names its layers, `eth ip tcp fcs`, or what is wrong with it.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/peer.h"

enum { FILE_HEADER = 24, RECORD_HEADER = 16, IP4_HEADER = 20, IP6_HEADER = 40, PSEUDO_MAX = 40 };

/* The bytes to check, and the layers found so far. */
struct bytes {
	const uint8_t *at;
	size_t size;
};

static char names[512];
static jmp_buf wrong_packet;

static void name_layer(const char *name)
{
	size_t used = strlen(names);

	snprintf(names + used, sizeof(names) - used, "%s%s", used ? " " : "", name);
}

/* Report that WHAT of the packet is wrong, and go on with the next one. */
static _Noreturn void wrong(const char *what, const char *layer)
{
	printf("%s: wrong %s of %s\n", names, what, layer);
	longjmp(wrong_packet, 1);
}

static unsigned big16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* Everything from FROM on, which must be there. */
static struct bytes after(struct bytes all, size_t from, const char *layer)
{
	if (from > all.size)
		wrong("size", layer);
	return (struct bytes){all.at + from, all.size - from};
}

static uint32_t ones_sum(struct bytes data)
{
	uint32_t total = 0;

	for (size_t i = 0; i < data.size; i++)
		total += (uint32_t)data.at[i] << (i % 2 ? 0 : 8);
	while (total > 0xffff)
		total = (total & 0xffff) + (total >> 16);
	return total;
}

/* Check the sum over PSEUDO and DATA, which contains its checksum. PSEUDO has an even size. */
static void check_sum(struct bytes pseudo, struct bytes data, const char *layer)
{
	uint32_t total = ones_sum(pseudo) + ones_sum(data);

	if ((total & 0xffff) + (total >> 16) != 0xffff)
		wrong("checksum", layer);
}

static void check_tcp(struct bytes pseudo, struct bytes data)
{
	name_layer("tcp");
	check_sum(pseudo, data, "tcp");
	if (data.size < 20 || (data.at[12] >> 4) * 4u > data.size)
		wrong("header length", "tcp");
}

static void check_udp(struct bytes pseudo, struct bytes data)
{
	name_layer("udp");
	if (data.size < 8 || big16(data.at + 4) != data.size)
		wrong("length", "udp");
	if (big16(data.at + 6) == 0)
		wrong("absence of the checksum", "udp");
	check_sum(pseudo, data, "udp");
}

static void check_ip(struct bytes data);
static void check_ip6(struct bytes data);

/* Check what an IP header announced. */
static void check_transport(unsigned protocol, struct bytes data, struct bytes pseudo)
{
	const struct bytes none = {NULL, 0};

	switch (protocol) {
	case 6: check_tcp(pseudo, data); break;
	case 17: check_udp(pseudo, data); break;
	case 1:
	case 2:
		name_layer(protocol == 1 ? "icmp" : "igmp");
		check_sum(none, data, protocol == 1 ? "icmp" : "igmp");
		break;
	case 58:
		name_layer("icmp6");
		check_sum(pseudo, data, "icmp6");
		break;
	case 4: check_ip(data); break;
	case 41: check_ip6(data); break;
	}
}

static void check_ip(struct bytes data)
{
	uint8_t pseudo[12];

	name_layer("ip");
	if (data.size < IP4_HEADER)
		wrong("size", "ip");
	size_t header = (data.at[0] & 15u) * 4, length = big16(data.at + 2);
	if (data.at[0] >> 4 != 4 || header < IP4_HEADER || header > length || length > data.size)
		wrong("header", "ip");
	check_sum((struct bytes){NULL, 0}, (struct bytes){data.at, header}, "ip");
	struct bytes rest = {data.at + header, length - header};
	memcpy(pseudo, data.at + 12, 8);
	pseudo[8] = 0;
	pseudo[9] = data.at[9];
	pseudo[10] = (uint8_t)(rest.size >> 8);
	pseudo[11] = (uint8_t)rest.size;
	if ((big16(data.at + 6) & 0x3fff) == 0) /* no fragment */
		check_transport(data.at[9], rest, (struct bytes){pseudo, sizeof(pseudo)});
}

static void check_ip6(struct bytes data)
{
	uint8_t pseudo[PSEUDO_MAX] = {0};

	name_layer("ip6");
	if (data.size < IP6_HEADER || data.at[0] >> 4 != 6)
		wrong("header", "ip6");
	struct bytes rest = {data.at + IP6_HEADER, big16(data.at + 4)};
	if (IP6_HEADER + rest.size > data.size)
		wrong("length", "ip6");
	memcpy(pseudo, data.at + 8, 32);
	pseudo[34] = (uint8_t)(rest.size >> 8);
	pseudo[35] = (uint8_t)rest.size;
	pseudo[39] = data.at[6];
	check_transport(data.at[6], rest, (struct bytes){pseudo, sizeof(pseudo)});
}

static void check_frame(struct bytes data)
{
	name_layer("eth");
	struct bytes rest = after(data, 14, "eth");
	unsigned type = big16(rest.at - 2);
	while (type == 0x8100 || type == 0x88a8) {
		name_layer("vlan");
		rest = after(rest, 4, "vlan");
		type = big16(rest.at - 2);
	}
	if (type == 0x0800) {
		check_ip(rest);
	} else if (type == 0x86dd) {
		check_ip6(rest);
	} else if (type == 0x0806) {
		name_layer("arp");
		if (rest.size < 6 || memcmp(rest.at, "\0\1\10\0\6\4", 6) != 0)
			wrong("header", "arp");
	}
}

/* The CRC-32 of Ethernet, bit by bit. */
static uint32_t crc32(struct bytes data)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < data.size; i++) {
		crc ^= data.at[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void check_fcs(struct bytes *data)
{
	if (data->size < 4)
		wrong("size", "fcs");
	data->size -= 4;
	const uint8_t *at = data->at + data->size;
	if (crc32(*data) !=
		(at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24))
		wrong("sum", "fcs");
}

static void check_packet(uint32_t link, struct bytes data, bool fcs)
{
	if (fcs)
		check_fcs(&data);
	if (link == 1)
		check_frame(data);
	else if (data.size > 0 && data.at[0] >> 4 == 4)
		check_ip(data);
	else
		check_ip6(data);
	if (fcs)
		name_layer("fcs");
	puts(names);
}

static void judge(uint32_t link, struct bytes data, bool fcs)
{
	names[0] = '\0';
	if (setjmp(wrong_packet) == 0)
		check_packet(link, data, fcs);
}

static void print_hex(struct bytes data)
{
	for (size_t i = 0; i < data.size; i++)
		printf("%02x", data.at[i]);
	putchar('\n');
}

/* Read all of PATH. */
static struct bytes read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, got;

	if (!file)
		die("cannot read %s: %s", path, strerror(errno));
	do {
		data = get(data, size + 65536);
		got = fread(data + size, 1, 65536, file);
		size += got;
	} while (got > 0);
	fclose(file);
	return (struct bytes){data, size};
}

/* The number of 4 bytes at AT. */
static uint32_t word(const uint8_t *at, bool big)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | at[big ? i : 3 - i];
	return value;
}

static void judge_file(const char *path, bool hex, bool fcs)
{
	struct bytes all = read_file(path);

	if (all.size < FILE_HEADER)
		die("%s is too short", path);
	bool big = all.at[0] == 0xa1;
	if (word(all.at, big) != 0xa1b2c3d4)
		die("%s is no pcap file of microseconds", path);
	uint32_t link = word(all.at + 20, big);
	for (size_t at = FILE_HEADER; at < all.size;) {
		if (all.size - at < RECORD_HEADER)
			die("%s ends within a record", path);
		uint32_t size = word(all.at + at + 8, big);
		at += RECORD_HEADER;
		if (size != word(all.at + at - 4, big) || size > all.size - at)
			die("%s has a bad record", path);
		struct bytes packet = {all.at + at, size};
		if (hex)
			print_hex(packet);
		else
			judge(link, packet, fcs);
		at += size;
	}
	free((void *)(uintptr_t)all.at);
}

static void put_word(uint32_t value, bool big)
{
	for (int i = 0; i < 4; i++)
		putchar((int)(value >> (big ? 24 - 8 * i : 8 * i) & 0xff));
}

/* A record: SECONDS.FRACTION:HEX. */
static void make_record(const char *text, bool big)
{
	uint32_t when, fraction;
	int used = 0;

	if (sscanf(text, "%" SCNu32 ".%" SCNu32 ":%n", &when, &fraction, &used) != 2 || used == 0)
		die("not TIME:HEX: %s", text);
	const char *hex = text + used;
	uint32_t size = (uint32_t)strlen(hex) / 2;
	put_word(when, big);
	put_word(fraction, big);
	put_word(size, big);
	put_word(size, big);
	for (uint32_t i = 0; i < size; i++) {
		unsigned byte;
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			die("not hex: %s", hex);
		putchar((int)byte);
	}
}

static void make_file(char **words)
{
	bool big = words[0][0] == '>';

	put_word((uint32_t)strtoul(words[1], NULL, 16), big);
	put_word(big ? 0x00020004 : 0x00040002, big); /* version 2.4, as two numbers of 16 bits */
	put_word(0, big);
	put_word(0, big);
	put_word(65535, big);
	put_word((uint32_t)number(words[2], UINT32_MAX), big);
	for (words += 3; *words; words++)
		make_record(*words, big);
}

int main(int argc, char **argv)
{
	peer_begin("raw-check");
	if (argc >= 5 && strcmp(argv[1], "--make") == 0) {
		make_file(argv + 2);
		return 0;
	}
	bool hex = argc == 3 && strcmp(argv[1], "--hex") == 0;
	bool fcs = argc == 3 && strcmp(argv[1], "--fcs") == 0;
	if (argc != 2 + (hex || fcs))
		die("usage: raw-check [--hex|--fcs] FILE");
	judge_file(argv[argc - 1], hex, fcs);
	return 0;
}
