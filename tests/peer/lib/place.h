/* SPDX-License-Identifier: ISC */
/* place.h - where a peer listens, or connects to. Every failure ends the program. */
#ifndef PLACE_H
#define PLACE_H

#include <sys/socket.h>

struct place {
	struct sockaddr_storage address;
	socklen_t size;
	int type;
};

/* TEXT is PORT (of 127.0.0.1), ADDRESS:PORT, [ADDRESS]:PORT, unix:PATH or unix:@NAME; with `udp:`
 * or `packet:` before it, or instead of `unix:`, datagrams or sequenced packets instead of a
 * stream: udp:7000, udp:unix:PATH, packet:PATH. */
struct place place_parse(const char *text);

/* A socket of P's kind that is neither bound nor connected. */
int place_socket(const struct place *p);

/* A socket bound to P, with SO_REUSEADDR if that does not let two sockets share an address. */
int place_bind(const struct place *p);

/* A socket connected to P. */
int place_dial(const struct place *p);

/* Write the port of the bound FD, or its path, into the file PATH. */
void place_publish(int fd, const char *path);

/* The port FD is bound to; 0 for a Unix socket. */
unsigned place_port(int fd);

#endif
