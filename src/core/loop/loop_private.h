/* SPDX-License-Identifier: ISC */
/* loop_private.h - the inside of the loop, for loop*.c and child.c alone. */
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

/* What is known of a descriptor. There is one for each, so it is small. */
struct loop_watched {
	loop_fn *fn;
	void *arg;
	uint32_t changed_turn; /* events of the turn in which it changed are stale */
	uint8_t want;
	uint8_t applied; /* what the poller knows of */
	bool queued : 1; /* in loop->changes */
	bool always : 1; /* in loop->always */
	bool brief : 1;	 /* the poller tells of each change once, and may tell what is not wanted */
	bool told : 1;	 /* it has */
	bool gone : 1;	 /* it told of an error or a hang-up */
};

struct loop_caught {
	loop_signal_fn *fn;
	void *arg;
};

struct loop_waited {
	pid_t pid;
	int status;
	bool ended;
	loop_child_fn *fn; /* NULL: ended, and loop_child was not called yet */
	void *arg;
};

struct loop {
	const struct poller *poller;
	void *poller_state;
	uint32_t turn;
	bool running;
	bool stopped;
	int64_t now_ns;
	/* Taken from the poller at once; here, as compilers that fill locals with zeros would do so
	 * in each turn. */
	struct poller_event events[LOOP_EVENTS_MAX];

	struct loop_watched *watched; /* by descriptor */
	int *changes;		      /* descriptors that the poller does not know of yet */
	size_t room;		      /* of both */
	size_t change_count;
	int *always; /* descriptors that cannot be polled */
	size_t always_count;

	struct loop_timer **timers; /* a heap; the root is at 1 */
	size_t timer_count, timer_room;
	struct loop_defer *deferred, *deferred_last; /* for the end of this turn */
	struct loop_defer *deferred_now;	     /* being called */

	int wake[2]; /* a pipe to ourselves */
	struct loop_caught caught[LOOP_SIGNAL_MAX + 1];
	pthread_mutex_t post_lock;
	struct loop_post *posted, *posted_last; /* not seen by the loop yet */
	struct loop_post *taken;		/* being called */

	struct loop_waited *waited;
	size_t waited_count, waited_room;
	size_t waited_ready;	/* ended, with a function to call */
	size_t waited_orphaned; /* ended, and loop_child was not called */
};

/* Nanoseconds from loop_now() to the first timer, 0 if it is due; -1: no timer is set. */
int64_t loop_timers_left(const struct loop *loop);
void loop_timers_run(struct loop *loop);

/* Call what was deferred before this call. */
void loop_deferred_run(struct loop *loop);

/* The pipe that wakes the loop, and with it signals and posts. 0, or -1 with errno. */
int loop_wake_open(struct loop *loop) CHECKED;
void loop_wake_close(struct loop *loop);

/* Collect the children that have ended; report them, and forget those without loop_child. */
void loop_children_reap(struct loop *loop);
void loop_children_tell(struct loop *loop);

#endif
