/* SPDX-License-Identifier: ISC */
/* batch.h - many questions at once, with the answers in the order of the questions.
 *
 * Questions are the words of the command line or the lines of a file. A number of them are open at
 * a time, more are kept waiting behind a slow one, and no more than that are read: memory is
 * bounded. Whatever can be written is written before the loop waits again. */
#ifndef NAMES_RESOLVE_BATCH_H
#define NAMES_RESOLVE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"

struct batch;
struct loop;

/* A word of the command line with the service that follows it. */
struct batch_word {
	const char *text;
	const char *service; /* NULL: none */
	bool after_name;     /* it is where a service might have been */
};

struct question {
	struct batch *batch;
	void *arg;		       /* the plan's */
	struct bytes text;	       /* the name, for bytes_text(); not a name if BAD is set */
	const struct batch_word *word; /* the word of the command line; NULL: it is a line */
	const char *bad;	       /* why this line cannot be a name; NULL: it can */
	struct bytes out;	       /* for standard output, including newlines */
	struct bytes why;	       /* for standard error; empty: nothing */
	enum status status;	       /* an exit status */
	bool done;
};

/* START asks Q, which must be answered with question_done sooner or later, possibly at once. */
struct batch_plan {
	const struct batch_word *words; /* NULL: lines of FD */
	size_t word_count;
	int fd;
	bool blocks;	  /* a line ADDRESS/BITS stands for every address of that block */
	size_t open_most; /* questions open at once */
	void (*start)(struct question *q);
	void *arg; /* ARG of each question */
};

/* The result; the counts are kept up to date while it runs. */
struct batch_result {
	enum status status; /* that of the first question that was not STATUS_DONE */
	int error;	    /* errno of a failed read or write; 0: none */
	bool reading;
	int64_t answered, failed; /* questions; ANSWERED includes those that failed */
	int64_t asked;		  /* the total; -1: not known, because lines are still being read */
};

/* Run LOOP until everything is answered. 0, or -1 with RESULT->error set. */
int batch_run(
	struct loop *loop, const struct batch_plan *plan, struct batch_result *result) CHECKED;

/* Q's OUT, WHY and STATUS are complete. */
void question_done(struct question *q);

#endif
