/* SPDX-License-Identifier: ISC */
/* opt_check.c - unit test: each mistake in an option table is found. */

#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "core/opt/opt.h"

#include "tap.h"

struct config {
	uint64_t backlog;
	struct opt_texts options;
	int version;
};

static const struct config defaults = {.backlog = 4096};
static struct bytes why;

static const char *const words[] = {"none", NULL};

static const char *refuse(const char *text, void *field)
{
	(void)text;
	(void)field;
	return "(nothing)";
}

static enum status run(const void *config, const struct opt_words *given)
{
	(void)config;
	(void)given;
	return 0;
}

static const struct opt_hint *hints;

static const struct opt_rule *rules;
static const struct opt_example *examples = (const struct opt_example[]){
	{"fake", "do it"}, {"fake a", "do a"}, {"fake 'a b' <c", "do both"}, {0}};

/* What opt_check reports for a command whose only option is OPT. */
static const char *checked(struct opt opt)
{
	const struct opt opts[] = {opt, {0}};
	const struct opt_set one[] = {{"Options", opts, 0}, {0}};
	const struct command command = {.name = "fake",
		.summary = "serve nobody",
		.usage = "",
		.sets = one,
		.hints = hints,
		.rules = rules,
		.examples = examples,
		.config_size = sizeof(struct config),
		.defaults = &defaults,
		.run = run};

	bytes_clear(&why);
	return opt_check(&command, &why);
}

static const struct opt good = {.kind = OPT_NUM,
	.name = "backlog",
	.arg = "N",
	.help = "so many (default {})",
	.offset = OPT_FIELD(uint64_t, config, backlog)};

#define BREAKS(change, reason)                                                                     \
	bad = good;                                                                                \
	bad.change;                                                                                \
	OK(tap_same(checked(bad), "fake --" reason), "%s", reason)

/* Check what comes with the options: hints, rules, examples. */
static void check_company(void)
{
	struct opt bad;

	hints = (const struct opt_hint[]){{"-q --backlogs --backlog", "none"}, {0}};
	BREAKS(min = 0, "backlog: there is a hint for its name");
	hints = (const struct opt_hint[]){{"-q -b", "none"}, {0}};
	BREAKS(letter = 'b', "backlog: there is a hint for its letter");

	hints = NULL;
	rules = (const struct opt_rule[]){{"backlog", OPT_REQUIRES, "nothing", NULL}, {0}};
	OK(tap_same(checked(good), "fake: a rule is about an option that is not there"), "rules");
	rules = NULL;
	examples = (const struct opt_example[]){{"fake", "do it"}, {0}};
	OK(checked(good) != NULL, "too few examples");
	examples = (const struct opt_example[]){
		{"fake", "do it"}, {"fake a", "do a"}, {"fake --backlog=x", "do not"}, {0}};
	OK(checked(good) != NULL, "an example that does not parse");
	examples = NULL;
}

int main(void)
{
	struct opt bad;
	static const char *const choices[] = {"v1", "v2", NULL};
	struct opt choice = {.kind = OPT_CHOICE,
		.name = "edition",
		.arg = "v1|v2",
		.help = "which",
		.choices = choices,
		.offset = OPT_FIELD(int, config, version)};

	OK(!checked(good), "a good table passes");
	OK(!checked(choice), "choices may be the value's name");
	choice.arg = "v1|v3";
	OK(tap_same(checked(choice), "fake --edition: the value's name is not its choices"),
		"but then all of them");

	BREAKS(name = "help", "help: the name is there twice");
	BREAKS(letter = 'h', "backlog: the letter is there twice");
	BREAKS(letter = '-', "backlog: the letter is not a letter");
	BREAKS(max = 4095, "backlog: the default is out of range");
	BREAKS(offset = sizeof(struct config), "backlog: the field lies outside the config");
	BREAKS(help = "Stop.",
		"backlog: the help is missing, not one line, or ends with a full stop");
	BREAKS(arg = NULL, "backlog: the value has no name");
	BREAKS(arg = "[=N]",
		"backlog: an optional value and what it is when absent belong together");
	BREAKS(group = OPT_GROUPS, "backlog: the group's number is too high");
	BREAKS(kind = OPT_CHOICE, "backlog: OPT_CHOICE has no choices");
	BREAKS(choices = words, "backlog: choices of a kind that has none");
	BREAKS(kind = OPT_FLAG; bad.arg = NULL;
		bad.value = OPT_FILE, "backlog: a value is described that is not taken");
	BREAKS(kind = OPT_PARSE; bad.parse = refuse; bad.help = "so many";
		bad.choices = words, "backlog: the parse function refuses one of the choices");
	BREAKS(kind = OPT_TEXTS; bad.offset = OPT_FIELD(struct opt_texts, config, options),
		"backlog: a default that cannot be shown");

	check_company();
	bytes_release(&why);
	return tap_end();
}
