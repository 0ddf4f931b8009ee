/* SPDX-License-Identifier: ISC */
/* connect_options.h - the options of tcp-connect, as parsed. */
#ifndef TCP_CONNECT_CONNECT_OPTIONS_H
#define TCP_CONNECT_CONNECT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/meter.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"
#include "core/sock/sock.h"
#include "tcp/connect/connect_dialogue.h"
#include "tcp/connect/connect_path.h"
#include "tcp/taps/taps.h"

enum { CONNECT_LINGER_UNSET = -2, CONNECT_PARALLEL = 256 };

struct connect_options {
	const char *source;
	const char *source_port;
	int64_t timeout_ns;
	int64_t wait_ns;
	int64_t linger_ns;
	bool no_half_close;
	bool send_only;
	bool recv_only;
	struct opt_texts send;
	int type;
	const char *shell;
	bool pass_fd;
	bool raw;
	bool pty;
};

struct connect_scan {
	bool on;
	bool all;
	bool closed;
	uint64_t parallel;
};

struct connect_config {
	struct common_options common;
	struct sock_texts socket;
	struct common_limits limits;
	struct common_text text;
	struct taps_options taps;
	struct meter_options meter;
	struct connect_options connect;
	struct connect_scan scan;
	struct connect_path_options path;
	struct connect_dialogue_options dialogue;
};

/* The command itself, as struct command describes it. */
enum status connect_main(const void *config, const struct opt_words *words) CHECKED;

#endif
