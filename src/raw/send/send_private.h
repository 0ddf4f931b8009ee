/* SPDX-License-Identifier: ISC */
/* send_private.h - what the parts of raw-send share: what it is to do, judged as a whole before
 * anything goes out. */
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
	bool cuttable;		   /* the packets of SPEC can be cut into fragments */
	unsigned mtu;		   /* that packets must keep; 0: none is known, or none counts */
	int family;		   /* of PACKET_IP and PACKET_INNER; AF_UNSPEC: both */
	struct raw_source source;
};

/* Judge the command line, and whether the packets fit where they are to go. STATUS_DONE; or
 * another, and WHY has one line for the user. Release after any outcome. */
enum status raw_send_setup(struct raw_send_setup *setup, const struct raw_send_config *config,
	const struct opt_words *words, struct bytes *why) CHECKED;
void raw_send_release(struct raw_send_setup *setup);

/* Whether the packets fit where they are to go: the last part of raw_send_setup. Sets the limits of
 * the source. As raw_send_setup. */
enum status raw_send_check_length(struct raw_send_setup *setup, struct bytes *why) CHECKED;

/* Whether packets are sent, not shown or written. */
bool raw_send_sends(const struct raw_send_config *config);

/* Open the sockets that it takes to send, WAY->FD being -1 where there is none, and with --replies
 * one that listens, *LISTENER, else -1. As raw_send_setup. Close them after any outcome. */
enum status raw_send_open(struct raw_send_setup *setup, struct transmit_way *way, int *listener,
	struct bytes *why) CHECKED;

/* Do what SETUP says: send, show or write the packets, and report replies. The exit status; *SIGNO
 * is the signal that ended it, or 0. If WHY has a line then, it is for the user. */
enum status raw_send_run(struct raw_send_setup *setup, int *signo, struct bytes *why) CHECKED;

#endif
