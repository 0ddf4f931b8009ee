/* SPDX-License-Identifier: ISC */
/* flow_buffer.h - memory and pipes for bytes on their way, kept for the next flow that needs them.
 *
 * For the loop's own thread only. */
#ifndef CORE_STREAM_FLOW_BUFFER_H
#define CORE_STREAM_FLOW_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"

enum {
	FLOW_SMALL = 16 << 10,	/* a buffer for what may be no more than a message */
	FLOW_LARGE = 256 << 10, /* a buffer for a stream */
	FLOW_PIPE = 1 << 20,	/* a pipe between two sockets */
	FLOW_PIPES_MAX = 32,	/* more would use up an unprivileged user's share */
	FLOW_LARGE_MAX = 256, /* buffers for streams; a flow that finds no more of them makes do */
};

/* Bytes START to END of DATA count. */
struct flow_buffer {
	struct flow_buffer *next;
	size_t start, end, room;
	unsigned char data[];
};

/* An empty buffer with room for at least ROOM bytes, or NULL with errno ENOMEM. Those of
 * FLOW_SMALL and FLOW_LARGE come cheap. */
struct flow_buffer *flow_buffer_take(size_t room) CHECKED;
void flow_buffer_give(struct flow_buffer *buffer);

/* Whether FLOW_LARGE_MAX buffers for streams are in use: then flows take small ones, so that those
 * that nobody reads cost no more than FLOW_SMALL each. */
bool flow_buffers_are_scarce(void);

/* A pipe with room for FLOW_PIPE bytes, USED of which hold bytes. */
struct flow_pipe {
	struct flow_pipe *next;
	int in, out; /* where bytes go in, and come out */
	size_t used;
};

/* An empty pipe, or NULL: there are FLOW_PIPES_MAX, or the system refuses. */
struct flow_pipe *flow_pipe_take(void) CHECKED;
/* One that is not empty is closed. */
void flow_pipe_give(struct flow_pipe *pipe);

#endif
