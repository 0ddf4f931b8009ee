/* SPDX-License-Identifier: ISC */
/* opt.c - parse a command line by its command's option tables. */

#include "core/opt/opt.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "core/opt/guess.h"
#include "core/opt/opt_value.h"

enum { NAME_ROOM = 64 }; /* for an option as typed; no table has one as long (opt_check) */

/* The option of a group that was given. */
struct given {
	const struct opt *opt;
	char spelling[NAME_ROOM];
};

struct parser {
	const struct command *command;
	void *config;
	struct bytes *why;
	char *const *argv;
	int argc;
	int next; /* of ARGV's words */
	char **operands;
	size_t operand_count;
	struct given given[OPT_GROUPS];
};

static bool find_long(
	const struct command *command, const char *name, size_t length, struct opt_at *at)
{
	*at = (struct opt_at){0};
	while (opt_next(command, at))
		if (strlen(at->opt->name) == length && memcmp(at->opt->name, name, length) == 0)
			return true;
	return false;
}

static bool find_letter(const struct command *command, char letter, struct opt_at *at)
{
	*at = (struct opt_at){0};
	while (opt_next(command, at))
		if (at->opt->letter == letter)
			return true;
	return false;
}

const char *opt_hint(const struct opt_hint *hints, const char *name, size_t size)
{
	for (; hints && hints->names; hints++)
		for (const char *at = hints->names; *at; at += strspn(at, " ")) {
			size_t length = strcspn(at, " ");

			if (length == size && memcmp(at, name, size) == 0)
				return hints->hint;
			at += length;
		}
	return NULL;
}

static enum opt_outcome unknown_long(struct parser *p, const char *name, size_t length)
{
	const char *dashes = name - strlen("--");
	const char *hint = opt_hint(p->command->hints, dashes, strlen("--") + length);
	struct opt_at at = {0};
	struct guess guess;

	if (length >= NAME_ROOM) {
		bytes_add_text(p->why, "unknown option ");
		opt_add_quoted(dashes, p->why);
		return OPT_BAD;
	}
	guess_begin(&guess, name, length);
	while (opt_next(p->command, &at))
		guess_offer(&guess, at.opt->name);
	bytes_add_format(p->why, "unknown option --%.*s", (int)length, name);
	if (hint)
		bytes_add_format(p->why, " (%s)", hint);
	else if (guess_made(&guess))
		bytes_add_format(p->why, " (did you mean --%s?)", guess_made(&guess));
	return OPT_BAD;
}

/* LETTER in WORD (the dash and letters) is no option. */
static enum opt_outcome unknown_letter(struct parser *p, const char *letter, const char *word)
{
	const char *hint = opt_hint(p->command->hints, (char[]){'-', *letter}, 2);
	struct opt_at at;

	bytes_add_format(p->why, "unknown option -%c", *letter);
	if (word[1] != '\0' && word[2] != '\0') {
		bytes_add_text(p->why, " in ");
		opt_add_quoted(word, p->why);
	}
	if (find_long(p->command, word + 1, strcspn(word + 1, "="), &at))
		bytes_add_format(p->why, " (did you mean --%s?)", at.opt->name);
	else if (hint)
		bytes_add_format(p->why, " (%s)", hint);
	return OPT_BAD;
}

/* Take OPT's group, if it has one. False: another option has it. */
static bool claim_group(struct parser *p, const struct opt *opt, const char *spelling)
{
	struct given *given = &p->given[opt->group % OPT_GROUPS];

	if (opt->group == 0)
		return true;
	if (given->opt && given->opt != opt) {
		bytes_add_format(p->why, "%s and %s exclude each other", given->spelling, spelling);
		return false;
	}
	given->opt = opt;
	snprintf(given->spelling, sizeof(given->spelling), "%s", spelling);
	return true;
}

/* The option AT was typed, with VALUE joined to it or NULL; find its value and store it. */
static enum opt_outcome apply(struct parser *p, const struct opt_at *at,
	const char spelling[NAME_ROOM], const char *value)
{
	const struct opt *opt = at->opt;

	if (value && !opt_kinds[opt->kind].takes_value) {
		bytes_add_format(p->why, "%s takes no value: ", spelling);
		opt_add_quoted(value, p->why);
		return OPT_BAD;
	}
	if (opt == &opt_help_option)
		return OPT_HELP;
	if (!value && opt_is_optional(opt))
		value = opt->absent;
	else if (!value && opt_kinds[opt->kind].takes_value && p->next < p->argc)
		value = p->argv[p->next++];
	if (!value && opt_kinds[opt->kind].takes_value) {
		bytes_add_format(p->why, "%s needs a value: %s", spelling, opt->arg);
		return OPT_BAD;
	}
	if (!claim_group(p, opt, spelling))
		return OPT_BAD;
	if (opt_store(opt, spelling, value, opt_field(p->config, at), p->why) < 0)
		return OPT_BAD;
	return OPT_RUN;
}

