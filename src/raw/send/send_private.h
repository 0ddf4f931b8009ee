/* SPDX-License-Identifier: ISC */
/* send_private.h - what the parts of raw-send share: everything it is to do, checked as a whole
 * before anything is sent. */
#ifndef RAW_SEND_SEND_PRIVATE_H
#define RAW_SEND_SEND_PRIVATE_H

#include "base/checked.h"
#include "base/status.h"
#include "core/sock/sock.h"
#include "raw/send/send_options.h"
#include "raw/send/source.h"
#include "raw/send/transmit.h"

struct raw_send_setup {
	const struct raw_send_config *config;
	struct spec spec;	/* from words */
	struct capture capture; /* or from a file */
	struct capture_sum sum;
	struct build build;
	struct next_hops hops;
	struct os_link link;
	struct addr to; /* --to */
	struct sock_options options;
	enum packet_start start;
	const struct layer *first; /* what packets begin with */
	bool cuttable;		   /* the packets of SPEC can be fragmented */
	unsigned mtu;		   /* which packets must not exceed; 0: not known, or of no
				    * concern */
	int family;		   /* for PACKET_IP and PACKET_INNER; AF_UNSPEC: both */
	struct raw_source source;
};

/* Check the command line, and that the packets fit where they are sent. STATUS_DONE; or another,
 * and WHY has one line for the user. Release SETUP after any outcome. */
enum status raw_send_setup(struct raw_send_setup *setup, const struct raw_send_config *config,
	const struct opt_words *words, struct bytes *why) CHECKED;
void raw_send_release(struct raw_send_setup *setup);

/* Check that the packets fit where they are sent: the last part of raw_send_setup. Sets the limits
 * of the source. Results as for raw_send_setup. */
enum status raw_send_check_length(struct raw_send_setup *setup, struct bytes *why) CHECKED;

/* Whether packets are sent, rather than shown or written. */
bool raw_send_sends(const struct raw_send_config *config);

/* Open the sockets needed for sending, with -1 in WAY->fd for those not needed, and with --replies
 * one that listens, *LISTENER, which is otherwise -1. Results as for raw_send_setup. Close them
 * after any outcome. */
enum status raw_send_open(struct raw_send_setup *setup, struct transmit_way *way, int *listener,
	struct bytes *why) CHECKED;

/* Carry out SETUP: send, show or write the packets, and report replies. Returns the exit status;
 * *SIGNO is the signal that ended it, or 0. If WHY has a line then, it is for the user. */
enum status raw_send_run(struct raw_send_setup *setup, int *signo, struct bytes *why) CHECKED;

#endif
