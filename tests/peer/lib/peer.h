/* SPDX-License-Identifier: ISC */
/* peer.h - shared by the programs at the other side of a test. They depend on nothing in src/, so
 * that a fault there is not compensated by the same fault here. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* To be called first: NAME begins what die() prints; a broken pipe becomes an error of write(2);
 * SIGALRM ends the program after six minutes, times SOCKIT_TEST_PATIENCE; on Linux, so does the end
 * of the process that started it. */
void peer_begin(const char *name);

/* Undo that, for a program that replaces this one. */
void peer_end(void);

/* Print `NAME: ` and the text to standard error; exit with 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print a line to standard output with one write(2), so that nothing waits in a buffer and lines of
 * several threads stay whole. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Write all SIZE bytes to FD. 0, or -1 with errno. */
int write_all(int fd, const void *data, size_t size) __attribute__((warn_unused_result));

/* The descriptor that comes over the Unix socket FROM, close-on-exec where the system can; -1:
 * none. */
int take_fd(int from);

/* The bytes that TEXT, with \n \r \t \0 \\ and \xHH, means, in memory that the caller frees; *SIZE
 * is how many. An unknown escape ends the program. */
unsigned char *unescape(const char *text, size_t *size);

/* TEXT as a number from 0 to MOST, or as seconds with a fraction; anything else ends the
 * program. */
uint64_t number(const char *text, uint64_t most);
double seconds(const char *text);

void nap(double seconds);

/* The text and a newline appear in the file PATH at once. */
void publish(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As malloc(3) and realloc(3), but failure ends the program. */
void *get(void *old, size_t size);

#endif
