/* SPDX-License-Identifier: ISC */
/* opt.h - command lines as data: from one table come parsing, --help, --dump and suggestions.
 *
 * A command's options stand in sets; a set is an array of struct opt and the place of its values in
 * the command's config struct, so that commands share sets. Parsing follows GNU getopt_long: long
 * options with = or a space, short ones joined, options and operands in any order, `--` ends them;
 * a unique beginning of a long option is not enough, so scripts stay right when options are added.
 *
 * To add an option: a field in the command's X_options.h, a row in its X_options.c (and one in its
 * rules, if it needs or excludes others), `make completions`, and an entry in the man page.
 */
#ifndef CORE_OPT_OPT_H
#define CORE_OPT_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;

/* What an option does with its value, and the type of the field it stores into. */
enum opt_kind {
	OPT_FLAG,   /* takes none; bool: true */
	OPT_CONST,  /* takes none; int: the option's MIN */
	OPT_LEVEL,  /* takes none; int: one more each time */
	OPT_TEXT,   /* const char *: the word itself */
	OPT_TEXTS,  /* struct opt_texts: every one given, in order */
	OPT_NUM,    /* uint64_t: MIN to MAX */
	OPT_TIME,   /* int64_t, nanoseconds */
	OPT_SIZE,   /* uint64_t, bytes: MIN to MAX */
	OPT_COUNT,  /* uint64_t: like OPT_NUM with k, M and G */
	OPT_CHOICE, /* int: the index of the value in CHOICES */
	OPT_PARSE,  /* whatever PARSE makes of it */
};

/* What a value names, for the completion of command lines. */
enum opt_value {
	OPT_ANY, /* nothing that could be listed */
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
	OPT_PROTOCOL, /* that services are for: tcp, udp */
};

struct opt_texts {
	const char **item;
	size_t count;
};

/* Groups are numbered from 1 within a command; sets that commands share use those from 100. */
enum { OPT_GROUPS = 128 };

/* One option. Only the first six are needed by all. ARG is the value as --help shows it, "[=WHEN]"
 * if it may be left out (then it is taken only with =), or NULL for none. */
