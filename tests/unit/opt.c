/* SPDX-License-Identifier: ISC */
/* opt.c - unit test: a made-up command's tables, parsed and shown. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/num.h"
#include "core/opt/opt.h"

#include "tap.h"

enum { WORDS_MAX = 8, GROUP_FAMILY = 1, LONG_WORD = 1 << 20 };

struct shared {
	int level;
	int family;
};

struct config {
	bool keep;
	int handler;
	int progress;
	const char *send;
	struct opt_texts options;
	uint64_t backlog;
	int64_t idle_ns;
	uint64_t size;
	uint64_t count;
	char letter;
	struct shared shared;
};

static const char *parse_letter(const char *text, void *field)
{
	if (strlen(text) != 1)
		return "(one letter)";
	*(char *)field = *text;
	return NULL;
}

static const char *const handlers[] = {"echo", "discard", "chargen", NULL};
static const char *const whens[] = {"never", "auto", "always", NULL};

static const struct opt shared_opts[] = {
	{.kind = OPT_LEVEL,
		.letter = 'v',
		.name = "verbose",
		.help = "report events",
		.offset = OPT_FIELD(int, shared, level)},
	{.kind = OPT_CONST,
		.letter = '4',
		.name = "ipv4",
		.help = "IPv4 only",
		.offset = OPT_FIELD(int, shared, family),
		.min = 4,
		.group = GROUP_FAMILY},
	{.kind = OPT_CONST,
		.letter = '6',
		.name = "ipv6",
		.help = "IPv6 only",
		.offset = OPT_FIELD(int, shared, family),
		.min = 6,
		.group = GROUP_FAMILY},
	{0},
};

static const struct opt own_opts[] = {
	{.kind = OPT_FLAG,
		.letter = 'k',
		.name = "keep-open",
		.help = "take the next connection when one ends",
		.offset = OPT_FIELD(bool, config, keep)},
	{.kind = OPT_CHOICE,
		.name = "handler",
		.arg = "NAME",
		.help = "a built-in service",
		.offset = OPT_FIELD(int, config, handler),
		.choices = handlers},
	{.kind = OPT_CHOICE,
		.letter = 'p',
		.name = "progress",
		.arg = "[=never|auto|always]",
		.help = "draw a line, {} by default",
		.offset = OPT_FIELD(int, config, progress),
		.choices = whens,
		.absent = "auto"},
	{.kind = OPT_TEXT,
		.name = "send",
		.arg = "TEXT",
		.help = "send TEXT first",
		.offset = OPT_FIELD(const char *, config, send)},
	{.kind = OPT_TEXTS,
		.letter = 'o',
		.name = "option",
		.arg = "NAME[=VALUE]",
		.help = "set a socket option",
		.offset = OPT_FIELD(struct opt_texts, config, options)},
	{.kind = OPT_NUM,
		.letter = 'b',
		.name = "backlog",
		.arg = "N",
		.help = "connections that may wait (default {})",
		.offset = OPT_FIELD(uint64_t, config, backlog),
		.min = 1,
		.max = 65535},
	{.kind = OPT_TIME,
		.letter = 'i',
		.name = "idle-timeout",
		.arg = "TIME",
		.help = "end when nothing moved for TIME (default {})",
		.offset = OPT_FIELD(int64_t, config, idle_ns)},
	{.kind = OPT_SIZE,
		.name = "max-size",
		.arg = "SIZE",
		.help = "longest datagram taken (default {})",
		.offset = OPT_FIELD(uint64_t, config, size),
		.min = 1,
		.max = 65536},
	{.kind = OPT_COUNT,
		.name = "count",
		.arg = "N",
		.help = "stop after N",
		.offset = OPT_FIELD(uint64_t, config, count),
		.min = 1},
	{.kind = OPT_PARSE,
		.name = "letter",
		.arg = "X",
		.help = "one letter",
		.offset = OPT_FIELD(char, config, letter),
		.parse = parse_letter},
	{0},
};

static const struct opt_set sets[] = {
	{"Ways", own_opts, 0},
	{"General", shared_opts, offsetof(struct config, shared)},
	{0},
};

static const struct config defaults = {
	.handler = -1, .backlog = 4096, .idle_ns = 90 * NUM_NS_PER_S, .size = 65535};

static enum status run(const void *config, const struct opt_words *words)
{
	(void)config;
	(void)words;
	return 0;
}

static const struct opt_hint hints[] = {
	{"-l --listen", "not needed"},
	{"--timeout", "in two parts"},
	{0},
};

static const struct opt_rule rules[] = {
	{"backlog max-size", OPT_REQUIRES, "handler --", NULL},
	{"send letter", OPT_EXCLUDES, "keep-open --", "both are first"},
	{0},
};

static const struct opt_example examples[] = {
	{"fake-serve 80", "serve port 80"},
	{"fake-serve --send 'a b' 80 <file", "send a text first"},
	{"fake-serve -kv 80 -- cat", "run a command"},
	{0},
};

static const struct command fake = {
	.name = "fake-serve",
	.summary = "serve nobody",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND]",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct config),
	.defaults = &defaults,
	.takes_command = true,
	.run = run,
};

static struct config config;
static struct opt_words words;
static struct bytes why;
static char *argv[WORDS_MAX + 1];

/* Parse LINE's words, which are separated by single blanks. */
static enum opt_outcome parse_as(const struct command *command, const char *line)
{
	static char copy[LONG_WORD + 64];
	int argc = 0;

