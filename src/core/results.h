/* SPDX-License-Identifier: ISC */
/* results.h - what a command prints on standard output: one writer, which keeps the reason.
 *
 * How to use it: results_add (or print into results_text()) as often as you like; results_flush
 * once what has been printed should be seen, which is before the loop waits again; and
 * `return results_finish(status, signo);` as the last thing a command does. No one else reports
 * that standard output failed, decides about SIGPIPE, or closes it.
 *
 * The first failure counts and its errno is kept; what is written after it is dropped. There is one
 * standard output to a process, so this keeps its own state. */
#ifndef CORE_RESULTS_H
#define CORE_RESULTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;
struct endpoint;
struct loop;
struct opt_words;

/* Append all that B has, which is emptied; if memory ran out while it was built, or any part of it,
 * that is the failure. It is written once 64 KiB have come together, and by results_flush. A
 * progress line that stands on the same terminal gives way. */
void results_add(struct bytes *b);

/* Report WHY, for which the command ends with STATUS: with JSON as an object among the results, of
 * ENDPOINT (NULL: of none) and without a port where that is a service's name; without, and where
 * the command line is to blame, as opt_report does with WORDS. Returns the status. */
enum status results_report(bool json, const struct endpoint *endpoint,
	const struct opt_words *words, enum status status, struct bytes *why);

/* A stream for functions that print, in the same order as results_add. It is not to be flushed
 * or closed by the caller. */
FILE *results_text(void);

/* Write all that was appended, waiting for a slow reader. 0, or -1 with errno of the first failure
 * (ENOSPC, EIO, EPIPE, EBADF), now and at each later call. */
int results_flush(void) CHECKED;

/* Note that writing to descriptor 1 by other means failed with ERR; 0 notes nothing. */
void results_failed(int err);

/* Call GONE from LOOP, once, when the reader of standard output has left, not only with the next
 * byte; the failure is noted. Nothing happens where it is neither a pipe nor a socket. 0, or -1
 * with errno. */
int results_watch(struct loop *loop, void (*gone)(void *arg), void *arg) CHECKED;

/* errno of the first failure; 0: none. */
int results_error(void);

/* End a run with STATUS: flush, and close standard output, which is when some file systems find out
 * that the disk is full. If something was lost, one line says so and why, and the status becomes
 * STATUS_FAILED. SIGNO (0: none), if a signal ended the run, ends the process. A reader that has
 * left does too, by SIGPIPE, the way it ends cat(1), unless SIGPIPE was ignored from the start. */
enum status results_finish(enum status status, int signo);

#endif
