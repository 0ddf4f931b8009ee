/* SPDX-License-Identifier: ISC */
/* resolve_print.h - answers as lines of text or JSON. Pure. */
#ifndef NAMES_RESOLVE_PRINT_H
#define NAMES_RESOLVE_PRINT_H

#include <stdbool.h>
#include <stdint.h>

struct bytes;
struct dns_message;
struct lookup;
struct lookup_answer;

struct print_style {
	bool json;
	bool batch;    /* one line for each question */
	uint16_t type; /* of the DNS records that were asked for; 0: libc was asked */
};

/* Append the answer A to L; QUERY is the question as typed. */
void print_lookup(struct bytes *out, const struct print_style *style, const char *query,
	const struct lookup *l, const struct lookup_answer *a);

/* Append the answers of M, which dns_message_check found good: all of them, in a batch those of the
 * type that was asked for. NULL, or the reason why a record is malformed; then OUT is as before. */
const char *print_records(struct bytes *out, const struct print_style *style, const char *query,
	const struct dns_message *m);

/* Append the failure of a question to OUT where the style has a place for it there. False: it has
 * not. */
bool print_error(struct bytes *out, const struct print_style *style, const char *query, int status,
	const char *why);

/* Append this host's NAME. */
void print_host_name(struct bytes *out, bool json, const char *name);

#endif
