/* SPDX-License-Identifier: ISC */
/* listen_options.h - the options of udp-listen, as parsed. */
#ifndef UDP_LISTEN_LISTEN_OPTIONS_H
#define UDP_LISTEN_LISTEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/access.h"
#include "core/meter.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"
#include "core/privilege.h"
#include "core/sock/sock.h"

/* How datagrams are written to standard output. */
struct listen_output {
	int format; /* enum format_kind; -1: not given */
	bool from;
	uint64_t max_size;
};

/* When to end; 0: not given. */
struct listen_limits {
	uint64_t count;
	int64_t wait_ns;
	int64_t idle_ns;
};

/* What is done with a datagram. */
struct listen_way {
	const char *reply;
	bool echo;
	const char *shell;
	struct opt_texts forward;
	bool keep_source;
	uint64_t parallel;
	int64_t command_ns;
	int64_t session_ns;
	uint64_t sessions_max; /* 0: as many as descriptors allow */
};

struct listen_bind {
	struct opt_texts groups;
	const char *ready_file;
};

struct udp_listen_config {
	struct common_options common;
	struct sock_texts socket;
	struct common_text text;
	struct meter_options meter;
	struct access_sources access;
	struct privilege_options privilege;
	struct listen_output output;
	struct listen_limits limits;
	struct listen_way way;
	struct listen_bind bind;
};

/* The command itself, as struct command describes it. */
enum status udp_listen_main(const void *config, const struct opt_words *words) CHECKED;

#endif
