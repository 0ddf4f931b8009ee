/* SPDX-License-Identifier: ISC */
/* freeport.c - print a port of 127.0.0.1 that is unused at the moment, for both TCP and UDP.
 *
 *     freeport [apart]       apart: no other test uses the 500 ports on either side of it, so that
 *                            those may be scanned
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"

/* Most systems give other ports to sockets that ask for any, so nobody gets one of these by chance
 * before it is used. */
static const struct range {
	unsigned first, count;
} usual = {10000, 20000}, apart = {30500, 1700};

static bool is_free(const char *kind, unsigned port)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%u", kind, port);
	struct place place = place_parse(text);
	int fd = place_socket(&place);
	bool good = bind(fd, (struct sockaddr *)&place.address, place.size) == 0;
	close(fd);
	return good;
}

int main(int argc, char **argv)
{
	const struct range *range = &usual;
	struct timespec now;

	peer_begin("freeport");
	if (argc == 2 && strcmp(argv[1], "apart") == 0)
		range = &apart;
	else if (argc != 1)
		die("usage: freeport [apart]");
	clock_gettime(CLOCK_REALTIME, &now);
	srand((unsigned)now.tv_nsec ^ (unsigned)getpid());
	for (int try = 0; try < 100; try++) {
		unsigned port = range->first + (unsigned)rand() % range->count;
		if (is_free("", port) && is_free("udp:", port)) {
			say("%u", port);
			return 0;
		}
	}
	die("no port is free");
}
