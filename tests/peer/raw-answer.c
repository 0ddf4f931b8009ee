/* SPDX-License-Identifier: ISC */
/* raw-answer.c - answer ARP requests for one address in one VLAN, like a host there.
 *
 *     raw-answer IFNAME VLAN ADDRESS READY
 */
#define _DEFAULT_SOURCE /* netpacket/packet.h */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/link.h"
#include "lib/peer.h"

enum { ARP_AT = 14, ARP_SIZE = 28, VLAN_MASK = 0xfff };

/* Is FRAME a request for ADDRESS in VLAN? */
static bool asks(const struct frame *frame, uint16_t vlan, const struct in_addr *address)
{
	const uint8_t *arp = frame->data + ARP_AT;

	return !frame->ours && frame->tagged && (frame->tag_value & VLAN_MASK) == vlan &&
		frame->size >= ARP_AT + ARP_SIZE && memcmp(arp - 2, "\x08\x06", 2) == 0 &&
		memcmp(arp + 6, "\0\1", 2) == 0 && memcmp(arp + 24, address, 4) == 0;
}

int main(int argc, char **argv)
{
	static struct frame frame;
	struct in_addr address;
	uint8_t mac[6];

	peer_begin("raw-answer");
	if (argc != 5 || inet_pton(AF_INET, argv[3], &address) != 1)
		die("usage: raw-answer IFNAME VLAN ADDRESS READY");
	uint16_t vlan = (uint16_t)number(argv[2], VLAN_MASK);
	int fd = link_open(argv[1]);
	link_address(fd, mac);
	publish(argv[4], "ready");
	for (;;) {
		link_read(fd, &frame);
		if (!asks(&frame, vlan, &address))
			continue;
		const uint8_t *arp = frame.data + ARP_AT;
		uint8_t answer[18 + ARP_SIZE] = {[12] = 0x81,
			[14] = (uint8_t)(vlan >> 8),
			[15] = (uint8_t)vlan,
			[16] = 0x08,
			[17] = 0x06};
		memcpy(answer, frame.data + 6, 6);
		memcpy(answer + 6, mac, 6);
		memcpy(answer + 18, arp, 6);
		memcpy(answer + 24, "\0\2", 2);
		memcpy(answer + 26, mac, 6);
		memcpy(answer + 32, &address, 4);
		memcpy(answer + 36, arp + 8, 10);
		if (write_all(fd, answer, sizeof(answer)) < 0)
			die("cannot answer: %s", strerror(errno));
	}
}
