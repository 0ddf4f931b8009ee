/* SPDX-License-Identifier: ISC */
/* opt.h - command lines as data: one table drives parsing, --help, --dump and suggestions.
 *
 * A command's options are grouped in sets; a set is an array of struct opt and the place of its
 * values in the command's config struct, so commands can share sets. Parsing follows GNU
 * getopt_long: long options with = or a space, short ones joined, options and operands in any
 * order, `--` ends them; long options cannot be abbreviated, so that scripts keep working when
 * options are added.
 *
 * To add an option: a field in the command's X_options.h, a row in its X_options.c (and one in its
 * rules, if it requires or excludes others), `make completions`, and an entry in the man page. */
#ifndef CORE_OPT_OPT_H
#define CORE_OPT_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;

/* What an option does with its value, and the type of the field that stores it. */
enum opt_kind {
	OPT_FLAG,   /* no value; bool: true */
	OPT_CONST,  /* no value; int: the option's MIN */
	OPT_LEVEL,  /* no value; int: one more each time */
	OPT_TEXT,   /* const char *: the word itself */
	OPT_TEXTS,  /* struct opt_texts: every one given, in order */
	OPT_NUM,    /* uint64_t: MIN to MAX */
	OPT_TIME,   /* int64_t, nanoseconds */
	OPT_SIZE,   /* uint64_t, bytes: MIN to MAX */
	OPT_COUNT,  /* uint64_t: as OPT_NUM, with k, M and G */
	OPT_CHOICE, /* int: the index of the value in CHOICES */
	OPT_PARSE,  /* whatever PARSE makes of it */
};

/* What a value names, for command-line completion. */
enum opt_value {
	OPT_ANY, /* nothing that can be listed */
	OPT_FILE,
	OPT_FOLDER,
	OPT_INTERFACE,
	OPT_HOST,
	OPT_ENDPOINT, /* to connect to */
	OPT_LOCAL,    /* an endpoint to listen on */
	OPT_PORT,
	OPT_NET,   /* networks or hosts, joined by commas */
	OPT_GROUP, /* of multicast, GROUP[@IFNAME] */
	OPT_URL,   /* one of CHOICES, then an endpoint */
	OPT_USER,  /* USER[:GROUP] */
	OPT_SHELL, /* a command line */
	OPT_SOCKET_OPTION,
	OPT_PROTOCOL, /* of services: tcp, udp */
};

struct opt_texts {
	const char **item;
	size_t count;
};

/* Groups are numbered from 1 within a command; sets that commands share use numbers from 100. */
enum { OPT_GROUPS = 128 };

/* One option. Only the first six members are always needed. ARG is the value as --help shows it,
 * "[=WHEN]" if it is optional (then it must be joined with =), or NULL for none. */
struct opt {
	enum opt_kind kind;
	char letter;	   /* 0: none */
	const char *name;  /* without dashes */
	const char *arg;   /* see above */
	const char *help;  /* one sentence, no full stop; {} stands for the default */
	size_t offset;	   /* of the field in the set's struct: OPT_FIELD() */
	uint64_t min, max; /* for OPT_TIME in nanoseconds; MAX 0: no bound */
	/* Ends with NULL. For OPT_CHOICE these are all values; OPT_PARSE and OPT_TEXT may accept
	 * more than are listed here. */
	const char *const *choices;
	const char *absent; /* the value if an optional one is left out */
	/* Store TEXT's meaning in FIELD. NULL, or the reason, which follows `bad NAME: "TEXT" `. */
	const char *(*parse)(const char *text, void *field);
	unsigned group;	      /* options of one group, not 0, cannot be used together */
	enum opt_value value; /* what the value names */
	void (*list)(FILE *); /* OPT_TEXTS: writes what the value `help` lists; may be NULL */
	bool often;	      /* one of the dozen that -h shows */
	bool is_count;	      /* the optional value is a number: a number as the next word was meant
			       * as it */
};

/* The offset of MEMBER in struct CONFIG, which must be of type TYPE: an error at compile time if
 * not. */
#define OPT_FIELD(type, config, member)                                                            \
	(offsetof(struct config, member) + _Generic(&((struct config *)0)->member, type * : 0))

/* Options under one heading of --help. OPTS ends with a NULL name. */
struct opt_set {
	const char *heading;
	const struct opt *opts;
	size_t base; /* of the set's struct in the command's config */
};

/* How options depend on each other, checked once the whole command line has been read. Names are
 * those of options without dashes, separated by blanks, or "--" for a command after `--`. */
enum opt_relation {
	OPT_REQUIRES, /* each of OPTIONS requires one of OTHERS */
	OPT_EXCLUDES, /* none of OPTIONS can be used with any of OTHERS */
};
struct opt_rule {
	const char *options;
	enum opt_relation relation;
	const char *others;
	const char *because; /* the reason in brackets in the error; may be NULL */
};

