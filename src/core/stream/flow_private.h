/* SPDX-License-Identifier: ISC */
/* flow_private.h - what the parts of flow share. */
#ifndef CORE_STREAM_FLOW_PRIVATE_H
#define CORE_STREAM_FLOW_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/stream/flow.h"

enum {
	FLOW_ROUNDS = 16,    /* in one run, so that no flow starves the others */
	FLOW_STREAM_MAX = 8, /* the number of small reads that end a stream, at most */
};

/* The number of bytes that go to the sink next: they were read and went through all taps. */
size_t flow_in_hand(const struct flow *flow);

/* Append SIZE bytes (copied) to those. 0, or -1 with errno ENOMEM. */
int flow_fill(struct flow *flow, const void *data, size_t size) CHECKED;

/* Make sure that there is an empty buffer with room for at least SIZE bytes. 0, or -1 with errno
 * ENOMEM. */
int flow_need_buffer(struct flow *flow, size_t size) CHECKED;

/* Whether errno means that the kernel cannot do it this way, not that it cannot be done at all; and
 * to copy from now on. */
bool flow_refused(void);
void flow_go_plain(struct flow *flow);

/* Read once. Returns the number of bytes read; 0 or less: wait, or the state changed. (An empty
 * message counts as news, like a full buffer.) The bits of READY that are used are cleared. */
ssize_t flow_fetch(struct flow *flow, unsigned *ready);

/* Deliver what is in hand. True if all of it was delivered and more may be read. The bits of READY
 * that are used are cleared. */
bool flow_deliver(struct flow *flow, unsigned *ready);

/* Fail with errno: in writing (SINK) or reading. */
void flow_fail(struct flow *flow, bool sink);

/* Whether the source may be read now; TOLD: it is known to be ready. A terminal that belongs to
 * others now (end_is_in_background) may not: then FLOW waits. */
bool flow_may_read(struct flow *flow, bool told);

/* flow_run for a flow with taps. */
void flow_run_taps(struct flow *flow, unsigned *ready);

#endif
