/* SPDX-License-Identifier: ISC */
/* loop.h - wait for descriptors, timers, signals, children and other threads; call what waits.
 *
 * Level-triggered, single-threaded, one clock reading a turn. A callback may watch, forget and
 * close any descriptor, stop any timer and free any object, its own too: an event of this turn for
 * a watch that was forgotten or replaced is dropped. */
#ifndef CORE_LOOP_LOOP_H
#define CORE_LOOP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"

struct bytes;
struct loop;

/* LOOP_GONE: an error or a hang-up alone, so of a pipe that its readers have left. Never of what
 * poll cannot wait for. LOOP_BRIEF, beside others in the first watch of a descriptor: its first
 * event is probably the last that is wanted. It changes nothing but the number of system calls. */
enum loop_want { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_GONE = 4, LOOP_BRIEF = 8 };

/* READY: one or more of loop_want, only what was wanted. An error or a hang-up shows as all
 * that was wanted: the read or write then finds out. */
typedef void loop_fn(void *arg, int fd, unsigned ready);
typedef void loop_timer_fn(void *arg);
typedef void loop_signal_fn(void *arg, int signo);
typedef void loop_child_fn(void *arg, pid_t pid, int wait_status);
typedef void loop_post_fn(void *arg);

/* POLLER is "epoll", "kqueue", "poll", or NULL: $SOCKIT_POLLER, else the system's best. Catches
 * SIGCHLD at once and ignores SIGPIPE and SIGXFSZ: a write fails, with EPIPE or EFBIG. One loop a
 * process. NULL with errno (EINVAL: no such poller). */
struct loop *loop_new(const char *poller) CHECKED;
void loop_free(struct loop *loop);

/* Whether loop_new(NULL) knows the poller that $SOCKIT_POLLER names, if any; if not, add to WHY one
 * line that names those there are. */
bool loop_poller_known(struct bytes *why);

/* The name of the poller that loop_new(NULL) would use here. NULL with errno: there is none. */
const char *loop_poller_used(void);

/* Call FN when FD is ready for WANT; replaces what was wanted of FD before. WANT 0 keeps FD known
 * but silent, even on hang-up. Regular files, which poll cannot wait for, are always ready. 0, or
 * -1 with errno (ENOMEM, or the poller's). */
int loop_watch(struct loop *loop, int fd, unsigned want, loop_fn *fn, void *arg) CHECKED;

/* Keep FD silent until loop_watch, as that does with WANT 0; but this cannot fail. Nothing where FD
 * is not watched. */
void loop_pause(struct loop *loop, int fd);

/* Whether FD is known to the poller, which had seen neither an error nor a hang-up of it when it
 * looked last. */
bool loop_is_calm(const struct loop *loop, int fd);

/* Forget FD. Call before closing it. Harmless for one that is not known. */
void loop_forget(struct loop *loop, int fd);

/* Forget FD and close it, with fewer system calls than loop_forget and close(2). Only for what
 * nobody else has open: no copy of it (dup(2)) and no command that was given it. Keeps errno, and
 * ignores negative numbers. */
void loop_close(struct loop *loop, int fd);

/* A timer, embedded in the object it serves; zeroed or loop_timer_init'ed before first use. */
struct loop_timer {
	int64_t at_ns;
	size_t slot; /* place in the heap, from 1; 0: not set */
	loop_timer_fn *fn;
	void *arg;
};
void loop_timer_init(struct loop_timer *timer, loop_timer_fn *fn, void *arg);

/* Call the timer's FN once, at loop_now() + DELAY_NS or later. Moves a timer that is set already.
 * 0, or -1 with errno ENOMEM. */
int loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ns) CHECKED;
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* Nanoseconds of CLOCK_MONOTONIC as read at the start of this turn. */
int64_t loop_now(const struct loop *loop);

/* Call FN from the loop after SIGNO has come; many of one signal may be one call. A signal that was
 * ignored when the process started stays ignored unless FORCE. FN NULL: the default again. 0, or -1
 * with errno. */
int loop_signal(struct loop *loop, int signo, bool force, loop_signal_fn *fn, void *arg) CHECKED;

/* The same for those that ask a program to end: SIGINT, SIGTERM and SIGHUP. 0, or -1 with
 * errno. */
int loop_signal_end(struct loop *loop, loop_signal_fn *fn, void *arg) CHECKED;

/* From now on the signals that ask how far it is (SIGUSR1, SIGINFO) end nothing and interrupt
 * nothing where no loop answers them. 0, or -1 with errno. */
int loop_signals_tolerate(void) CHECKED;

/* Whether SIGNO was ignored when the process started. Works without a loop, too. */
bool loop_signal_was_ignored(int signo);

/* Call FN when the child PID has ended. Other children are reaped in silence. A child
 * that ended before this call is still reported, as long as no turn of the loop lay between. 0, or
 * -1 with errno ENOMEM. */
int loop_child(struct loop *loop, pid_t pid, loop_child_fn *fn, void *arg) CHECKED;
void loop_child_forget(struct loop *loop, pid_t pid);

/* From any thread: call FN(ARG) once from the loop, in the order of the calls. NODE is embedded in
 * the object; while it waits, posting it again does nothing. It must stay until called or LOOP is
 * freed, which drops what still waits. */
struct loop_post {
	struct loop_post *next;
	loop_post_fn *fn;
	void *arg;
	bool queued;
};
void loop_post(struct loop *loop, struct loop_post *node, loop_post_fn *fn, void *arg);

/* From the loop's own thread: call FN once, before the loop waits again. TIMER-like but free of the
 * heap: NODE is embedded in the object and must stay until called or loop_defer_cancel. */
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
