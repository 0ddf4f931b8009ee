/* SPDX-License-Identifier: ISC */
/* arrival.h - accepted connections whose PROXY protocol header has not arrived yet. Once it has,
 * they become a struct conn. */
#ifndef TCP_SERVER_ARRIVAL_H
#define TCP_SERVER_ARRIVAL_H

struct accepted;
struct server;

/* Read the header of what was ACCEPTED, then hand it to server_serve with the addresses that the
 * header names (its own, if it names none); not a byte behind the header is taken. A peer that
 * sends anything else, or nothing for 5 s, is closed with a warning. Takes the socket over. */
void arrival_start(struct server *s, const struct accepted *accepted);

/* Close those that are still awaited. */
void arrival_end_all(struct server *s);

#endif
