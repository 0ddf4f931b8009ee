/* SPDX-License-Identifier: ISC */
/* message.h - messages of the DNS (RFC 1035 section 4): pure, and safe for hostile bytes.
 *
 * libc's res_nmkquery and ns_parserr are not used: musl lacks the state for the former, older libcs
 * keep both in a separate library, and neither prints what it parsed. */
#ifndef NAMES_DNS_MESSAGE_H
#define NAMES_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "names/dns/name.h"

enum {
	DNS_HEADER_SIZE = 12,
	DNS_QUERY_MAX = DNS_HEADER_SIZE + DNS_NAME_MAX + 4 + 11,
	DNS_MESSAGE_MAX = 65535,
	DNS_UDP_SIZE = 1232, /* the longest answer over UDP, which no network fragments */
	DNS_CLASS_IN = 1,
};

/* Answer codes (RFC 1035, 2136, 6891). */
enum dns_code {
	DNS_NO_ERROR,
	DNS_FORMAT_ERROR,
	DNS_SERVER_FAILURE,
	DNS_NO_SUCH_NAME,
	DNS_NOT_IMPLEMENTED,
	DNS_REFUSED,
	DNS_NOT_AUTHORITATIVE = 9,
	DNS_BAD_VERSION = 16,
};

/* A message as it was received. */
struct dns_message {
	const unsigned char *data;
	size_t size;
};

/* A record of a message; its data are the DATA_SIZE bytes at DATA_AT in the message. */
struct dns_record {
	struct dns_name name;
	uint16_t type, class;
	uint32_t ttl;
	size_t data_at, data_size;
};

/* A position among the answers of a message. */
struct dns_answers {
	const struct dns_message *message;
	size_t at;
	unsigned left;
};

/* A question. */
struct dns_question {
	struct dns_name name;
	uint16_t type, class;
	bool dnssec; /* signatures too, and whether they are good: DO (RFC 3225) and AD (RFC 6840)
		      */
	bool plain;  /* without EDNS (RFC 6891), for servers that do not understand it */
};

/* Write the question Q with ID and recursion desired. Returns its size. */
size_t dns_query_build(unsigned char out[DNS_QUERY_MAX], uint16_t id, const struct dns_question *q);

/* Whether M answers the QUERY of QUERY_SIZE bytes: it is an answer with the same id and question.
 * An error may leave out the question. */
bool dns_message_answers(
	const struct dns_message *m, const unsigned char *query, size_t query_size);

/* Whether M is an answer with the id ID; for messages that may come without the question. */
bool dns_message_belongs(const struct dns_message *m, uint16_t id);

/* Only for messages for which dns_message_answers was true. AUTHENTIC: the server has verified the
 * signatures of everything in M. The code includes its upper bits from EDNS, if M has them. */
bool dns_message_truncated(const struct dns_message *m);
bool dns_message_authentic(const struct dns_message *m);
enum dns_code dns_message_code(const struct dns_message *m);

/* Check that every record is complete and that there is nothing else: NULL, or the reason. */
const char *dns_message_check_form(const struct dns_message *m) CHECKED;

/* As dns_message_check_form; and check that the answers are about the name in the question or a
 * name that it is an alias of. */
const char *dns_message_check(const struct dns_message *m) CHECKED;

/* The last name that the name in M's question is an alias of, according to M's answers. False: it
 * is not an alias. */
bool dns_message_alias(const struct dns_message *m, struct dns_name *target);

/* Whether M has a record of TYPE among its answers. */
bool dns_message_has(const struct dns_message *m, uint16_t type);

/* True if M, which has no error, lacks a record of TYPE only because its server does not recurse: M
 * names the servers of another zone, or does not follow an alias (RFC 2308 section 2.2). */
bool dns_message_refers(const struct dns_message *m, uint16_t type);

/* Walk the answers of M, which dns_message_check found good. */
void dns_answers_begin(struct dns_answers *a, const struct dns_message *m);
bool dns_answers_next(struct dns_answers *a, struct dns_record *record);

/* Append the data of RECORD as in a zone file (RFC 1035 and the RFC of each type), with names
 * without the final dot; for an unknown type or class, as in RFC 3597. Always plain ASCII on one
 * line. NULL, or the reason why it is malformed. */
const char *dns_rdata_add(
	struct bytes *out, const struct dns_message *m, const struct dns_record *record) CHECKED;

/* Append the parameters of an SVCB record (RFC 9460), the SIZE bytes at DATA. NULL, or the
 * reason. */
const char *dns_svcb_add(struct bytes *out, const unsigned char *data, size_t size) CHECKED;

/* Append the SIZE bytes at DATA in quotes, with `"`, `\` and what is not printable escaped. */
void dns_quoted_add(struct bytes *out, const unsigned char *data, size_t size);

#endif
