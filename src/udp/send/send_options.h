/* SPDX-License-Identifier: ISC */
/* send_options.h - the options of udp-send, as parsed. */
#ifndef UDP_SEND_SEND_OPTIONS_H
#define UDP_SEND_SEND_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/meter.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"
#include "core/sock/sock.h"

/* How standard input becomes datagrams. */
struct send_split {
	int mode; /* enum split_mode */
	uint64_t size;
};

struct send_pace {
	uint64_t count; /* 0: forever */
	int64_t interval_ns;
	uint64_t rate; /* datagrams a second; 0: as fast as possible */
};

struct send_replies {
	uint64_t wanted;
	int64_t wait_ns;
	bool from;
	bool anyone; /* replies may come from others than the one asked */
};

struct send_local {
	const char *source;
	const char *source_port;
	bool broadcast;
	int ttl; /* -1: not given */
	const char *interface;
	int loop; /* -1: not given */
};

struct udp_send_config {
	struct common_options common;
	struct sock_texts socket;
	struct common_text text;
	struct meter_options meter;
	struct send_split split;
	struct send_pace pace;
	struct send_replies replies;
	struct send_local local;
	bool keep_going;
};

/* The command itself, as struct command describes it. */
enum status udp_send_main(const void *config, const struct opt_words *words) CHECKED;

#endif
