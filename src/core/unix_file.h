/* SPDX-License-Identifier: ISC */
/* unix_file.h - the file of a Unix socket: what is in its way, and whose it is at the end. */
#ifndef CORE_UNIX_FILE_H
#define CORE_UNIX_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* A file, to be known again. */
struct unix_file {
	dev_t device;
	ino_t inode;
};

/* Lock the directory of ADDR against other processes that replace stale sockets, until
 * unix_file_unlock: of several that start at once, one removes the stale file, and none removes
 * what another has just made. Returns what unix_file_unlock takes. Waits for a second at most and
 * then goes on without the lock, so that nobody can keep a server from starting. */
int unix_file_lock(const struct addr *addr) CHECKED;
void unix_file_unlock(int lock);

/* Whether the file at ADDR is a socket that no process has, not even one that is bound and does not
 * listen yet. No server is bothered by the question. */
bool unix_file_is_stale(const struct addr *addr);

/* Why nothing can be bound at ADDR, where that is something else than a socket: `a directory is in
 * the way`. NULL: it is a socket, or nothing. */
const char *unix_file_obstacle(const struct addr *addr);

/* Whether there is a file at ADDR, or where a link at ADDR leads, that is no socket. */
bool unix_file_is_other(const struct addr *addr);

/* Remember the file at ADDR, which was just bound. 0, or -1 with errno. */
int unix_file_keep(struct unix_file *file, const struct addr *addr) CHECKED;

/* Remove the file at ADDR if it is still FILE. To be called while its socket is still open: nobody
 * takes it for stale then and replaces it. */
void unix_file_remove(const struct unix_file *file, const struct addr *addr);

#endif
