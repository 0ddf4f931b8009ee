/* SPDX-License-Identifier: ISC */
/* hints.h - what to type in the place of options of other programs. */
#ifndef UDP_HINTS_H
#define UDP_HINTS_H

#include "core/opt/opt.h"

extern const struct opt_hint udp_send_hints[];
extern const struct opt_hint udp_listen_hints[];

#endif
