/* SPDX-License-Identifier: ISC */
/* unix_file.h - the file of a Unix socket: what is in its way, and whether it is still ours at the
 * end. */
#ifndef CORE_UNIX_FILE_H
#define CORE_UNIX_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* Identifies a file, to recognize it later. */
struct unix_file {
	dev_t device;
	ino_t inode;
};

/* Lock the directory of ADDR against other processes that replace stale sockets, until
 * unix_file_unlock: if several start at once, one removes the stale file, and none removes what
 * another has just created. Returns the argument for unix_file_unlock. Waits for at most a second
 * and then goes on without the lock, so that nobody can keep a server from starting. */
int unix_file_lock(const struct addr *addr) CHECKED;
void unix_file_unlock(int lock);

/* Whether the file at ADDR is a socket that no process has open, not even one that is bound and
 * does not listen yet. No server notices this check. */
bool unix_file_is_stale(const struct addr *addr);

/* Why nothing can be bound at ADDR, if something other than a socket is there: `a directory is in
 * the way`. NULL: it is a socket, or nothing is there. */
const char *unix_file_obstacle(const struct addr *addr);

/* Whether there is a file at ADDR, or at the target of a link at ADDR, that is not a socket. */
bool unix_file_is_other(const struct addr *addr);

/* Remember the identity of the file at ADDR, which was just bound. 0, or -1 with errno. */
int unix_file_keep(struct unix_file *file, const struct addr *addr) CHECKED;

/* Remove the file at ADDR if it is still FILE. To be called while its socket is still open, so that
 * nobody takes it for stale and replaces it. */
void unix_file_remove(const struct unix_file *file, const struct addr *addr);

#endif
