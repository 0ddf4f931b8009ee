/* SPDX-License-Identifier: ISC */
/* batch.h - datagrams that are received with one system call and handed out one by one. */
#ifndef UDP_BATCH_H
#define UDP_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/os/dgram/dgram.h"
#include "udp/format.h"

struct batch {
	struct os_dgram each[OS_DGRAM_BATCH];
	unsigned char *memory;
	size_t max_size; /* longer ones are cut */
	int count, next; /* received, handed out */
	size_t offset;	 /* within a run of several */
	int most;	 /* how many to receive at once next time */
	bool more;	 /* as many came as were requested: there may be more */
};

/* 0, or -1 with errno ENOMEM. */
int batch_init(struct batch *b, size_t max_size) CHECKED;
void batch_release(struct batch *b);

/* Receive up to LIMIT datagrams or runs from FD; the batch must be empty. Fewer at once if they are
 * long, so that all are still in the processor's cache when they are written. Their number, or -1
 * with errno. */
int batch_receive(struct batch *b, int fd, uint64_t limit) CHECKED;

/* Hand out the next one; with RUNS, a run as a whole if it need not be cut. False: none is left. */
bool batch_next(struct batch *b, bool runs, struct datagram *d);

#endif
