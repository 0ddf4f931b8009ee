/* SPDX-License-Identifier: ISC */
/* serve_setup.h - what the command line of tcp-serve says, read and judged. */
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

/* All that a run of tcp-serve needs to know before it starts. */
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

/* Fill in S from CONFIG and WORDS, which must outlive it. Nothing is bound, or created but the
 * files of taps once all else is found to be right (taps_finish is for the caller). An exit status;
 * if not STATUS_DONE, one line is in WHY. Release in any case. S must not be moved after.
 */
enum status serve_prepare(struct serve_setup *s, const struct serve_config *config,
	const struct opt_words *words, struct bytes *why) CHECKED;
void serve_setup_release(struct serve_setup *s);

/* See that the files the connections need are there: the command, the file of --reply-file, the
 * directory of --collect-dir, the pseudo-terminals of --pty. Called by serve_prepare, but where the
 * root will change, to be called once it has. As serve_prepare. */
enum status serve_check_files(const struct serve_setup *s, struct bytes *why) CHECKED;

#endif
