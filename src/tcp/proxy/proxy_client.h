/* SPDX-License-Identifier: ISC */
/* proxy_client.h - ask a proxy for a connection: SOCKS 4, 4a, 5 (RFC 1928, 1929), HTTP CONNECT.
 *
 * A pure state machine: what the proxy sends goes in, what to send to it comes out; no sockets. */
#ifndef TCP_PROXY_PROXY_CLIENT_H
#define TCP_PROXY_PROXY_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"

enum proxy_kind { PROXY_SOCKS5, PROXY_SOCKS4, PROXY_SOCKS4A, PROXY_HTTP };

/* The request; the texts outlive the handshake. */
struct proxy_wish {
	enum proxy_kind kind;
	/* A name, which the proxy resolves, or a numeric address (without a zone); SOCKS 4 supports
	 * only an IPv4 address. */
	const char *host;
	uint16_t port;
	const char *user, *password; /* NULL: none */
};

/* NULL, or why WISH cannot be requested (text for the user): a name or login that is too long for
 * the protocol or has characters that it cannot carry, or an address that it cannot express. */
const char *proxy_client_check(const struct proxy_wish *wish) CHECKED;

enum proxy_client_state { PROXY_CLIENT_MORE, PROXY_CLIENT_DONE, PROXY_CLIENT_FAILED };

enum {
	PROXY_CLIENT_SOCKS_MAX = 262, /* the longest answer: a bound address of 255 bytes */
	/* The longest header of an answer, including interim ones. It is not stored, so this only
	 * stops a proxy that would never finish. */
	PROXY_CLIENT_HTTP_MAX = 1 << 20,
	PROXY_CLIENT_STATUS_LINE = 160, /* how much of an HTTP line is kept, for messages */
};

struct proxy_client {
	enum proxy_client_state state;
	struct bytes out; /* to be sent now; the owner drops what it has sent */

	/* Once FAILED: the exit status (STATUS_NOT_PERMITTED: the login, STATUS_REFUSED: the
	 * destination, STATUS_TIMED_OUT, STATUS_FAILED: an answer that makes no sense), and one
	 * clause for the user. */
	enum status status;
	struct bytes why;

	/* Internal: */
	const struct proxy_wish *wish;
	int step;
	size_t size;  /* bytes in IN */
	size_t need;  /* SOCKS: how many this step waits for */
	size_t total; /* HTTP: bytes of header so far */
	unsigned char in[PROXY_CLIENT_SOCKS_MAX];
};

/* Begin: the first bytes are in OUT. WISH has passed proxy_client_check. */
void proxy_client_start(struct proxy_client *c, const struct proxy_wish *wish);

/* Take what the proxy has sent. Returns how many of the SIZE bytes at DATA belong to the handshake:
 * what follows them is data of the connection. */
size_t proxy_client_feed(struct proxy_client *c, const void *data, size_t size);

/* The proxy has ended the connection: fail. An end instead of an answer is how `ssh -D` and others
 * signal that the destination cannot be reached; an end in the middle of an answer is an error. */
void proxy_client_ended(struct proxy_client *c);

void proxy_client_release(struct proxy_client *c);

#endif
