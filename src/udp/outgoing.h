/* SPDX-License-Identifier: ISC */
/* outgoing.h - the sending side of a datagram socket: datagrams wait if there is no room, and
 * errors that the socket reports about earlier datagrams are not taken for those of the current
 * one.
 *
 * If a Unix socket that is one of several receivers does not read, it holds up the others for at
 * most a quarter of a second: then datagrams for it fail with EAGAIN until it reads again. */
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
	OUTGOING_FULL,	 /* there is no room at the moment */
	OUTGOING_FAILED, /* errno: this datagram cannot be sent */
};

/* One datagram and its route. */
struct outgoing_datagram {
	struct os_dgram_route route;
	struct iovec part;
};

/* The owner's callbacks, each with ARG; none is called from within outgoing_send, and only DONE
 * from within outgoing_put. */
struct outgoing_calls {
	void (*readable)(void *arg); /* while outgoing_read is on */
	void (*room)(void *arg);     /* there is room again, and nothing waits any longer */
	/* The outcome of a datagram passed to outgoing_put: ERR is 0, or why it cannot be sent. */
	void (*done)(void *arg, const struct outgoing_datagram *d, int err);
};

struct outgoing_waiting;

struct outgoing {
	struct loop *loop;
	int fd;
	bool reading;
	bool full;   /* until the poller reports room */
	bool merge;  /* several of the same size may be sent as one */
	int earlier; /* errno that the socket reported about an earlier datagram; 0: none */
	const struct outgoing_calls *calls;
	void *arg;
	struct gate *gate; /* closed while datagrams wait; NULL: none */
	struct outgoing_waiting *first, *last;
	struct loop_timer again;
	/* About the receiver that has no room, if the poller does not report that (outgoing.c). */
	int64_t pause_ns; /* until the next try; 0: there is none */
	int64_t since_ns;
	struct addr slow; /* the last one that was given up; size 0: none */
};

/* Prepare to send on FD, which the caller closes after outgoing_release. */
void outgoing_init(struct outgoing *o, struct loop *loop, int fd,
	const struct outgoing_calls *calls, void *arg);

/* Forget the socket and the datagrams that wait. */
void outgoing_release(struct outgoing *o);

/* Set whether READABLE is to be called. 0, or -1 with errno. */
int outgoing_read(struct outgoing *o, bool on) CHECKED;

/* Continue with the socket FD instead of the previous one, which may be closed only afterwards. 0,
 * or -1 with errno and nothing changed. */
int outgoing_replace(struct outgoing *o, int fd) CHECKED;

/* Send as many of the COUNT datagrams EACH as there is room for: *SENT of them. Nothing is kept:
 * after OUTGOING_FULL, ROOM will be called. */
enum outgoing_result outgoing_send(struct outgoing *o, const struct os_dgram_route *route,
	const struct iovec *each, int count, int *sent) CHECKED;

/* Send D, or keep a copy until there is room. */
void outgoing_put(struct outgoing *o, const struct outgoing_datagram *d);

/* Whether datagrams wait. */
bool outgoing_waits(const struct outgoing *o);

/* The errno that the socket has reported about an earlier datagram since the last call; 0: none. */
int outgoing_earlier(struct outgoing *o);

/* Whether ERR may be the network's answer to an earlier datagram. */
bool outgoing_is_answer(int err);

#endif
