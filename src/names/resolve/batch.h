/* SPDX-License-Identifier: ISC */
/* batch.h - many questions at once, their answers in the order of the questions.
 *
 * Questions are the words of the command line or the lines of a file. Some are open at a time, more
 * are kept waiting behind one that is slow, and no more are read than that: memory is bounded.
 * Whatever can be written is written before the loop waits again. */
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
	bool after_name;     /* it stands where a service might have */
};

struct question {
	struct batch *batch;
	void *arg;		       /* of the plan */
	struct bytes text;	       /* the name; bytes_text() of it; not a name if BAD is set */
	const struct batch_word *word; /* of the command line; NULL: a line */
	const char *bad;	       /* why this line cannot be a name; NULL */
	struct bytes out;	       /* what standard output gets, newlines included */
	struct bytes why;	       /* what standard error gets; empty: nothing */
	enum status status;	       /* an exit status */
	bool done;
};

/* START asks Q, which must be answered with question_done sooner or later, at once if it wants. */
struct batch_plan {
	const struct batch_word *words; /* NULL: lines of FD */
	size_t word_count;
	int fd;
	bool blocks;	  /* a line ADDRESS/BITS stands for each address of that block */
	size_t open_most; /* questions open at once */
	void (*start)(struct question *q);
	void *arg; /* what each question has */
};

/* What came of it; the counts are kept while it runs. */
struct batch_result {
	enum status status; /* of the first question that was not STATUS_DONE */
	int error;	    /* errno of a failed read or write; 0 */
	bool reading;
	int64_t answered, failed; /* questions; those that failed are among both */
	int64_t asked;		  /* all there are; -1: not known, lines are still being read */
};

/* Run LOOP until all is answered. 0, or -1 with RESULT->error set. */
int batch_run(
	struct loop *loop, const struct batch_plan *plan, struct batch_result *result) CHECKED;

/* Q's OUT, WHY and STATUS are complete. */
void question_done(struct question *q);

#endif
