/* SPDX-License-Identifier: ISC */
/* services_options.h - the options of services, as parsed. */
#ifndef NAMES_SERVICES_SERVICES_OPTIONS_H
#define NAMES_SERVICES_SERVICES_OPTIONS_H

#include <stdbool.h>

#include "core/opt/common.h"
#include "core/opt/opt.h"

struct services_options {
	bool builtin;
	bool protocols;
	const char *protocol; /* NULL: any */
	const char *match;    /* NULL: any */
	bool port_only;
	bool name_only;
};

struct services_config {
	struct common_options common;
	struct services_options services;
};

extern const struct opt_set services_sets[];
extern const struct opt_rule services_rules[];
extern const struct services_config services_defaults;

#endif
