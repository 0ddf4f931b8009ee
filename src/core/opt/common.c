/* SPDX-License-Identifier: ISC */
/* common.c - the options that all commands or several of them share. */

#include "core/opt/common.h"

#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/status.h"
#include "base/text.h"

enum { GROUP_FAMILY = 101, GROUP_TEXT };

const struct opt common_opts[] = {
	{.kind = OPT_LEVEL,
		.letter = 'v',
		.name = "verbose",
		.help = "report events on standard error; -vv for details",
		.often = true,
		.offset = OPT_FIELD(int, common_options, level)},
	{.kind = OPT_FLAG,
		.name = "json",
		.help = "print results, and with -v events, as JSON Lines",
		.offset = OPT_FIELD(bool, common_options, json)},
	{.kind = OPT_CONST,
		.letter = '4',
		.name = "ipv4",
		.help = "use IPv4 only",
		.offset = OPT_FIELD(int, common_options, family),
		.min = AF_INET,
		.group = GROUP_FAMILY},
	{.kind = OPT_CONST,
		.letter = '6',
		.name = "ipv6",
		.help = "use IPv6 only",
		.offset = OPT_FIELD(int, common_options, family),
		.min = AF_INET6,
		.group = GROUP_FAMILY},
	{.kind = OPT_FLAG,
		.letter = 'n',
		.name = "numeric",
		.help = "do not look up names or services",
		.offset = OPT_FIELD(bool, common_options, numeric)},
	{0},
};

const struct opt common_limit_opts[] = {
	{.kind = OPT_TIME,
		.letter = 'i',
		.name = "idle-timeout",
		.arg = "TIME",
		.help = "stop when no data has moved for TIME",
		.often = true,
		.offset = OPT_FIELD(int64_t, common_limits, idle_ns)},
	{.kind = OPT_TIME,
		.name = "max-time",
		.arg = "TIME",
		.help = "stop after TIME in any case",
		.offset = OPT_FIELD(int64_t, common_limits, max_ns)},
	{0},
};

const struct opt common_text_opts[] = {
	{.kind = OPT_CONST,
		.letter = 'E',
		.name = "escapes",
		.help = "replace \\n \\r \\t \\0 \\\\ and \\xHH in TEXT",
		.offset = OPT_FIELD(int, common_text, form),
		.min = COMMON_ESCAPES,
		.group = GROUP_TEXT},
	{.kind = OPT_CONST,
		.name = "hex",
		.help = "read TEXT as hex digits",
		.offset = OPT_FIELD(int, common_text, form),
		.min = COMMON_HEX,
		.group = GROUP_TEXT},
	{0},
};

const char *common_text_read(int form, const char *text, struct bytes *out)
{
	if (form == COMMON_ESCAPES)
		return text_unescape(text, out);
	if (form == COMMON_HEX)
		return text_unhex(text, strlen(text), out);
	bytes_add_text(out, text);
	return NULL;
}

void common_text_note(int form, const char *text)
{
	struct bytes note = {0};

	if (form != COMMON_LITERAL || !strchr(text, '\\') || !log_wants(LOG_EVENTS))
		return;
	bytes_add_format(&note,
		"the backslash in \"%s\" is sent as it is (-E reads \\n and others as escapes)",
		text);
	log_event(&(struct log_event){.event = "detail", .message = bytes_text(&note)}, "%s",
		bytes_text(&note));
	bytes_release(&note);
}

enum status common_text_take(
	int form, const char *name, const char *text, struct bytes *out, struct bytes *why)
{
	const char *reason = common_text_read(form, text, out);

	common_text_note(form, text);
	if (reason)
		return fail_with(why, STATUS_USAGE, "bad %s: \"%s\" %s", name, text, reason);
	if (!out->failed)
		return STATUS_DONE;
	return fail_memory(why);
}
