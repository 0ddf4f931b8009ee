/* SPDX-License-Identifier: ISC */
/* resolve_private.h - what the parts of resolve share: one run, and the ways to answer. */
#ifndef NAMES_RESOLVE_RESOLVE_PRIVATE_H
#define NAMES_RESOLVE_RESOLVE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "names/dns/client.h"
#include "names/dns/servers.h"
#include "names/resolve/batch.h"
#include "names/resolve/resolve_options.h"
#include "names/resolve/resolve_print.h"

struct resolve_run {
	const struct resolve_config *config;
	const struct resolve_options *options;
	struct loop *loop;
	struct meter meter;
	struct batch_result result;
	struct print_style style;
	struct dns_servers servers;
	struct dns_client *dns; /* NULL: libc is asked */
	int64_t dns_timeout_ns;
	bool this_host; /* there is no operand: the question is about this host's name */
};

/* --- resolve_setup.c --- */

/* Whether the options ask DNS for whole zones. */
bool resolve_transfers_zone(const struct resolve_options *o);

/* Check the options against the number of OPERANDS: NULL, or what is wrong. */
const char *resolve_check(const struct resolve_run *r, size_t operands) CHECKED;

/* Refuse operands that only dig has: @SERVER, +OPTION. An exit status: STATUS_DONE, or STATUS_USAGE
 * and one line in WHY. */
enum status resolve_words_check(const struct opt_words *operands, struct bytes *why) CHECKED;

/* Store the operands in WORDS, which has room for all: a service belongs to the name before it.
 * Returns their number. */
size_t resolve_words(
	const struct resolve_run *r, const struct opt_words *operands, struct batch_word *words);

/* Check WORDS as far as that is possible without a look-up, open the input of a batch as *FD, and
 * find the DNS servers. An exit status; unless it is STATUS_DONE, WHY has one line. */
enum status resolve_prepare(struct resolve_run *r, const struct batch_word *words, size_t count,
	int *fd, struct bytes *why) CHECKED;

/* The port of a service; KNOWN: libc's database has it under this name. */
struct resolve_service {
	uint16_t port;
	int type;
	bool known;
};

/* Find the service WORD: a number, or a name in the system's database or, if that is empty, in the
 * built-in table. False: there is no such service, or -n forbids looking it up. */
bool resolve_find_service(
	const struct resolve_run *r, const char *word, struct resolve_service *service);

/* --- resolve_run.c --- */

/* Answer everything that OPERANDS and the options ask. An exit status; errors have been
 * reported. */
enum status resolve_go(struct resolve_run *r, const struct opt_words *operands) CHECKED;

/* Q has failed: end it with WHY and STATUS. */
void resolve_fail(struct question *q, enum status status, const char *why);

/* --- resolve_host.c, resolve_dns.c, resolve_transfer.c --- */

/* Start answering Q, whose ARG is a struct resolve_run, through libc or through DNS. */
void resolve_host_start(struct question *q);
void resolve_dns_start(struct question *q);

/* The types for which to query DNS about TEXT. */
struct resolve_types resolve_dns_types(const struct resolve_run *r, const char *text);

/* The name for which to query DNS about TEXT and TYPE; for an address, that of its PTR record.
 * NULL, or the reason why there is none. */
const char *resolve_dns_name(const char *text, uint16_t type, struct dns_name *name) CHECKED;

/* Append what CODE, an error in an answer from SERVER, means. Returns the exit status for it. */
enum status resolve_explain_code(enum dns_code code, const char *server, struct bytes *why) CHECKED;

/* Print the whole zones WORDS, one after the other. Returns the exit status of the first that
 * failed. */
enum status resolve_transfers(
	struct resolve_run *r, const struct batch_word *words, size_t count) CHECKED;

#endif
