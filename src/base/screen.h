/* SPDX-License-Identifier: ISC */
/* screen.h - one line that stands on the terminal at standard error, below all that is written.
 *
 * There is one such terminal to a process, so this keeps its own state. Carriage returns and blanks
 * are all it uses, which every terminal understands. Where no line is ever drawn it costs nothing.
 */
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

#include <stddef.h>

struct bytes;

/* Columns of the terminal FD; 80 where the system, or the terminal, does not say. */
int screen_width(int fd);

/* How many characters a line may have such that the terminal, as wide as it is now, does not wrap
 * it. SIZE_MAX where standard error is no terminal. */
size_t screen_columns(void);

/* From now on lines are drawn. */
void screen_begin(void);

/* Draw LINE in the place of the one that stands. It is left out where it would disturb: behind a
 * line that has no end yet, and by a job in the background. */
void screen_stand(const struct bytes *line);

/* The same, to stay: with its newline, whether it disturbs or not, and onto a file, too. */
void screen_end(const struct bytes *line);

/* DATA is about to be written to the terminal: the line that stands gives way, until it is drawn
 * again. log.h's lines have this done for them. */
void screen_give_way(const void *data, size_t size);

/* The same for what is about to be written to standard output, if that is a terminal. */
void screen_give_way_to_output(const void *data, size_t size);

#endif
