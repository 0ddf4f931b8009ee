/* SPDX-License-Identifier: ISC */
/* loop.h - wait for descriptors, timers, signals, children and other threads, and call their
 * functions.
 *
 * Level-triggered, single-threaded, one clock reading a turn. A callback may watch, forget and
 * close any descriptor, stop any timer and free any object, including its own: if a watch was
 * forgotten or replaced, an event of this turn for it is dropped. */
#ifndef CORE_LOOP_LOOP_H
#define CORE_LOOP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"

struct bytes;
struct loop;

/* LOOP_GONE: only an error or a hang-up, such as on a pipe whose readers have left; never reported
 * for descriptors that poll cannot wait for. LOOP_BRIEF, together with others in the first watch of
 * a descriptor: its first event is probably the last that is wanted. That changes only the number
 * of system calls. */
enum loop_want { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_GONE = 4, LOOP_BRIEF = 8 };

/* READY: one or more of loop_want, only what was wanted. An error or a hang-up is reported as all
 * that was wanted: the read or write then finds out which. */
typedef void loop_fn(void *arg, int fd, unsigned ready);
typedef void loop_timer_fn(void *arg);
typedef void loop_signal_fn(void *arg, int signo);
typedef void loop_child_fn(void *arg, pid_t pid, int wait_status);
typedef void loop_post_fn(void *arg);

/* POLLER is "epoll", "kqueue", "poll", or NULL: $SOCKIT_POLLER, else the system's best. Catches
 * SIGCHLD at once and ignores SIGPIPE and SIGXFSZ: a write fails, with EPIPE or EFBIG. Only one
 * loop per process. NULL with errno (EINVAL: no such poller). */
struct loop *loop_new(const char *poller) CHECKED;
void loop_free(struct loop *loop);

/* Whether loop_new(NULL) knows the poller that $SOCKIT_POLLER names, if any; if not, add one line
 * to WHY that lists the pollers available. */
bool loop_poller_known(struct bytes *why);

/* The name of the poller that loop_new(NULL) would use here. NULL with errno: none. */
const char *loop_poller_used(void);

/* Call FN when FD is ready for WANT, which replaces what was wanted of FD before. WANT 0 keeps FD
 * known but silent, even on hang-up. Regular files, which poll cannot wait for, are always ready.
 * 0, or -1 with errno (ENOMEM, or the poller's). */
int loop_watch(struct loop *loop, int fd, unsigned want, loop_fn *fn, void *arg) CHECKED;

/* Keep FD silent until the next loop_watch, as loop_watch does with WANT 0, except that this cannot
 * fail. Does nothing if FD is not watched. */
void loop_pause(struct loop *loop, int fd);

/* Whether FD is known to the poller, and the poller had seen neither an error nor a hang-up on it
 * when it last looked. */
bool loop_is_calm(const struct loop *loop, int fd);

/* Forget FD. To be called before closing it. Harmless for one that is not known. */
void loop_forget(struct loop *loop, int fd);

/* Forget FD and close it, with fewer system calls than loop_forget and close(2). Only for one that
 * nobody else has open: no copy of it (dup(2)), no command to which it was passed. Keeps errno, and
 * ignores negative numbers. */
void loop_close(struct loop *loop, int fd);

/* A timer, embedded in the object it serves; to be zeroed or passed to loop_timer_init before first
 * use. */
struct loop_timer {
	int64_t at_ns;
	size_t slot; /* place in the heap, from 1; 0: not set */
	loop_timer_fn *fn;
	void *arg;
};
void loop_timer_init(struct loop_timer *timer, loop_timer_fn *fn, void *arg);

/* Call the timer's FN once, at loop_now() + DELAY_NS or later. If the timer is already set, it is
 * moved. 0, or -1 with errno ENOMEM. */
int loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ns) CHECKED;
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* Nanoseconds of CLOCK_MONOTONIC as read at the start of this turn. */
int64_t loop_now(const struct loop *loop);

/* A moment, no later than loop_now(): what happened to any descriptor until then has been reported
 * to its function. A peer is too late once this has reached its limit, and timers are called by it;
 * by loop_now(), what came in time may be yet to be seen: this process may have been stopped or got
 * no processor, or more descriptors may be ready than a turn has room for. */
int64_t loop_seen(const struct loop *loop);

/* Call FN from the loop after SIGNO was received; several signals may result in one call. A signal
 * that was ignored when the process started stays ignored unless FORCE. FN NULL restores what was
 * before, as loop_free does; see loop_signals_tolerate for those that ask for progress. 0, or -1
 * with errno. */
int loop_signal(struct loop *loop, int signo, bool force, loop_signal_fn *fn, void *arg) CHECKED;

/* As loop_signal for those that ask a program to end: SIGINT, SIGTERM and SIGHUP. 0, or -1 with
 * errno. */
int loop_signal_end(struct loop *loop, loop_signal_fn *fn, void *arg) CHECKED;

/* Unblock all signals. A mask is inherited: with what a parent had blocked, this process could not
 * be ended, or would never learn that a child has. Call first of all. 0, or -1 with errno. */
int loop_signals_unblock(void) CHECKED;

/* From now on the signals that ask for progress (SIGUSR1, SIGINFO) end nothing and interrupt
 * nothing while no loop handles them. 0, or -1 with errno. */
int loop_signals_tolerate(void) CHECKED;

/* Whether SIGNO was ignored when the process started. Works even without a loop. */
bool loop_signal_was_ignored(int signo);

/* Call FN when the child PID has ended. Other children are reaped silently. A child that ended
 * before this call is still reported, as long as the loop has not made a turn since. 0, or -1 with
 * errno ENOMEM. */
int loop_child(struct loop *loop, pid_t pid, loop_child_fn *fn, void *arg) CHECKED;
void loop_child_forget(struct loop *loop, pid_t pid);

/* Callable from any thread: call FN(ARG) once from the loop, in the order of the posts. NODE is
 * embedded in the object; while it waits, posting it again does nothing. It must stay until FN is
 * called or LOOP is freed, which drops posts that still wait. */
struct loop_post {
	struct loop_post *next;
	loop_post_fn *fn;
	void *arg;
	bool queued;
};
void loop_post(struct loop *loop, struct loop_post *node, loop_post_fn *fn, void *arg);

/* Callable only from the loop's own thread: call FN once, before the loop waits again. Like a
 * timer, but without the heap: NODE is embedded in the object and must stay until FN is called or
 * loop_defer_cancel. */
struct loop_defer {
	struct loop_defer *next;
	loop_post_fn *fn;
	void *arg;
	bool queued;
};
void loop_defer(struct loop *loop, struct loop_defer *node, loop_post_fn *fn, void *arg);
void loop_defer_cancel(struct loop *loop, struct loop_defer *node);

/* Run until loop_stop. 0, or -1 with errno if the poller fails. */
int loop_run(struct loop *loop) CHECKED;
void loop_stop(struct loop *loop);

#endif
