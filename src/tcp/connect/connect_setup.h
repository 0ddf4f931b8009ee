/* SPDX-License-Identifier: ISC */
/* connect_setup.h - the command line of tcp-connect, read and checked. */
#ifndef TCP_CONNECT_CONNECT_SETUP_H
#define TCP_CONNECT_CONNECT_SETUP_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/sock/sock.h"
#include "tcp/command.h"
#include "tcp/connect/connect_dialogue.h"
#include "tcp/connect/connect_options.h"
#include "tcp/connect/connect_path.h"
#include "tcp/dial.h"
#include "tcp/session.h"

/* Everything that a run of tcp-connect needs to know before it starts. */
struct connect_setup {
	const struct connect_config *config;
	struct endpoint *endpoints; /* one, or all those to scan */
	size_t endpoint_count;
	struct command_line command;
	struct sock_options options;
	struct local source;
	struct bytes first; /* --send */
	struct taps taps;
	struct dial_plan dial_plan;
	struct connect_path path;
	struct connect_dialogue dialogue;
	struct session_plan session_plan;
};

/* Fill in S from CONFIG and WORDS, which must outlive it. Nothing is sent, bound or created, except
 * the files of taps once everything else has been checked (calling taps_finish is up to the
 * caller). An exit status; if it is not STATUS_DONE, WHY has one line. Release S in any case. S
 * must not be moved afterwards. */
enum status connect_prepare(struct connect_setup *s, const struct connect_config *config,
	const struct opt_words *words, struct bytes *why) CHECKED;
void connect_setup_release(struct connect_setup *s);

#endif
