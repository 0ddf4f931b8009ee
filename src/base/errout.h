/* SPDX-License-Identifier: ISC */
/* errout.h - standard error, written without waiting for its reader. */
#ifndef BASE_ERROUT_H
#define BASE_ERROUT_H

#include <stdbool.h>
#include <stddef.h>

/* Prepare to write without waiting, which uses up a descriptor if standard error is a pipe or a
 * terminal. The first write does it, so that a silent run costs nothing, and no descriptor number
 * that may have been inherited is taken before it was examined; a caller that is about to give up
 * its view of the file system calls this before. Where the system offers nothing better, poll(2) is
 * called before each piece. */
void errout_open(void);

/* Write SIZE bytes to standard error, waiting at most WAIT_MS for room; after waiting in vain it
 * does not wait again until something has been written. False if not all of it could be written:
 * whatever is written next then starts a new line. */
bool errout_write(const void *data, size_t size, int wait_ms);

#endif
