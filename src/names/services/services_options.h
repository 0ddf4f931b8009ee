/* SPDX-License-Identifier: ISC */
/* services_options.h - the options of services, as parsed. */
#ifndef NAMES_SERVICES_SERVICES_OPTIONS_H
#define NAMES_SERVICES_SERVICES_OPTIONS_H

#include <stdbool.h>

#include "base/checked.h"
#include "base/status.h"
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

/* The command itself, as struct command describes it. */
enum status services_main(const void *config, const struct opt_words *words) CHECKED;

#endif
