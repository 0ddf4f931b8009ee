/* SPDX-License-Identifier: ISC */
/* conn_tap_relay_private.h - a connection with taps (-C, -t, -x, --rate, copies) between the peer
 * and its service. Only for conn.c.
 *
 * A relay carries between the peer's socket and one end of a socket pair, through the taps; the
 * service has the other end as conn->fd. When the service has ended the connection (conn_end), it
 * lives on until everything is carried to the peer. */
#ifndef TCP_SERVER_CONN_TAP_RELAY_PRIVATE_H
#define TCP_SERVER_CONN_TAP_RELAY_PRIVATE_H

#include "base/checked.h"
#include "tcp/server/conn.h"

/* Put the taps in front of C, which has not been given to its service yet. 0, or -1 with errno. */
int conn_tap_relay_start(struct conn *c) CHECKED;

/* C's service has ended it with RESULT: carry what is left, then call conn_finish. */
void conn_tap_relay_end(struct conn *c, const struct conn_result *result);

/* End C now. conn_finish is called before this returns. */
void conn_tap_relay_stop(struct conn *c);

/* Store the bytes on the wire of C so far in RESULT. */
void conn_tap_relay_measure(const struct conn *c, struct conn_result *result);

/* When bytes last moved on the wire; the present time while taps hold some back. */
int64_t conn_tap_relay_moved_ns(struct conn *c);

/* The connection behind C. */
int conn_tap_relay_wire(const struct conn *c);

#endif
