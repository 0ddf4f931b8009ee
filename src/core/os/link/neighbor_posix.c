/* SPDX-License-Identifier: ISC */
/* neighbor_posix.c - POSIX knows neither routing tables nor neighbors. */
#include "core/os/link/neighbor.h"

#include <errno.h>

int os_next_hop(
	const struct os_link *link, const struct addr *to, struct addr *hop, bool *broadcast)
{
	(void)link, (void)to, (void)hop, (void)broadcast;
	errno = ENOSYS;
	return -1;
}

int os_neighbor(const struct os_link *link, const struct addr *hop, unsigned char mac[OS_MAC_SIZE])
{
	(void)link, (void)hop, (void)mac;
	errno = ENOSYS;
	return -1;
}
