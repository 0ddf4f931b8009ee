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
 * passed on (the errno; EPIPE where the session is over). */
typedef void raw_fn(void *arg, int error);

/* What carries keys to a session; all zero is none. */
struct raw {
	struct loop *loop;
	struct end in; /* the terminal */
	int to;	       /* our non-blocking socket, where keys go; -1 once closed */
	struct bytes unsent;
	raw_fn *fn;
	void *arg;
};

/* Put the terminal *INPUT into raw mode and carry what is typed; *INPUT becomes the end that a
 * session is to have instead. The terminal is as it was while the process is stopped (SIGTSTP), and
 * raw again when it goes on. 0, or -1 with errno. */
int raw_start(struct raw *raw, struct loop *loop, struct end *input, raw_fn *fn, void *arg) CHECKED;

/* Make the terminal what it was. To be called before anything else is written to it, and in any
 * case before the process ends. Harmless twice. */
void raw_restore(void);

void raw_release(struct raw *raw);

#endif
