/* SPDX-License-Identifier: ISC */
/* listen_secure.h - udp-listen gives up what receiving does not need. */
#ifndef UDP_LISTEN_SECURE_H
#define UDP_LISTEN_SECURE_H

struct bytes;
struct listen_run;

/* Look up the user, the group, the directory and (unless the root will change) the command, before
 * anything is bound. An exit status; if not STATUS_DONE, one line is in WHY. */
int listen_secure_find(struct listen_run *r, struct bytes *why);

/* Once bound: change the root and the user, and enter the sandbox unless commands are run or Unix
 * sockets are in play, whose files come and go. As listen_secure_find. */
int listen_secure(struct listen_run *r, struct bytes *why);

#endif
