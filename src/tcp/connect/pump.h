/* SPDX-License-Identifier: ISC */
/* pump.h - copy what a session received to standard output, and show it to
 * --expect or --prompt on the way. */
#ifndef TCP_CONNECT_PUMP_H
#define TCP_CONNECT_PUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"

/* Called with each piece before it is written. */
typedef void pump_look_fn(void *arg, const void *data, size_t size);

/* Called once: the source has ended or pump_finish was called, and all is written; or writing
 * failed (ERROR is the errno, else 0). */
typedef void pump_over_fn(void *arg, int error);

struct pump {
	struct loop *loop;
	int from;
	struct end to;
	struct bytes unwritten;
	bool ended; /* nothing more is read */
	bool over;
	pump_look_fn *look;
	pump_over_fn *done;
	void *arg;
};

/* Start. FROM is non-blocking and remains the caller's, which must not watch it for reading. LOOK,
 * DONE and ARG have been set. 0, or -1 with errno. */
int pump_start(struct pump *pump, struct loop *loop, int from, struct end to) CHECKED;

/* Stop reading; DONE is called from the loop once all is written. May be called from LOOK. */
void pump_finish(struct pump *pump);

void pump_release(struct pump *pump);

#endif
