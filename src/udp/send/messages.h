/* SPDX-License-Identifier: ISC */
/* messages.h - the datagrams that udp-send sends: messages, or pieces of standard input. */
#ifndef UDP_SEND_MESSAGES_H
#define UDP_SEND_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/os/dgram/dgram.h"
#include "core/stream/end.h"
#include "udp/send/split.h"

struct messages_plan {
	struct split_rule rule;
	int form;	 /* enum common_text_form */
	size_t limit;	 /* what a datagram holds */
	uint64_t repeat; /* how many times to send them; 0: forever */
	bool skip;	 /* skip messages that are too long, and go on */
};

enum messages_result {
	MESSAGES_READY,
	MESSAGES_WAIT,	  /* until the input is readable */
	MESSAGES_ENDED,	  /* no more will come */
	MESSAGES_SKIPPED, /* one was too long: WHY has one line, which the caller clears */
	MESSAGES_FAILED,  /* WHY has one line */
};

struct messages {
	struct messages_plan plan;
	struct bytes why;
	struct iovec each[OS_DGRAM_SEND]; /* handed out */
	uint64_t number;		  /* datagrams found so far */

	/* From memory: messages, or input that has to be read to its end first. */
	bool from_memory;
	struct bytes text;
	struct iovec *list;
	size_t list_count, list_room, at;
	uint64_t left; /* to hand out; UINT64_MAX: no limit */

	/* From standard input. */
	struct end input;
	bool ended;
	bool failed; /* report the failure once what is handed out is sent */
	bool gather; /* read all of it into TEXT */
	unsigned char *buffer;
	size_t room, begin, end;
	uint64_t measured; /* bytes so far of a message that is too long; 0: none is */
};

/* Use the COUNT MESSAGES, read in the plan's form. An exit status: STATUS_DONE, or one line in
 * S->why. Release S in any case. */
enum status messages_open(struct messages *s, const struct messages_plan *plan,
	char *const messages[], size_t count) CHECKED;

/* Use the inherited descriptor FD. As above. */
enum status messages_open_input(
	struct messages *s, const struct messages_plan *plan, int fd) CHECKED;

/* Hand out the next ones: *COUNT datagrams at *EACH, which stay until the next call. READABLE: the
 * input is known to be readable. */
enum messages_result messages_next(
	struct messages *s, bool readable, const struct iovec **each, int *count) CHECKED;

void messages_release(struct messages *s);

#endif
