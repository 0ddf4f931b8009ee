/* SPDX-License-Identifier: ISC */
/* opt.c - parse a command line according to its command's option tables. */

#include "core/opt/opt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/opt/guess.h"
#include "core/opt/opt_value.h"

enum { NAME_ROOM = 64 }; /* for an option as typed; no table has a longer one (opt_check) */

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
	int next; /* the next word of ARGV */
	char **operands;
	size_t operand_count;
	const struct opt **all; /* the options that were given */
	size_t all_count;
	struct opt_words *words;
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

/* Offer the long names of HINTS, which people are as used to typing as sockit's own. */
static void offer_hints(struct guess *guess, const struct opt_hint *hints)
{
	for (; hints && hints->names; hints++)
		for (const char *at = hints->names; *at; at += strspn(at, " ")) {
			size_t length = strcspn(at, " ");
			char name[NAME_ROOM];

			if (length > 3 && length < NAME_ROOM && strncmp(at, "--", 2) == 0) {
				snprintf(name, sizeof name, "%.*s", (int)length - 2, at + 2);
				guess_offer(guess, name);
			}
			at += length;
		}
}

/* The hint in HINTS whose name NAME is close to, or NULL. */
static const char *near_hint(const struct opt_hint *hints, const char *name, size_t length)
{
	struct guess guess;
	char meant[NAME_ROOM + sizeof("--")];

	guess_begin(&guess, name, length);
	offer_hints(&guess, hints);
	if (!guess_made(&guess))
		return NULL;
	snprintf(meant, sizeof meant, "--%s", guess_made(&guess));
	return opt_hint(hints, meant, strlen(meant));
}

/* Append in brackets what the LENGTH characters of NAME, which are not an option, may have
 * meant. */
static void add_meant(struct parser *p, const char *name, size_t length)
{
	const char *hint = opt_hint(p->command->hints, name - strlen("--"), strlen("--") + length);
	struct opt_at at = {0};
	struct guess guess;

	guess_begin(&guess, name, length);
	while (!hint && opt_next(p->command, &at))
		guess_offer(&guess, at.opt->name);
	if (!hint && guess_add(&guess, "--", p->why))
		return;
	if (!hint)
		hint = near_hint(p->command->hints, name, length);
	if (hint)
		bytes_add_format(p->why, " (%s)", hint);
}

static enum opt_outcome unknown_long(struct parser *p, const char *name, size_t length)
{
	bytes_add_text(p->why, "unknown option ");
	if (length >= NAME_ROOM) {
		opt_add_quoted(name - 2, p->why);
		return OPT_BAD;
	}
	bytes_add_format(p->why, "--%.*s", (int)length, name);
	add_meant(p, name, length);
	return OPT_BAD;
}

/* LETTER in WORD (a dash and letters) is not an option. */
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

/* Claim OPT's group, if it has one. False: another option has claimed it. */
static bool claim_group(struct parser *p, const struct opt *opt, const char *spelling)
{
	struct given *given = &p->given[opt->group % OPT_GROUPS];

	if (opt->group == 0)
		return true;
	if (given->opt && given->opt != opt) {
		bytes_add_format(
			p->why, "%s and %s cannot be used together", given->spelling, spelling);
		return false;
	}
	given->opt = opt;
	snprintf(given->spelling, sizeof(given->spelling), "%s", spelling);
	return true;
}

/* Whether TEXT can only have been meant as a value of OPT: one of its choices, or a number. */
static bool is_plain_value(const struct opt *opt, const char *text)
{
	for (const char *const *choice = opt->choices; choice && *choice; choice++)
		if (strcmp(*choice, text) == 0)
			return true;
	return opt->is_count && *text && text[strspn(text, "0123456789")] == '\0';
}

/* The value of OPT was left out; the next word may have been meant as it. False: it cannot have
 * been meant as anything else. */
