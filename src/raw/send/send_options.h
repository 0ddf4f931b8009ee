/* SPDX-License-Identifier: ISC */
/* send_options.h - the options of raw-send, as parsed. */
#ifndef RAW_SEND_SEND_OPTIONS_H
#define RAW_SEND_SEND_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/meter.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"
#include "core/sock/sock.h"

#define SEND_REPLIES_ALL UINT64_MAX
#define SEND_RATE_MAX	 UINT64_MAX

enum { SEND_TIME_UNSET = -1 };

/* What to do with packets that exceed the MTU. */
enum send_oversize { SEND_OVERSIZE_FAIL, SEND_OVERSIZE_SKIP, SEND_OVERSIZE_FRAGMENT };

struct raw_send_options {
	const char *interface;
	const char *to;
	uint64_t count;	     /* 0: until stopped */
	int64_t interval_ns; /* SEND_TIME_UNSET */
	uint64_t rate;	     /* packets a second; 0: not given; SEND_RATE_MAX: no limit */
	uint64_t replies;    /* 0: none wanted; SEND_REPLIES_ALL: one for each packet */
	int64_t timeout_ns;
	bool dry_run;
	bool hexdump;
	bool list;
	uint64_t fragment; /* bytes; 0: not wanted */
	int oversize;	   /* enum send_oversize */
	int64_t gap_ns;	   /* the longest pause; SEND_TIME_UNSET */
	const char *write;
	const char *replay;
};

struct raw_send_config {
	struct common_options common;
	struct sock_texts socket;
	struct common_text text;
	struct meter_options meter;
	struct raw_send_options send;
};

/* The command itself, as struct command describes it. */
enum status raw_send_main(const void *config, const struct opt_words *words) CHECKED;

#endif
