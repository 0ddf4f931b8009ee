/* SPDX-License-Identifier: ISC */
/* resolve_run.h - what the parts of resolve share: one run, and the two ways to answer. */
#ifndef NAMES_RESOLVE_RUN_H
#define NAMES_RESOLVE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/meter.h"
#include "names/batch.h"
#include "names/dns_client.h"
#include "names/dns_servers.h"
#include "names/resolve_options.h"
#include "names/resolve_print.h"

struct resolve_run {
	const struct resolve_config *config;
	const struct resolve_options *options;
	struct loop *loop;
	struct meter meter;
	struct batch_result result;
	struct print_style style;
	struct dns_servers servers;
	struct dns_client *dns; /* NULL: libc is asked */
};

/* Q has failed: end it with WHY and STATUS. */
void resolve_fail(struct question *q, int status, const char *why);

/* A service as a port; KNOWN: libc's database has it under this name. */
struct resolve_service {
	uint16_t port;
	int type;
	bool known;
};

/* Find the service WORD: a number, one of the system's, or where the system has none, one built in.
 * False: there is no such service, or -n forbids to look. */
bool resolve_find_service(
	const struct resolve_run *r, const char *word, struct resolve_service *service);

/* Start answering Q, whose ARG is a struct resolve_run, through libc, and through DNS. */
void resolve_host_start(struct question *q);
void resolve_dns_start(struct question *q);

/* The type that DNS is to be asked for TEXT, and its name: NULL, or the reason. */
uint16_t resolve_dns_type(const struct resolve_run *r, const char *text);
const char *resolve_dns_name(const struct resolve_run *r, const char *text, struct dns_name *name);

#endif
