/* SPDX-License-Identifier: ISC */
/* hints.h - what to type in the place of options of other programs. */
#ifndef TCP_HINTS_H
#define TCP_HINTS_H

#include "core/opt/opt.h"

extern const struct opt_hint connect_hints[];
extern const struct opt_hint serve_hints[];

#endif
