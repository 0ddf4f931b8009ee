/* SPDX-License-Identifier: ISC */
/* flow_buffer.h - memory and pipes for bytes in transit, kept for the next flow that needs them.
 *
 * For the loop's own thread only. */
#ifndef CORE_STREAM_FLOW_BUFFER_H
#define CORE_STREAM_FLOW_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"

enum {
	FLOW_SMALL = 16 << 10,	/* a buffer for what may be only a message */
	FLOW_LARGE = 256 << 10, /* a buffer for a stream */
	FLOW_PIPE = 1 << 20,	/* a pipe between two sockets */
	FLOW_PIPES_MAX = 32,	/* more would use up an unprivileged user's share */
	FLOW_LARGE_MAX = 256,	/* buffers for streams; flows that get none use small ones */
};

/* The bytes from START to END of DATA are in use. */
struct flow_buffer {
	struct flow_buffer *next;
	size_t start, end, room;
	unsigned char data[];
};

/* An empty buffer with room for at least ROOM bytes, or NULL with errno ENOMEM. Those of FLOW_SMALL
 * and FLOW_LARGE are cheap. */
struct flow_buffer *flow_buffer_take(size_t room) CHECKED;
void flow_buffer_give(struct flow_buffer *buffer);

/* Whether FLOW_LARGE_MAX buffers for streams are in use: then flows use small ones, so that flows
 * that nobody reads cost only FLOW_SMALL each. */
bool flow_buffers_are_scarce(void);

/* A pipe with room for FLOW_PIPE bytes, USED of which hold bytes. */
struct flow_pipe {
	struct flow_pipe *next;
	int in, out; /* where bytes go in, and where they come out */
	size_t used;
};

/* An empty pipe, or NULL: FLOW_PIPES_MAX are in use, or the system refuses. */
struct flow_pipe *flow_pipe_take(void) CHECKED;
/* Return PIPE; if it is not empty, it is closed. */
void flow_pipe_give(struct flow_pipe *pipe);

#endif
