/* SPDX-License-Identifier: ISC */
/* proxy_request.h - the requests of a proxy's clients, and the answers: SOCKS 4 and 4a, SOCKS 5
 * (RFC 1928, 1929), HTTP CONNECT (RFC 9110 section 9.3.6). Pure: bytes in, bytes out. */
#ifndef TCP_PROXY_PROXY_REQUEST_H
#define TCP_PROXY_PROXY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"

struct bytes;

enum proxy_server_kind { PROXY_SERVER_SOCKS, PROXY_SERVER_HTTP };

enum {
	PROXY_REQUEST_MAX = 8192, /* bytes of one message; more is refused */
	PROXY_HOST_MAX = 255,
};

struct proxy_users;

/* One client's request, being read. Set KIND and USERS (NULL: anyone); everything else is zero at
 * first. */
struct proxy_request {
	enum proxy_server_kind kind;
	const struct proxy_users *users;
	int version;		       /* the version of SOCKS: 4 or 5; 0: not known yet, or HTTP */
	int stage;		       /* for SOCKS 5 */
	char host[PROXY_HOST_MAX + 1]; /* the destination: a name or an address */
	uint16_t port;		       /* host order */

	/* Once REFUSED: the reason, for the log; and whether it is a login that was given and is
	 * wrong, so that the answer should be delayed, to slow down guessing. */
	const char *refusal;
	bool wrong_login;
};

/* The REFUSAL for a login that was given and is wrong. */
extern const char proxy_wrong_login[];

enum proxy_step {
	PROXY_MORE,    /* incomplete */
	PROXY_GO_ON,   /* a message was used and answered; another must follow */
	PROXY_READY,   /* HOST and PORT are known: connect, then proxy_answer */
	PROXY_REFUSED, /* OUT has the answer: send it and close */
};

/* Look at the SIZE bytes at DATA, which have not been used yet. *USED is how many the message took
 * (0 with PROXY_MORE); what to send is added to OUT. */
enum proxy_step proxy_request_feed(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out) CHECKED;

/* Add to OUT the answer to the connect: STATUS is an exit status, LOCAL (NULL: none)
 * our end of the connection that was made. */
void proxy_answer(
	struct proxy_request *r, enum status status, const struct addr *local, struct bytes *out);

#endif