	opt_release(command, &config, &words);
	bytes_clear(&why);
	memset(argv, 0, sizeof(argv));
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = copy; *line && word; argc++) {
		char *blank = strchr(word, ' ');

		argv[argc] = word;
		if (blank)
			*blank++ = '\0';
		word = blank;
	}
	return opt_parse(command, argc, argv, &config, &words, &why);
}

static enum opt_outcome parse(const char *line)
{
	return parse_as(&fake, line);
}

static void test_values(void)
{
	OK(parse("") == OPT_RUN && config.backlog == 4096 && config.handler == -1,
		"an empty line gives the defaults");
	OK(parse("--handler=echo --backlog=7 -i 250ms --max-size 1k --count=2k") == OPT_RUN,
		"numbers parse");
	OK(config.backlog == 7 && config.idle_ns == 250 * NUM_NS_PER_MS, "number and TIME arrive");
	OK(config.size == 1024 && config.count == 2000, "SIZE and count arrive");
	OK(parse("-kvvb9 -vi2 -- x") == OPT_RUN && config.keep && config.shared.level == 3,
		"letters may be joined");
	OK(config.backlog == 9 && config.idle_ns == 2 * NUM_NS_PER_S,
		"the last of the letters takes the rest as its value");
	OK(parse("-o a=1 -ob --option=c") == OPT_RUN && config.options.count == 3,
		"a repeatable option repeats");
	OK(tap_same(config.options.item[0], "a=1") && tap_same(config.options.item[2], "c"),
		"and keeps the order");
	OK(parse("--send= --letter x --handler discard -6") == OPT_RUN && config.handler == 1,
		"a choice is its index");
	OK(tap_same(config.send, "") && config.letter == 'x' && config.shared.family == 6,
		"an empty value, a parsed one and a constant arrive");
	OK(parse("--send --keep-open") == OPT_RUN && tap_same(config.send, "--keep-open") &&
			!config.keep,
		"a value may look like an option");
}

static void test_optional_values(void)
{
	OK(parse("--progress file") == OPT_RUN && config.progress == 1 && words.operand_count == 1,
		"an optional value is not the next word");
	OK(words.loose && tap_same(words.loose->name, "progress") &&
			tap_same(words.loose_word, "file"),
		"which is remembered, as it may have been meant");
	OK(parse("file --progress -k") == OPT_RUN && !words.loose, "unless it cannot have been");
	OK(parse("--progress=always") == OPT_RUN && config.progress == 2, "but stands behind =");
	OK(parse("-pk") == OPT_RUN && config.progress == 1 && config.keep,
		"letters follow one whose value is optional");
	OK(parse("-p=never -k") == OPT_RUN && config.progress == 0 && config.keep,
		"a letter's optional value stands behind =");
}

