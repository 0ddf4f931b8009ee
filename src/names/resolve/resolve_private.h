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
};

/* --- resolve_setup.c --- */

/* Whether the options ask DNS for whole zones. */
bool resolve_transfers_zone(const struct resolve_options *o);

/* What options have to do with the number of OPERANDS: NULL, or what is wrong. */
const char *resolve_check(const struct resolve_run *r, size_t operands) CHECKED;

/* Refuse what only dig has for operands: @SERVER, +OPTION. An exit status: STATUS_DONE, or
 * STATUS_USAGE and one line in WHY. */
enum status resolve_words_check(const struct opt_words *operands, struct bytes *why) CHECKED;

/* Put the operands into WORDS, which has room for all: a service belongs to the name before it.
 * Their number. */
size_t resolve_words(
	const struct resolve_run *r, const struct opt_words *operands, struct batch_word *words);

/* Judge WORDS as far as that is possible without asking anyone, open the input of a batch as *FD,
 * and find the DNS servers. An exit status; unless it is STATUS_DONE, WHY has one line. */
enum status resolve_prepare(struct resolve_run *r, const struct batch_word *words, size_t count,
	int *fd, struct bytes *why) CHECKED;

/* A service as a port; KNOWN: libc's database has it under this name. */
struct resolve_service {
	uint16_t port;
	int type;
	bool known;
};

/* Find the service WORD: a number, one of the system's, or where the system has none, of the
 * built-in table. False: there is no such service, or -n forbids looking. */
bool resolve_find_service(
	const struct resolve_run *r, const char *word, struct resolve_service *service);

/* --- resolve_run.c --- */

/* Answer all that OPERANDS and the options ask. An exit status; errors have been reported. */
enum status resolve_go(struct resolve_run *r, const struct opt_words *operands) CHECKED;

/* Q has failed: end it with WHY and STATUS. */
void resolve_fail(struct question *q, enum status status, const char *why);

/* --- resolve_host.c, resolve_dns.c, resolve_transfer.c --- */

/* Print this host's own name. An exit status; errors have been reported. */
enum status resolve_host_name(const struct resolve_run *r) CHECKED;

/* Start answering Q, whose ARG is a struct resolve_run, through libc, and through DNS. */
void resolve_host_start(struct question *q);
void resolve_dns_start(struct question *q);

/* The types that DNS is to be asked for TEXT. */
struct resolve_types resolve_dns_types(const struct resolve_run *r, const char *text);

/* The name that DNS is to be asked for TEXT and TYPE, of an address that for PTR: NULL, or the
 * reason why it has none. */
const char *resolve_dns_name(const char *text, uint16_t type, struct dns_name *name) CHECKED;

/* Append what CODE, an error in an answer of SERVER, means. Returns the exit status it amounts to.
 */
enum status resolve_explain_code(enum dns_code code, const char *server, struct bytes *why) CHECKED;

/* Print the whole zones WORDS, one after the other. The exit status of the first that failed. */
enum status resolve_transfers(
	struct resolve_run *r, const struct batch_word *words, size_t count) CHECKED;

#endif
