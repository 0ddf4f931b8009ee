/* SPDX-License-Identifier: ISC */
/* proxy_users.h - who may use the proxy: a file of user:password lines. */
#ifndef TCP_PROXY_PROXY_USERS_H
#define TCP_PROXY_PROXY_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"
#include "base/table.h"

struct bytes;

struct proxy_users {
	char *text; /* the file, with NULs for the colon and the end of each line. Owned */
	struct proxy_user {
		struct table_node node;	     /* first, so that a node's address is its user's */
		const char *name, *password; /* within TEXT */
	} * item;
	size_t count, room;
	struct table index; /* the items, by name and password */
};

/* Read the file PATH: a line for each user, name, colon, password; blank lines and lines that begin
 * with # are ignored. An exit status; if it is not STATUS_DONE, WHY has one line, with the number
 * of the bad line. Release after success. */
enum status proxy_users_read(
	struct proxy_users *users, const char *path, struct bytes *why) CHECKED;

/* As proxy_users_read with TEXT, from malloc(3), which is modified, and freed with USERS or on
 * failure. 0; or the number of the first bad line, with errno EINVAL (it is not that of a user) or
 * ENOMEM. */
size_t proxy_users_parse(struct proxy_users *users, char *text) CHECKED;
void proxy_users_release(struct proxy_users *users);

/* Whether NAME with PASSWORD is one of USERS. The time that this takes does not reveal how close
 * the guess was, and does not grow with the number of users. */
bool proxy_users_permit(const struct proxy_users *users, const void *name, size_t name_size,
	const void *password, size_t password_size) CHECKED;

#endif
