/* SPDX-License-Identifier: ISC */
/* replies.h - receive answers to what was sent, match and report them. */
#ifndef RAW_SEND_REPLIES_H
#define RAW_SEND_REPLIES_H

#include "base/checked.h"
#include "core/loop/loop.h"
#include "raw/packet/trace.h"
#include "raw/send/order.h"
#include "raw/send/source.h"

/* What to watch for. */
struct replies_plan {
	const struct os_link *link; /* frames of this interface; NULL: IP packets of FAMILY */
	int family;
	const struct layer *first; /* the first layer of the packets that are sent */
	struct trace_place place;
	const struct spec *spec; /* whose swept fields are reported; NULL: there are none */
	bool several;		 /* packets differ: report which one was answered */
	bool in_order;		 /* report in the order of the packets */
	int64_t hold_ns;	 /* ... holding back others for this long while one is unanswered */
	bool in_turn;	/* all go at once to one place: of identical packets the oldest is answered
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
	struct replies_entry *entries; /* a ring: packet NUMBER is at NUMBER modulo its size */
	uint64_t *rows;		       /* for each hash of traces, the latest packet; 0: none */
	struct order held;	       /* with IN_ORDER: what was not reported yet */
	uint64_t settled;	       /* up to this packet, none holds anything back */
	struct loop_timer timer;       /* until the next one stops doing so */
	unsigned char *frame;
	uint64_t count;	   /* replies, reported or held back */
	uint64_t answered; /* packets that have had a reply */
	uint64_t bytes;
};

/* Start listening. FD is a socket of os_capture_open, which R owns from now on. 0, or -1 with
 * errno. Close R after any outcome. */
int replies_open(struct replies *r, struct loop *loop, int fd, const struct replies_plan *plan,
	replies_fn *fn, void *arg) CHECKED;

/* Take what has come, as far as a turn of the loop may take it, and report replies; FN may be
 * called. Returns whether there may be more. */
bool replies_take(struct replies *r);

/* Report what is held back, and stop listening. */
void replies_close(struct replies *r);

/* Note that a packet is about to be sent; it may be the same one as before, if there was no room
 * for it. */
void replies_note(struct replies *r, const struct raw_packet *packet);

#endif
