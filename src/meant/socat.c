/* SPDX-License-Identifier: ISC */
/* socat.c - what socat's addresses mean. A kind is recognized by its name without the family:
 * TCP4-LISTEN as TCP-LISTEN. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "meant/line.h"

enum role { CONNECTS, LISTENS, RUNS, RUNS_SHELL, STANDARD };

struct address {
	enum role role;
	const char *command; /* sockit's command, for the first two */
	const char *option;  /* the option that goes with it, or NULL */
	const char *prefix;  /* of the endpoint */
	char rest[LINE_WORD];
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

/* Copy the kind with which WORD begins to NAME, without the family in TCP4 and UDP6-LISTEN, which
 * is returned: 4, 6 or 0. */
static char kind_name(const char *word, char name[LINE_WORD])
{
	size_t length = strcspn(word, ":,"), size = 0;
	char family = 0;

	for (size_t i = 0; i < length && size < LINE_WORD - 1; i++) {
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
	char name[LINE_WORD], family = kind_name(word, name);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
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
	char word[LINE_WORD + sizeof("unix:@")];

	snprintf(word, sizeof word, "%s%s", a->prefix, a->rest);
	line_add_word(out, word);
}

/* Connect what ONE connects to or listens on to OTHER. False: sockit cannot. */
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
		line_add_words(&line->tail, other->rest);
		break;
	case RUNS_SHELL:
		bytes_add_text(&line->options, " --sh");
		line_add_word(&line->options, other->rest);
		break;
	default: return false;
	}
	return strcmp(one->command, "udp-send") != 0 && other->rest[strspn(other->rest, " ")];
}

bool meant_socat(int argc, char *const argv[], struct bytes *out)
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
	return line_finish(&line, out);
}
