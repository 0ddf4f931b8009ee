/* SPDX-License-Identifier: ISC */
/* auth.c - a file of user:password lines as anybody may write it: it is refused with a reason, or
 * every user in it, and nobody else, is admitted.
 *
 * covers: tcp/proxy/proxy_users.c */
#include "tcp/proxy/proxy_users.h"

#include "base/bytes.h"
#include "fuzz.h"

enum { LINES_MAX = 64 };

static bool permits(const struct proxy_users *users, const char *name, size_t name_size,
	const char *password, size_t password_size)
{
	/* From their own memory, as they come over the wire. */
	void *n = fuzz_copy(name, name_size), *p = fuzz_copy(password, password_size);
	bool permitted = proxy_users_permit(users, n, name_size, p, password_size);

	free(n);
	free(p);
	return permitted;
}

/* Whether LINE of SIZE bytes is a user, who must then be admitted, but not with a login that is
 * nearly right. */
static bool try_line(const struct proxy_users *users, const char *line, size_t size)
{
	const char *colon = memchr(line, ':', size);
	size_t name_size = colon ? (size_t)(colon - line) : 0;

	if (name_size == 0)
		return false;
	const char *password = colon + 1;
	size_t password_size = size - name_size - 1;
	must(!users || permits(users, line, name_size, password, password_size));
	return true;
}

/* Whether each line of the SIZE bytes at TEXT is a user or ignored; the users are tried. */
static bool try_lines(const struct proxy_users *users, const char *text, size_t size, size_t *count)
{
	bool good = !memchr(text, '\0', size);

	*count = 0;
	for (const char *at = text, *end = text + size, *next; at < end && good; at = next) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);

		next = newline ? newline + 1 : end;
		if (length > 0 && at[length - 1] == '\r')
			length--;
		if (length == 0 || *at == '#')
			continue;
		good = try_line(*count < LINES_MAX ? users : NULL, at, length);
		++*count;
	}
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxy_users users;
	struct bytes why = {0};
	char *text = fuzz_text(data, size);
	size_t count;
	bool good = try_lines(NULL, text, size, &count);

	if (proxy_users_read(&users, fuzz_file(data, size), &why) == STATUS_DONE) {
		must(good && try_lines(&users, text, size, &count) && users.count == count);
		for (size_t i = 0; i < users.count && i < LINES_MAX; i++)
			must(!permits(
				&users, users.item[i].name, strlen(users.item[i].name), "\n", 1));
		proxy_users_release(&users);
	} else {
		must(!good && why.size > 0);
	}
	bytes_release(&why);
	free(text);
	return 0;
}
