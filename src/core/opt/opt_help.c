/* SPDX-License-Identifier: ISC */
/* opt_help.c - option tables for people (--help, -h) and for programs (the dump). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/screen.h"
#include "base/status.h"
#include "base/text.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"

enum {
	HELP_COLUMN = 30, /* where the texts of --help begin */
	BRIEF_EXAMPLES = 3,
	WIDTH_FILE = 80,
	WIDTH_LEAST = 40,
	WIDTH_MOST = 100,
};

int opt_help_width(void)
{
	int width = isatty(STDOUT_FILENO) == 1 ? screen_width(STDOUT_FILENO) : WIDTH_FILE;

	if (width < WIDTH_LEAST)
		return WIDTH_LEAST;
	return width > WIDTH_MOST ? WIDTH_MOST : width;
}

void opt_help_heading(const char *text, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	bool bold = isatty(STDOUT_FILENO) == 1 && (!no_color || !*no_color);

	fprintf(out, "%s%s:%s\n", bold ? "\033[1m" : "", text, bold ? "\033[0m" : "");
}

/* Append what OPT requires, as `with --scan: `. */
static void add_requirement(const struct command *command, const struct opt *opt, struct bytes *out)
{
	const struct opt_rule *rule = opt_requirement(command, opt->name);

	if (!rule)
		return;
	bytes_add_text(out, "with ");
	opt_add_names(rule->others, "or", out);
	bytes_add_text(out, ": ");
}

/* Append the option's help, with {} replaced by the default. */
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

/* Write FORM, and TEXT next to it, or below it if FORM is too long, and release both. False: memory
 * ran out while they were built. */
static bool write_row(FILE *out, struct bytes *form, struct bytes *text)
{
	bool whole = !form->failed && !text->failed;

	if (whole && form->size > HELP_COLUMN - 2)
		fprintf(out, "%s\n%*s", bytes_text(form), HELP_COLUMN, "");
	else if (whole)
		fprintf(out, "%-*s", HELP_COLUMN, bytes_text(form));
	if (whole)
		text_write_wrapped(out, bytes_text(text), HELP_COLUMN, opt_help_width());
	bytes_release(form);
	bytes_release(text);
	return whole;
}

static bool write_option(const struct command *command, const struct opt_at *at, FILE *out)
{
	struct bytes form = {0}, help = {0};

	add_form(at->opt, &form);
	add_requirement(command, at->opt, &help);
	add_help(command, at, &help);
	if (at->opt->kind == OPT_CHOICE && !opt_names_choices(at->opt)) {
		bytes_add_text(&help, ": ");
		opt_add_choices(at->opt, ", ", &help);
	}
	return write_row(out, &form, &help);
}

void opt_help_statuses(FILE *out, int width)
{
	opt_help_heading("Exit status", out);
	for (size_t i = 0; i < status_count; i++) {
		int column = fprintf(out, "  %zu  ", i);

		text_write_wrapped(out, status_meanings[i], column, width);
	}
	fprintf(out, "  128+N  ended by signal N\n");
}

/* The width of the longest of the first COUNT EXAMPLES. */
static int example_column(const struct opt_example *examples, size_t count)
{
	size_t longest = 0;

	for (size_t i = 0; i < count && examples[i].line; i++)
		if (strlen(examples[i].line) > longest)
			longest = strlen(examples[i].line);
	return (int)longest + 2;
}

/* Write the first COUNT examples of COMMAND, each with its explanation next to it, or below if that
 * is too wide. */
static void write_examples(const struct command *command, size_t count, FILE *out)
{
	const struct opt_example *each = command->examples;
	int column = example_column(each, count), width = opt_help_width();

	fputc('\n', out);
	opt_help_heading("Examples", out);
	for (size_t i = 0; i < count && each[i].line; i++) {
		int used = (int)sizeof("  sockit ") - 1 + column;

		if (used + (int)strlen(each[i].what) < width)
			fprintf(out, "  sockit %-*s%s\n", column, each[i].line, each[i].what);
		else
			fprintf(out, "  sockit %s\n      %s\n", each[i].line, each[i].what);
	}
}

static void write_usage(const struct command *command, FILE *out)
{
	fprintf(out, "usage: sockit %s %s\n\n", command->name, command->usage);
	text_write_wrapped(out, command->summary, 0, opt_help_width());
}

bool opt_help(const struct command *command, FILE *out)
{
	const char *heading = "";
	struct opt_at at = {0};
	bool whole = true;

	write_usage(command, out);
	while (opt_next(command, &at)) {
		if (strcmp(at.set->heading, heading) != 0) {
			fputc('\n', out);
			opt_help_heading(at.set->heading, out);
		}
		heading = at.set->heading;
		whole &= write_option(command, &at, out);
	}
	write_examples(command, SIZE_MAX, out);
	fputc('\n', out);
	opt_help_statuses(out, opt_help_width());
	fprintf(out,
		"\nManual: man sockit-%s\nComing from nc, ncat, socat: man sockit-from-netcat\n",
		command->name);
	return whole;
}

bool opt_help_brief(const struct command *command, FILE *out)
{
	struct opt_at at = {0};
	bool whole = true;

	write_usage(command, out);
	fputc('\n', out);
	while (opt_next(command, &at)) {
		struct bytes form = {0}, help = {0};

		if (!at.opt->often)
			continue;
		add_form(at.opt, &form);
		add_help(command, &at, &help);
		whole &= write_row(out, &form, &help);
	}
	write_examples(command, BRIEF_EXAMPLES, out);
	fprintf(out, "\nAll options: sockit %s --help; manual: man sockit-%s\n", command->name,
		command->name);
	return whole;
}

/* End the field that begins at START: append a dash if it is empty, and a tab. */
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
	add_requirement(command, opt, line);
	add_help(command, at, line);
	bytes_add_format(line, "\t%s\t", opt->value ? opt_value_names[opt->value] : "-");
	if (opt->group)
		bytes_add_format(line, "%u", opt->group);
	else
		bytes_add_byte(line, '-');
}

bool opt_dump(const struct command *command, FILE *out)
{
	struct opt_at at = {0};
	struct bytes line = {0};
	bool whole;

	while (opt_next(command, &at)) {
		bytes_clear(&line);
		add_dump(command, &at, &line);
		fprintf(out, "%s\n", bytes_text(&line));
	}
	whole = !line.failed;
	bytes_release(&line);
	return whole;
}
