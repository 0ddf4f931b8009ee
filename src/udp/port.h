/* SPDX-License-Identifier: ISC */
/* port.h - a socket that receives datagrams from any sender, and sends answers. */
#ifndef UDP_PORT_H
#define UDP_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "core/listener.h"
#include "core/loop/loop.h"
#include "udp/outgoing.h"

enum { PORT_ANSWERS = 64 };

/* The traffic of all ports. */
struct totals {
	uint64_t received, received_bytes;
	uint64_t sent, sent_bytes;
	uint64_t errors;  /* answers and so on that could not be sent */
	int64_t moved_ns; /* when the last datagram came or went */
};

struct port;
typedef void port_fn(void *arg, struct port *port);

struct port {
	struct outgoing out;
	int fd;
	int family;
	struct addr addr; /* as bound */
	struct totals *totals;
	int64_t drops_before; /* for an inherited one */
	struct os_dgram_state before;
	bool inherited;
	port_fn *readable;
	void *arg;

	struct port_answer {
		const struct addr *peer, *from;
		struct iovec part;
	} answers[PORT_ANSWERS]; /* borrowed until port_flush */
	int answer_count;
};

/* Prepare to use the socket of L, which the caller closes after port_release. */
void port_init(struct port *port, const struct listener *l);
void port_release(struct port *port);

/* Call READABLE when datagrams wait, once port_read has enabled that. GATE is closed while answers
 * wait. */
void port_start(
	struct port *port, struct loop *loop, struct gate *gate, port_fn *readable, void *arg);

/* Set whether READABLE is to be called. 0, or -1 with errno. */
int port_read(struct port *port, bool on) CHECKED;

/* Send SIZE bytes to PEER from the address FROM (size 0: any). The bytes and the addresses must
 * stay where they are until port_flush; what cannot be sent then is kept and sent as soon as
 * possible. */
void port_answer(struct port *port, const struct addr *peer, const struct addr *from,
	const void *data, size_t size);
void port_flush(struct port *port);

/* Whether answers wait: then add no more. */
bool port_is_blocked(const struct port *port);

/* How many datagrams the kernel has dropped; -1: unknown. */
int64_t port_drops(const struct port *port);

#endif
