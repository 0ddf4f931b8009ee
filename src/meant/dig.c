/* SPDX-License-Identifier: ISC */
/* dig.c - what the words of dig, host and nslookup mean. */
#include <string.h>
#include <strings.h>

#include "meant/line.h"
#include "names/dns/type.h"

static bool is_type(const char *word)
{
	const char *const *type = dns_type_common;

	while (*type && strcasecmp(*type, word) != 0)
		type++;
	return *type;
}

static bool dig_word(struct line *line, const char *word)
{
	if (*word == '@') {
		bytes_add_text(&line->options, " --server");
		line_add_word(&line->options, word + 1);
	} else if (strcmp(word, "+tcp") == 0 || strcmp(word, "+dnssec") == 0) {
		bytes_add_format(&line->options, " --%s", word + 1);
	} else if (is_type(word)) {
		bytes_add_format(&line->options, " --type %s", word);
	} else if (*word != '+' && *word != '-') {
		line_add_word(&line->operands, word);
		return true;
	}
	return false;
}

bool meant_dig(int argc, char *const argv[], struct bytes *out)
{
	struct line line = {.command = "resolve"};
	int names = 0;

	for (int i = 0; i < argc; i++)
		names += dig_word(&line, argv[i]);
	if (names == 0)
		line.command = NULL;
	return line_finish(&line, out);
}
