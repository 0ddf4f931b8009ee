/* SPDX-License-Identifier: ISC */
/* nc.c - what the options of nc and ncat mean. */
#include <stdio.h>
#include <string.h>

#include "meant/line.h"

/* The letters of nc's options; those in VALUES take a value. */
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

/* Read the letters of ARGV[*AT], and the value that the last one may take. */
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
	char word[LINE_WORD];

	if (nc->is_unix && nc->rest_count > 0) {
		snprintf(word, sizeof word, "unix:%s", nc->rest[0]);
		line_add_word(&line->operands, word);
		return;
	}
	if (nc->listens && nc->port && (nc->source || nc->rest_count > 0)) {
		snprintf(word, sizeof word, "%s:%s", nc->source ? nc->source : nc->rest[0],
			nc->port);
		line_add_word(&line->operands, word);
		return;
	}
	if (nc->listens && nc->port)
		line_add_word(&line->operands, nc->port);
	for (int i = 0; i < nc->rest_count; i++)
		line_add_word(&line->operands, nc->rest[i]);
}

/* Add options that only TCP has: nc runs a command for each connection. */
static void nc_tcp_options(const struct nc *nc, struct line *line)
{
	if (nc->scans)
		line_add_option(line, "-z", NULL);
	if (nc->scans)
		return;
	if (nc->telnet)
		line_add_option(line, "-t", NULL);
	if (nc->crlf)
		line_add_option(line, "-C", NULL);
	if (nc->keeps && nc->listens && !nc->command && !nc->shell)
		line_add_option(line, "-k", NULL);
	if (nc->shell)
		line_add_option(line, "--sh", nc->shell);
	else if (nc->command)
		bytes_add_text(&line->tail, " --");
	if (nc->command && !nc->shell)
		line_add_words(&line->tail, nc->command);
}

bool meant_nc(int argc, char *const argv[], struct bytes *out)
{
	struct nc nc = {0};
	struct line line = {0};

	if (!nc_read(&nc, &line, argc, argv))
		return line_finish(&line, out);
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
	/* It means something different for the others. */
	if (nc.timeout && !nc.udp && !nc.listens)
		line_add_option(&line, "-w", nc.timeout);
	if (!nc.listens && nc.port)
		line_add_option(&line, "-p", nc.port);
	if (!nc.listens && nc.source)
		line_add_option(&line, "-s", nc.source);
	nc_operands(&nc, &line);
	return line_finish(&line, out);
}
