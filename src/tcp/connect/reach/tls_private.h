/* SPDX-License-Identifier: ISC */
/* tls_private.h - what tls knows about openssl(1): its arguments, and how it reports failures. */
#ifndef TCP_CONNECT_REACH_TLS_PRIVATE_H
#define TCP_CONNECT_REACH_TLS_PRIVATE_H

#include "tcp/connect/reach/tls.h"

/* Write the command line for PLAN, with a connection at the Unix socket PATH, into ARGV, which ends
 * with NULL; at most 24 words. */
void tls_arguments(const struct tls_plan *plan, const char *path, const char **argv);

/* If openssl failed, add one line to WHY: WAIT_STATUS is how it ended, SAID its standard error,
 * ERROR the errno of a connection that broke (0: it did not). */
void tls_explain(struct bytes *said, int wait_status, int error, struct bytes *why);

#endif
