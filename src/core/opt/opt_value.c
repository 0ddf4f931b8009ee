/* SPDX-License-Identifier: ISC */
/* opt_value.c - what the parts of opt share: walking the tables, and storing and showing values. */

#include "core/opt/opt_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/num.h"
#include "base/status.h"
#include "core/opt/guess.h"

enum {
	QUOTED_LENGTH = 200, /* of a longer word the two ends are shown */
	QUOTED_END = 80,
	SIZE_STEP = 1024, /* from k to M, and so on */
	COUNT_STEP = 1000,
};

#define S_PER_M INT64_C(60)
#define S_PER_H INT64_C(3600)

const struct opt_kind_info opt_kinds[] = {
	[OPT_FLAG] = {"flag", sizeof(bool), false, false},
	[OPT_CONST] = {"const", sizeof(int), false, false},
	[OPT_LEVEL] = {"level", sizeof(int), false, false},
	[OPT_TEXT] = {"text", sizeof(const char *), true, false},
	[OPT_TEXTS] = {"texts", sizeof(struct opt_texts), true, false},
	[OPT_NUM] = {"num", sizeof(uint64_t), true, true},
	[OPT_TIME] = {"time", sizeof(int64_t), true, true},
	[OPT_SIZE] = {"size", sizeof(uint64_t), true, true},
	[OPT_COUNT] = {"count", sizeof(uint64_t), true, true},
	[OPT_CHOICE] = {"choice", sizeof(int), true, false},
	[OPT_PARSE] = {"parse", 0, true, false},
};

const char *const opt_value_names[] = {
	[OPT_FILE] = "file",
	[OPT_FOLDER] = "folder",
	[OPT_INTERFACE] = "interface",
	[OPT_HOST] = "host",
	[OPT_ENDPOINT] = "endpoint",
	[OPT_LOCAL] = "local",
	[OPT_PORT] = "port",
	[OPT_NET] = "net",
	[OPT_GROUP] = "group",
	[OPT_URL] = "url",
	[OPT_USER] = "user",
	[OPT_SHELL] = "shell",
	[OPT_SOCKET_OPTION] = "socket-option",
	[OPT_PROTOCOL] = "protocol",
};

const struct opt opt_help_option = {.kind = OPT_FLAG,
	.letter = 'h',
	.name = "help",
	.help = "show all options; -h shows the usual ones"};
const struct opt opt_version_option = {.kind = OPT_FLAG,
	.letter = 'V',
	.name = "version",
	.help = "print the version; with -v, build and system details"};

static const struct opt_set help_set = {.heading = "Help", .opts = &opt_help_option};

bool opt_next(const struct command *command, struct opt_at *at)
{
	if (at->opt == &opt_version_option)
		return false;
	if (at->set == &help_set) {
		at->opt = &opt_version_option;
		return true;
	}
	if (!at->set) {
		at->set = command->sets;
		at->opt = at->set->opts;
	} else {
		at->opt++;
	}
	while (at->set->heading && !at->opt->name) {
		at->set++;
		at->opt = at->set->opts;
	}
	if (!at->set->heading)
		*at = (struct opt_at){&help_set, &opt_help_option};
	return true;
}

bool opt_is_optional(const struct opt *opt)
{
	return opt->arg && opt->arg[0] == '[';
}

bool opt_names_choices(const struct opt *opt)
{
	const char *at = opt->arg + (opt_is_optional(opt) ? strlen("[=") : 0);

	for (const char *const *choice = opt->choices; *choice; choice++) {
		size_t length = strlen(*choice);

		if (choice != opt->choices && *at++ != '|')
			return false;
		if (strncmp(at, *choice, length) != 0)
			return false;
		at += length;
	}
	return *at == (opt_is_optional(opt) ? ']' : '\0');
}

void *opt_field(void *config, const struct opt_at *at)
{
	return (char *)config + at->set->base + at->opt->offset;
}

const void *opt_const_field(const void *config, const struct opt_at *at)
{
	return (const char *)config + at->set->base + at->opt->offset;
}

void opt_add_quoted(const char *text, struct bytes *out)
{
	size_t length = strlen(text);

	bytes_add_byte(out, '"');
	if (length <= QUOTED_LENGTH) {
		bytes_add(out, text, length);
	} else {
		bytes_add(out, text, QUOTED_END);
		bytes_add_text(out, "...");
		bytes_add_text(out, text + length - QUOTED_END);
	}
	bytes_add_byte(out, '"');
}

void opt_add_choices(const struct opt *opt, const char *separator, struct bytes *out)
{
	for (const char *const *choice = opt->choices; *choice; choice++) {
		if (choice != opt->choices)
			bytes_add_text(out, separator);
		bytes_add_text(out, *choice);
	}
}

/* Append VALUE with the largest of UNITS (a letter for each power of STEP) that keeps it a whole
 * number. */
static void add_scaled(uint64_t value, uint64_t step, const char *units, struct bytes *out)
{
	const char *unit = NULL;

	for (; *units && value > 0 && value % step == 0; units++) {
		value /= step;
		unit = units;
	}
	bytes_add_format(out, "%" PRIu64, value);
	if (unit)
		bytes_add_byte(out, (unsigned char)*unit);
}

