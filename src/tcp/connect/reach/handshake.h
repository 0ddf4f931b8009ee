/* SPDX-License-Identifier: ISC */
/* handshake.h - what is exchanged on a connection before it is handed to the user: the handshake
 * with a proxy, then a PROXY header. */
#ifndef TCP_CONNECT_REACH_HANDSHAKE_H
#define TCP_CONNECT_REACH_HANDSHAKE_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "tcp/proxy/proxy_client.h"

/* What to send; WISH outlives the handshake. */
struct handshake_plan {
	const struct proxy_wish *wish; /* NULL: no proxy */
	int header;		       /* enum proxy_header_version; HANDSHAKE_NO_HEADER */
	int64_t timeout_ns;	       /* 0: no limit */
};
enum { HANDSHAKE_NO_HEADER = -1 };

/* An exit status, STATUS_DONE when it is complete; else WHY has one clause. */
typedef void handshake_fn(void *arg, enum status status, const char *why);

/* All zero: no handshake. */
struct handshake {
	struct loop *loop;
	int fd;
	bool asking; /* the handshake with the proxy is not done */
	struct proxy_client client;
	struct bytes header;
	struct loop_timer timer;
	handshake_fn *fn;
	void *arg;
};

/* Carry out PLAN on the connected stream socket FD, which remains the caller's; the PROXY header
 * names the real addresses of FD. FN is called once, from the loop. No byte after the handshake is
 * read. 0, or -1 with errno. */
int handshake_start(struct handshake *p, struct loop *loop, int fd,
	const struct handshake_plan *plan, handshake_fn *fn, void *arg) CHECKED;

/* Forget FD, and do not call FN. */
void handshake_release(struct handshake *p);

#endif
