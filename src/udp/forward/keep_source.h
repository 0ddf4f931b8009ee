/* SPDX-License-Identifier: ISC */
/* keep_source.h - pass datagrams on as if they came from their senders: answers go directly to
 * them, so there are no sessions. */
#ifndef UDP_FORWARD_KEEP_SOURCE_H
#define UDP_FORWARD_KEEP_SOURCE_H

#include "base/checked.h"
#include "base/status.h"
#include "udp/format.h"
#include "udp/forward/forward.h"
#include "udp/gate.h"
#include "udp/outgoing.h"
#include "udp/port.h"

struct bytes;

struct keep_source {
	const struct forward *forward; /* its targets, and options */
	struct keep_source_way {
		struct outgoing out;
		int family;
		int fd; /* -1 or, with FAMILY 0, nothing: no target is of this family */
		struct totals *totals;
	} ways[2];
	unsigned char *packet; /* a UDP header and its payload */
};

/* Open a raw socket for each family that F has targets of. An exit status: STATUS_DONE, or one line
 * in WHY, which names the privilege if that is missing. Release K in any case. */
enum status keep_source_open(
	struct keep_source *k, const struct forward *f, struct bytes *why) CHECKED;
void keep_source_release(struct keep_source *k);

/* Begin to send; GATE is closed while datagrams wait. */
void keep_source_init(struct keep_source *k, struct loop *loop, struct gate *gate);

/* Pass D, which came through PORT, on to all targets of its sender's family. */
void keep_source_take(struct keep_source *k, struct port *port, const struct datagram *d);

#endif
