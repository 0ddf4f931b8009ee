/* SPDX-License-Identifier: ISC */
/* unix_file.c - the file of a Unix socket: what is in its way, and whether it is still ours at the
 * end. */
#define _DEFAULT_SOURCE /* flock(2), which works on a folder; fcntl(2) locks need write access */
#include "core/unix_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/num.h"
#include "core/os/os.h"

enum { LOCK_TRIES = 100 };
static const struct timespec lock_pause = {.tv_nsec = 10 * NUM_NS_PER_MS};

static const char *path_of(const struct addr *addr)
{
	return addr->u.un.sun_path;
}

static int open_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct bytes folder = {0};
	int fd;

	bytes_add(&folder, path, slash ? (size_t)(slash - path) : 0);
	bytes_add_text(&folder, slash ? "/" : ".");
	fd = open(bytes_text(&folder), O_RDONLY | O_CLOEXEC);
	bytes_release(&folder);
	return fd;
}

int unix_file_lock(const struct addr *addr)
{
	int fd = open_folder(path_of(addr));

	for (int i = 0; fd >= 0 && i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
			break;
		nanosleep(&lock_pause, NULL);
	}
	return fd;
}

void unix_file_unlock(int lock)
{
	fd_close(lock);
}

/* A datagram socket cannot connect to one of another type, and the kernel checks the type
 * (EPROTOTYPE) before it checks whether that socket listens. ECONNREFUSED means that no process has
 * the socket open. */
bool unix_file_is_stale(const struct addr *addr)
{
	struct stat st;
	bool stale = false;
	int fd;

	if (lstat(path_of(addr), &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = os_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd >= 0)
		stale = connect(fd, &addr->u.sa, addr->size) < 0 && errno == ECONNREFUSED;
	fd_close(fd);
	return stale;
}

const char *unix_file_obstacle(const struct addr *addr)
{
	struct stat st;

	if (lstat(path_of(addr), &st) < 0)
		return NULL;
	switch (st.st_mode & S_IFMT) {
	case S_IFSOCK: return NULL;
	case S_IFREG: return "a regular file is in the way";
	case S_IFDIR: return "a directory is in the way";
	case S_IFLNK: return "a symbolic link is in the way";
	case S_IFIFO: return "a FIFO is in the way";
	default: return "a device is in the way";
	}
}

bool unix_file_is_other(const struct addr *addr)
{
	struct stat st;

	return stat(path_of(addr), &st) == 0 && !S_ISSOCK(st.st_mode);
}

int unix_file_keep(struct unix_file *file, const struct addr *addr)
{
	struct stat st;

	if (lstat(path_of(addr), &st) < 0)
		return -1;
	*file = (struct unix_file){st.st_dev, st.st_ino};
	return 0;
}

void unix_file_remove(const struct unix_file *file, const struct addr *addr)
{
	struct stat st;

	if (lstat(path_of(addr), &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode)
		unlink(path_of(addr));
}
