/* SPDX-License-Identifier: ISC */
/* access.h - who may come in: allow and deny lists of networks and Unix users.
 *
 * Deny wins; with any allow rule all else is denied. IPv4-mapped addresses count as IPv4. */
#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/addr/ranges.h"
#include "core/opt/opt.h"

struct bytes;

enum access_kind { ACCESS_USER, ACCESS_IN, ACCESS_IN6, ACCESS_KINDS };

/* The verdict of a rule on those it matches: denied; allowed; allowed by a rule that does not match
 * all addresses. */
enum access_verdict { ACCESS_DENIED, ACCESS_ALLOWED, ACCESS_NAMED, ACCESS_VERDICTS };

struct access {
	struct ranges set[ACCESS_KINDS][ACCESS_VERDICTS];
	bool has_allow;
	bool has_rules;
	bool closed; /* for targets: no inward address is allowed unless an allow rule names it */
};

/* Where the rules come from, as the options gave them: lists of NET joined by commas (or uid:N),
 * and files with one NET a line, blank lines and # comments. */
struct access_sources {
	struct opt_texts allow, deny, allow_files, deny_files;
};

/* The options --allow, --deny, --allow-file and --deny-file, for a set over struct access_sources.
 */
extern const struct opt access_opts[];

/* Read all SOURCES. Names are resolved now (NUMERIC forbids that). An exit status: STATUS_DONE;
 * else one line in WHY, with the line number if it is about a file. Release after success. */
enum status access_init(struct access *access, const struct access_sources *sources, bool numeric,
	struct bytes *why) CHECKED;
void access_release(struct access *access);

/* Whether PEER may come in; the time grows with the logarithm of the number of rules. A Unix peer
 * is judged by UID, and only uid: rules apply to it. */
bool access_permits(const struct access *access, const struct addr *peer, uid_t uid);

/* Whether ADDR may be connected to. An IPv6 address that stands for an IPv4 address (addr_embedded)
 * is denied if either is, allowed if either is. If ACCESS is closed, an address that leads back to
 * this host or its links (inward.h) needs an allow rule that matches it; a rule for /0 does not
 * count. */
bool access_permits_target(const struct access *access, const struct addr *addr);

/* A command that serves anyone who can reach this host through E must be a decision: an allow rule,
 * or a host that is written out. An exit status: STATUS_DONE, or STATUS_USAGE and one line in
 * WHY. */
enum status access_check_command(
	const struct access *access, const struct endpoint *e, struct bytes *why) CHECKED;

#endif
