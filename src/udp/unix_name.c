/* SPDX-License-Identifier: ISC */
/* unix_name.c - a name for a Unix datagram socket, so that answers can find it. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "udp/unix_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/os/dgram/dgram.h"

static const char file_name[] = "/socket";

static int bind_file(struct unix_name *name, int fd)
{
	const char *folder = getenv("TMPDIR");
	struct addr addr;
	int length = snprintf(name->path, sizeof(name->path) - sizeof(file_name),
		"%s/sockit.XXXXXX", folder && *folder ? folder : "/tmp");

	if (length < 0 || (size_t)length >= sizeof(name->path) - sizeof(file_name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (!mkdtemp(name->path))
		return -1;
	strcat(name->path, file_name);
	if (addr_set_unix(&addr, name->path) == 0 && bind(fd, &addr.u.sa, addr.size) == 0)
		return 0;
	unix_name_release(name);
	return -1;
}

int unix_name_bind(struct unix_name *name, int fd)
{
	*name = (struct unix_name){{0}};
	if (os_dgram_name(fd) == 0)
		return 0;
	if (errno != ENOSYS)
		return -1;
	if (bind_file(name, fd) == 0)
		return 0;
	*name->path = '\0';
	return -1;
}

void unix_name_release(struct unix_name *name)
{
	int saved = errno;

	if (!*name->path)
		return;
	unlink(name->path);
	*strrchr(name->path, '/') = '\0';
	rmdir(name->path);
	*name->path = '\0';
	errno = saved;
}
