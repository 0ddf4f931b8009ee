/* SPDX-License-Identifier: ISC */
/* line.h - build a command line for sockit; and the readers of those of other programs. */
#ifndef MEANT_LINE_H
#define MEANT_LINE_H

#include <stdbool.h>

#include "base/bytes.h"

enum { LINE_WORD = 256 }; /* room for one word */

/* The line as it grows: options first, then operands, then a command. */
struct line {
	const char *command;
	struct bytes options, operands, tail;
};

/* Append a blank and WORD, quoted for a shell; or do so for each word of TEXT. */
void line_add_word(struct bytes *out, const char *word);
void line_add_words(struct bytes *out, const char *text);

/* Append OPTION, and its VALUE unless that is NULL. */
void line_add_option(struct line *line, const char *option, const char *value);

/* Append LINE to OUT, and release it. False: it has no command, and OUT is unchanged. */
bool line_finish(struct line *line, struct bytes *out);

/* As meant_add, with the words after the name of the program. */
bool meant_socat(int argc, char *const argv[], struct bytes *out);
bool meant_nc(int argc, char *const argv[], struct bytes *out);
bool meant_dig(int argc, char *const argv[], struct bytes *out);

#endif
