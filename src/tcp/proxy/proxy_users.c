/* SPDX-License-Identifier: ISC */
/* proxy_users.c - who may use the proxy. */

#include "tcp/proxy/proxy_users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/status.h"

enum { FILE_MAX = 16 << 20 };

static int add_user(struct proxy_users *users, char *line)
{
	char *colon = strchr(line, ':');
	struct proxy_user *grown;

	if (!colon || colon == line) {
		errno = EINVAL;
		return -1;
	}
	grown = realloc(users->item, (users->count + 1) * sizeof *grown);
	if (!grown)
		return -1;
	*colon = '\0';
	users->item = grown;
	grown[users->count++] = (struct proxy_user){.name = line, .password = colon + 1};
	return 0;
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

enum status proxy_users_read(struct proxy_users *users, const char *path, struct bytes *why)
{
	size_t size, bad;

	*users = (struct proxy_users){.text = fd_read_file(path, FILE_MAX, &size)};
	if (!users->text) {
		bytes_add_format(why, "cannot read %s: %s", path, status_reason(errno));
		return status_of_errno(errno);
	}
	/* What stands behind a NUL would be cut off unseen. */
	if (strlen(users->text) < size) {
		bytes_add_format(why, "%s is not a text file", path);
		proxy_users_release(users);
		return STATUS_USAGE;
	}
	bad = read_lines(users);
	if (!bad)
		return STATUS_DONE;
	bytes_add_format(why, "%s:%zu: %s", path, bad,
		errno == EINVAL ? "not a line of user:password" : status_reason(errno));
	proxy_users_release(users);
	return STATUS_USAGE;
}

void proxy_users_release(struct proxy_users *users)
{
	free(users->text);
	free(users->item);
	*users = (struct proxy_users){0};
}

/* Whether TEXT is the SIZE bytes at DATA, looking at all of them whatever the first ones are. */
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
	bool found = false;

	for (size_t i = 0; i < users->count; i++) {
		bool same_name = is_same(users->item[i].name, name, name_size);
		bool same_password = is_same(users->item[i].password, password, password_size);

		found = found || (same_name && same_password);
	}
	return found;
}
