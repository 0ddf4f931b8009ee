/* SPDX-License-Identifier: ISC */
/* opt.h - command lines as data: from one table come parsing, --help, --dump and suggestions.
 *
 * A command's options stand in sets; a set is an array of struct opt and the place of its values in
 * the command's config struct, so that commands share sets. Parsing follows GNU getopt_long: long
 * options with = or a space, short ones joined, options and operands in any order, `--` ends them;
 * a unique beginning of a long option is not enough, so scripts stay right when options are added.
 */
#ifndef CORE_OPT_OPT_H
#define CORE_OPT_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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

/* What a value names, for whoever completes command lines. */
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
	unsigned group;	      /* options of one group, not 0, exclude each other */
	enum opt_value value; /* what the value names */
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

/* What people know from other programs and type here, and what to type instead. A list of these
 * ends with NULL NAMES. */
struct opt_hint {
	const char *names; /* as typed, parted by blanks: "-l --listen" */
	const char *hint;
};

/* What stands on the command line beside options. */
struct opt_words {
	char *const *operands;
	size_t operand_count;
	char *const *command; /* the words after --, NULL-terminated; NULL: no -- */
};

struct command {
	const char *name;
	const char *summary;
	const char *usage;	      /* what follows `sockit NAME` */
	const char *notes;	      /* examples and the like at the end of --help; may be NULL */
	const struct opt_set *sets;   /* ends with a NULL heading */
	const struct opt_hint *hints; /* for options that the command lacks; may be NULL */
	size_t config_size;
	const void *defaults; /* a config */
	bool takes_command;   /* `--` begins a command, not operands */
	/* Judge CONFIG and WORDS, then do the work. Returns an exit status. */
	int (*run)(const void *config, const struct opt_words *words);
};

enum opt_outcome { OPT_RUN, OPT_HELP, OPT_BAD };

/* Parse ARGV (ARGC words and a NULL, the command's name not among them) into CONFIG, which has
 * COMMAND->config_size bytes and is overwritten with the defaults first. WORDS point into memory
 * that lives until opt_release, which is due whatever the outcome. OPT_HELP: --help or -h was
 * there, nothing else counts. OPT_BAD: WHY has one line for the user that names the word, and the
 * option that was probably meant. */
enum opt_outcome opt_parse(const struct command *command, int argc, char *const argv[],
	void *config, struct opt_words *words, struct bytes *why);

/* What HINTS (NULL: none) have for the SIZE characters at NAME, or NULL. */
const char *opt_hint(const struct opt_hint *hints, const char *name, size_t size);

/* Free what opt_parse allocated in CONFIG and WORDS. */
void opt_release(const struct command *command, void *config, struct opt_words *words);

/* Write --help to OUT. Defaults come from COMMAND->defaults; the table of exit statuses ends it. */
void opt_help(const struct command *command, FILE *out);

/* Write the table of exit statuses to OUT. */
void opt_help_statuses(FILE *out);

/* Write a line for each option: COMMAND, letter or -, name, argument or -, kind, default or -,
 * choices joined by commas or -, help, what the value names or -, group or -; tab-separated.
 * A default is there if the help shows it. */
void opt_dump(const struct command *command, FILE *out);

/* Find what is wrong with the tables themselves: NULL, or the reason (in WHY): a letter or name
 * twice, a default out of range (0, or a choice of -1, may stand for "not given" if the help does
 * not show it), a field outside the config, a choice that PARSE refuses, help that ends with a full
 * stop, a hint for an option that is there. */
const char *opt_check(const struct command *command, struct bytes *why);

#endif
