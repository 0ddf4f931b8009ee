/* SPDX-License-Identifier: ISC */
/* proxy_users.c - who may use the proxy. */

#include "tcp/proxy/proxy_users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fail.h"
#include "base/grow.h"
#include "base/status.h"
#include "base/text.h"
#include "core/os/host.h"

enum { FILE_MIB = 16 };

static int add_user(struct proxy_users *users, char *line)
{
	char *colon = strchr(line, ':');
	struct proxy_user *grown;

	if (!colon || colon == line) {
		errno = EINVAL;
		return -1;
	}
	grown = grow(users->item, &users->room, users->count + 1, sizeof *grown);
	if (!grown)
		return -1;
	users->item = grown;
	*colon = '\0';
	users->item[users->count++] = (struct proxy_user){.name = line, .password = colon + 1};
	return 0;
}

/* Of name and password together, so that a right name alone is no closer than any other. */
static uint64_t hash_of(const struct proxy_users *users, const void *name, size_t name_size,
	const void *password, size_t password_size)
{
	const uint64_t both[] = {table_hash(&users->index, name, name_size),
		table_hash(&users->index, password, password_size)};

	return table_hash(&users->index, both, sizeof both);
}

/* To be called once the items no longer move. Without a random salt, clients could guess hashes,
 * but not users. */
static void make_index(struct proxy_users *users)
{
	UNCHECKED(os_random(&users->index.salt, sizeof users->index.salt));
	for (size_t i = 0; i < users->count; i++) {
		struct proxy_user *user = &users->item[i];

		table_add(&users->index, &user->node,
			hash_of(users, user->name, strlen(user->name), user->password,
				strlen(user->password)));
	}
}

/* The number of the first bad line, 0: none. */
static size_t read_lines(struct proxy_users *users)
{
	size_t number = 0;

	for (char *line = users->text, *next; line && *line; line = next) {
		size_t size = strcspn(line, "\n");

		number++;
		next = line[size] ? line + size + 1 : NULL;
		line[size] = '\0';
		if (size > 0 && line[size - 1] == '\r')
			line[size - 1] = '\0';
		if (*line && *line != '#' && add_user(users, line) < 0)
			return number;
	}
	return 0;
}

size_t proxy_users_parse(struct proxy_users *users, char *text)
{
	*users = (struct proxy_users){.text = text};
	size_t bad = read_lines(users);
	if (!bad) {
		make_index(users);
		return 0;
	}
	int err = errno;
	proxy_users_release(users);
	errno = err;
	return bad;
}

enum status proxy_users_read(struct proxy_users *users, const char *path, struct bytes *why)
{
	size_t bad;
	enum status status;
	char *text = text_read_file(path, FILE_MIB, &status, why);

	if (!text)
		return status;
	bad = proxy_users_parse(users, text);
	if (!bad)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "%s:%zu: %s", path, bad,
		errno == EINVAL ? "not a line of user:password" : status_reason(errno));
}

void proxy_users_release(struct proxy_users *users)
{
	table_release(&users->index, NULL);
	free(users->text);
	free(users->item);
	*users = (struct proxy_users){0};
}

/* Whether TEXT equals the SIZE bytes at DATA, comparing all of them whatever the first ones are. */
static bool is_same(const char *text, const unsigned char *data, size_t size)
{
	size_t text_size = strlen(text);
	unsigned difference = text_size != size;

	for (size_t i = 0; i < size; i++)
		difference |=
			(unsigned)data[i] ^ (unsigned char)text[text_size ? i % text_size : 0];
	return difference == 0;
}

bool proxy_users_permit(const struct proxy_users *users, const void *name, size_t name_size,
	const void *password, size_t password_size)
{
	struct table_node *node =
		table_find(&users->index, hash_of(users, name, name_size, password, password_size));

	for (; node; node = table_next(node)) {
		const struct proxy_user *user = (const struct proxy_user *)node;

		if (is_same(user->name, name, name_size) &&
			is_same(user->password, password, password_size))
			return true;
	}
	return false;
}
