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
	FLOW_STREAM_MAX = 8, /* small reads that end a stream, at most */
};

/* The bytes that go to the sink next: read, and through all taps. */
size_t flow_in_hand(const struct flow *flow);

/* Put SIZE bytes (copied) behind those. 0, or -1 with errno ENOMEM. */
int flow_fill(struct flow *flow, const void *data, size_t size) CHECKED;

/* Have an empty buffer with room for at least SIZE bytes. 0, or -1 with errno ENOMEM. */
int flow_need_buffer(struct flow *flow, size_t size) CHECKED;

/* Whether errno says that the kernel cannot do it this way, rather than that it cannot be done; and
 * copy from now on. */
bool flow_refused(void);
void flow_go_plain(struct flow *flow);

/* Read once. The bytes read, or no more than 0: wait, or the state changed. (An empty message is
 * news as much as a full buffer.) What of READY is used is taken out of it. */
ssize_t flow_fetch(struct flow *flow, unsigned *ready);

/* Deliver what is in hand; whether all of it went and more may be read. What of READY is used is
 * taken out of it. */
bool flow_deliver(struct flow *flow, unsigned *ready);

/* Fail with errno: in writing (SINK) or reading. */
void flow_fail(struct flow *flow, bool sink);

/* Whether the source may be read now, TOLD being whether it is known to be ready. A terminal that
 * is another's for now, as end_is_in_background says, may not: then FLOW waits. */
bool flow_may_read(struct flow *flow, bool told);

/* flow_run of a flow with taps. */
void flow_run_taps(struct flow *flow, unsigned *ready);

#endif
