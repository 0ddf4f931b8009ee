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

/* Open those of the descriptors 0, 1 and 2 that are closed, so that no socket becomes one of them:
 * 0 and 2 become /dev/null; 1 becomes a descriptor that cannot be written to (EBADF). 0, or -1 with
 * errno. To be called before anything else. */
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
 * poll(2)) are dealt with. Once the end was asked for (status_end_asked), a reader that does not
 * read gets 2 s, and none the next time. 0, or -1 with errno (EINTR: it did not read). */
int fd_write_all(int fd, const void *data, size_t size) CHECKED;

/* Read the file PATH whole, at most LIMIT bytes, into memory that the caller frees; *SIZE is its
 * length, and a NUL follows it. "-" is standard input. NULL with errno (EFBIG: over LIMIT). */
char *fd_read_file(const char *path, size_t limit, size_t *size) CHECKED;

/* Open PATH for writing at its end, emptied, or created with what umask(2) leaves of MODE. Where it
 * is another name of a descriptor (/dev/stdout, /dev/stderr, /dev/fd/N), the result is a copy of
 * that, and nothing is emptied: opened anew, a file that something is appended to would lose what
 * it has, and a socket cannot be opened. A descriptor with close-on-exec, or -1 with errno. */
int fd_create(const char *path, mode_t mode) CHECKED;

/* How many bytes the regular file FD has after its offset; -1: none, or not a regular file. */
int64_t fd_left(int fd);

/* Write SIZE bytes to the file PATH so that a reader sees either all of it or nothing: they are
 * written to a file next to it, which rename(2) then gives its name. If PATH is an existing FIFO or
 * terminal, that is written to, and so is the descriptor that /dev/stdout, /dev/stderr or /dev/fd/N
 * stands for. 0, or -1 with errno (ELOOP: PATH is a symbolic link, which is never followed; EINVAL:
 * a block device; EINTR: the end was asked for while nobody read the FIFO). */
int fd_write_file(const char *path, const void *data, size_t size) CHECKED;

/* Flush and close standard output and report what was lost: 0, or -1 with errno (ENOSPC, EIO,
 * EPIPE). A descriptor 1 that was closed at start and never written to is no error. */
int fd_close_stdout(void) CHECKED;

/* Raise the soft limit of descriptors to the hard one. Returns how many descriptors this process
 * may have. */
size_t fd_raise_limit(void);

/* Restore the soft limit from before fd_raise_limit, for a program that replaces this one and may
 * use select(2). */
void fd_restore_limit(void);

/* close(2) that keeps errno. Negative FD: nothing. */
void fd_close(int fd);

#endif
