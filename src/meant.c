/* SPDX-License-Identifier: ISC */
/* meant.c - command lines of socat, nc and dig, in sockit's words. */
#include "meant.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"

enum { WORDS_MAX = 16, WORD_ROOM = 256 };

/* The line as it grows: options in front, operands behind them, a command at the end. */
struct line {
	const char *command;
	struct bytes options, operands, tail;
};

static bool is_plain(const char *word)
{
	return *word &&
		word[strspn(word,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_-.,:/=@%+")] == '\0';
}

static void add_word(struct bytes *out, const char *word)
{
	bytes_add_byte(out, ' ');
	if (is_plain(word)) {
		bytes_add_text(out, word);
		return;
	}
	bytes_add_byte(out, '\'');
	for (; *word; word++)
		bytes_add_text(out, *word == '\'' ? "'\\''" : (char[]){*word, '\0'});
	bytes_add_byte(out, '\'');
}

static bool finish(struct line *line, struct bytes *out)
{
	bool known = line->command != NULL;

	if (known) {
		bytes_add_format(out, "sockit %s", line->command);
		bytes_join(out, &line->options);
		bytes_join(out, &line->operands);
		bytes_join(out, &line->tail);
	}
	bytes_release(&line->options);
	bytes_release(&line->operands);
	bytes_release(&line->tail);
	return known;
}

/* socat's addresses. A kind is recognized by its beginning: TCP4-LISTEN by TCP and LISTEN. */
enum role { CONNECTS, LISTENS, RUNS, RUNS_SHELL, STANDARD };

struct address {
	enum role role;
	const char *command; /* sockit's, for the first two */
	const char *option;  /* that goes with it, or NULL */
	const char *prefix;  /* of the endpoint */
	char rest[WORD_ROOM];
};

static const struct {
	const char *name;
	enum role role;
	const char *command, *option, *prefix;
} kinds[] = {
	{"TCP", CONNECTS, "tcp-connect", NULL, ""},
	{"TCP-CONNECT", CONNECTS, "tcp-connect", NULL, ""},
	{"TCP-LISTEN", LISTENS, "tcp-serve", NULL, ""},
	{"TCP-L", LISTENS, "tcp-serve", NULL, ""},
	{"OPENSSL", CONNECTS, "tcp-connect", " --tls", ""},
	{"SSL", CONNECTS, "tcp-connect", " --tls", ""},
	{"UNIX", CONNECTS, "tcp-connect", NULL, "unix:"},
	{"UNIX-CONNECT", CONNECTS, "tcp-connect", NULL, "unix:"},
	{"UNIX-LISTEN", LISTENS, "tcp-serve", NULL, "unix:"},
	{"ABSTRACT-CONNECT", CONNECTS, "tcp-connect", NULL, "unix:@"},
	{"ABSTRACT-LISTEN", LISTENS, "tcp-serve", NULL, "unix:@"},
	{"UNIX-SENDTO", CONNECTS, "udp-send", NULL, "unix:"},
	{"UNIX-RECV", LISTENS, "udp-listen", NULL, "unix:"},
	{"UNIX-RECVFROM", LISTENS, "udp-listen", NULL, "unix:"},
	{"UDP", CONNECTS, "udp-send", NULL, ""},
	{"UDP-CONNECT", CONNECTS, "udp-send", NULL, ""},
	{"UDP-SENDTO", CONNECTS, "udp-send", NULL, ""},
	{"UDP-DATAGRAM", CONNECTS, "udp-send", NULL, ""},
	{"UDP-LISTEN", LISTENS, "udp-listen", NULL, ""},
	{"UDP-L", LISTENS, "udp-listen", NULL, ""},
	{"UDP-RECV", LISTENS, "udp-listen", NULL, ""},
	{"UDP-RECVFROM", LISTENS, "udp-listen", NULL, ""},
	{"EXEC", RUNS, NULL, NULL, ""},
	{"SYSTEM", RUNS_SHELL, NULL, NULL, ""},
	{"STDIO", STANDARD, NULL, NULL, ""},
	{"STDIN", STANDARD, NULL, NULL, ""},
	{"STDOUT", STANDARD, NULL, NULL, ""},
	{"-", STANDARD, NULL, NULL, ""},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Copy the kind that WORD begins with to NAME, without the family in TCP4 and UDP6-LISTEN, which is
 * returned: 4, 6 or 0. */
static char kind_name(const char *word, char name[WORD_ROOM])
{
	size_t length = strcspn(word, ":,"), size = 0;
	char family = 0;

	for (size_t i = 0; i < length && size < WORD_ROOM - 1; i++) {
		if ((word[i] == '4' || word[i] == '6') && i == 3)
			family = word[i];
		else
			name[size++] = word[i];
	}
	name[size] = '\0';
	return family;
}

static bool address_read(struct address *a, const char *word)
{
	const char *colon = word + strcspn(word, ":,");
	char name[WORD_ROOM], family = kind_name(word, name);

	for (size_t i = 0; i < KINDS; i++) {
		if (strcasecmp(kinds[i].name, name) != 0)
			continue;
		if (kinds[i].role != STANDARD && (*colon != ':' || colon[1] == '-'))
			return false;
		*a = (struct address){.role = kinds[i].role,
			.command = kinds[i].command,
			.option = family == '4' ? " -4"
				: family == '6' ? " -6"
						: kinds[i].option,
			.prefix = kinds[i].prefix};
		if (*colon == ':')
			snprintf(a->rest, sizeof a->rest, "%.*s",
				(int)(a->role >= RUNS ? strlen(colon + 1)
						      : strcspn(colon + 1, ",")),
				colon + 1);
		return true;
	}
	return false;
}

static void add_endpoint(struct bytes *out, const struct address *a)
{
	char word[WORD_ROOM + sizeof("unix:@")];

	snprintf(word, sizeof word, "%s%s", a->prefix, a->rest);
	add_word(out, word);
}

/* Append the words of TEXT, each quoted by itself. */
static void add_words(struct bytes *out, const char *text)
{
	char word[WORD_ROOM];

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, " ");

		snprintf(word, sizeof word, "%.*s", (int)size, text);
		add_word(out, word);
		text += size;
	}
}

/* Have what ONE connects to or listens on be connected to OTHER. False: sockit cannot. */
static bool add_target(struct line *line, const struct address *one, const struct address *other)
{
	bool tcp = strcmp(other->command, "tcp-connect") == 0;

	if (tcp && strcmp(one->command, "tcp-connect") == 0) {
		bytes_add_format(&line->tail, " -- sockit %s%s", other->command,
			other->option ? other->option : "");
		add_endpoint(&line->tail, other);
		return true;
	}
	if (strcmp(one->command, tcp ? "tcp-serve" : "udp-listen") != 0 ||
		(other->option && strcmp(other->option, " --tls") == 0))
		return false;
	bytes_add_text(&line->options, " --forward");
	add_endpoint(&line->options, other);
	return true;
}

static bool add_other(struct line *line, const struct address *one, const struct address *other)
{
	switch (other->role) {
	case STANDARD: return true;
	case CONNECTS: return add_target(line, one, other);
	case RUNS:
		bytes_add_text(&line->tail, " --");
		add_words(&line->tail, other->rest);
		break;
	case RUNS_SHELL:
		bytes_add_text(&line->options, " --sh");
		add_word(&line->options, other->rest);
		break;
	default: return false;
	}
	return strcmp(one->command, "udp-send") != 0 && other->rest[strspn(other->rest, " ")];
}

static bool from_socat(int argc, char *const argv[], struct bytes *out)
{
	struct line line = {0};
	struct address one, two = {.role = STANDARD};

	if (argc < 1 || !address_read(&one, argv[0]) || (argc > 1 && !address_read(&two, argv[1])))
		return false;
	if (one.role >= RUNS || two.role == LISTENS) {
		struct address swap = one;

		one = two;
		two = swap;
	}
	if (one.role >= RUNS)
		return false;
	if (one.option)
		bytes_add_text(&line.options, one.option);
	add_endpoint(&line.operands, &one);
	if (add_other(&line, &one, &two))
		line.command = one.command;
	return finish(&line, out);
}

/* What nc's letters are; VALUES take one. */
static const char nc_letters[] = "lukzvnd46NUtqwpseciXxrDhC";
static const char nc_values[] = "qwpseciXx";

struct nc {
	bool listens, udp, scans, keeps, is_unix, telnet, crlf;
	const char *port, *source, *shell, *command, *timeout;
	char family;
	const char *rest[2];
	int rest_count;
};

static bool nc_letter(struct nc *nc, struct line *line, char letter, const char *value)
{
	switch (letter) {
	case 'l': nc->listens = true; break;
	case 'u': nc->udp = true; break;
	case 'z': nc->scans = true; break;
	case 'k': nc->keeps = true; break;
	case 'U': nc->is_unix = true; break;
	case 'p': nc->port = value; break;
	case 's': nc->source = value; break;
	case 'e': nc->command = value; break;
	case 'c': nc->shell = value; break;
	case 't': nc->telnet = true; break;
	case 'C': nc->crlf = true; break;
	case 'w': nc->timeout = value; break;
	case '4':
	case '6': nc->family = letter; break;
	case 'v':
	case 'n': bytes_add_format(&line->options, " -%c", letter); break;
	default: break;
	}
	return strchr(nc_letters, letter) != NULL;
}

/* Read the letters of ARGV[*AT], and the value that the last may take. */
static bool nc_word(struct nc *nc, struct line *line, int argc, char *const argv[], int *at)
{
	const char *word = argv[*at];

	for (const char *letter = word + 1; *letter; letter++) {
		const char *value = NULL;

		if (strchr(nc_values, *letter)) {
			if (!letter[1] && *at + 1 >= argc)
				return false;
			value = letter[1] ? letter + 1 : argv[++*at];
			if (*value == '-')
				return false;
		}
		if (!nc_letter(nc, line, *letter, value))
			return false;
		if (value)
			break;
	}
	return true;
}

static bool nc_read(struct nc *nc, struct line *line, int argc, char *const argv[])
{
	for (int at = 0; at < argc; at++) {
		if (argv[at][0] == '-' && argv[at][1] != '-' && argv[at][1]) {
			if (!nc_word(nc, line, argc, argv, &at))
				return false;
		} else if (nc->rest_count < 2 && argv[at][0] != '-') {
			nc->rest[nc->rest_count++] = argv[at];
		} else {
			return false;
		}
	}
	return nc->rest_count > 0 || (nc->listens && nc->port);
}

static void nc_operands(const struct nc *nc, struct line *line)
{
	char word[WORD_ROOM];

	if (nc->is_unix && nc->rest_count > 0) {
		snprintf(word, sizeof word, "unix:%s", nc->rest[0]);
		add_word(&line->operands, word);
		return;
	}
	if (nc->listens && nc->port && (nc->source || nc->rest_count > 0)) {
		snprintf(word, sizeof word, "%s:%s", nc->source ? nc->source : nc->rest[0],
			nc->port);
		add_word(&line->operands, word);
		return;
	}
	if (nc->listens && nc->port)
		add_word(&line->operands, nc->port);
	for (int i = 0; i < nc->rest_count; i++)
		add_word(&line->operands, nc->rest[i]);
}

static void add_option(struct line *line, const char *option, const char *value)
{
	bytes_add_format(&line->options, " %s", option);
	if (value)
		add_word(&line->options, value);
}

/* What only TCP has: of commands, nc runs one for each connection. */
static void nc_tcp_options(const struct nc *nc, struct line *line)
{
	if (nc->scans)
		add_option(line, "-z", NULL);
	if (nc->scans)
		return;
	if (nc->telnet)
		add_option(line, "-t", NULL);
	if (nc->crlf)
		add_option(line, "-C", NULL);
	if (nc->keeps && nc->listens && !nc->command && !nc->shell)
		add_option(line, "-k", NULL);
	if (nc->shell)
		add_option(line, "--sh", nc->shell);
	else if (nc->command)
		bytes_add_text(&line->tail, " --");
	if (nc->command && !nc->shell)
		add_words(&line->tail, nc->command);
}

static bool from_nc(int argc, char *const argv[], struct bytes *out)
{
	struct nc nc = {0};
	struct line line = {0};

	if (!nc_read(&nc, &line, argc, argv))
		return finish(&line, out);
	nc.scans = nc.scans && !nc.listens;
	if (nc.command && !nc.command[strspn(nc.command, " ")])
		nc.command = NULL;
	line.command = nc.udp ? (nc.listens ? "udp-listen" : "udp-send")
		: nc.listens  ? "tcp-serve"
			      : "tcp-connect";
	if (nc.family)
		bytes_add_format(&line.options, " -%c", nc.family);
	if (!nc.udp)
		nc_tcp_options(&nc, &line);
	/* It means something else to the others. */
	if (nc.timeout && !nc.udp && !nc.listens)
		add_option(&line, "-w", nc.timeout);
	if (!nc.listens && nc.port)
		add_option(&line, "-p", nc.port);
	if (!nc.listens && nc.source)
		add_option(&line, "-s", nc.source);
	nc_operands(&nc, &line);
	return finish(&line, out);
}

static bool is_dns_type(const char *word)
{
	static const char *const types[] = {"A", "AAAA", "ANY", "AXFR", "CAA", "CNAME", "DNSKEY",
		"DS", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "SVCB", "TLSA", "TXT"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcasecmp(types[i], word) == 0)
			return true;
	return false;
}

static bool dig_word(struct line *line, const char *word)
{
	if (*word == '@') {
		bytes_add_text(&line->options, " --server");
		add_word(&line->options, word + 1);
	} else if (strcmp(word, "+tcp") == 0 || strcmp(word, "+dnssec") == 0) {
		bytes_add_format(&line->options, " --%s", word + 1);
	} else if (is_dns_type(word)) {
		bytes_add_format(&line->options, " --type %s", word);
	} else if (*word != '+' && *word != '-') {
		add_word(&line->operands, word);
		return true;
	}
	return false;
}

static bool from_dig(int argc, char *const argv[], struct bytes *out)
{
	struct line line = {.command = "resolve"};
	int names = 0;

	for (int i = 0; i < argc; i++)
		names += dig_word(&line, argv[i]);
	if (names == 0)
		line.command = NULL;
	return finish(&line, out);
}

static bool is_among(const char *word, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, word) == 0)
			return true;
	return false;
}

bool meant_add(int argc, char *const argv[], struct bytes *out)
{
	static const char *const ncs[] = {"nc", "ncat", "netcat", NULL};
	static const char *const digs[] = {"dig", "host", "nslookup", NULL};

	if (argc < 1 || argc > WORDS_MAX)
		return false;
	if (strcmp(argv[0], "socat") == 0)
		return from_socat(argc - 1, argv + 1, out);
	if (is_among(argv[0], ncs))
		return from_nc(argc - 1, argv + 1, out);
	if (is_among(argv[0], digs))
		return from_dig(argc - 1, argv + 1, out);
	if (argv[0][0] == '@')
		return from_dig(argc, argv, out);
	if (argv[0][0] == '-' && isalpha((unsigned char)argv[0][1]))
		return from_nc(argc, argv, out);
	return from_socat(argc, argv, out);
}
