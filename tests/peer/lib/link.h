/* SPDX-License-Identifier: ISC */
/* link.h - the frames of one interface (packet(7), Linux). Every failure ends the program. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame {
	uint8_t data[70000];
	size_t size;
	bool ours;   /* this host sent it */
	bool tagged; /* the kernel took out a VLAN tag, which is: */
	uint16_t tag_type, tag_value;
};

/* A socket that receives everything at the interface NAME, and sends there. */
int link_open(const char *name);

/* The hardware address of the interface that FD is bound to. */
void link_address(int fd, uint8_t mac[6]);

/* The next frame. */
void link_read(int fd, struct frame *frame);

#endif
