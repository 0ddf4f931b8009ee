/* SPDX-License-Identifier: ISC */
/* serve_setup.h - the command line of tcp-serve, read and checked. */
#ifndef TCP_SERVE_SERVE_SETUP_H
#define TCP_SERVE_SERVE_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/access.h"
#include "core/addr/addr.h"
#include "core/name.h"
#include "core/sock/sock.h"
#include "tcp/command.h"
#include "tcp/serve/serve_options.h"
#include "tcp/serve/serve_ways.h"
#include "tcp/services/service_kinds.h"

/* Everything that a run of tcp-serve needs to know before it starts. */
struct serve_setup {
	const struct serve_config *config;
	const struct serve_way_row *way;
	struct endpoint *endpoints; /* the operand's, then --also's */
	size_t endpoint_count;
	struct endpoint target;	  /* --forward */
	struct name_answer known; /* its addresses */
	struct forward_service forward;
	struct command_line command;
	struct proxy_service proxy;
	struct bytes reply; /* --reply */
	struct sock_options options;
	struct access access;
	struct taps taps;
	struct privilege privilege;
};

/* Fill in S from CONFIG and WORDS, which must outlive it. Nothing is bound or created, except the
 * files of taps once everything else has been checked (calling taps_finish is up to the caller). An
 * exit status; if it is not STATUS_DONE, WHY has one line. Release S in any case. S must not be
 * moved afterwards. */
enum status serve_prepare(struct serve_setup *s, const struct serve_config *config,
	const struct opt_words *words, struct bytes *why) CHECKED;
void serve_setup_release(struct serve_setup *s);

/* Check that the files that connections need are there: the command, the file of --reply-file, the
 * directory of --collect-dir, the pseudo-terminals of --pty. serve_prepare calls this, unless the
 * root will change: then call it once it has. The result is as for serve_prepare. */
enum status serve_check_files(const struct serve_setup *s, struct bytes *why) CHECKED;

#endif
