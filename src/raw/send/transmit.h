/* SPDX-License-Identifier: ISC */
/* transmit.h - send the packets of a source, in batches, when they are due. */
#ifndef RAW_SEND_TRANSMIT_H
#define RAW_SEND_TRANSMIT_H

#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "raw/send/source.h"

/* Where packets go. Frames: FD[0]. Packets with an IP header: FD[0] for IPv4, FD[1] for IPv6, to
 * the address in the header. If TO is given: FD[0], to that address. */
struct transmit_way {
	enum packet_start start;
	int fd[2];
	const struct addr *to;
	unsigned scope; /* for link-local addresses; 0: none */
};

struct transmit;

/* Called for each packet when it is taken from the source, and right before each attempt to send
 * it. Either may be NULL. */
typedef void transmit_packet_fn(void *arg, const struct raw_packet *packet);

/* Called once, when everything is sent or sending has failed: STATUS_DONE, or another with a line
 * in WHY. */
typedef void transmit_done_fn(void *arg, enum status status, const char *why);

struct transmit_hooks {
	transmit_packet_fn *taken;
	transmit_packet_fn *sending;
	transmit_done_fn *done;
	void *arg;
};

struct transmit {
	struct loop *loop;
	struct raw_source *source;
	struct transmit_way way;
	struct transmit_hooks hooks;

	struct raw_packet packets[RAW_BATCH];
	struct os_packet out[RAW_BATCH];
	struct addr to[RAW_BATCH];
	size_t count, sent;	/* of this batch */
	int fd;			/* of this batch */
	struct raw_packet held; /* taken, but not part of this batch */
	bool holding, ended, over;
	bool is_full; /* OUT is full */

	struct loop_timer timer;
	int64_t started_ns;
	uint64_t sent_packets, sent_bytes;
	uint64_t full; /* how many times the system had no room (ENOBUFS) */
	struct bytes why;
};

/* Begin. DONE is called from the loop. 0, or -1 with errno. Release after any outcome. */
int transmit_start(struct transmit *t, struct loop *loop, struct raw_source *source,
	const struct transmit_way *way, const struct transmit_hooks *hooks) CHECKED;

/* End at once; nothing is called. */
void transmit_stop(struct transmit *t);
void transmit_release(struct transmit *t);

#endif
