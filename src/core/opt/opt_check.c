/* SPDX-License-Identifier: ISC */
/* opt_check.c - find mistakes in option tables before a user does. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"

enum {
	NAME_LONGEST = 40,
	EXAMPLE_LONGEST = 100,
	EXAMPLE_WORDS = 24,
	SUMMARY_LONGEST =
		68, /* next to the longest name, with two blanks before it, in 80 columns */
};

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

static bool is_sentence(const char *text)
{
	size_t length = text ? strlen(text) : 0;

	return length > 0 && text[length - 1] != '.' && !strpbrk(text, "\t\n");
}

static const char *check_names(const struct opt *opt)
{
	size_t length = strlen(opt->name);

	if (length < 2 || length > NAME_LONGEST || opt->name[0] == '-')
		return "the name is too short, too long, or begins with a dash";
	if (strspn(opt->name, name_letters) != length)
		return "the name has other than lower-case letters, digits and dashes";
	if (opt->letter && (opt->letter < '!' || opt->letter > '~' || strchr("-=", opt->letter)))
		return "the letter is not a letter";
	if (!is_sentence(opt->help))
		return "the help is missing, not one line, or ends with a full stop";
	return NULL;
}

static const char *check_shape(const struct opt *opt)
{
	const struct opt_kind_info *kind = &opt_kinds[opt->kind];

	if (kind->takes_value != (opt->arg != NULL))
		return kind->takes_value ? "the value has no name" : "a value that is not taken";
	if (opt_is_optional(opt) != (opt->absent != NULL))
		return "an optional value and what it is when absent belong together";
	if (opt_is_optional(opt) && strncmp(opt->arg, "[=", 2) != 0)
		return "an optional value is written [=VALUE]";
	if (opt->kind == OPT_CHOICE && !opt->choices)
		return "OPT_CHOICE has no choices";
	if (opt->kind == OPT_CHOICE && strchr(opt->arg, '|') && !opt_names_choices(opt))
		return "the value's name is not its choices";
	if (opt->choices && opt->kind != OPT_CHOICE && opt->kind != OPT_PARSE &&
		opt->kind != OPT_TEXT)
		return "choices of a kind that has none";
	if (opt->value != OPT_ANY && !opt->arg)
		return "a value is described that is not taken";
	if ((opt->kind == OPT_PARSE) != (opt->parse != NULL))
		return "a parse function belongs to OPT_PARSE";
	if (opt->max != 0 && opt->max < opt->min)
		return "MAX is under MIN";
	if (opt->group >= OPT_GROUPS)
		return "the group's number is too high";
	return NULL;
}

static const char *check_field(const struct command *command, const struct opt_at *at)
{
	size_t size = opt_kinds[at->opt->kind].field_size;
	size_t offset = at->set->base + at->opt->offset;

	if (size == 0)
		size = 1;
	if (offset >= command->config_size || command->config_size - offset < size)
		return "the field lies outside the config";
	return NULL;
}

static const char *check_choice(const struct opt *opt, int value, bool shown)
{
	int count = 0;

	while (opt->choices[count])
		count++;
	if (value < -1 || value >= count || (value < 0 && shown))
		return "the default is not one of the choices";
	return NULL;
}

static const char *check_default(const struct command *command, const struct opt_at *at)
{
	const struct opt *opt = at->opt;
	const void *field = opt_const_field(command->defaults, at);
	bool shown = strstr(opt->help, "{}") != NULL;

	if (opt_kinds[opt->kind].is_number) {
		uint64_t value = *(const uint64_t *)field;

		if (!opt_in_range(opt, value) && (value != 0 || shown))
			return "the default is out of range";
	} else if (opt->kind == OPT_CHOICE) {
		return check_choice(opt, *(const int *)field, shown);
	} else if (opt->kind == OPT_TEXTS && ((const struct opt_texts *)field)->count > 0) {
		return "a list has a default";
	} else if (shown && opt->kind != OPT_TEXT) {
		return "a default that cannot be shown";
	}
	return NULL;
}

/* PARSE must accept all choices. */
static const char *check_named(const struct command *command, const struct opt_at *at)
{
	const struct opt *opt = at->opt;
	const char *reason = NULL;
	void *config;

	if (opt->kind != OPT_PARSE || !opt->choices)
		return NULL;
	config = malloc(command->config_size);
	if (!config)
		return status_reason(ENOMEM);
	memcpy(config, command->defaults, command->config_size);
	for (size_t i = 0; opt->choices[i] && !reason; i++)
		if (opt->parse(opt->choices[i], opt_field(config, at)))
			reason = "the parse function refuses one of the choices";
	free(config);
	return reason;
}

/* The value that stands for an absent one must itself be valid. OPT_PARSE is not checked, because
 * PARSE may allocate. */
static const char *check_absent(const struct opt *opt)
{
	union {
		uint64_t number;
		int choice;
		const char *text;
	} scratch;
	struct bytes why = {0};
	bool good = true;

	if (opt->absent && (opt_kinds[opt->kind].is_number || opt->kind == OPT_CHOICE))
		good = opt_store(opt, opt->name, opt->absent, &scratch, &why) == 0;
	bytes_release(&why);
	return good ? NULL : "the value that stands for an absent one is bad";
}

