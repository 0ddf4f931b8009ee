/* SPDX-License-Identifier: ISC */
/* inward.h - which addresses lead back to this host or only to its links. */
#ifndef CORE_INWARD_H
#define CORE_INWARD_H

#include <stdbool.h>

#include "core/addr/addr.h"

/* Whether ADDR (not IPv4-mapped) is a loopback, unspecified or link-local address, or one of this
 * host's own, as getifaddrs(3) reports them. If that fails, every address counts as one of them. */
bool addr_is_inward(const struct addr *addr);

#endif
