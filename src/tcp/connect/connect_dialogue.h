/* SPDX-License-Identifier: ISC */
/* connect_dialogue.h - tcp-connect's --expect and --prompt: what is put between a session and
 * standard input and output, so that everything a session can do works with them too. */
#ifndef TCP_CONNECT_CONNECT_DIALOGUE_H
#define TCP_CONNECT_CONNECT_DIALOGUE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/opt/opt.h"
#include "core/stream/end.h"
#include "tcp/connect/expect.h"
#include "tcp/connect/prompt.h"
#include "tcp/connect/pump.h"

struct connect_config;

struct connect_dialogue_options {
	const char *expect;
	const char *prompt;
};

extern const struct opt connect_dialogue_opts[];

/* Called once, when there is nothing left to send or to receive. */
typedef void connect_dialogue_fn(void *arg);

/* All zero: none of them. */
struct connect_dialogue {
	bool on;
	struct expect expect;
	struct bytes prompt_text;
	struct pump pump;
	struct prompt prompt;
	int answers; /* our end of the socket that the session writes to */
	bool matched;
	bool is_cut;
	bool over;
	connect_dialogue_fn *fn;
	void *arg;

	/* Once over: */
	enum status status; /* the exit status, unless the session has its own */
	struct bytes why;
	bool output_failed;
	bool broken_output; /* the reader of standard output has left */
};

/* Fill in T from C. An exit status; if it is not STATUS_DONE, WHY has one line. Release T in any
 * case. */
enum status connect_dialogue_read(
	struct connect_dialogue *t, const struct connect_config *c, struct bytes *why) CHECKED;

/* Start talking through standard input *INPUT and output *OUTPUT, which are replaced with the ends
 * for the session. 0, or -1 with errno. */
int connect_dialogue_start(struct connect_dialogue *t, struct loop *loop, struct end *input,
	struct end *output, connect_dialogue_fn *fn, void *arg) CHECKED;

/* The session was cut short: write what was received, but no longer look at it. */
void connect_dialogue_cut(struct connect_dialogue *t);

/* Forget the results of one exchange, so that another can be started. */
void connect_dialogue_reset(struct connect_dialogue *t);

void connect_dialogue_release(struct connect_dialogue *t);

#endif
