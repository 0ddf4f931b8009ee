/* SPDX-License-Identifier: ISC */
/* proxy_users.h - who may use the proxy: a file of user:password lines. */
#ifndef TCP_PROXY_PROXY_USERS_H
#define TCP_PROXY_PROXY_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;

struct proxy_users {
	char *text; /* the file; of each line the colon and the end are NULs. Owned */
	struct proxy_user {
		const char *name, *password; /* within TEXT */
	} * item;
	size_t count;
};

/* Read the file PATH: a line for each user, name, colon, password; blank lines and lines that begin
 * with # do not count. An exit status; if not STATUS_DONE, one line is in WHY, with the number of
 * the line that is bad. Release after success. */
enum status proxy_users_read(
	struct proxy_users *users, const char *path, struct bytes *why) CHECKED;
void proxy_users_release(struct proxy_users *users);

/* Whether NAME with PASSWORD is one of USERS. The time it takes tells nothing of how near it was.
 */
bool proxy_users_permit(const struct proxy_users *users, const void *name, size_t name_size,
	const void *password, size_t password_size) CHECKED;

#endif