/* Append NS in the unit that people would choose: 250ms, 90s, 5m. */
static void add_time(int64_t ns, struct bytes *out)
{
	int64_t seconds = ns / NUM_NS_PER_S;

	if (ns % NUM_NS_PER_MS)
		bytes_add_format(out, "%.9gs", (double)ns / (double)NUM_NS_PER_S);
	else if (ns % NUM_NS_PER_S)
		bytes_add_format(out, "%" PRId64 "ms", ns / NUM_NS_PER_MS);
	else if (seconds >= 2 * S_PER_M && seconds % S_PER_H == 0)
		bytes_add_format(out, "%" PRId64 "h", seconds / S_PER_H);
	else if (seconds >= 2 * S_PER_M && seconds % S_PER_M == 0)
		bytes_add_format(out, "%" PRId64 "m", seconds / S_PER_M);
	else
		bytes_add_format(out, "%" PRId64 "s", seconds);
}

static void add_number(enum opt_kind kind, uint64_t value, struct bytes *out)
{
	switch (kind) {
	case OPT_TIME: add_time((int64_t)value, out); break;
	case OPT_SIZE: add_scaled(value, SIZE_STEP, "kMGT", out); break;
	case OPT_COUNT: add_scaled(value, COUNT_STEP, "kMG", out); break;
	default: bytes_add_format(out, "%" PRIu64, value);
	}
}

static void add_range(const struct opt *opt, struct bytes *out)
{
	bytes_add_text(out, opt->max ? "(" : "(at least ");
	add_number(opt->kind, opt->min, out);
	if (opt->max) {
		bytes_add_byte(out, '-');
		add_number(opt->kind, opt->max, out);
	}
	bytes_add_byte(out, ')');
}

bool opt_in_range(const struct opt *opt, uint64_t value)
{
	return value >= opt->min && (opt->max == 0 || value <= opt->max);
}

bool opt_add_value(const struct opt *opt, const void *field, struct bytes *out)
{
	const char *text = NULL;
	int choice;

	switch (opt->kind) {
	case OPT_TEXT: text = *(const char *const *)field; break;
	case OPT_CHOICE:
		choice = *(const int *)field;
		text = choice < 0 ? NULL : opt->choices[choice];
		break;
	case OPT_NUM:
	case OPT_TIME:
	case OPT_SIZE:
	case OPT_COUNT: add_number(opt->kind, *(const uint64_t *)field, out); return true;
	default: break;
	}
	if (text)
		bytes_add_text(out, text);
	return text;
}

static const char *parse_number(const struct opt *opt, const char *text, uint64_t *value)
{
	const char *reason;
	int64_t ns = 0;

	switch (opt->kind) {
	case OPT_SIZE: return num_parse_size(text, value);
	case OPT_COUNT: return num_parse_count(text, value);
	case OPT_TIME:
		reason = num_parse_time(text, &ns);
		*value = (uint64_t)ns;
		return reason;
	default: return num_parse(text, opt->min, opt->max ? opt->max : UINT64_MAX, value);
	}
}

static void add_bad(const char *spelling, const char *text, struct bytes *why)
{
	bytes_add_format(why, "bad %s: ", spelling);
	opt_add_quoted(text, why);
	bytes_add_byte(why, ' ');
}

static int store_number(const struct opt *opt, const char *spelling, const char *text,
	uint64_t *field, struct bytes *why)
{
	uint64_t value = 0;
	const char *reason = parse_number(opt, text, &value);

	if (!reason && opt_in_range(opt, value)) {
		*field = value;
		return 0;
	}
	add_bad(spelling, text, why);
	if (reason)
		bytes_add_text(why, reason);
	else
		add_range(opt, why);
	return -1;
}

static int store_choice(const struct opt *opt, const char *spelling, const char *text, int *field,
	struct bytes *why)
{
	size_t count = 0;

	for (; opt->choices[count]; count++) {
		if (strcmp(opt->choices[count], text) != 0)
			continue;
		*field = (int)count;
		return 0;
	}
	bytes_add_format(why, "%s: ", spelling);
	opt_add_quoted(text, why);
	bytes_add_text(why, " must be one of ");
	opt_add_choices(opt, ", ", why);
	guess_among(text, opt->choices, why);
	return -1;
}

static int store_parsed(const struct opt *opt, const char *spelling, const char *text, void *field,
	struct bytes *why)
{
	const char *reason = opt->parse(text, field);

	if (!reason)
		return 0;
	add_bad(spelling, text, why);
	bytes_add_text(why, reason);
	if (opt->choices)
		guess_among(text, opt->choices, why);
	return -1;
}

static int add_text(struct opt_texts *texts, const char *text, struct bytes *why)
{
	const char **item = realloc(texts->item, (texts->count + 1) * sizeof(*item));

	if (!item) {
		bytes_add_text(why, status_reason(ENOMEM));
		return -1;
	}
	item[texts->count++] = text;
	texts->item = item;
	return 0;
}

/* Whether TEXT is what a script passes if a variable is not set. */
static bool lacks_name(const struct opt *opt, const char *text)
{
	return (opt->value == OPT_FILE || opt->value == OPT_FOLDER) && !opt_is_optional(opt) &&
		!*text;
}

int opt_store(const struct opt *opt, const char *spelling, const char *text, void *field,
	struct bytes *why)
{
	if (lacks_name(opt, text)) {
		add_bad(spelling, text, why);
		bytes_add_text(why, "(the name of a file or folder)");
		return -1;
	}
	switch (opt->kind) {
	case OPT_FLAG: *(bool *)field = true; return 0;
	case OPT_CONST: *(int *)field = (int)opt->min; return 0;
	case OPT_LEVEL: ++*(int *)field; return 0;
	case OPT_TEXT: *(const char **)field = text; return 0;
	case OPT_TEXTS: return add_text(field, text, why);
	case OPT_CHOICE: return store_choice(opt, spelling, text, field, why);
	case OPT_PARSE: return store_parsed(opt, spelling, text, field, why);
	default: return store_number(opt, spelling, text, field, why);
	}
}
