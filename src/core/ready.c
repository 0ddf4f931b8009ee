/* SPDX-License-Identifier: ISC */
/* ready.c - tell others that we listen: a file, and systemd. */
#include "core/ready.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/addr.h"
#include "core/os.h"

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

int ready_announce(const char *file, const char *lines)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (file && fd_write_file(file, lines, strlen(lines)) < 0)
		return -1;
	if (path && *path && notify(path) < 0)
		log_warning("cannot notify systemd at %s: %s", path, status_reason(errno));
	return 0;
}
