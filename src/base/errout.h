/* SPDX-License-Identifier: ISC */
/* errout.h - standard error, written without waiting for its reader. */
#ifndef BASE_ERROUT_H
#define BASE_ERROUT_H

#include <stdbool.h>
#include <stddef.h>

/* Get ready for writing without waiting, which takes a descriptor where standard error is a pipe or
 * a terminal. The first write does it, so that a silent run costs nothing and no number of an
 * inherited descriptor is taken before it was looked at; a caller that gives up the view of the
 * file system does it before. Where the system allows no more, poll(2) is asked before each piece.
 */
void errout_open(void);

/* Write SIZE bytes to standard error, waiting at most WAIT_MS for room; once that was in vain there
 * is no more waiting until something has been written. False where not all of it could be written:
 * what is written next then begins on a line of its own. */
bool errout_write(const void *data, size_t size, int wait_ms);

#endif
