/* SPDX-License-Identifier: ISC */
/* screen.h - one line that stays at the bottom of the terminal at standard error, below all that is
 * written.
 *
 * A process has only one such terminal, so this keeps its own state. It uses only carriage returns
 * and blanks, which every terminal understands. If no line is ever drawn, it costs nothing. */
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

#include <stddef.h>

struct bytes;

/* Columns of the terminal FD; 80 if neither the system nor the terminal reports them. */
int screen_width(int fd);

/* How many characters a line may have without the terminal, at its present width, wrapping it.
 * SIZE_MAX if standard error is not a terminal. */
size_t screen_columns(void);

/* From now on lines are drawn. */
void screen_begin(void);

/* Draw LINE in place of the present one. It is left out where it would disturb: after a line that
 * is not complete yet, and if this is a background job. */
void screen_stand(const struct bytes *line);

/* As screen_stand, but for good: with its newline, whether it disturbs or not, and also to a
 * file. */
void screen_end(const struct bytes *line);

/* DATA is about to be written to the terminal: the line gives way until it is drawn again. The
 * functions of log.h call this for their lines. */
void screen_give_way(const void *data, size_t size);

/* As screen_give_way, for what is about to be written to standard output, if that is a terminal. */
void screen_give_way_to_output(const void *data, size_t size);

#endif
