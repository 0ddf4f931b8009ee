/* SPDX-License-Identifier: ISC */
/* opt_rules.c - how options depend on each other, and how a usage error ends. */

#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"

static const char command_word[] = "--";

/* The next of the names at *AT, separated by blanks; returns its length, 0 at the end. */
static size_t next_name(const char **at, const char **name)
{
	*name = *at + strspn(*at, " ");
	*at = *name + strcspn(*name, " ");
	return (size_t)(*at - *name);
}

/* Whether NAME is among NAMES, separated by blanks. */
static bool is_among(const char *name, const char *names)
{
	size_t size = strlen(name), length;
	const char *one;

	while ((length = next_name(&names, &one)) > 0)
		if (length == size && memcmp(one, name, size) == 0)
			return true;
	return false;
}

static void add_name(const char *name, size_t length, struct bytes *out)
{
	if (length == strlen(command_word) && memcmp(name, command_word, length) == 0)
		bytes_add_text(out, "a command");
	else
		bytes_add_format(out, "--%.*s", (int)length, name);
}

void opt_add_names(const char *names, const char *word, struct bytes *out)
{
	const char *one, *first = names + strspn(names, " ");
	size_t length;

	while ((length = next_name(&names, &one)) > 0) {
		if (one != first && names[strspn(names, " ")] == '\0')
			bytes_add_format(out, " %s ", word);
		else if (one != first)
			bytes_add_text(out, ", ");
		add_name(one, length, out);
	}
}

/* Whether the option of LENGTH characters at NAME was given. */
static bool is_given(const struct opt_words *words, const char *name, size_t length)
{
	if (length == strlen(command_word) && memcmp(name, command_word, length) == 0)
		return words->command != NULL;
	for (size_t i = 0; i < words->given_count; i++)
		if (strlen(words->given[i]->name) == length &&
			memcmp(words->given[i]->name, name, length) == 0)
			return true;
	return false;
}

bool opt_given(const struct opt_words *words, const char *name)
{
	return is_given(words, name, strlen(name));
}

/* Find the first of NAMES that was given; returns its length, 0: none was. */
static size_t find_given(const struct opt_words *words, const char *names, const char **found)
{
	size_t length;

	while ((length = next_name(&names, found)) > 0)
		if (is_given(words, *found, length))
			return length;
	return 0;
}

/* Whether WORDS comply with RULE; if not, WHY has the line for the user. */
static bool is_kept(const struct opt_rule *rule, const struct opt_words *words, struct bytes *why)
{
	const char *option, *other;
	size_t length = find_given(words, rule->options, &option);
	size_t other_length = find_given(words, rule->others, &other);

	if (length == 0 || (other_length > 0) == (rule->relation == OPT_REQUIRES))
		return true;
	add_name(option, length, why);
	if (rule->relation == OPT_REQUIRES) {
		bytes_add_text(why, " requires ");
		opt_add_names(rule->others, "or", why);
	} else {
		bytes_add_text(why, " cannot be used with ");
		add_name(other, other_length, why);
	}
	if (rule->because)
		bytes_add_format(why, " (%s)", rule->because);
	return false;
}

int opt_judge(const struct command *command, const struct opt_words *words, struct bytes *why)
{
	if (command->operand && words->operand_count == 0) {
		bytes_add_format(why, "missing operand: %s", command->operand);
		return -1;
	}
	for (const struct opt_rule *rule = command->rules; rule && rule->options; rule++)
		if (!is_kept(rule, words, why))
			return -1;
	return 0;
}

const struct opt_rule *opt_requirement(const struct command *command, const char *name)
{
	for (const struct opt_rule *rule = command->rules; rule && rule->options; rule++)
		if (rule->relation == OPT_REQUIRES && is_among(name, rule->options))
			return rule;
	return NULL;
}

static void add_hint(const struct opt_words *words, bool loose, struct bytes *why)
{
	if (loose)
		bytes_add_format(why, " (--%s takes its value joined to it: --%s=%s)",
			words->loose->name, words->loose->name, words->loose_word);
	else
		bytes_add_format(why, " (sockit %s --help lists the options)", words->name);
}

/* Whether WHY complains about an operand where none of its kind is allowed: the cause may be an
 * earlier word that was taken for an operand too. */
static bool is_out_of_place(struct bytes *why)
{
	static const char surplus[] = "unexpected operand ", bad_port[] = "bad port: \"";
	const char *text = bytes_reason(why), *port = text + sizeof(bad_port) - 1;

	if (strncmp(text, surplus, sizeof(surplus) - 1) == 0)
		return true;
	return strncmp(text, bad_port, sizeof(bad_port) - 1) == 0 &&
		port[strspn(port, "0123456789")] != '"';
}

static void drop_hint(struct bytes *why)
{
	const char *text = bytes_reason(why), *hint = strstr(text, " (");

	if (hint)
		why->size = (size_t)(hint - text);
}

enum status opt_report(const struct opt_words *words, enum status status, struct bytes *why)
{
	bool usage = status == STATUS_USAGE,
	     misplaced = usage && words->loose && is_out_of_place(why);
	/* The word behind an option with an optional value may be what it complains of. */
	bool loose = misplaced || (usage && words->loose && strstr(bytes_reason(why), "operand"));

	if (misplaced)
		drop_hint(why);
	if (usage && !(why->size > 0 && why->data[why->size - 1] == ')'))
		add_hint(words, loose, why);
	log_error("%s", bytes_reason(why));
	/* Running out of memory is not a usage error. */
	return why->failed && status == STATUS_USAGE ? STATUS_FAILED : status;
}
