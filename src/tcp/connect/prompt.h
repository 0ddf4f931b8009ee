/* SPDX-License-Identifier: ISC */
/* prompt.h - request and reply: a prompt, a line, its answer, and so on. */
#ifndef TCP_CONNECT_PROMPT_H
#define TCP_CONNECT_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"
#include "tcp/connect/pump.h"

/* Called once, after an empty line, the end of input or an error has ended it and what is still to
 * come had 2 s to arrive. */
typedef void prompt_fn(void *arg);

struct prompt {
	struct loop *loop;
	const struct bytes *text; /* the prompt; goes to standard error */
	struct end in;		  /* where lines come from */
	int to;			  /* our non-blocking socket, to which they go; -1 once closed */
	struct pump *answers;	  /* it copies answers to standard output */
	struct bytes input;	  /* read and not yet sent */
	struct bytes unsent;	  /* on its way to TO */
	bool input_ended;
	int error;     /* errno of what broke it; 0: nothing */
	bool asking;   /* a line is awaited; else its answer */
	bool ending;   /* no more lines are read */
	bool mid_line; /* the answer so far has no newline at its end */
	struct loop_timer quiet, give_up;
	struct loop_timer foreground; /* checks whether the terminal is ours again */
	prompt_fn *fn;
	void *arg;
};

/* Start. The caller has set LOOP, TEXT, IN, TO, ANSWERS, FN and ARG; everything else is zero. TO
 * belongs to P from now on. */
void prompt_start(struct prompt *p);

/* An answer, or a part of it, was received. */
void prompt_answered(struct prompt *p, const void *data, size_t size);

/* Everything is over: end the last line on a terminal. */
void prompt_over(struct prompt *p);

void prompt_release(struct prompt *p);

#endif