static bool take_loose(struct parser *p, const struct opt *opt, const char *spelling)
{
	const char *word = p->next < p->argc ? p->argv[p->next] : NULL;

	if (!word || *word == '-')
		return true;
	if (!is_plain_value(opt, word)) {
		p->words->loose = opt;
		p->words->loose_word = word;
		return true;
	}
	bytes_add_format(
		p->why, "%s takes its value joined to it (%s=%s)", spelling, spelling, word);
	return false;
}

/* The option AT was typed, with VALUE joined to it or NULL: find its value and store it. */
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
		return spelling[1] == '-' ? OPT_HELP : OPT_BRIEF;
	if (opt == &opt_version_option)
		return OPT_VERSION;
	if (!value && opt_is_optional(opt)) {
		if (!take_loose(p, opt, spelling))
			return OPT_BAD;
		value = opt->absent;
	}
	if (!value && opt_kinds[opt->kind].takes_value && p->next < p->argc)
		value = p->argv[p->next++];
	if (!value && opt_kinds[opt->kind].takes_value) {
		bytes_add_format(p->why, "%s requires a value: %s", spelling, opt->arg);
		return OPT_BAD;
	}
	if (opt->list && value && strcmp(value, "help") == 0) {
		p->words->list = opt->list;
		return OPT_LIST;
	}
	if (!claim_group(p, opt, spelling))
		return OPT_BAD;
	if (opt_store(opt, spelling, value, opt_field(p->config, at), p->why) < 0)
		return OPT_BAD;
	p->all[p->all_count++] = opt;
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
		if (opt_kinds[at.opt->kind].takes_value && letter[1] == '=') {
			bytes_add_format(p->why, "%s takes its value without = (%s %s, or --%s%s)",
				spelling, spelling, letter + 2, at.opt->name, letter + 1);
			return OPT_BAD;
		}
		if (opt_kinds[at.opt->kind].takes_value && !opt_is_optional(at.opt))
			return apply(p, &at, spelling, letter[1] ? letter + 1 : NULL);
		outcome = apply(p, &at, spelling, NULL);
	}
	return outcome;
}

/* Parse what follows `--`. */
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

/* Whether help is asked for in the words that were not parsed because of an earlier error. */
static bool asks_help(const struct parser *p)
{
	for (int i = p->next; i < p->argc && strcmp(p->argv[i], "--") != 0; i++)
		if (strcmp(p->argv[i], "--help") == 0 || strcmp(p->argv[i], "-h") == 0)
			return true;
	return false;
}

/* Every word has at most as many options as letters. */
static bool parser_allocate(struct parser *p)
{
	size_t most = 1;

	for (int i = 0; i < p->argc; i++)
		most += p->argv[i][0] == '-' ? strlen(p->argv[i]) : 0;
	p->operands = calloc((size_t)p->argc + 1, sizeof *p->operands);
	p->all = calloc(most, sizeof *p->all);
	if (p->operands && p->all)
		return true;
	free(p->operands);
	free(p->all);
	return false;
}

enum opt_outcome opt_parse(const struct command *command, int argc, char *const argv[],
	void *config, struct opt_words *words, struct bytes *why)
{
	struct parser p = {.command = command,
		.config = config,
		.why = why,
		.argv = argv,
		.argc = argc,
		.words = words};
	enum opt_outcome outcome = OPT_RUN;

	memcpy(config, command->defaults, command->config_size);
	*words = (struct opt_words){.name = command->name};
	if (!parser_allocate(&p)) {
		bytes_add_text(why, status_reason(ENOMEM));
		return OPT_BAD;
	}
	words->operands = p.operands;
	words->given = p.all;
	while (outcome == OPT_RUN && p.next < argc)
		outcome = parse_word(&p, words);
	words->operand_count = p.operand_count;
	words->given_count = p.all_count;
	if (outcome == OPT_BAD && asks_help(&p))
		return OPT_HELP;
	if (outcome == OPT_RUN && opt_judge(command, words, why) < 0)
		return OPT_BAD;
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
	free((void *)words->given);
	*words = (struct opt_words){0};
}
