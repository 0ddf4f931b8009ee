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

/* Keep all others who replace stale sockets out of the folder of ADDR until unix_file_unlock: of
 * several that start at once, one removes the stale file and none what another has just made. What
 * is returned is for unix_file_unlock. Waits a second at most; somebody who holds the folder for
 * longer has only the race to win. */
int unix_file_lock(const struct addr *addr) CHECKED;
void unix_file_unlock(int lock);

/* Whether the file at ADDR is a socket that no process has, not even one that is bound and does not
 * listen yet. No server is bothered by the question. */
bool unix_file_is_stale(const struct addr *addr);

/* Why nothing can be bound at ADDR, where that is something else than a socket: `a directory is in
 * the way`. NULL: it is a socket, or nothing. */
const char *unix_file_obstacle(const struct addr *addr);

/* Remember the file at ADDR, which was just bound. 0, or -1 with errno. */
int unix_file_keep(struct unix_file *file, const struct addr *addr) CHECKED;

/* Remove the file at ADDR if it is still FILE. While its socket is open still: nobody takes it for
 * stale then, and so nobody else's is in its place. */
void unix_file_remove(const struct unix_file *file, const struct addr *addr);

#endif
