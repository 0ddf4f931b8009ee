/* SPDX-License-Identifier: ISC */
/* line.h - a command line of sockit's as it is put together, and who reads those of others. */
#ifndef MEANT_LINE_H
#define MEANT_LINE_H

#include <stdbool.h>

#include "base/bytes.h"

enum { LINE_WORD = 256 }; /* room for a word */

/* The line as it grows: options in front, operands behind them, a command at the end. */
struct line {
	const char *command;
	struct bytes options, operands, tail;
};

/* Append a blank and WORD, quoted for a shell; or so each word of TEXT. */
void line_add_word(struct bytes *out, const char *word);
void line_add_words(struct bytes *out, const char *text);

/* Append OPTION, and its VALUE unless that is NULL. */
void line_add_option(struct line *line, const char *option, const char *value);

/* Append LINE to OUT, and release it. False: it has no command, and OUT is left alone. */
bool line_finish(struct line *line, struct bytes *out);

/* As meant_add, of the words after the name of the program. */
bool meant_socat(int argc, char *const argv[], struct bytes *out);
bool meant_nc(int argc, char *const argv[], struct bytes *out);
bool meant_dig(int argc, char *const argv[], struct bytes *out);

#endif
