/* SPDX-License-Identifier: ISC */
/* send_private.h - the inside of udp-send: one run of it, for send*.c alone. */
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
	struct os_dgram_state before; /* of an inherited socket */
	struct messages messages;
	struct meter meter;
	struct bytes why;
	enum status status;
	int signo; /* that ended us; 0 */

	/* Sending. */
	struct outgoing out;
	const struct iovec *each;
	int count, next; /* at EACH: there, sent */
	bool sent_all;
	uint64_t sent, sent_bytes, errors;
	size_t path; /* bytes that reach the peer in one piece; 0: that is of no concern */
	struct recent recent;
	int64_t input_size;	     /* of standard input if it is a file; -1 */
	struct bucket pace;	     /* of --rate, in datagrams */
	int64_t last_ns;	     /* of the datagram sent last; 0: none yet */
	struct loop_timer send_more; /* the pace */
	struct loop_defer again;     /* there is more to do, after a look at the others */

	/* Replies. */
	struct batch batch;
	struct output output;
	uint64_t received, received_bytes;
	struct loop_timer wait;
	bool timed_out;
};

/* Judge everything that the command line says, look up the peer and open the socket. An exit
 * status: STATUS_DONE, or one line in WHY. Sends nothing. */
enum status send_setup(
	struct udp_send_run *r, const struct opt_words *words, struct bytes *why) CHECKED;

/* Begin to send; replies_wait is called once all is sent. */
void send_begin(struct udp_send_run *r);

/* End with STATUS, for which WHY has a line unless it is STATUS_DONE. */
void send_end(struct udp_send_run *r, enum status status);

/* End because ERR leaves nothing to wait for WHAT with. */
void send_broken(struct udp_send_run *r, const char *what, int err);

/* The socket has reported ERR of an earlier datagram: the end, or with --keep-going a warning. */
void send_report(struct udp_send_run *r, int err);

/* Prepare for replies where they are wanted. 0, or -1 with errno. */
int replies_init(struct udp_send_run *r) CHECKED;

/* Replies, or a report, wait at the socket. */
void replies_read(struct udp_send_run *r);

/* All is sent: wait for what is still to come. */
void replies_wait(struct udp_send_run *r);

#endif
