/* SPDX-License-Identifier: ISC */
/* unix_types.c - the values of --type, the type of a Unix socket; for both commands. */

#include "tcp/unix_types.h"

#include <stddef.h>
#include <sys/socket.h>

const char *const tcp_type_names[] = {"stream", "seqpacket", NULL};
const int tcp_type_values[] = {SOCK_STREAM, SOCK_SEQPACKET};
