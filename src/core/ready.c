/* SPDX-License-Identifier: ISC */
/* ready.c - announce that we listen: a line, a file, systemd. */
#include "core/ready.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/listener.h"
#include "core/os/os.h"

/* 0, or -1 with errno. */
static int notify(const char *path)
{
	static const char message[] = "READY=1";
	struct addr addr;

	if (addr_set_unix(&addr, path) < 0)
		return -1;
	int fd = os_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	ssize_t sent = sendto(fd, message, strlen(message), MSG_NOSIGNAL, &addr.u.sa, addr.size);
	fd_close(fd);
	return sent < 0 ? -1 : 0;
}

/* Whether the kernel chose a port: then the user must learn which. */
static bool chose_port(const struct ready_plan *plan)
{
	uint16_t port;

	for (size_t i = 0; i < plan->count; i++) {
		const struct endpoint *e = &plan->endpoints[i];

		if (e->kind == ENDPOINT_INET && addr_parse_port(e->port, &port) && port == 0)
			return true;
	}
	return false;
}

/* Whether listener I of L has the same text as the one before it, as the two halves of an empty
 * host do: then it is reported only once. */
static bool is_reported(const struct listeners *l, size_t i)
{
	char text[ADDR_TEXT], before[ADDR_TEXT];

	return i > 0 &&
		strcmp(addr_text_local(&l->item[i].addr, text),
			addr_text_local(&l->item[i - 1].addr, before)) == 0;
}

static void log_listening(const struct listener *l, bool chosen)
{
	char text[ADDR_TEXT];

	addr_text_local(&l->addr, text);
	if (log_wants(LOG_EVENTS))
		log_event(&(struct log_event){.event = "listening", .local = text},
			"listening on %s", text);
	else if (chosen)
		log_notice("listening on %s", text);
}

/* 0, or -1 with errno. */
static int write_addresses(const char *file, const struct listeners *l)
{
	struct bytes lines = {0};
	char text[ADDR_TEXT];
	int done;

	for (size_t i = 0; i < l->count; i++) {
		if (!is_reported(l, i))
			bytes_add_format(&lines, "%s\n", addr_text_local(&l->item[i].addr, text));
	}
	errno = ENOMEM;
	done = lines.failed ? -1 : fd_write_file(file, lines.data, lines.size);
	bytes_release(&lines);
	return done;
}

enum status ready_announce(
	const struct listeners *l, const struct ready_plan *plan, struct bytes *why)
{
	const char *path = getenv("NOTIFY_SOCKET");
	bool chosen = chose_port(plan);

	for (size_t i = 0; i < l->count; i++) {
		if (!is_reported(l, i))
			log_listening(&l->item[i], chosen);
	}
	if (plan->file && write_addresses(plan->file, l) < 0) {
		int err = errno;

		return fail_with(why, status_of_errno(err), "cannot write %s: %s", plan->file,
			err == ELOOP ? "it is a symbolic link" : status_reason(err));
	}
	if (path && *path && notify(path) < 0)
		log_warning("cannot notify systemd at %s: %s", path, status_reason(errno));
	return STATUS_DONE;
}
