/* SPDX-License-Identifier: ISC */
/* port.h - a socket that takes datagrams from anyone, and sends answers. */
#ifndef UDP_PORT_H
#define UDP_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "core/addr/addr.h"
#include "core/listener.h"
#include "core/loop/loop.h"

enum { PORT_ANSWERS = 64 };

/* What went through all ports. */
struct totals {
	uint64_t received, received_bytes;
	uint64_t sent, sent_bytes;
	uint64_t errors; /* answers and the like that could not be sent */
};

struct port;
typedef void port_fn(void *arg, struct port *port);

/* An answer that has to wait. */
struct port_waiting;

struct port {
	struct loop *loop;
	int fd;
	int family;
	struct addr addr; /* as bound */
	struct totals *totals;
	int64_t drops_before; /* of an inherited one */

	bool reading; /* the owner wants to know of datagrams */
	bool merge;   /* equal answers to one peer may go as one */
	port_fn *readable, *drained;
	void *arg;

	struct port_answer {
		const struct addr *peer, *from;
		struct iovec part;
	} answers[PORT_ANSWERS]; /* borrowed, until port_flush */
	int answer_count;
	struct port_waiting *first, *last;
	struct loop_timer again;
};

/* Prepare to use the socket of L, which stays the caller's to close, after port_release. */
void port_init(struct port *port, const struct listener *l);
void port_release(struct port *port);

/* Begin to call READABLE when datagrams wait, and DRAINED when the answers that had to wait are
 * gone. */
void port_start(
	struct port *port, struct loop *loop, port_fn *readable, port_fn *drained, void *arg);

/* Whether READABLE is to be called. */
void port_read(struct port *port, bool on);

/* Send SIZE bytes to PEER from the address FROM (size 0: any). All of it stays where it is until
 * port_flush; what cannot be sent then is kept and sent as soon as possible. */
void port_answer(struct port *port, const struct addr *peer, const struct addr *from,
	const void *data, size_t size);
void port_flush(struct port *port);

/* Whether answers have to wait: then bring no more. */
bool port_is_blocked(const struct port *port);

/* How many datagrams the kernel has dropped; -1: unknown. */
int64_t port_drops(const struct port *port);

#endif
