/* SPDX-License-Identifier: ISC */
/* endpoint.c - endpoints as people type them, and what is wrong with them. */
#include "core/addr/addr.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/num.h"
#include "base/status.h"
#include "core/addr/endpoint_private.h"
#include "core/addr/vsock.h"

enum {
	QUOTED_MAX = 120,  /* bytes of a word that a message repeats */
	VSOCK_CID_MAX = 15 /* `local` or ten digits */
};

void endpoint_complain(
	struct bytes *why, const char *what, const char *text, size_t size, const char *hint)
{
	bool cut = size > QUOTED_MAX;

	bytes_add_format(why, "%s \"%.*s%s\"%s", what, (int)(cut ? QUOTED_MAX : size), text,
		cut ? "..." : "", hint);
}

static bool parse_unix(struct endpoint *e, const char *path, struct bytes *why)
{
	e->kind = ENDPOINT_UNIX;
	if (addr_set_unix(&e->addr, path) == 0)
		return true;
	if (errno == EINVAL) {
		bytes_add_format(why, "missing path in \"unix:%s\"", path);
		return false;
	}
	if (errno == EOPNOTSUPP) {
		endpoint_complain(why, "bad path:", path, strlen(path),
			" (this system has no abstract Unix sockets)");
		return false;
	}
	endpoint_complain(why, "path too long:", path, strlen(path), "");
	bytes_add_format(why, " (%zu bytes; a Unix socket path has at most %zu)",
		strlen(path + (path[0] == '@')), addr_unix_limit());
	return false;
}

static bool parse_vsock(struct endpoint *e, const char *rest, struct bytes *why)
{
	const char *colon = strchr(rest, ':');
	char cid[VSOCK_CID_MAX + 1] = "";

	e->kind = ENDPOINT_VSOCK;
	if (!colon) {
		endpoint_complain(why, "missing port in vsock endpoint:", rest, strlen(rest),
			" (vsock:CID:PORT)");
		return false;
	}
	/* If the word is too long to be a CID, CID stays empty, which is refused. */
	if (colon - rest <= VSOCK_CID_MAX)
		memcpy(cid, rest, (size_t)(colon - rest));
	const char *reason = vsock_parse(cid, colon + 1, &e->addr);
	if (reason) {
		endpoint_complain(why, "bad vsock endpoint:", rest, strlen(rest), " ");
		bytes_add_text(why, reason);
	}
	return !reason;
}

static bool parse_fd(struct endpoint *e, const char *text, struct bytes *why)
{
	uint64_t fd;
	const char *reason = num_parse(text, 0, INT_MAX, &fd);

	e->kind = ENDPOINT_FD;
	if (reason) {
		endpoint_complain(why, "bad descriptor:", text, strlen(text), " ");
		bytes_add_text(why, reason);
		return false;
	}
	e->fd = (int)fd;
	return true;
}

/* Parse an endpoint of one word that begins with its kind. False: WORD is not one. */
static bool parse_prefixed(struct endpoint *e, const char *word, bool *good, struct bytes *why)
{
	static const struct {
		const char *prefix;
		bool (*parse)(struct endpoint *e, const char *rest, struct bytes *why);
	} kinds[] = {{"unix:", parse_unix}, {"vsock:", parse_vsock}, {"fd:", parse_fd}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t size = strlen(kinds[i].prefix);
		if (strncmp(word, kinds[i].prefix, size) != 0)
			continue;
		*good = kinds[i].parse(e, word + size, why);
		if (*good && !(e->text = strdup(word))) {
			bytes_add_text(why, status_reason(ENOMEM));
			*good = false;
		}
		return true;
	}
	return false;
}

/* What WORD was probably meant to be, if it has the form of something else; or NULL. */
static const char *foreign_form(const char *word)
{
	if (word[0] == '/' || strncmp(word, "./", 2) == 0 || strncmp(word, "../", 3) == 0)
		return " (a Unix socket is unix:PATH)";
	if (strstr(word, "://"))
		return " (this is a URL; use HOST:PORT)";
	return NULL;
}

size_t endpoint_parse(struct endpoint *e, enum endpoint_form form, char *const words[],
	size_t count, struct bytes *why)
{
	size_t used;
	bool good;

	*e = (struct endpoint){.fd = -1};
	if (count == 0) {
		bytes_add_text(why, "missing endpoint");
		return 0;
	}
	if (parse_prefixed(e, words[0], &good, why)) {
		used = good;
	} else if (foreign_form(words[0])) {
		endpoint_complain(
			why, "bad endpoint:", words[0], strlen(words[0]), foreign_form(words[0]));
		used = 0;
	} else {
		used = endpoint_parse_inet(e, form, words, count, why);
	}
	if (used == 0)
		endpoint_release(e);
	return used;
}

enum status endpoint_read(struct endpoint *e, enum endpoint_form form, char *const words[],
	size_t count, struct bytes *why)
{
	size_t used = endpoint_parse(e, form, words, count, why);
	uint16_t port;
	bool two_ports =
		form == ENDPOINT_LOCAL && used == 2 && addr_parse_port(words[0], &port) && port > 0;

	if (used == 0)
		return STATUS_USAGE;
	if (used == count && !two_ports)
		return STATUS_DONE;
	if (two_ports)
		used = 1;
	endpoint_complain(why, "unexpected operand", words[used], strlen(words[used]),
		form == ENDPOINT_LOCAL
			? " (put the command after --; tcp-serve --also listens on more)"
			: "");
	endpoint_release(e);
	return STATUS_USAGE;
}

enum status endpoint_read_option(struct endpoint *e, enum endpoint_form form, const char *option,
	const char *word, struct bytes *why)
{
	struct bytes reason = {0};
	enum status status = endpoint_read(e, form, (char *[]){(char *)word}, 1, &reason);

	if (status != STATUS_DONE)
		bytes_add_format(why, "bad %s: %s", option, bytes_reason(&reason));
	bytes_release(&reason);
	return status;
}

void endpoint_release(struct endpoint *e)
{
	free(e->text);
	free(e->host);
	free(e->port);
	*e = (struct endpoint){.fd = -1};
}
