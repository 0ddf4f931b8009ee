/* SPDX-License-Identifier: ISC */
/* resolve_options.h - the options of resolve, as parsed. */
#ifndef NAMES_RESOLVE_RESOLVE_OPTIONS_H
#define NAMES_RESOLVE_RESOLVE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/meter.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"

enum { RESOLVE_TYPES_MOST = 16 };

/* The types of records to query DNS for, in the order typed; none: not given. */
struct resolve_types {
	uint16_t list[RESOLVE_TYPES_MOST];
	size_t count;
};

struct resolve_options {
	bool all;
	bool canonical;
	bool fqdn;
	int64_t timeout_ns; /* 0: not given */
	struct resolve_types types;
	uint16_t class;
	bool dnssec;
	struct opt_texts servers;
	bool tcp;
	const char *batch; /* a file, "-" for standard input; NULL: none */
	uint64_t parallel; /* 0: not given */
};

struct resolve_config {
	struct common_options common;
	struct meter_options meter;
	struct resolve_options resolve;
};

/* The command itself, as struct command describes it. */
enum status resolve_main(const void *config, const struct opt_words *words) CHECKED;

#endif
