/* SPDX-License-Identifier: ISC */
/* types.c - the values of --type, shared by both commands. */

#include "tcp/types.h"

#include <stddef.h>
#include <sys/socket.h>

const char *const tcp_type_names[] = {"stream", "seqpacket", NULL};
const int tcp_type_values[] = {SOCK_STREAM, SOCK_SEQPACKET};
