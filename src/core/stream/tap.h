/* SPDX-License-Identifier: ISC */
/* tap.h - what is between the two ends of a flow, and looks at bytes, changes them, or holds them
 * back.
 *
 * A flow with taps copies: what was read waits in the chain until every tap allows it to go on,
 * then goes through the taps in order, each passing on what the next one gets; the output of the
 * last one is delivered. Nothing is reordered. None of this affects a flow without taps. */
#ifndef CORE_STREAM_TAP_H
#define CORE_STREAM_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"

struct tap;

enum { TAP_WHEN_MORE_CAME = -1 };

/* The question to a tap, which answers in AGAIN_NS too. */
struct tap_question {
	const unsigned char *data; /* SIZE bytes wait, at least one */
	size_t size;
	bool last; /* there is no room for more, or no more will come */
	int64_t now_ns;
	/* If none may go on: when to ask again (CLOCK_MONOTONIC), or TAP_WHEN_MORE_CAME, which
	 * cannot be used with LAST. */
	int64_t again_ns;
};

/* Each function may be NULL: then the tap takes no part in it. */
struct tap_kind {
	/* How many of the waiting bytes may go on now. */
	size_t (*allow)(struct tap *tap, struct tap_question *question);

	/* See what goes on to the next tap. 0, or -1 with errno, which fails the flow. */
	int (*look)(struct tap *tap, const unsigned char *data, size_t size);

	/* Append to OUT what SIZE bytes at DATA are changed to. */
	void (*change)(struct tap *tap, const unsigned char *data, size_t size, struct bytes *out);

	/* Whether the tap has bytes of its own to send; append them to OUT. They go on to the next
	 * tap and are never held back, between two pieces of what was read, and even after its
	 * end. */
	bool (*owes)(const struct tap *tap);
	void (*say)(struct tap *tap, struct bytes *out);
};

/* A tap is embedded in the struct of its kind. */
struct tap {
	const struct tap_kind *kind;
	struct tap *next; /* towards the sink */
	const char *noun; /* what it writes to, for the message if LOOK fails */
};

/* The taps of one flow, and the bytes that wait before the first; all zero: no taps. The taps
 * belong to the owner and outlive the chain. */
struct tap_chain {
	struct tap *first;
	struct bytes waiting; /* from USED on */
	size_t used;
	int64_t again_ns;	  /* when to ask the taps again */
	const struct tap *failed; /* its LOOK failed */
	bool holds;		  /* some tap may hold bytes back */
};

/* Add TAP at the sink's end. */
void tap_chain_add(struct tap_chain *chain, struct tap *tap);

/* The number of bytes that wait. */
size_t tap_chain_waiting(const struct tap_chain *chain);

/* How many of them may go on at NOW_NS; LAST as in struct tap_question. If none may, AGAIN_NS is
 * set. */
size_t tap_chain_allow(struct tap_chain *chain, bool last, int64_t now_ns);

/* Pass the first SIZE of them through the taps and append the result to OUT. 0, or -1 with errno
 * and FAILED. */
int tap_chain_pass(struct tap_chain *chain, size_t size, struct bytes *out) CHECKED;

/* Whether a tap has bytes of its own to send; and append what the taps after it make of them to
 * OUT, with the result of tap_chain_pass. */
bool tap_chain_owes(const struct tap_chain *chain);
int tap_chain_say(struct tap_chain *chain, struct bytes *out) CHECKED;

void tap_chain_release(struct tap_chain *chain);

#endif
