/* SPDX-License-Identifier: ISC */
/* gate.h - count what is busy, and report when nothing is busy any longer. */
#ifndef UDP_GATE_H
#define UDP_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/loop/loop.h"

typedef void gate_fn(void *arg);

/* Everything that is busy closes the gate once; it is open while nothing keeps it closed. */
struct gate {
	struct loop *loop;
	size_t closed; /* how many keep it closed */
	gate_fn *fn;
	void *arg;
	struct loop_defer opened;
};

/* Call FN from the loop, never from within gate_open, whenever the gate opens. */
void gate_init(struct gate *gate, struct loop *loop, gate_fn *fn, void *arg);
void gate_release(struct gate *gate);

/* Close the gate; and open it again, once for each time that it was closed. */
void gate_close(struct gate *gate);
void gate_open(struct gate *gate);

bool gate_is_open(const struct gate *gate);

#endif
