/* SPDX-License-Identifier: ISC */
/* flags.c - report whether descriptors block, as seen by another program that shares them.
 *
 *     flags N...      a line for each: blocking or nonblocking
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "lib/peer.h"

int main(int argc, char **argv)
{
	peer_begin("flags");
	for (int i = 1; i < argc; i++) {
		int flags = fcntl((int)number(argv[i], 10000), F_GETFL);
		if (flags < 0)
			die("descriptor %s: %s", argv[i], strerror(errno));
		say(flags & O_NONBLOCK ? "nonblocking" : "blocking");
	}
	return 0;
}