/* Whether a later option has the letter or name of the one AT. */
static const char *check_twins(const struct command *command, struct opt_at at)
{
	const struct opt *opt = at.opt;

	while (opt_next(command, &at)) {
		if (strcmp(at.opt->name, opt->name) == 0)
			return "the name is there twice";
		if (opt->letter && at.opt->letter == opt->letter)
			return "the letter is there twice";
	}
	return NULL;
}

/* A hint for an option that exists would never be seen. */
static const char *check_hints(const struct command *command, const struct opt *opt)
{
	char spelling[NAME_LONGEST + sizeof("--")];
	char letter[] = {'-', opt->letter};

	snprintf(spelling, sizeof spelling, "--%s", opt->name);
	if (opt_hint(command->hints, spelling, strlen(spelling)))
		return "there is a hint for its name";
	if (opt->letter && opt_hint(command->hints, letter, sizeof letter))
		return "there is a hint for its letter";
	return NULL;
}

static bool is_built_in(const struct opt *opt)
{
	return opt == &opt_help_option || opt == &opt_version_option;
}

static const char *check_option(const struct command *command, const struct opt_at *at)
{
	const char *reason = check_names(at->opt);

	if (!reason)
		reason = check_shape(at->opt);
	if (!reason)
		reason = check_twins(command, *at);
	if (!reason && !is_built_in(at->opt))
		reason = check_field(command, at);
	if (!reason && !is_built_in(at->opt))
		reason = check_default(command, at);
	if (!reason)
		reason = check_absent(at->opt);
	if (!reason)
		reason = check_named(command, at);
	if (!reason)
		reason = check_hints(command, at->opt);
	return reason;
}

/* Whether all NAMES, separated by blanks, are options of COMMAND or a command after `--`. */
static bool are_options(const struct command *command, const char *names)
{
	while (*(names += strspn(names, " "))) {
		size_t length = strcspn(names, " ");
		struct opt_at at = {0};
		bool found = command->takes_command && length == 2 && memcmp(names, "--", 2) == 0;

		while (!found && opt_next(command, &at))
			found = strlen(at.opt->name) == length &&
				memcmp(at.opt->name, names, length) == 0;
		if (!found)
			return false;
		names += length;
	}
	return true;
}

static const char *check_rules(const struct command *command)
{
	for (const struct opt_rule *rule = command->rules; rule && rule->options; rule++)
		if (!are_options(command, rule->options) || !are_options(command, rule->others))
			return "a rule is about an option that is not there";
	return NULL;
}

/* Split LINE into at most ROOM words as a shell would: blanks separate words, and a word may be in
 * single quotes. Returns their number. */
static int split_line(char *line, char **words, int room)
{
	int count = 0;

	while (*(line += strspn(line, " ")) && *line != '<' && count < room) {
		char end = *line == '\'' ? '\'' : ' ';

		line += end == '\'';
		words[count++] = line;
		line += strcspn(line, (char[]){end, '\0'});
		if (*line)
			*line++ = '\0';
	}
	words[count] = NULL;
	return count;
}

/* Whether EXAMPLE is a command line of COMMAND that parses. */
static bool is_example(const struct command *command, const char *example, struct bytes *why)
{
	char line[EXAMPLE_LONGEST + 1], *words[EXAMPLE_WORDS + 1];
	struct opt_words parsed = {0};
	void *config = malloc(command->config_size);
	bool good = config && strlen(example) < sizeof line;
	int count = 0;

	if (good) {
		strcpy(line, example);
		count = split_line(line, words, EXAMPLE_WORDS);
		good = count > 0 && strcmp(words[0], command->name) == 0 &&
			opt_parse(command, count - 1, words + 1, config, &parsed, why) == OPT_RUN;
		opt_release(command, config, &parsed);
	}
	free(config);
	return good;
}

static const char *check_examples(const struct command *command)
{
	const struct opt_example *each = command->examples;
	struct bytes why = {0};
	bool good = each && each[0].line && each[1].line && each[2].line;

	for (; good && each->line; each++)
		good = is_example(command, each->line, &why) && is_sentence(each->what);
	bytes_release(&why);
	return good ? NULL : "it needs three examples at least, which parse and say what they do";
}

const char *opt_check(const struct command *command, struct bytes *why)
{
	const char *whole = check_rules(command);
	struct opt_at at = {0};

	if (!whole)
		whole = check_examples(command);
	if (whole) {
		bytes_add_format(why, "%s: %s", command->name, whole);
		return bytes_reason(why);
	}
	if (!is_sentence(command->summary)) {
		bytes_add_format(why,
			"%s: the summary is missing, not one line, or ends with a full stop",
			command->name);
		return bytes_reason(why);
	}
	if (strlen(command->summary) > SUMMARY_LONGEST) {
		bytes_add_format(why, "%s: the summary is over %d characters", command->name,
			SUMMARY_LONGEST);
		return bytes_reason(why);
	}
	while (opt_next(command, &at)) {
		const char *reason = check_option(command, &at);

		if (!reason)
			continue;
		bytes_add_format(why, "%s --%s: %s", command->name, at.opt->name, reason);
		return bytes_reason(why);
	}
	return NULL;
}
