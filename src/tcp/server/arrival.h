/* SPDX-License-Identifier: ISC */
/* arrival.h - accepted connections whose PROXY protocol header has not arrived yet. Once it has,
 * they become a struct conn. */
#ifndef TCP_SERVER_ARRIVAL_H
#define TCP_SERVER_ARRIVAL_H

#include "core/addr/addr.h"

struct server;

/* Read the header of the accepted socket FD, whose peer is PEER, then hand it to server_serve with
 * the address that the header names (PEER's own, if it names none); not a byte behind the header is
 * taken. A peer that sends anything else, or nothing for 5 s, is closed with a warning. Takes FD
 * over. */
void arrival_start(struct server *s, int fd, const struct addr *peer);

/* Close those that are still awaited. */
void arrival_end_all(struct server *s);

#endif
