/* SPDX-License-Identifier: ISC */
/* gate.c - count what is busy, and report when nothing is busy any longer. */
#include "udp/gate.h"

void gate_init(struct gate *gate, struct loop *loop, gate_fn *fn, void *arg)
{
	*gate = (struct gate){.loop = loop, .fn = fn, .arg = arg};
}

void gate_release(struct gate *gate)
{
	if (gate->loop)
		loop_defer_cancel(gate->loop, &gate->opened);
}

static void tell(void *arg)
{
	struct gate *gate = arg;

	if (gate_is_open(gate))
		gate->fn(gate->arg);
}

void gate_close(struct gate *gate)
{
	gate->closed++;
}

void gate_open(struct gate *gate)
{
	gate->closed--;
	if (gate->closed == 0)
		loop_defer(gate->loop, &gate->opened, tell, gate);
}

bool gate_is_open(const struct gate *gate)
{
	return gate->closed == 0;
}
