/* SPDX-License-Identifier: ISC */
/* services_private.h - what the parts of services share: one run, and what an operand asks for. */
#ifndef NAMES_SERVICES_SERVICES_PRIVATE_H
#define NAMES_SERVICES_SERVICES_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "names/services/services_db.h"
#include "names/services/services_options.h"

struct services_run {
	const struct services_config *config;
	const struct services_options *options;
	struct service_list list;
	struct bytes out;
};

/* What an operand asks for; members that are zero select everything. NAME must be released. */
struct services_selection {
	const char *text;  /* as typed; NULL: no operand */
	struct bytes name; /* empty: any */
	bool numbers;	   /* only those from LOW to HIGH */
	uint16_t low, high;
	const char *protocol; /* after the slash; NULL: any */
};

/* Read TEXT, [NAME|PORT|PORT-PORT][/PROTO], into S. NULL, or the reason. */
const char *services_selection_read(
	const struct services_options *o, struct services_selection *s, const char *text) CHECKED;

/* Check all operands. An exit status; the error has been reported. */
enum status services_check(const struct services_run *r, const struct opt_words *words) CHECKED;

/* Answer all operands from R's list, or without operands list everything. An exit status; errors
 * have been reported. */
enum status services_go(struct services_run *r, const struct opt_words *words) CHECKED;

#endif
