/* SPDX-License-Identifier: ISC */
/* peer.h - what the programs at the other side of a test share. They depend on nothing of src/, so
 * that a fault there is not made good here. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First of all: NAME begins what die() prints; a broken pipe becomes an error of write(2); SIGALRM
 * ends us after two minutes, SOCKIT_TEST_PATIENCE times as long; on Linux, so does the end of the
 * process that started us. */
void peer_begin(const char *name);

/* Undo that, for a program that takes our place. */
void peer_end(void);

/* Print `NAME: ` and the text to standard error; exit with 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print a line to standard output with one write(2), so that nothing waits in a buffer and lines of
 * several threads stay whole. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* All SIZE bytes to FD. 0, or -1 with errno. */
int write_all(int fd, const void *data, size_t size) __attribute__((warn_unused_result));

/* The descriptor that comes over the Unix socket FROM, close-on-exec where the system can; -1:
 * none. */
int take_fd(int from);

/* The bytes that TEXT, with \n \r \t \0 \\ and \xHH, means, in memory that the caller frees; *SIZE
 * is how many. An unknown escape ends us. */
unsigned char *unescape(const char *text, size_t *size);

/* TEXT as a number from 0 to MOST, or as seconds with a fraction; anything else ends us. */
uint64_t number(const char *text, uint64_t most);
double seconds(const char *text);

void nap(double seconds);

/* The text and a newline appear in the file PATH at once. */
void publish(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* malloc(3) and realloc(3) that end us in place of a failure. */
void *get(void *old, size_t size);

#endif
