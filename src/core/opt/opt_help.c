/* SPDX-License-Identifier: ISC */
/* opt_help.c - option tables for people (--help) and for programs (the dump). */

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/text.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"

enum { HELP_COLUMN = 30 /* where the texts begin */ };

/* Append the option's help with the default for {}. */
static void add_help(const struct command *command, const struct opt_at *at, struct bytes *out)
{
	const char *help = at->opt->help, *hole = strstr(help, "{}");

	if (hole) {
		bytes_add(out, help, (size_t)(hole - help));
		if (!opt_add_value(at->opt, opt_const_field(command->defaults, at), out))
			bytes_add_text(out, "none");
		help = hole + strlen("{}");
	}
	bytes_add_text(out, help);
}

/* Append how the option is typed: `-s, --source HOST[:PORT]`. */
static void add_form(const struct opt *opt, struct bytes *out)
{
	if (opt->letter)
		bytes_add_format(out, "  -%c, --%s", opt->letter, opt->name);
	else
		bytes_add_format(out, "      --%s", opt->name);
	if (opt->arg)
		bytes_add_format(out, "%s%s", opt_is_optional(opt) ? "" : " ", opt->arg);
}

static void write_option(const struct command *command, const struct opt_at *at, FILE *out)
{
	struct bytes form = {0}, help = {0};

	add_form(at->opt, &form);
	add_help(command, at, &help);
	if (at->opt->kind == OPT_CHOICE && !opt_names_choices(at->opt)) {
		bytes_add_text(&help, ": ");
		opt_add_choices(at->opt, ", ", &help);
	}
	if (form.size > HELP_COLUMN - 2)
		fprintf(out, "%s\n%*s", bytes_text(&form), HELP_COLUMN, "");
	else
		fprintf(out, "%-*s", HELP_COLUMN, bytes_text(&form));
	text_write_wrapped(out, bytes_text(&help), HELP_COLUMN);
	bytes_release(&form);
	bytes_release(&help);
}

void opt_help_statuses(FILE *out)
{
	fprintf(out, "\nExit status:\n");
	for (size_t i = 0; i < status_count; i++) {
		int column = fprintf(out, "  %zu  ", i);

		text_write_wrapped(out, status_meanings[i], column);
	}
	fprintf(out, "  128+N  ended by signal N\n");
}

void opt_help(const struct command *command, FILE *out)
{
	const char *heading = "";
	struct opt_at at = {0};

	fprintf(out, "usage: sockit %s %s\n\n", command->name, command->usage);
	text_write_wrapped(out, command->summary, 0);
	while (opt_next(command, &at)) {
		if (strcmp(at.set->heading, heading) != 0)
			fprintf(out, "\n%s:\n", at.set->heading);
		heading = at.set->heading;
		write_option(command, &at, out);
	}
	if (command->notes) {
		size_t length = strlen(command->notes);
		bool ended = length > 0 && command->notes[length - 1] == '\n';

		fprintf(out, "\n%s%s", command->notes, ended ? "" : "\n");
	}
	opt_help_statuses(out);
}

/* Append what ADDED says, a dash if that is nothing, and a tab. */
static void end_field(struct bytes *line, size_t start)
{
	if (line->size == start)
		bytes_add_byte(line, '-');
	bytes_add_byte(line, '\t');
}

static void add_dump(const struct command *command, const struct opt_at *at, struct bytes *line)
{
	const struct opt *opt = at->opt;
	size_t start;

	bytes_add_format(line, "%s\t%c\t%s\t%s\t%s\t", command->name,
		opt->letter ? opt->letter : '-', opt->name, opt->arg ? opt->arg : "-",
		opt_kinds[opt->kind].name);
	start = line->size;
	if (strstr(opt->help, "{}"))
		opt_add_value(opt, opt_const_field(command->defaults, at), line);
	end_field(line, start);
	start = line->size;
	if (opt->choices)
		opt_add_choices(opt, ",", line);
	end_field(line, start);
	add_help(command, at, line);
	bytes_add_format(line, "\t%s\t", opt->value ? opt_value_names[opt->value] : "-");
	if (opt->group)
		bytes_add_format(line, "%u", opt->group);
	else
		bytes_add_byte(line, '-');
}

void opt_dump(const struct command *command, FILE *out)
{
	struct opt_at at = {0};
	struct bytes line = {0};

	while (opt_next(command, &at)) {
		bytes_clear(&line);
		add_dump(command, &at, &line);
		fprintf(out, "%s\n", bytes_text(&line));
	}
	bytes_release(&line);
}
