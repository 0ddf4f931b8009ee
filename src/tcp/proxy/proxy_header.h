/* SPDX-License-Identifier: ISC */
/* proxy_header.h - build the header of the PROXY protocol, versions 1 and 2, and parse it as it
 * arrives.
 *
 * haproxy's doc/proxy-protocol.txt. Pure: bytes in, addresses out. */
#ifndef TCP_PROXY_PROXY_HEADER_H
#define TCP_PROXY_PROXY_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "core/addr/addr.h"

struct bytes;

enum proxy_header_version { PROXY_HEADER_V1, PROXY_HEADER_V2 };

/* The versions as --send-proxy names them, by enum proxy_header_version, then NULL; for
 * OPT_CHOICE. */
extern const char *const proxy_header_versions[];

/* Append the header for a connection from SOURCE to DESTINATION. Unless these are both IPv4 or both
 * IPv6, it has UNKNOWN (version 1) or LOCAL (version 2). */
void proxy_header_add(struct bytes *out, enum proxy_header_version version,
	const struct addr *source, const struct addr *destination);

enum {
	PROXY_HEADER_V1_MAX = 107,  /* the line with its CR LF */
	PROXY_HEADER_V2_FIXED = 16, /* signature, command, family, length */
	PROXY_HEADER_UNIX_PATH = 108,
	PROXY_HEADER_KEPT = PROXY_HEADER_V2_FIXED + 2 * PROXY_HEADER_UNIX_PATH,
};

enum proxy_header_state { PROXY_HEADER_MORE, PROXY_HEADER_DONE, PROXY_HEADER_BAD };

/* A header being read; all zero is the beginning. Its size is fixed whatever the peer claims. */
struct proxy_header {
	enum proxy_header_state state;

	/* Once DONE. If both have size 0 (UNKNOWN, LOCAL or a family without addresses), the
	 * connection's own addresses apply. IPv4-mapped addresses have become IPv4. */
	struct addr source, destination;

	/* Once BAD: the reason, fit to follow a name and a colon. */
	const char *reason;

	/* Internal to the parser: */
	size_t size;   /* bytes in DATA */
	size_t target; /* version 2: how many belong there */
	size_t skip;   /* version 2: bytes after those, which are skipped (TLVs) */
	unsigned char data[PROXY_HEADER_KEPT];
};

/* Take the header's next bytes from the SIZE bytes at DATA. Returns how many belong to it (what
 * follows is the connection's data), and 0 once the state is no longer MORE. If the peer sends
 * anything else, the state is BAD at the first wrong byte. To leave data in the socket, pass what
 * recv(MSG_PEEK) shows and then receive as much as this took. */
size_t proxy_header_feed(struct proxy_header *header, const void *data, size_t size);

#endif
