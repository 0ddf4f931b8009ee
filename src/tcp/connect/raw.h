/* SPDX-License-Identifier: ISC */
/* raw.h - the terminal at standard input in raw mode: every key goes to the peer, Ctrl-] leaves. */
#ifndef TCP_CONNECT_RAW_H
#define TCP_CONNECT_RAW_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"

/* Called once, from the loop: Ctrl-] was typed (ERROR 0), or what is typed can no longer be read or
 * passed on (the errno; EPIPE if the session is over). */
typedef void raw_fn(void *arg, int error);

/* Carries keys to a session; all zero: none. */
struct raw {
	struct loop *loop;
	struct end in; /* the terminal */
	int to;	       /* our non-blocking socket, to which keys go; -1 once closed */
	struct bytes unsent;
	raw_fn *fn;
	void *arg;
};

/* Put the terminal *INPUT into raw mode and carry what is typed; *INPUT is replaced with the end
 * for the session. While the process is stopped (SIGTSTP) the terminal is as it was before, and it
 * is raw again when the process continues. 0, or -1 with errno. */
int raw_start(struct raw *raw, struct loop *loop, struct end *input, raw_fn *fn, void *arg) CHECKED;

/* Restore the terminal. To be called before anything else is written to it, and always before the
 * process ends. Calling it twice is harmless. */
void raw_restore(void);

void raw_release(struct raw *raw);

#endif
