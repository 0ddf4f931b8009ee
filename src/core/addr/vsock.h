/* SPDX-License-Identifier: ISC */
/* vsock.h - the addresses of AF_VSOCK, to and from text; vsock_linux.c and vsock_posix.c each
 * provide both functions. */
#ifndef CORE_ADDR_VSOCK_H
#define CORE_ADDR_VSOCK_H

#include <stdbool.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* Make ADDR from CID (`any`, `host`, `local` or a number) and PORT. NULL, or the reason. */
const char *vsock_parse(const char *cid, const char *port, struct addr *addr) CHECKED;

/* Write ADDR to OUT as `vsock:CID:PORT`; false: ADDR is not of that family. */
bool vsock_text(const struct addr *addr, char out[ADDR_TEXT]);

#endif
