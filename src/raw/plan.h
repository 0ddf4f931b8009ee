/* SPDX-License-Identifier: ISC */
/* plan.h - what raw-send is to do, judged as a whole before anything goes out. */
#ifndef RAW_PLAN_H
#define RAW_PLAN_H

#include "base/checked.h"
#include "core/sock/sock.h"
#include "raw/send_options.h"
#include "raw/source.h"
#include "raw/transmit.h"

struct plan {
	const struct send_config *config;
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
	struct source source;
};

/* Judge the command line, and whether the packets fit where they are to go. STATUS_DONE; or
 * another, and WHY has one line for the user. Release after any outcome. */
int plan_make(struct plan *plan, const struct send_config *config, const struct opt_words *words,
	struct bytes *why) CHECKED;
void plan_release(struct plan *plan);

/* Whether packets are sent, not shown or written. */
bool plan_sends(const struct send_config *config);

/* Open the sockets that it takes to send, WAY->FD being -1 where there is none, and with --replies
 * one that listens, *LISTENER, else -1. As plan_make. Close them after any outcome. */
int plan_open(
	struct plan *plan, struct transmit_way *way, int *listener, struct bytes *why) CHECKED;

#endif