struct opt {
	enum opt_kind kind;
	char letter;	   /* 0: none */
	const char *name;  /* without dashes */
	const char *arg;   /* see above */
	const char *help;  /* one sentence, no full stop; {} stands for the default */
	size_t offset;	   /* of the field in the set's struct: OPT_FIELD() */
	uint64_t min, max; /* of OPT_TIME in nanoseconds; MAX 0: no bound */
	/* Ends with NULL. Of OPT_CHOICE these are all values; OPT_PARSE and OPT_TEXT may have more
	 * than those that are named here. */
	const char *const *choices;
	const char *absent; /* the value where an optional one is left out */
	/* Store TEXT's meaning in FIELD. NULL, or the reason, which follows `bad NAME: "TEXT" `. */
	const char *(*parse)(const char *text, void *field);
	unsigned group;	      /* options of one group, not 0, cannot be used together */
	enum opt_value value; /* what the value names */
	void (*list)(FILE *); /* OPT_TEXTS: what the value `help` lists; may be NULL */
	bool often;	      /* one of the dozen that -h shows */
	bool is_count;	      /* an optional value that is a number: a word that is one was meant */
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

/* What options have to do with each other, judged once the whole command line has been read. Names
 * are those of options without dashes, parted by blanks, or "--" for a command after `--`. */
enum opt_relation {
	OPT_REQUIRES, /* each of OPTIONS needs one of OTHERS */
	OPT_EXCLUDES, /* none of OPTIONS can be used with any of OTHERS */
};
struct opt_rule {
	const char *options;
	enum opt_relation relation;
	const char *others;
	const char *because; /* what the error says in brackets; may be NULL */
};

/* A command line that --help shows, and what it does. */
struct opt_example {
	const char *line; /* without `sockit` */
	const char *what;
};

/* What people know from other programs and type here, and what to type instead. A list of these
 * ends with NULL NAMES. */
struct opt_hint {
	const char *names; /* as typed, parted by blanks: "-l --listen" */
	const char *hint;
};

/* What stands on the command line beside the values of options. */
struct opt_words {
	const char *name; /* of the command */
	char *const *operands;
	size_t operand_count;
	char *const *command; /* the words after --, NULL-terminated; NULL: no -- */
	/* The options that were given, in order. */
	const struct opt *const *given;
	size_t given_count;
	/* The last option whose optional value was left out, and the word behind it, which may have
	 * been meant as that value. NULL: there is none. */
	const struct opt *loose;
	const char *loose_word;
	void (*list)(FILE *); /* OPT_LIST: writes it */
};

/* Whether the option NAME (without dashes) was given; of "--": whether a command was. */
bool opt_given(const struct opt_words *words, const char *name);

struct command {
	const char *name;
	const char *summary;
	const char *usage;   /* what follows `sockit NAME` */
	const char *operand; /* what must be there at least, for the error; may be NULL */
	const struct opt_example *examples; /* ends with a NULL line; -h shows the first three */
	const struct opt_set *sets;	    /* ends with a NULL heading */
	const struct opt_rule *rules;	    /* ends with NULL options; may be NULL */
	const struct opt_hint *hints;	    /* for options that the command lacks; may be NULL */
	size_t config_size;
	const void *defaults; /* a config */
	bool takes_command;   /* `--` begins a command, not operands */
	/* Judge CONFIG and WORDS, then do the work. Returns an exit status. */
	enum status (*run)(const void *config, const struct opt_words *words);
};

enum opt_outcome {
	OPT_RUN,
	OPT_HELP,    /* --help */
	OPT_BRIEF,   /* -h */
	OPT_VERSION, /* --version */
	OPT_LIST,    /* the value `help` of an option that has a list, which is in WORDS */
	OPT_BAD,
};

/* Parse ARGV (ARGC words and a NULL, the command's name not among them) into CONFIG, which has
 * COMMAND->config_size bytes and is overwritten with the defaults first. WORDS point into memory
 * that lives until opt_release, which is due whatever the outcome. OPT_HELP and the like: that was
 * asked for, nothing else counts. OPT_BAD: WHY has one line for the user that names the word, and
 * the option that was probably meant. */
enum opt_outcome opt_parse(const struct command *command, int argc, char *const argv[],
	void *config, struct opt_words *words, struct bytes *why) CHECKED;

/* What HINTS (NULL: none) have for the SIZE characters at NAME, or NULL. */
const char *opt_hint(const struct opt_hint *hints, const char *name, size_t size);

/* Free what opt_parse allocated in CONFIG and WORDS. */
void opt_release(const struct command *command, void *config, struct opt_words *words);

/* Report WHY as the error that ends the command with STATUS. A usage error that does not end with a
 * hint in brackets gets one: the value that WORDS has loose, or where the options are listed. The
 * loose value also takes the place of the hint of an operand that is one too many. Returns STATUS.
 */
enum status opt_report(const struct opt_words *words, enum status status, struct bytes *why);

/* Write --help to OUT, folded to the width of the terminal if standard output is one. Defaults come
 * from COMMAND->defaults. This and the two below: false if memory ran out, and something is
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
 * choices joined by commas or -, help, what the value names or -, group or -; tab-separated.
 * A default is there if the help shows it. */
bool opt_dump(const struct command *command, FILE *out);

/* Find what is wrong with the tables themselves: NULL, or the reason (in WHY): a letter or name
 * twice, a default out of range (0, or a choice of -1, may stand for "not given" if the help does
 * not show it), a field outside the config, a choice that PARSE refuses, help that ends with a full
 * stop, a hint for an option that is there, a rule about an option that is not, an example that
 * does not parse. */
const char *opt_check(const struct command *command, struct bytes *why) CHECKED;

#endif
