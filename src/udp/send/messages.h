/* SPDX-License-Identifier: ISC */
/* messages.h - the datagrams that udp-send is to send: messages, or what standard input is cut
 * into.
 */
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
	uint64_t repeat; /* how many times; 0: forever */
	bool skip;	 /* pass over what is too long, and go on */
};

enum messages_result {
	MESSAGES_READY,
	MESSAGES_WAIT,	  /* for the input to be readable */
	MESSAGES_ENDED,	  /* nothing comes any more */
	MESSAGES_SKIPPED, /* one was too long: WHY has one line, to be cleared */
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
	bool failed; /* once what is handed out is sent */
	bool gather; /* all of it into TEXT */
	unsigned char *buffer;
	size_t room, begin, end;
	uint64_t measured; /* bytes so far of one that is too long; 0: it is not */
};

/* Take the COUNT MESSAGES, read as the plan's form says. An exit status: STATUS_DONE, or one line
 * in WHY of the source. Release in any case. */
enum status messages_open(struct messages *s, const struct messages_plan *plan,
	char *const messages[], size_t count) CHECKED;

/* Take the inherited descriptor FD. As above. */
enum status messages_open_input(
	struct messages *s, const struct messages_plan *plan, int fd) CHECKED;

/* Hand out what comes next: *COUNT datagrams at *EACH, which stay until the next call. READABLE:
 * the input is known to be so. */
enum messages_result messages_next(
	struct messages *s, bool readable, const struct iovec **each, int *count) CHECKED;

void messages_release(struct messages *s);

#endif
