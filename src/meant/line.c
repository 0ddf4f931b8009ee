/* SPDX-License-Identifier: ISC */
/* line.c - build a command line for sockit. */
#include "meant/line.h"

#include <stdio.h>
#include <string.h>

static bool is_plain(const char *word)
{
	return *word &&
		word[strspn(word,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_-.,:/=@%+")] == '\0';
}

void line_add_word(struct bytes *out, const char *word)
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

void line_add_words(struct bytes *out, const char *text)
{
	char word[LINE_WORD];

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, " ");

		snprintf(word, sizeof word, "%.*s", (int)size, text);
		line_add_word(out, word);
		text += size;
	}
}

void line_add_option(struct line *line, const char *option, const char *value)
{
	bytes_add_format(&line->options, " %s", option);
	if (value)
		line_add_word(&line->options, value);
}

bool line_finish(struct line *line, struct bytes *out)
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
