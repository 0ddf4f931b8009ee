/* SPDX-License-Identifier: ISC */
/* random.c - random bytes from the device. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "core/os/host.h"

int os_read_random(void *data, size_t size)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, data, size);

	fd_close(fd);
	if (n < 0)
		return -1;
	if ((size_t)n == size)
		return 0;
	errno = EIO;
	return -1;
}
