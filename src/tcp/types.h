/* SPDX-License-Identifier: ISC */
/* types.h - the values of --type, shared by both commands. */
#ifndef TCP_TYPES_H
#define TCP_TYPES_H

/* Names for a choice, ending with NULL; and what each stands for (SOCK_STREAM, SOCK_SEQPACKET). */
extern const char *const tcp_type_names[];
extern const int tcp_type_values[];

#endif
