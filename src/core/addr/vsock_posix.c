/* SPDX-License-Identifier: ISC */
/* vsock_posix.c - POSIX has no AF_VSOCK. */
#include "core/addr/vsock.h"

const char *vsock_parse(const char *cid, const char *port, struct addr *addr)
{
	(void)cid;
	(void)port;
	(void)addr;
	return "(this system has no vsock)";
}

bool vsock_text(const struct addr *addr, char out[ADDR_TEXT])
{
	(void)addr;
	(void)out;
	return false;
}
