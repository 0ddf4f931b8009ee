/* SPDX-License-Identifier: ISC */
/* outgoing.h - the sending side of a datagram socket: what finds no room waits, and what the socket
 * reports of earlier datagrams is not taken for an error of the one in hand.
 *
 * A Unix socket that does not read, and is one of several receivers, holds up the others for a
 * quarter of a second at most: then what is for it fails with EAGAIN, until it reads again. */
#ifndef UDP_OUTGOING_H
#define UDP_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/os/dgram/dgram.h"
#include "udp/gate.h"

enum outgoing_result {
	OUTGOING_SENT,
	OUTGOING_FULL,	 /* no room at the moment */
	OUTGOING_FAILED, /* errno: this datagram cannot be sent */
};

/* One datagram, and the way it takes. */
struct outgoing_datagram {
	struct os_dgram_route route;
	struct iovec part;
};

/* What the owner of a socket wants to know, each with ARG; none is called from within
 * outgoing_send, done is from within outgoing_put. */
struct outgoing_calls {
	void (*readable)(void *arg); /* while outgoing_read is on */
	void (*room)(void *arg);     /* there was none before; nothing waits any more */
	/* What became of a datagram that was put: ERR is 0, or why it cannot be sent. */
	void (*done)(void *arg, const struct outgoing_datagram *d, int err);
};

struct outgoing_waiting;

struct outgoing {
	struct loop *loop;
	int fd;
	bool reading;
	bool full;   /* until the poller says otherwise */
	bool merge;  /* several of one size may go as one */
	int earlier; /* errno that the socket reported of an earlier datagram; 0: none */
	const struct outgoing_calls *calls;
	void *arg;
	struct gate *gate; /* closed while datagrams wait; NULL: none */
	struct outgoing_waiting *first, *last;
	struct loop_timer again;
	/* Of the receiver that has no room, where the poller does not tell (outgoing.c). */
	int64_t pause_ns; /* until the next look; 0: there is none */
	int64_t since_ns;
	struct addr slow; /* the one that was given up last; size 0: none */
};

/* Prepare to send on FD, which stays the caller's to close, after outgoing_release. */
void outgoing_init(struct outgoing *o, struct loop *loop, int fd,
	const struct outgoing_calls *calls, void *arg);

/* Forget the socket, and what waits. */
void outgoing_release(struct outgoing *o);

/* Whether READABLE is to be called. 0, or -1 with errno. */
int outgoing_read(struct outgoing *o, bool on) CHECKED;

/* Go on with the socket FD in place of the one before, which is to be closed only then. 0, or -1
 * with errno and everything as it was. */
int outgoing_replace(struct outgoing *o, int fd) CHECKED;

/* Send as many of the COUNT datagrams EACH as there is room for: *SENT of them. Nothing is kept:
 * after OUTGOING_FULL room is called in time. */
enum outgoing_result outgoing_send(struct outgoing *o, const struct os_dgram_route *route,
	const struct iovec *each, int count, int *sent) CHECKED;

/* Send D, or keep a copy until there is room. */
void outgoing_put(struct outgoing *o, const struct outgoing_datagram *d);

/* Whether datagrams wait. */
bool outgoing_waits(const struct outgoing *o);

/* The errno that the socket has reported of an earlier datagram since the last call; 0: none. */
int outgoing_earlier(struct outgoing *o);

/* Whether ERR may be the network's answer to an earlier datagram. */
bool outgoing_is_answer(int err);

#endif
