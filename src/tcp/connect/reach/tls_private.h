/* SPDX-License-Identifier: ISC */
/* tls_private.h - what tls knows of openssl(1): its arguments, and what it says of a failure. */
#ifndef TCP_CONNECT_REACH_TLS_PRIVATE_H
#define TCP_CONNECT_REACH_TLS_PRIVATE_H

#include "tcp/connect/reach/tls.h"

/* Write the command line for PLAN, with a connection at the Unix socket PATH, into ARGV, which ends
 * with NULL; at most 24 words. */
void tls_arguments(const struct tls_plan *plan, const char *path, const char **argv);

/* Add one line to WHY if it failed, nothing if not: WAIT_STATUS is its end, SAID its standard
 * error, ERROR the errno of a connection that broke (0: it did not). */
void tls_explain(struct bytes *said, int wait_status, int error, struct bytes *why);

#endif
