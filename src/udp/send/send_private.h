/* SPDX-License-Identifier: ISC */
/* send_private.h - the internals of udp-send: one run of it, only for send*.c. */
#ifndef UDP_SEND_SEND_PRIVATE_H
#define UDP_SEND_SEND_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bucket.h"
#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "core/opt/opt.h"
#include "core/sock/sock.h"
#include "udp/batch.h"
#include "udp/outgoing.h"
#include "udp/output.h"
#include "udp/send/messages.h"
#include "udp/send/recent.h"
#include "udp/send/send_options.h"
#include "udp/target.h"

struct udp_send_run {
	const struct udp_send_config *config;
	struct loop *loop;
	struct endpoint endpoint;
	struct sock_options options;
	char ttl[8]; /* --ttl as text, for the socket option */
	struct target target;
	struct os_dgram_state before; /* for an inherited socket */
	struct messages messages;
	struct meter meter;
	struct bytes why;
	enum status status;
	int signo; /* the signal that ended the run; 0: none */

	/* Sending. */
	struct outgoing out;
	const struct iovec *each;
	int count, next; /* at EACH: how many there are, how many are sent */
	bool sent_all;
	uint64_t sent, sent_bytes, errors;
	size_t path; /* bytes that reach the peer unfragmented; 0: that does not matter */
	struct recent recent;
	int64_t input_size;	     /* of standard input if it is a file; -1 */
	struct bucket pace;	     /* for --rate, in datagrams */
	int64_t last_ns;	     /* when the last datagram was sent; 0: none yet */
	struct loop_timer send_more; /* the pace */
	struct loop_defer again;     /* there is more to do, after other events */

	/* Replies. */
	struct batch batch;
	struct output output;
	uint64_t received, received_bytes;
	struct loop_timer wait;
	bool timed_out;
	int last_batches; /* how many may be read after that */
};

/* Check the whole command line, look up the peer and open the socket. An exit status: STATUS_DONE,
 * or one line in WHY. Sends nothing. */
enum status send_setup(
	struct udp_send_run *r, const struct opt_words *words, struct bytes *why) CHECKED;

/* Begin to send; replies_wait is called once everything is sent. */
void send_begin(struct udp_send_run *r);

/* End with STATUS, for which WHY has a line unless it is STATUS_DONE. */
void send_end(struct udp_send_run *r, enum status status);

/* End because, after ERR, there is no way to wait for WHAT. */
void send_broken(struct udp_send_run *r, const char *what, int err);

/* The socket has reported ERR about an earlier datagram: end, or with --keep-going warn. */
void send_report(struct udp_send_run *r, int err);

/* Prepare for replies if they are wanted. 0, or -1 with errno. */
int replies_init(struct udp_send_run *r) CHECKED;

/* The socket has replies, or an error to report. */
void replies_read(struct udp_send_run *r);

/* Everything is sent: wait for what is still to come. */
void replies_wait(struct udp_send_run *r);

#endif
