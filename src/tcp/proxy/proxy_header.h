/* SPDX-License-Identifier: ISC */
/* proxy_header.h - the PROXY protocol's header, versions 1 and 2: built, and parsed as it comes.
 *
 * haproxy's doc/proxy-protocol.txt. Pure: bytes in, addresses out. */
#ifndef TCP_PROXY_PROXY_HEADER_H
#define TCP_PROXY_PROXY_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "core/addr/addr.h"

struct bytes;

enum proxy_header_version { PROXY_HEADER_V1, PROXY_HEADER_V2 };

/* The versions as --send-proxy names them, by enum proxy_header_version, then NULL: for OPT_CHOICE.
 */
extern const char *const proxy_header_versions[];

/* Append the header that says: this connection comes from SOURCE and leads to DESTINATION. Where
 * these are not both IPv4 or both IPv6 it says UNKNOWN (version 1) or LOCAL (version 2). */
void proxy_header_add(struct bytes *out, enum proxy_header_version version,
	const struct addr *source, const struct addr *destination);

enum {
	PROXY_HEADER_V1_MAX = 107,  /* the line with its CR LF */
	PROXY_HEADER_V2_FIXED = 16, /* signature, command, family, length */
	PROXY_HEADER_UNIX_PATH = 108,
	PROXY_HEADER_KEPT = PROXY_HEADER_V2_FIXED + 2 * PROXY_HEADER_UNIX_PATH,
};

enum proxy_header_state { PROXY_HEADER_MORE, PROXY_HEADER_DONE, PROXY_HEADER_BAD };

/* A header being read; all zero is the beginning. Its room is fixed whatever the peer claims. */
struct proxy_header {
	enum proxy_header_state state;

	/* Once DONE. Size 0 (of both): UNKNOWN, LOCAL or a family without addresses: the
	 * connection's own addresses hold. IPv4-mapped ones are IPv4. */
	struct addr source, destination;

	/* Once BAD: why, fit to follow a name and a colon. */
	const char *reason;

	/* The parser's own: */
	size_t size;   /* bytes in DATA */
	size_t target; /* version 2: how many belong there */
	size_t skip;   /* version 2: bytes after those that only have to be passed over (TLVs) */
	unsigned char data[PROXY_HEADER_KEPT];
};

/* Take the header's next bytes from the SIZE at DATA; returns how many belong to it, so what
 * follows is the connection's data, and 0 once the state is no longer MORE. A peer that begins with
 * anything else is BAD at its first wrong byte. To leave data in the socket, feed what
 * recv(MSG_PEEK) shows and then receive what this took. */
size_t proxy_header_feed(struct proxy_header *header, const void *data, size_t size);

#endif
