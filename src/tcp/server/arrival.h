/* SPDX-License-Identifier: ISC */
/* arrival.h - accepted connections whose PROXY protocol header has not arrived yet. Once it has,
 * they become a struct conn. */
#ifndef TCP_SERVER_ARRIVAL_H
#define TCP_SERVER_ARRIVAL_H

struct accepted;
struct server;

/* Read the header of the ACCEPTED connection, then pass the connection to server_serve with the
 * addresses that the header names (or the socket's, if it names none); no byte after the header is
 * read. If the peer sends anything else, or nothing for 5 s, the connection is closed with a
 * warning. Takes over the socket. */
void arrival_start(struct server *s, const struct accepted *accepted);

/* Close the connections whose header has not arrived. */
void arrival_end_all(struct server *s);

#endif
