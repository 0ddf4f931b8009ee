/* SPDX-License-Identifier: ISC */
/* dial_reason.h - why a connection could not be made: one line for everything that went wrong.
 *
 * The outcomes at each address compete for the one line that the user reads: an answer tells more
 * than silence, and silence more than a family that this host cannot reach at all. Between equals
 * the last one stays. A reason that is not about a single address always wins. */
#ifndef TCP_DIAL_REASON_H
#define TCP_DIAL_REASON_H

#include "base/bytes.h"
#include "base/status.h"
#include "core/local.h"
#include "core/name.h"
#include "core/sock/sock.h"

struct dial_plan;

struct dial_reason {
	const struct endpoint *endpoint; /* the endpoint that is dialed */
	const struct dial_plan *plan;
	enum status status; /* the exit status that goes with the line */
	int rank;	    /* 0: anything may replace it */
	struct bytes why;
};

/* How much ERR of one address tells; a larger number means more. */
int dial_reason_rank(int err);

/* Append to WHY what ERR means for a connect from SOURCE (NULL: any) to ADDR: `connection refused`,
 * and in brackets what the system does not report. Returns the exit status. */
enum status dial_reason_explain(
	const struct addr *addr, int err, const struct local *source, struct bytes *why);

/* Connecting to ADDR failed with ERR. Logged with -vv. */
void dial_reason_address(struct dial_reason *r, const struct addr *addr, int err);

/* The local end of FAMILY could not be used; the option BAD could not be set; the name was not
 * found. */
void dial_reason_local(struct dial_reason *r, int family, int err);
void dial_reason_option(struct dial_reason *r, const struct sock_setting *bad, int err);
void dial_reason_name(
	struct dial_reason *r, enum name_result result, const struct name_query *query);

/* The time limit of NS has passed. */
void dial_reason_timeout(struct dial_reason *r, int64_t ns);

/* `cannot connect to ENDPOINT: TEXT`, with STATUS. */
void dial_reason_text(struct dial_reason *r, enum status status, const char *text);

#endif
