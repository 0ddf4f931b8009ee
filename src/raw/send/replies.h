/* SPDX-License-Identifier: ISC */
/* replies.h - answers to what was sent: seen, matched, reported. */
#ifndef RAW_SEND_REPLIES_H
#define RAW_SEND_REPLIES_H

#include "base/checked.h"
#include "core/loop/loop.h"
#include "raw/packet/trace.h"
#include "raw/send/order.h"
#include "raw/send/source.h"

/* What is to be watched. */
struct replies_plan {
	const struct os_link *link; /* frames of this interface; NULL: IP packets of FAMILY */
	int family;
	const struct layer *first; /* what the packets that are sent begin with */
	struct trace_place place;
	const struct spec *spec; /* whose swept fields are reported; NULL: there are none */
	bool several;		 /* packets differ: report which one was answered */
	bool in_order;		 /* report in the order of the packets */
	int64_t hold_ns;	 /* ... holding back others for so long while one is unanswered */
	bool in_turn;	/* all leave at once for one place: of packets alike the oldest is answered
			   first */
	uint64_t limit; /* report no more than this */
	bool json;
};

/* Called from the loop after replies were reported, or when reading or writing them failed (WHY is
 * not NULL). */
typedef void replies_fn(void *arg, const char *why);

struct replies_entry;
struct replies {
	struct loop *loop;
	struct replies_plan plan;
	replies_fn *fn;
	void *arg;
	int fd;
	struct replies_entry *entries; /* a ring: the packet NUMBER is at NUMBER modulo its size */
	uint64_t *rows;		       /* the latest packet of each hash of traces; 0: none */
	struct order held;	       /* what was not reported yet, with IN_ORDER */
	uint64_t settled;	       /* this packet and those before it hold nothing back */
	struct loop_timer timer;       /* until the next one does not */
	unsigned char *frame;
	uint64_t count;	   /* replies, reported or held back */
	uint64_t answered; /* packets that have had one */
	uint64_t bytes;
};

/* Listen from now on. FD is a socket of os_capture_open, owned from now on. 0, or -1 with errno.
 * Close after any outcome. */
int replies_open(struct replies *r, struct loop *loop, int fd, const struct replies_plan *plan,
	replies_fn *fn, void *arg) CHECKED;

/* Report what is held back, and stop listening. */
void replies_close(struct replies *r);

/* A packet is about to be sent; it may be the same as before, if there was no room for it. */
void replies_note(struct replies *r, const struct raw_packet *packet);

#endif
