/* SPDX-License-Identifier: ISC */
/* taps_options.c - the options for what is put between a connection and its user. */

#include "tcp/taps/taps.h"

#define FIELD(type, member) OPT_FIELD(type, taps_options, member)

const struct opt taps_opts[] = {
	{.kind = OPT_FLAG,
		.letter = 'C',
		.name = "crlf",
		.help = "send each LF as CRLF; leave CRLF as it is",
		.offset = FIELD(bool, crlf)},
	{.kind = OPT_FLAG,
		.letter = 't',
		.name = "telnet",
		.help = "refuse telnet options, and keep telnet negotiation out of the data",
		.offset = FIELD(bool, telnet)},
	{.kind = OPT_SIZE,
		.name = "rate",
		.arg = "RATE",
		.help = "send at most RATE bytes per second",
		.offset = FIELD(uint64_t, rate),
		.min = 1},
	{.kind = OPT_TEXT,
		.letter = 'x',
		.name = "hexdump",
		.arg = "[=FILE]",
		.help = "dump both directions in hex to FILE (default: standard error)",
		.offset = FIELD(const char *, hexdump),
		.absent = "",
		.value = OPT_FILE},
	{.kind = OPT_TEXT,
		.name = "save-sent",
		.arg = "FILE",
		.help = "write a copy of the data sent to FILE",
		.offset = FIELD(const char *, save_sent),
		.value = OPT_FILE},
	{.kind = OPT_TEXT,
		.name = "save-received",
		.arg = "FILE",
		.help = "write a copy of the data received to FILE",
		.offset = FIELD(const char *, save_received),
		.value = OPT_FILE},
	{0},
};

const struct opt taps_interval_opts[] = {
	{.kind = OPT_TIME,
		.name = "interval",
		.arg = "TIME",
		.help = "pause for TIME after each line sent",
		.offset = FIELD(int64_t, interval_ns)},
	{0},
};
