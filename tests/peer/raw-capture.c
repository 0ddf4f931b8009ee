/* SPDX-License-Identifier: ISC */
/* raw-capture.c - print the frames that arrive at an interface, in hex, a line each.
 *
 *     raw-capture IFNAME COUNT READY [TEXT]
 *
 * Writes the file READY once it listens; ends after COUNT frames that have TEXT (hex) in them. A
 * VLAN tag that the kernel took out is put back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/link.h"
#include "lib/peer.h"

/* Put the tag back where it was, after the two addresses. */
static void put_tag_back(struct frame *frame)
{
	const uint8_t tag[] = {(uint8_t)(frame->tag_type >> 8), (uint8_t)frame->tag_type,
		(uint8_t)(frame->tag_value >> 8), (uint8_t)frame->tag_value};

	if (frame->size < 12 || frame->size + sizeof(tag) > sizeof(frame->data))
		die("a frame of %zu bytes with a tag", frame->size);
	memmove(frame->data + 12 + sizeof(tag), frame->data + 12, frame->size - 12);
	memcpy(frame->data + 12, tag, sizeof(tag));
	frame->size += sizeof(tag);
}

int main(int argc, char **argv)
{
	static struct frame frame;
	static char hex[2 * sizeof(frame.data) + 1];

	peer_begin("raw-capture");
	if (argc != 4 && argc != 5)
		die("usage: raw-capture IFNAME COUNT READY [TEXT]");
	int fd = link_open(argv[1]);
	publish(argv[3], "ready");
	for (uint64_t left = number(argv[2], 1000000); left > 0;) {
		link_read(fd, &frame);
		if (frame.ours)
			continue;
		if (frame.tagged)
			put_tag_back(&frame);
		for (size_t i = 0; i < frame.size; i++)
			snprintf(hex + 2 * i, 3, "%02x", frame.data[i]);
		if (argc == 5 && !strstr(hex, argv[4]))
			continue;
		puts(hex);
		fflush(stdout);
		left--;
	}
	return 0;
}