/* A command line that --help shows, and what it does. */
struct opt_example {
	const char *line; /* without `sockit` */
	const char *what;
};

/* What people know from other programs and type here, and what to type instead. A list of these
 * ends with a NULL in NAMES. */
struct opt_hint {
	const char *names; /* as typed, separated by blanks: "-l --listen" */
	const char *hint;
};

/* What is on the command line besides options and their values. */
struct opt_words {
	const char *name; /* of the command */
	char *const *operands;
	size_t operand_count;
	char *const *command; /* the words after --, NULL-terminated; NULL: no -- */
	/* The options that were given, in order. */
	const struct opt *const *given;
	size_t given_count;
	/* The last option whose optional value was left out, and the word after it, which may have
	 * been meant as that value. NULL: none. */
	const struct opt *loose;
	const char *loose_word;
	void (*list)(FILE *); /* OPT_LIST: writes it */
};

/* Whether the option NAME (without dashes) was given; for "--": whether a command was. */
bool opt_given(const struct opt_words *words, const char *name);

struct command {
	const char *name;
	const char *summary;
	const char *usage;   /* what follows `sockit NAME` */
	const char *operand; /* the operand that must be there, for the error; may be NULL */
	const struct opt_example *examples; /* ends with a NULL line; -h shows the first three */
	const struct opt_set *sets;	    /* ends with a NULL heading */
	const struct opt_rule *rules;	    /* ends with NULL options; may be NULL */
	const struct opt_hint *hints;	    /* for options that the command lacks; may be NULL */
	size_t config_size;
	const void *defaults; /* a config */
	bool takes_command;   /* `--` begins a command, not operands */
	/* Check CONFIG and WORDS, then do the work. Returns an exit status. */
	enum status (*run)(const void *config, const struct opt_words *words);
};

enum opt_outcome {
	OPT_RUN,
	OPT_HELP,    /* --help */
	OPT_BRIEF,   /* -h */
	OPT_VERSION, /* --version */
	OPT_LIST,    /* the value `help` was given to an option that has a list; WORDS has its
		      * function */
	OPT_BAD,
};

/* Parse ARGV (ARGC words and a NULL, without the command's name) into CONFIG, which has
 * COMMAND->config_size bytes and is overwritten with the defaults first. WORDS point into memory
 * that lives until opt_release, which must be called whatever the outcome. OPT_HELP and the like:
 * that was requested, and nothing else matters. OPT_BAD: WHY has one line for the user that names
 * the word, and the option that was probably meant. */
enum opt_outcome opt_parse(const struct command *command, int argc, char *const argv[],
	void *config, struct opt_words *words, struct bytes *why) CHECKED;

/* The hint in HINTS (NULL: none) for the SIZE characters at NAME, or NULL. */
const char *opt_hint(const struct opt_hint *hints, const char *name, size_t size);

/* Free what opt_parse allocated in CONFIG and WORDS. */
void opt_release(const struct command *command, void *config, struct opt_words *words);

/* Report WHY as the error that ends the command with STATUS. A usage error that does not end with a
 * hint in brackets gets one: about the loose value in WORDS if an operand is at fault, or about
 * where the options are listed. The hint about a loose value also replaces that about an unexpected
 * operand. Returns STATUS. */
enum status opt_report(const struct opt_words *words, enum status status, struct bytes *why);

/* Write --help to OUT, folded to the width of the terminal if standard output is one. Defaults come
 * from COMMAND->defaults. This and the two below return false if memory ran out and something is
 * missing. */
bool opt_help(const struct command *command, FILE *out);

/* Write -h to OUT: at most 24 lines of 80 columns. */
bool opt_help_brief(const struct command *command, FILE *out);

/* Write TEXT as a heading of a help text to OUT: bold if standard output is a terminal, unless
 * NO_COLOR is set. */
void opt_help_heading(const char *text, FILE *out);

/* Columns to fold a help text to: those of the terminal if standard output is one, from 40 to 100;
 * else 80. */
int opt_help_width(void);

/* Write the table of exit statuses to OUT, folded to WIDTH. */
void opt_help_statuses(FILE *out, int width);

/* Write a line for each option: COMMAND, letter or -, name, argument or -, kind, default or -,
 * choices joined by commas or -, help, what the value names or -, group or -; tab-separated. The
 * default is included if the help shows it. */
bool opt_dump(const struct command *command, FILE *out);

/* Check the tables themselves. NULL, or the reason (in WHY): a duplicate letter or name, a default
 * out of range (0, or a choice of -1, may stand for "not given" if the help does not show it), a
 * field outside the config, a choice that PARSE refuses, help that ends with a full stop, a hint
 * for an option that exists, a rule about an option that does not, an example that does not
 * parse. */
const char *opt_check(const struct command *command, struct bytes *why) CHECKED;

#endif
