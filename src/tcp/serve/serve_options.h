/* SPDX-License-Identifier: ISC */
/* serve_options.h - the options of tcp-serve, as parsed. */
#ifndef TCP_SERVE_SERVE_OPTIONS_H
#define TCP_SERVE_SERVE_OPTIONS_H

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
#include "tcp/server/server.h"
#include "tcp/services/proxy_options.h"
#include "tcp/taps/taps.h"
#include "tcp/unix_types.h"

/* How a connection is served; by default with standard input and output. */
struct serve_way {
	bool keep_open;
	const char *shell;
	bool pty;
	const char *forward;
	int send_proxy; /* enum proxy_header_version; -1: none */
	int handler;	/* index into handlers; -1: none */
	const char *reply;
	const char *reply_file;
	bool broker, chat, collect;
	const char *collect_dir;
	int64_t connect_timeout_ns; /* for --forward */
};

struct serve_listen {
	struct opt_texts also;
	uint64_t backlog;
	int type;      /* index into tcp_type_values */
	int unix_mode; /* -1: by the umask */
	const char *ready_file;
	uint64_t workers; /* processes; 0: this one */
	bool proxy_protocol;
};

struct serve_limits {
	uint64_t accept_max, conns_max, per_host; /* 0: not given */
	int64_t grace_ns;
	int64_t accept_timeout_ns; /* 0: none */
};

struct serve_config {
	struct common_options common;
	struct sock_texts socket;
	struct common_limits limits;
	struct common_text text;
	struct taps_options taps;
	struct meter_options meter;
	struct access_sources access;
	struct privilege_options privilege;
	struct serve_way way;
	struct serve_listen listen;
	struct serve_limits serve;
	struct proxy_options proxy;
};

/* The command itself, as struct command describes it. */
enum status serve_main(const void *config, const struct opt_words *words) CHECKED;

#endif
