/* SPDX-License-Identifier: ISC */
/* confine.h - once the sockets are bound, drop rights that serving does not need. */
#ifndef CORE_CONFINE_H
#define CORE_CONFINE_H

#include <stdbool.h>

#include "core/listener.h"
#include "core/privilege.h"

struct confine {
	const struct privilege_options *options;
	const struct listeners *listeners; /* whose files are removed at the end */
	const char *writable;		   /* a directory in which files are made; NULL: none */
	bool runs_commands;		   /* they may need any right: no sandbox then */
	bool sealed;			   /* as in struct sandbox */
};

/* Enter the sandbox (core/os/sandbox/sandbox.h), unless commands are run or --no-sandbox was given;
 * what took effect is logged as a detail. privilege_drop comes before it. */
void confine_enter(const struct confine *c);

#endif
