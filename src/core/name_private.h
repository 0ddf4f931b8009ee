/* SPDX-License-Identifier: ISC */
/* name_private.h - what the files of name*.c share. */
#ifndef CORE_NAME_PRIVATE_H
#define CORE_NAME_PRIVATE_H

#include <stdbool.h>

enum name_special { NAME_ORDINARY, NAME_INVALID, NAME_LOCALHOST };

/* Whether RFC 6761 determines the answer for HOST: `invalid`, `localhost` and all names under them,
 * unless /etc/hosts has that name. */
enum name_special name_special(const char *host);

/* Whether ::1 can be used here. */
bool name_has_ipv6_loopback(void);

#endif
