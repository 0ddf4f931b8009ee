/* SPDX-License-Identifier: ISC */
/* send.h - the inside of udp-send: one run of it, for send*.c alone. */
#ifndef UDP_SEND_H
#define UDP_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "core/sock/sock.h"
#include "udp/batch.h"
#include "udp/output.h"
#include "udp/send_options.h"
#include "udp/source.h"
#include "udp/target.h"

struct send_run {
	const struct send_config *config;
	struct loop *loop;
	struct endpoint endpoint;
	struct sock_options options;
	char ttl[8]; /* --ttl as text, for the socket option */
	struct target target;
	struct source source;
	struct meter meter;
	struct bytes why;
	int status;
	int signo; /* that ended us; 0 */

	/* Sending. */
	const struct iovec *each;
	int count, next; /* at EACH: there, sent */
	bool merge;
	bool blocked; /* the socket takes nothing for now */
	bool sent_all;
	uint64_t sent, sent_bytes;
	int64_t input_size;	     /* of standard input if it is a file; -1 */
	int64_t pace_ns, last_ns;    /* when the pace began; of the datagram sent last */
	uint64_t paced;		     /* sent since PACE_NS */
	struct loop_timer send_more; /* the pace, or room in an interface's queue */
	struct loop_defer again;     /* there is more to do, after a look at the others */

	/* Replies. */
	struct batch batch;
	struct output output;
	uint64_t received, received_bytes;
	struct loop_timer wait;
	bool timed_out;
};

/* Begin to send; replies_wait is called once all is sent. */
void send_begin(struct send_run *r);

/* Watch the socket for what is wanted of it now. */
void send_watch(struct send_run *r);

/* End with STATUS, for which WHY has a line unless it is STATUS_DONE. */
void send_end(struct send_run *r, int status);

/* End because of ERR, which the socket told. */
void send_fail(struct send_run *r, int err, size_t size);

/* Prepare for replies where they are wanted. 0, or -1 with errno. */
int replies_init(struct send_run *r);

/* Whether replies are still to be read. */
bool replies_are_wanted(const struct send_run *r);

/* Replies, or an error, wait at the socket. */
void replies_read(struct send_run *r);

/* All is sent: wait for what is still to come. */
void replies_wait(struct send_run *r);

#endif
