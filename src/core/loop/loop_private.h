/* SPDX-License-Identifier: ISC */
/* loop_private.h - the internals of the loop, only for loop*.c and child.c. */
#ifndef CORE_LOOP_LOOP_PRIVATE_H
#define CORE_LOOP_LOOP_PRIVATE_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/loop/poller.h"

enum { LOOP_SIGNAL_MAX = 64, LOOP_EVENTS_MAX = 256 };

/* What is known about a descriptor. There is one of these for each, so it is small. */
struct loop_watched {
	loop_fn *fn;
	void *arg;
	uint32_t changed_turn; /* events of the turn in which it changed are stale */
	uint8_t want;
	uint8_t applied; /* what the poller knows of */
	bool queued : 1; /* in loop->changes */
	bool always : 1; /* in loop->always */
	bool brief : 1;	 /* the poller reports each change once, and may report what is not
			  * wanted */
	bool told : 1;	 /* it has */
	bool gone : 1;	 /* it reported an error or a hang-up */
};

struct loop_caught {
	loop_signal_fn *fn;
	void *arg;
};

struct loop_waited {
	pid_t pid;
	int status;
	bool ended;
	loop_child_fn *fn; /* NULL: it ended before loop_child was called */
	void *arg;
};

struct loop {
	const struct poller *poller;
	void *poller_state;
	uint32_t turn;
	bool running;
	bool stopped;
	int64_t now_ns;
	int64_t seen_ns;
	int64_t look_ns; /* when the present look at all descriptors began */
	size_t looked;	 /* how many it has found ready */
	/* Filled by the poller in one go. It is here because compilers that clear locals would do
	 * so in each turn. */
	struct poller_event events[LOOP_EVENTS_MAX];

	struct loop_watched *watched; /* by descriptor */
	int *changes;		      /* descriptors whose changes the poller does not know yet */
	size_t room;		      /* of both */
	size_t watched_count;	      /* with something wanted */
	size_t change_count;
	int *always; /* descriptors that cannot be polled */
	size_t always_count;

	struct loop_timer **timers; /* a heap; the root is at 1 */
	size_t timer_count, timer_room;
	struct loop_defer *deferred, *deferred_last; /* to be called at the end of this turn */
	struct loop_defer *deferred_now;	     /* being called */

	int wake[2]; /* a pipe from this process to itself */
	struct loop_caught caught[LOOP_SIGNAL_MAX + 1];
	pthread_mutex_t post_lock;
	struct loop_post *posted, *posted_last; /* not seen by the loop yet */
	struct loop_post *taken;		/* being called */

	struct loop_waited *waited;
	size_t waited_count, waited_room;
	size_t waited_ready;	/* ended, with a function to call */
	size_t waited_orphaned; /* ended, and loop_child was not called */
};

/* Nanoseconds from loop_now() until the first timer, 0 if it is due; -1: no timer is set. */
int64_t loop_timers_left(const struct loop *loop);
/* Call the timers that were due at loop_seen(). */
void loop_timers_run(struct loop *loop);

/* Call the functions that were deferred before this call. */
void loop_deferred_run(struct loop *loop);

/* Open the pipe that wakes the loop, and with that enable signals and posts. 0, or -1 with
 * errno. */
int loop_wake_open(struct loop *loop) CHECKED;
void loop_wake_close(struct loop *loop);

/* Collect the children that have ended; report those with loop_child, and forget the others. */
void loop_children_reap(struct loop *loop);
void loop_children_tell(struct loop *loop);
void loop_children_drop(struct loop *loop);

#endif
