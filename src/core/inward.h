/* SPDX-License-Identifier: ISC */
/* inward.h - which addresses lead back to this host or to what is only on its links. */
#ifndef CORE_INWARD_H
#define CORE_INWARD_H

#include <stdbool.h>

#include "core/addr/addr.h"

/* Whether ADDR (not IPv4-mapped) is a loopback, unspecified or link-local address, or one of this
 * host's own as getifaddrs(3) has them. If they are not known, every address counts as one. */
bool addr_is_inward(const struct addr *addr);

#endif