static void test_words(void)
{
	OK(parse("a -k b - c") == OPT_RUN && words.operand_count == 4 && config.keep,
		"options and operands mix");
	OK(tap_same(words.operands[2], "-"), "a lone dash is an operand");
	OK(!words.command, "no command without --");
	OK(parse("a -- ls -k --help") == OPT_RUN && words.operand_count == 1 && !config.keep,
		"-- begins the command");
	OK(tap_same(words.command[0], "ls") && tap_same(words.command[2], "--help") &&
			!words.command[3],
		"which is taken as it is");
	OK(parse("a --") == OPT_BAD && tap_same(bytes_text(&why), "no command after --"),
		"-- needs a command");

	struct command plain = fake;
	plain.takes_command = false;
	OK(parse_as(&plain, "a -- -k --") == OPT_RUN && words.operand_count == 3 && !words.command,
		"elsewhere operands follow --");
}

static void test_given(void)
{
	OK(parse("-i 90s -k") == OPT_RUN && opt_given(&words, "idle-timeout") &&
			opt_given(&words, "keep-open"),
		"what was given is known, a default too");
	OK(!opt_given(&words, "count") && !opt_given(&words, "--"), "and what was not");
	OK(parse("x -- y") == OPT_RUN && opt_given(&words, "--"), "a command is known");
	OK(parse("") == OPT_RUN && !opt_given(&words, "idle-timeout"), "and nothing stays");
}

static void test_rules(void)
{
	OK(parse("-b 9 -- cat") == OPT_RUN, "one of those that are required is enough");
	OK(parse("--max-size 9 --handler echo") == OPT_RUN, "whichever");
	OK(parse("--send a -v") == OPT_RUN, "what is not excluded may be there");
}

static void test_help_wins(void)
{
	OK(parse("--help --nonsense") == OPT_HELP, "--help ends parsing");
	OK(parse("--nonsense -h") == OPT_HELP, "-h after an error too");
	OK(parse("-kh") == OPT_BRIEF, "-h among letters is the short help");
	OK(parse("-V") == OPT_VERSION && parse("--version x") == OPT_VERSION, "and the version");
	OK(parse("--send -h") == OPT_RUN, "but not as a value");
	OK(parse("--nonsense -- -h") == OPT_BAD, "nor in a command");
}

static void test_messages(void)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{"--keep-opne", "unknown option --keep-opne (did you mean --keep-open?)"},
		{"--keep=5", "unknown option --keep (did you mean --keep-open?)"},
		{"--idle", "unknown option --idle (did you mean --idle-timeout?)"},
		{"--timeout", "unknown option --timeout (in two parts)"},
		{"--timeout=5", "unknown option --timeout (in two parts)"},
		{"--listen", "unknown option --listen (not needed)"},
		{"--liste", "unknown option --liste (not needed)"},
		{"--timeot", "unknown option --timeot (in two parts)"},
		{"-l", "unknown option -l (not needed)"},
		{"-kl", "unknown option -l in \"-kl\" (not needed)"},
		{"--frobnicate", "unknown option --frobnicate"},
		{"--=x", "unknown option --"},
		{"-Q", "unknown option -Q"},
		{"-kQ", "unknown option -Q in \"-kQ\""},
		{"-keep-open", "unknown option -e in \"-keep-open\" (did you mean --keep-open?)"},
		{"-k=1", "unknown option -= in \"-k=1\""},
		{"--keep-open=yes", "--keep-open takes no value: \"yes\""},
		{"--help=yes", "--help takes no value: \"yes\""},
		{"--idle-timeout", "--idle-timeout requires a value: TIME"},
		{"-ki", "-i requires a value: TIME"},
		{"-i=5", "-i takes its value without = (-i 5, or --idle-timeout=5)"},
		{"--progress always",
			"--progress takes its value joined to it (--progress=always)"},
		{"-p never", "-p takes its value joined to it (-p=never)"},
		{"-b 7", "--backlog requires --handler or a command"},
		{"--letter x -k", "--letter cannot be used with --keep-open (both are first)"},
		{"--send x -- cat", "--send cannot be used with a command (both are first)"},
		{"-b 0", "bad -b: \"0\" (1-65535)"},
		{"--max-size 65k", "bad --max-size: \"65k\" (1-64k)"},
		{"--count 0", "bad --count: \"0\" (at least 1)"},
		{"--letter xy", "bad --letter: \"xy\" (one letter)"},
		{"--handler ecko",
			"--handler: \"ecko\" must be one of echo, discard, chargen (did you "
			"mean echo?)"},
		{"--handler=", "--handler: \"\" must be one of echo, discard, chargen"},
		{"-4 --ipv6", "-4 and --ipv6 cannot be used together"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		OK(parse(cases[i].line) == OPT_BAD, "%s is refused", cases[i].line);
		OK(tap_same(bytes_text(&why), cases[i].message), "%s", cases[i].message);
	}
	OK(parse("-4 -4 --ipv4") == OPT_RUN, "an option does not exclude itself");
	OK(parse("--idle-timeout 5x") == OPT_BAD &&
			strstr(bytes_text(&why), "bad --idle-timeout: \"5x\" ("),
		"a bad TIME is named");
}

