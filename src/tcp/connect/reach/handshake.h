/* SPDX-License-Identifier: ISC */
/* handshake.h - what is exchanged on a connection before it is the user's: the handshake with a
 * proxy, then a PROXY header. */
#ifndef TCP_CONNECT_REACH_HANDSHAKE_H
#define TCP_CONNECT_REACH_HANDSHAKE_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "tcp/proxy/proxy_client.h"

/* What there is to say; WISH outlives the handshake. */
struct handshake_plan {
	const struct proxy_wish *wish; /* NULL: no proxy */
	int header;		       /* enum proxy_header_version; HANDSHAKE_NO_HEADER */
	int64_t timeout_ns;	       /* 0: no limit */
};
enum { HANDSHAKE_NO_HEADER = -1 };

/* An exit status, STATUS_DONE when it is complete; else one clause in WHY. */
typedef void handshake_fn(void *arg, enum status status, const char *why);

/* All zero is none. */
struct handshake {
	struct loop *loop;
	int fd;
	bool asking; /* the handshake is not done */
	struct proxy_client client;
	struct bytes header;
	struct loop_timer timer;
	handshake_fn *fn;
	void *arg;
};

/* Say what PLAN has on the connected stream socket FD, which stays the caller's; the PROXY header
 * has its real addresses. FN is called once, from the loop. Not a byte is read that comes after the
 * handshake. 0, or -1 with errno. */
int handshake_start(struct handshake *p, struct loop *loop, int fd,
	const struct handshake_plan *plan, handshake_fn *fn, void *arg) CHECKED;

/* Forget FD, and do not call FN any more. */
void handshake_release(struct handshake *p);

#endif
