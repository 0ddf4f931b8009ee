/* SPDX-License-Identifier: ISC */
/* results.h - what a command prints on standard output: one writer, which keeps the reason.
 *
 * How to use it: call results_add (or print to results_text()) as many times as you like; call
 * results_flush when what was printed should be seen, that is, before the loop waits again; and end
 * a command with `return results_finish(status, signo);`. Nothing else reports that standard output
 * failed, decides about SIGPIPE, or closes it.
 *
 * The first failure counts and its errno is kept; what is written after it is dropped. A process
 * has only one standard output, so this keeps its own state. */
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

/* Append the contents of B and empty it; if memory ran out while B or any part of it was built,
 * that is the failure. It is written once 64 KiB have accumulated, and by results_flush. A progress
 * line on the same terminal gives way. */
void results_add(struct bytes *b);

/* Report WHY, the reason why the command ends with STATUS. With JSON, it is an object among the
 * results, about ENDPOINT (NULL: about none), without a port if that is the name of a service.
 * Without JSON, or if the command line is to blame, it is reported as opt_report does with WORDS.
 * Returns the status. */
enum status results_report(bool json, const struct endpoint *endpoint,
	const struct opt_words *words, enum status status, struct bytes *why);

/* A stream for functions that print, in the same order as results_add. The caller must not flush or
 * close it. */
FILE *results_text(void);

/* Write all that was appended, waiting for a slow reader. 0, or -1 with errno of the first failure
 * (ENOSPC, EIO, EPIPE, EBADF), in this call and each later one. */
int results_flush(void) CHECKED;

/* Note that writing to descriptor 1 by other means failed with ERR; 0 notes nothing. */
void results_failed(int err);

/* Call GONE from LOOP, once, as soon as the reader of standard output has left, not only at the
 * next write; the failure is noted. Does nothing if it is neither a pipe nor a socket. 0, or -1
 * with errno. */
int results_watch(struct loop *loop, void (*gone)(void *arg), void *arg) CHECKED;

/* errno of the first failure; 0: none. */
int results_error(void);

/* End a run with STATUS: flush, and close standard output, which is when some file systems find out
 * that the disk is full. If something was lost, one line reports that and why, and the status
 * becomes STATUS_FAILED. If a signal ended the run, SIGNO (0: none), it ends the process; so does
 * one that asked for the end (status_end_asked) if the run has failed. A reader that has left does
 * so by SIGPIPE, as with cat(1), unless that was ignored from the start. */
enum status results_finish(enum status status, int signo);

#endif
