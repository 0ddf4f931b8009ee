/* SPDX-License-Identifier: ISC */
/* freeport.c - print a port of 127.0.0.1 that is unused at the moment, for both TCP and UDP. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"

int main(void)
{
	struct place tcp = place_parse("0");

	peer_begin("freeport");
	for (int try = 0; try < 100; try++) {
		int fd = place_bind(&tcp);
		char text[32];
		snprintf(text, sizeof(text), "udp:%u", place_port(fd));
		struct place udp = place_parse(text);
		int other = place_socket(&udp);
		if (bind(other, (struct sockaddr *)&udp.address, udp.size) == 0) {
			say("%s", text + 4);
			return 0;
		}
		close(fd);
		close(other);
	}
	die("no port is free");
}
