/* SPDX-License-Identifier: ISC */
/* fd.h - descriptors: the standard three, flags, whole writes. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"

/* Give the closed ones of the descriptors 0, 1 and 2 a meaning, so that no socket becomes one of
 * them: 0 and 2 become /dev/null; 1 becomes a descriptor that cannot be written to (EBADF).
 * 0, or -1 with errno. Call first of all. */
int fd_open_standard(void) CHECKED;

/* Set close-on-exec; set or clear O_NONBLOCK. 0, or -1 with errno. */
int fd_set_cloexec(int fd) CHECKED;
int fd_set_nonblock(int fd, bool on) CHECKED;

/* Whether ERR, an errno of a call on a non-blocking descriptor, means "not now". POSIX allows two
 * numbers for it. */
static inline bool fd_would_block(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK;
}

/* Write all SIZE bytes to FD, whatever its mode: short writes, EINTR and EAGAIN (waiting with
 * poll(2)) are dealt with. 0, or -1 with errno. */
int fd_write_all(int fd, const void *data, size_t size) CHECKED;

/* Read the file PATH whole, at most LIMIT bytes, into memory that the caller frees; *SIZE is its
 * length, and a NUL stands behind it. "-" is standard input. NULL with errno (EFBIG: over LIMIT).
 */
char *fd_read_file(const char *path, size_t limit, size_t *size) CHECKED;

/* How many bytes the regular file FD has from its offset on; -1: none, or no regular file. */
int64_t fd_left(int fd);

/* Put SIZE bytes into the file PATH such that a reader sees all of it or nothing: written beside
 * it, given its name by rename(2). A FIFO or a terminal that is there already is written to, and so
 * is the descriptor that /dev/stdout, /dev/stderr or /dev/fd/N is another name of. 0, or -1 with
 * errno (ELOOP: PATH is a symbolic link, which is never followed; EINVAL: a block device). */
int fd_write_file(const char *path, const void *data, size_t size) CHECKED;

/* Flush and close standard output and report what was lost: 0, or -1 with errno (ENOSPC, EIO,
 * EPIPE). A descriptor 1 that was closed at start and never written to is no error. */
int fd_close_stdout(void) CHECKED;

/* Raise the soft limit of descriptors to the hard one. How many descriptors this process may have.
 */
size_t fd_raise_limit(void);

/* Put the soft limit back to what it was before fd_raise_limit: for a program that takes our place
 * and may use select(2). */
void fd_restore_limit(void);

/* close(2) that keeps errno. Negative FD: nothing. */
void fd_close(int fd);

#endif
