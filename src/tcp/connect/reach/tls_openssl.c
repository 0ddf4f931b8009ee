/* SPDX-License-Identifier: ISC */
/* tls_openssl.c - the arguments of openssl s_client, and how it reports failures. */

#include "tcp/connect/reach/tls_private.h"

#include <string.h>
#include <sys/wait.h>

#include "base/status.h"
#include "core/addr/addr.h"
#include "core/loop/child.h"

/* Find what follows MARK in the first line of TEXT that has it, up to END or the end of the
 * line. */
static size_t find(const char *text, const char *mark, char end, const char **found)
{
	const char *at = strstr(text, mark);

	if (!at)
		return 0;
	*found = at + strlen(mark);
	return strcspn(*found, (char[]){end, '\n', '\0'});
}

/* `error:0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/...`: the fourth
 * part after `error`. */
static size_t find_error(const char *text, const char **found)
{
	size_t size = find(text, ":error:", '\n', found);

	for (int parts = 0; parts < 3 && size > 0; parts++) {
		const char *colon = memchr(*found, ':', size);

		if (!colon)
			return 0;
		size -= (size_t)(colon + 1 - *found);
		*found = colon + 1;
	}
	return size > 0 ? strcspn(*found, ":\n") : 0;
}

static void add_said(struct bytes *said, int wait_status, struct bytes *why)
{
	const char *text = bytes_text(said), *found = text;
	size_t size = find(text, "verify error:num=", '\n', &found);
	const char *colon = size ? memchr(found, ':', size) : NULL;

	if (colon) {
		bytes_add_format(why, "the certificate was not verified: %.*s",
			(int)(size - (size_t)(colon + 1 - found)), colon + 1);
		return;
	}
	size = find_error(text, &found);
	if (size && strncmp(found, "unexpected eof", sizeof "unexpected eof" - 1) == 0)
		bytes_add_text(why, "the peer closed the connection in the middle of TLS");
	else if (size)
		bytes_add_format(why, "%.*s", (int)size, found);
	else if (text[strcspn(text, "\n")])
		bytes_add_format(why, "%.*s", (int)strcspn(text, "\n"), text);
	else
		bytes_add_format(
			why, "openssl ended with status %d", child_exit_status(wait_status));
}

void tls_explain(struct bytes *said, int wait_status, int error, struct bytes *why)
{
	if (!error && WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
		return;
	bytes_add_text(why, "TLS failed: ");
	if (error)
		bytes_add_text(why, status_reason(error));
	else
		add_said(said, wait_status, why);
}

void tls_arguments(const struct tls_plan *plan, const char *path, const char **argv)
{
	/* So that a line beginning with Q or R is data, and only our closing ends it. */
	static const char *const always[] = {"openssl", "s_client", "-quiet", "-no_ign_eof",
		"-nocommands", "-verify_quiet", "-unix"};
	const char **at = argv;
	struct addr addr;
	bool numeric = plan->name && addr_parse_numeric(plan->name, 0, &addr) == 0;

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		*at++ = always[i];
	*at++ = path;
	if (plan->name && !numeric) {
		*at++ = "-servername";
		*at++ = plan->name;
	} else {
		*at++ = "-noservername";
	}
	if (plan->verify) {
		*at++ = "-verify_return_error";
		*at++ = numeric ? "-verify_ip" : "-verify_hostname";
		*at++ = plan->name;
	}
	if (plan->ca) {
		*at++ = "-CAfile";
		*at++ = plan->ca;
	}
	*at = NULL;
}