static void test_long_words(void)
{
	static const char *const starts[] = {"--", "-", "-b", "--handler=", "--keep-open="};
	static char line[LONG_WORD + 1];

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		memset(line, 'x', LONG_WORD);
		memcpy(line, starts[i], strlen(starts[i]));
		OK(parse(line) == OPT_BAD && why.size < 400, "a megabyte after %s is one line",
			starts[i]);
	}
	memset(line, 'x', LONG_WORD);
	OK(parse(line) == OPT_RUN && words.operand_count == 1, "a megabyte is an operand");
}

/* The output of WRITE. The caller frees it. */
static char *written_by(bool (*write)(const struct command *, FILE *))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	OK(write(&fake, out), "all of it is written");
	fclose(out);
	return text;
}

static void test_help(void)
{
	char *help = written_by(opt_help);

	OK(strncmp(help, "usage: sockit fake-serve [OPTION...] ENDPOINT", 45) == 0,
		"help begins with the usage");
	OK(strstr(help,
		   "\n  -i, --idle-timeout TIME     end when nothing moved for TIME "
		   "(default 90s)\n"),
		"help shows an option with its default");
	OK(strstr(help,
		   "\n      --handler NAME          a built-in service: echo, discard, chargen\n"),
		"help shows the choices of a value with a name");
	OK(strstr(help,
		   "\n  -p, --progress[=never|auto|always]\n"
		   "                              draw a line, never by default\n"),
		"help does not repeat choices that are typed out");
	OK(strstr(help, "\nGeneral:\n  -v, --verbose "), "help has headings");
	OK(strstr(help, "\nExamples:\n  sockit fake-serve 80 ") &&
			strstr(help, "  serve port 80\n"),
		"examples say what they do");
	OK(strstr(help, "\n\nExit status:\n  0  done\n"), "exit statuses follow");
	OK(strstr(help, "with --handler or a command:"), "what an option requires is said");
	OK(strstr(help, "\nManual: man sockit-fake-serve\n"), "the manual ends it");
	free(help);
}

static void test_dump(void)
{
	char *dump = written_by(opt_dump);

	OK(strncmp(dump, "fake-serve\tk\tkeep-open\t-\tflag\t-\t-\ttake the next", 46) == 0,
		"a flag's line");
	OK(strstr(dump,
		   "\nfake-serve\tb\tbacklog\tN\tnum\t4096\t-\twith --handler or a command: "
		   "connections that may wait (default 4096)\t-\t-\n"),
		"a number's line has the default");
	OK(strstr(dump,
		   "\nfake-serve\tp\tprogress\t[=never|auto|always]\tchoice\tnever\tnever,auto,"
		   "always\t"),
		"a choice's line has the choices");
	OK(strstr(dump,
		   "\nfake-serve\th\thelp\t-\tflag\t-\t-\tshow all options; -h shows the usual "
		   "ones\t-\t-\n"),
		"--help is there");
	free(dump);
}

int main(void)
{
	test_values();
	test_optional_values();
	test_words();
	test_given();
	test_rules();
	test_help_wins();
	test_messages();
	test_long_words();
	test_help();
	test_dump();
	OK(!opt_check(&fake, &why), "opt_check has nothing to say of these tables");
	opt_release(&fake, &config, &words);
	bytes_release(&why);
	return tap_end();
}
