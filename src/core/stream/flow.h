/* SPDX-License-Identifier: ISC */
/* flow.h - move bytes in one direction, from one end to another.
 *
 * OPEN -> DONE, or FAILED. Without taps a flow reads only once all is delivered, so that the end of
 * the source is the end of the flow. With taps, what they hold back must still be delivered then
 * (DRAIN), and so must the end itself if the sink is a pseudo-terminal. A flow knows nothing of
 * loops, timers or the flow in the other direction; flow_run moves what can be moved now and
 * reports what to wait for.
 *
 * The flow itself chooses how bytes move: at first by read and write, through a buffer that it
 * holds only while bytes are undelivered; once large reads show that there is a stream, by
 * splice(2), directly between a pipe and a socket, or through a large pipe of its own between other
 * ends; into the null device by discarding them in the kernel. If the kernel refuses, plain copying
 * goes on and nothing is lost. */
#ifndef CORE_STREAM_FLOW_H
#define CORE_STREAM_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/stream/end.h"
#include "core/stream/tap.h"

enum flow_state { FLOW_OPEN, FLOW_DRAIN, FLOW_DONE, FLOW_FAILED };

/* What a flow that is not done waits for. TIME: until AGAIN_NS of CLOCK_MONOTONIC, because taps
 * hold back what was read, or the source is a terminal that belongs to others now. */
enum flow_wait { FLOW_WAIT_SOURCE, FLOW_WAIT_SINK, FLOW_WAIT_TIME };

enum flow_way { FLOW_COPY, FLOW_SPLICE, FLOW_SPLICE_PIPE, FLOW_DISCARD };

struct flow_buffer;
struct flow_pipe;

struct flow {
	struct end *from, *to;
	uint64_t read_bytes;	    /* taken from the source */
	uint64_t written_bytes;	    /* taken by the sink */
	struct flow_buffer *buffer; /* undelivered bytes; NULL: none */
	struct flow_pipe *pipe;	    /* undelivered bytes that come after BUFFER's; NULL: none */
	struct tap_chain *taps;	    /* between the ends; NULL: none. The owner's */
	int64_t again_ns;	    /* if WAIT is TIME: until when */
	int error;		    /* if FAILED: errno */
	uint8_t large;		    /* large reads, less the small ones since */
	unsigned state : 2;	    /* enum flow_state */
	unsigned wait : 2;	    /* enum flow_wait */
	unsigned way : 2;	    /* enum flow_way */
	bool sink_failed : 1;	    /* if FAILED: in writing, else in reading */
	bool owes_empty : 1;	    /* an empty message is due after all that is in hand */
	bool open_line : 1;	    /* into a pseudo-terminal: the last line is incomplete */
	bool typed_end : 1;	    /* into a pseudo-terminal: its end is in hand */
	bool plain : 1;		    /* only copying is possible: for these ends, or the kernel
				     * refused */
	bool quiet : 1;		    /* the source is not read before it is known to be ready */
};

/* Prepare to move bytes from FROM to TO, which must outlive the flow. */
void flow_init(struct flow *flow, struct end *from, struct end *to);

/* Make all bytes go through TAPS, which outlive the flow. To be called before the functions below.
 * If a tap fails, so does the flow, in writing, and TAPS->failed says which. */
void flow_tap(struct flow *flow, struct tap_chain *taps);

/* Deliver SIZE bytes at DATA (copied) before anything from the source; they do not count as read.
 * Only before the first flow_run; a second call adds to the first. 0, or -1 with errno ENOMEM. */
int flow_prime(struct flow *flow, const void *data, size_t size) CHECKED;

/* Move bytes until one end has to be waited for, a fair share is moved, or the flow ends. READY
 * tells what is known to be ready (bits of enum loop_want: read for the source, write for the
 * sink); ends that may block are used only then, others are simply tried. Returns whether any byte
 * moved. Afterwards STATE and WAIT are valid; WAIT may also name a source that has more right now.
 * The end is not passed on: the owner calls end_finish(flow->to). A flow that is DONE still sends
 * what its taps owe; WAIT is then SINK as long as any of that is left. */
bool flow_run(struct flow *flow, unsigned ready);

/* The number of bytes read but not delivered. */
uint64_t flow_undelivered(const struct flow *flow);

/* Return buffers and pipes. Undelivered bytes are lost. */
void flow_release(struct flow *flow);

#endif