static enum opt_outcome parse_long(struct parser *p, const char *word)
{
	const char *name = word + strlen("--");
	size_t length = strcspn(name, "=");
	char spelling[NAME_ROOM];
	struct opt_at at;

	if (!find_long(p->command, name, length, &at))
		return unknown_long(p, name, length);
	snprintf(spelling, sizeof(spelling), "--%s", at.opt->name);
	return apply(p, &at, spelling, name[length] ? name + length + 1 : NULL);
}

static enum opt_outcome parse_letters(struct parser *p, const char *word)
{
	enum opt_outcome outcome = OPT_RUN;

	for (const char *letter = word + 1; *letter && outcome == OPT_RUN; letter++) {
		char spelling[NAME_ROOM] = {'-', *letter};
		struct opt_at at;

		if (!find_letter(p->command, *letter, &at))
			return unknown_letter(p, letter, word);
		if (opt_is_optional(at.opt) && letter[1] == '=')
			return apply(p, &at, spelling, letter + 2);
		if (opt_kinds[at.opt->kind].takes_value && !opt_is_optional(at.opt))
			return apply(p, &at, spelling, letter[1] ? letter + 1 : NULL);
		outcome = apply(p, &at, spelling, NULL);
	}
	return outcome;
}

/* What stands behind `--`. */
static enum opt_outcome parse_rest(struct parser *p, struct opt_words *words)
{
	if (p->command->takes_command) {
		words->command = p->argv + p->next;
		p->next = p->argc;
		if (words->command[0])
			return OPT_RUN;
		bytes_add_text(p->why, "no command after --");
		return OPT_BAD;
	}
	while (p->next < p->argc)
		p->operands[p->operand_count++] = p->argv[p->next++];
	return OPT_RUN;
}

static enum opt_outcome parse_word(struct parser *p, struct opt_words *words)
{
	char *word = p->argv[p->next++];

	if (strcmp(word, "--") == 0)
		return parse_rest(p, words);
	if (strncmp(word, "--", 2) == 0)
		return parse_long(p, word);
	if (word[0] == '-' && word[1] != '\0')
		return parse_letters(p, word);
	p->operands[p->operand_count++] = word;
	return OPT_RUN;
}

/* Whether help is asked for in what was not parsed because of an error before. */
static bool asks_help(const struct parser *p)
{
	for (int i = p->next; i < p->argc && strcmp(p->argv[i], "--") != 0; i++)
		if (strcmp(p->argv[i], "--help") == 0 || strcmp(p->argv[i], "-h") == 0)
			return true;
	return false;
}

enum opt_outcome opt_parse(const struct command *command, int argc, char *const argv[],
	void *config, struct opt_words *words, struct bytes *why)
{
	struct parser p = {
		.command = command, .config = config, .why = why, .argv = argv, .argc = argc};
	enum opt_outcome outcome = OPT_RUN;

	memcpy(config, command->defaults, command->config_size);
	*words = (struct opt_words){0};
	p.operands = calloc((size_t)argc + 1, sizeof(*p.operands));
	if (!p.operands) {
		bytes_add_text(why, "out of memory");
		return OPT_BAD;
	}
	words->operands = p.operands;
	while (outcome == OPT_RUN && p.next < argc)
		outcome = parse_word(&p, words);
	words->operand_count = p.operand_count;
	if (outcome == OPT_BAD && asks_help(&p))
		return OPT_HELP;
	return outcome;
}

void opt_release(const struct command *command, void *config, struct opt_words *words)
{
	struct opt_at at = {0};

	while (opt_next(command, &at)) {
		struct opt_texts *texts;

		if (at.opt->kind != OPT_TEXTS)
			continue;
		texts = opt_field(config, &at);
		free(texts->item);
		*texts = (struct opt_texts){0};
	}
	free((void *)words->operands);
	*words = (struct opt_words){0};
}
