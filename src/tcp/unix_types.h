/* SPDX-License-Identifier: ISC */
/* unix_types.h - the values of --type, the type of a Unix socket; for both commands. */
#ifndef TCP_UNIX_TYPES_H
#define TCP_UNIX_TYPES_H

/* Names for a choice, ending with NULL; and the type each stands for (SOCK_STREAM,
 * SOCK_SEQPACKET). */
extern const char *const tcp_type_names[];
extern const int tcp_type_values[];

#endif
