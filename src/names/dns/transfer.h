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

/* The state for checking the messages of a transfer; no sockets. At first all zero except for
 * QUESTION. */
struct dns_transfer_state {
	struct dns_question question;
	uint16_t id;
	bool began, ended; /* the first SOA record was there; the last one was, which is the same */
	uint64_t records;  /* with both */
};

enum dns_transfer_outcome {
	DNS_TRANSFER_DONE,
	DNS_TRANSFER_REFUSED,	/* CODE is why */
	DNS_TRANSFER_MALFORMED, /* REASON is why */
	DNS_TRANSFER_BROKEN,	/* the connection ended before the zone did, or failed with ERROR */
	DNS_TRANSFER_TIMED_OUT, /* nothing came for SILENCE_NS */
	DNS_TRANSFER_STOPPED,	/* the callback wanted no more */
};

struct dns_transfer_result {
	enum dns_transfer_outcome outcome;
	enum dns_code code;
	const char *reason;
	int error;
	uint64_t records;
};

/* Check the next message M, and count its records. NULL, or the reason why it is malformed; *CODE
 * is not DNS_NO_ERROR if the server refuses. The records of M may be used only after NULL and
 * DNS_NO_ERROR. */
const char *dns_transfer_take(
	struct dns_transfer_state *state, const struct dns_message *m, enum dns_code *code) CHECKED;

/* Called for each message in order; its answers have been checked. Returns false to stop. */
typedef bool dns_transfer_fn(void *arg, const struct dns_message *m);

/* Read the zone QUESTION->name from the server ADDR over TCP, running LOOP until the transfer ends;
 * SILENCE_NS is how long the server may be silent. Only one message is held in memory. */
struct dns_transfer_result dns_transfer_run(struct loop *loop, const struct addr *addr,
	const struct dns_question *question, int64_t silence_ns, dns_transfer_fn *fn, void *arg);

#endif
