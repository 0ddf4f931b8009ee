/* SPDX-License-Identifier: ISC */
/* resolve_print.h - answers as lines of text or JSON. Pure. */
#ifndef NAMES_RESOLVE_RESOLVE_PRINT_H
#define NAMES_RESOLVE_RESOLVE_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;
struct dns_message;
struct dns_record;
struct lookup;
struct lookup_answer;

struct print_style {
	bool json;
	bool batch;    /* one line for each question */
	uint16_t type; /* the type of DNS records asked for; 0: several, or libc was asked */
};

/* Append the answer A to L; QUERY is the question as typed. */
void print_lookup(struct bytes *out, const struct print_style *style, const char *query,
	const struct lookup *l, const struct lookup_answer *a);

/* Append the data of the answers of M, which has passed dns_message_check: of all of them, or in a
 * batch of those of TYPE, including the signatures for TYPE. NULL, or the reason why a record is
 * malformed; then OUT is as before. */
const char *print_values(struct bytes *out, const struct print_style *style, uint16_t type,
	const struct dns_message *m) CHECKED;

/* Append the answer to QUERY that consists of VALUES. */
void print_answer(struct bytes *out, const struct print_style *style, const char *query,
	const struct bytes *values);

/* Append an object for the answer M (NULL: none) to a question for TYPE, with ERROR and STATUS
 * unless ERROR is NULL. NULL, or the reason as above. */
const char *print_json_records(struct bytes *out, const char *query, uint16_t type,
	const struct dns_message *m, const char *error, enum status status) CHECKED;

/* Append RECORD of M as a line of a zone file, with its parts separated by tabs. NULL, or the
 * reason. */
const char *print_zone_line(
	struct bytes *out, const struct dns_message *m, const struct dns_record *record) CHECKED;

/* Append the failure of a question to OUT if the style reports failures there. False: it does
 * not. */
bool print_error(struct bytes *out, const struct print_style *style, const char *query,
	enum status status, const char *why);

/* Append this host's NAME. */
void print_host_name(struct bytes *out, bool json, const char *name);

#endif
