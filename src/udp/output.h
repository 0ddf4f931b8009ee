/* SPDX-License-Identifier: ISC */
/* output.h - standard output for records that come in batches: one system call for many, without
 * ever waiting, and reporting when it cannot take more. */
#ifndef UDP_OUTPUT_H
#define UDP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "core/stream/end.h"
#include "udp/gate.h"

struct loop;
struct datagram;

enum { OUTPUT_PARTS = 64 };

typedef void output_fn(void *arg);

struct output {
	struct loop *loop;
	struct end end;
	struct iovec parts[OUTPUT_PARTS]; /* borrowed until output_flush */
	int part_count;
	struct bytes text; /* owned; comes before the parts. Others add to it; output_flush detects
			    * failures */
	size_t written;	   /* of TEXT */
	output_fn *fn;
	void *arg;
	struct gate *gate; /* closed while something waits; NULL: none */
	int error;	   /* errno, once writing has failed */
	bool blocked;
	bool grown; /* if it is a pipe: it was enlarged */
};

/* Prepare to write to the inherited descriptor FD. FN is called from the loop when everything that
 * had to wait is written, and when writing has failed: if the reader of a pipe or a socket leaves
 * (EPIPE), that is noticed at once, not only with the next record. 0, or -1 with errno. Release O
 * in any case. */
int output_init(struct output *o, struct loop *loop, int fd, output_fn *fn, void *arg) CHECKED;
void output_release(struct output *o); /* harmless if it is all zero */

/* Add SIZE bytes, which must stay where they are until output_flush. */
void output_borrow(struct output *o, const void *data, size_t size);

/* Write what can be written now, and keep the rest for later. */
void output_flush(struct output *o);

/* Whether something had to wait: then add nothing for now. */
bool output_is_blocked(const struct output *o);

#endif
