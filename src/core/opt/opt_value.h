/* SPDX-License-Identifier: ISC */
/* opt_value.h - what the parts of opt share: walking the tables, and storing and showing values. */
#ifndef CORE_OPT_OPT_VALUE_H
#define CORE_OPT_OPT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/opt/opt.h"

struct bytes;

/* --help, -h and --version, -V: part of every command, after its own sets. */
extern const struct opt opt_help_option, opt_version_option;

/* A position in a command's tables; all zero is before the first option. */
struct opt_at {
	const struct opt_set *set;
	const struct opt *opt;
};

/* Step to the next option, the last being opt_version_option. False at the end. */
bool opt_next(const struct command *command, struct opt_at *at);

/* What is known about each kind, by enum opt_kind. */
struct opt_kind_info {
	const char *name;
	size_t field_size; /* 0: only PARSE knows */
	bool takes_value;
	bool is_number; /* 64 bits, bounded by MIN and MAX */
};
extern const struct opt_kind_info opt_kinds[];

/* The name of each value in the dump, by enum opt_value; OPT_ANY has none. */
extern const char *const opt_value_names[];

/* Whether the value may be left out. */
bool opt_is_optional(const struct opt *opt);

/* Whether ARG lists the choices: v1|v2, [=none|text|json]. */
bool opt_names_choices(const struct opt *opt);

/* The field of the option AT in CONFIG. */
void *opt_field(void *config, const struct opt_at *at);
const void *opt_const_field(const void *config, const struct opt_at *at);

/* Check WORDS against COMMAND's rules, and that the operand that it needs is there. 0; or -1, and
 * WHY has the line for the user. */
int opt_judge(
	const struct command *command, const struct opt_words *words, struct bytes *why) CHECKED;

/* The first requirement of the option NAME in COMMAND's rules, or NULL. */
const struct opt_rule *opt_requirement(const struct command *command, const char *name);

/* Append the options NAMES (separated by blanks) as a user types them, with WORD ("or") before the
 * last. */
void opt_add_names(const char *names, const char *word, struct bytes *out);

/* Store TEXT (NULL for the kinds without a value) in FIELD. 0; or -1, and WHY has the line for the
 * user, who typed the option as SPELLING. */
int opt_store(const struct opt *opt, const char *spelling, const char *text, void *field,
	struct bytes *why) CHECKED;

/* Append the value in FIELD as it would be typed. False if there is nothing to show: no such kind,
 * no text, a choice of -1. */
bool opt_add_value(const struct opt *opt, const void *field, struct bytes *out);

/* Whether VALUE lies from OPT's MIN to its MAX. */
bool opt_in_range(const struct opt *opt, uint64_t value);

/* Append OPT's choices with SEPARATOR between them. */
void opt_add_choices(const struct opt *opt, const char *separator, struct bytes *out);

/* Append TEXT in quotes; if it is too long for a line, its middle is left out. */
void opt_add_quoted(const char *text, struct bytes *out);

#endif
