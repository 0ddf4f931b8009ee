/* SPDX-License-Identifier: ISC */
/* transfer.h - read a whole zone from a DNS server (AXFR, RFC 5936), message by message. */
#ifndef NAMES_DNS_TRANSFER_H
#define NAMES_DNS_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "names/dns/message.h"

struct addr;
struct loop;

/* What the messages of a transfer have to be like: no state but this, no sockets. Zeroed but for
 * QUESTION at first. */
struct dns_transfer_state {
	struct dns_question question;
	uint16_t id;
	bool began, ended; /* the SOA record that is the first was there, and the last, which is
			      again */
	uint64_t records;  /* with both */
};

enum dns_transfer_outcome {
	DNS_TRANSFER_DONE,
	DNS_TRANSFER_REFUSED,	/* CODE is why */
	DNS_TRANSFER_MALFORMED, /* REASON is why */
	DNS_TRANSFER_BROKEN,	/* the connection ended before the zone did, or failed with ERROR */
	DNS_TRANSFER_TIMED_OUT, /* nothing came for so long */
	DNS_TRANSFER_STOPPED,	/* the callee wanted no more */
};

struct dns_transfer_result {
	enum dns_transfer_outcome outcome;
	enum dns_code code;
	const char *reason;
	int error;
	uint64_t records;
};

/* Judge the next message M, and count its records. NULL, or the reason why it is malformed; *CODE
 * is not DNS_NO_ERROR if the server refuses. Each record of M may be used only after NULL and
 * DNS_NO_ERROR. */
const char *dns_transfer_take(
	struct dns_transfer_state *state, const struct dns_message *m, enum dns_code *code) CHECKED;

/* Called for each message, whose answers are good and next; false: no more of them. */
typedef bool dns_transfer_fn(void *arg, const struct dns_message *m);

/* Read the zone QUESTION->name from the server ADDR over TCP, running LOOP until it ends;
 * SILENCE_NS is how long the server may be silent. Memory is one message. */
struct dns_transfer_result dns_transfer_run(struct loop *loop, const struct addr *addr,
	const struct dns_question *question, int64_t silence_ns, dns_transfer_fn *fn, void *arg);

#endif
