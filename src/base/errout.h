/* SPDX-License-Identifier: ISC */
/* errout.h - standard error, written such that a reader who does not read holds nobody up. */
#ifndef BASE_ERROUT_H
#define BASE_ERROUT_H

#include <stdbool.h>
#include <stddef.h>

/* Get ready for writing without waiting. Called once descriptor 2 is what it will be; without it,
 * or where the system allows no more, poll(2) is asked before each piece. */
void errout_open(void);

/* Write SIZE bytes to standard error, waiting at most WAIT_MS for room; once that was in vain there
 * is no more waiting until something has been written. False where not all of it could be written:
 * what is written next then begins on a line of its own. */
bool errout_write(const void *data, size_t size, int wait_ms);

#endif
