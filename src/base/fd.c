/* SPDX-License-Identifier: ISC */
/* fd.c - descriptors: the standard three, flags, whole writes. */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/status.h"

enum {
	READ_CHUNK = 16 * 1024,
	FILE_MODE = 0666, /* minus the umask */
	NAME_TRIES = 100,
	LAST_WAIT_MS = 2000,
};

/* Open the lowest free descriptor, which the caller knows to be one of 0 to 2. */
static int open_nothing(int flags)
{
	int fd = open("/dev/null", flags);
	if (fd >= 0)
		return fd;

	/* An empty chroot has no /dev/null. The read end of a pipe that nobody writes to is at
	 * end-of-file, and refuses to be written to. */
	int ends[2];
	if (pipe(ends) != 0)
		return -1;
	close(ends[1]);
	return ends[0];
}

/* Whether all of them are open, by a single call. */
static bool are_open(void)
{
	struct pollfd all[] = {{.fd = STDIN_FILENO}, {.fd = STDOUT_FILENO}, {.fd = STDERR_FILENO}};

	return poll(all, 3, 0) >= 0 &&
		!((all[0].revents | all[1].revents | all[2].revents) & POLLNVAL);
}

int fd_open_standard(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	if (are_open())
		return 0;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open_nothing(flags[fd]) < 0)
			return -1;
	}
	return 0;
}

int fd_set_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags < 0 ? -1 : fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

int fd_set_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		return -1;

	int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return wanted == flags ? 0 : fcntl(fd, F_SETFL, wanted);
}

/* After a failed read or write: whether to try again, after waiting for WANT if necessary. */
static bool may_retry(int fd, short want)
{
	struct pollfd one = {.fd = fd, .events = want};

	if (errno == EINTR)
		return true;
	if (!fd_would_block(errno))
		return false;
	if (want == POLLOUT && status_end_asked)
		return true;
	return poll(&one, 1, -1) >= 0 || errno == EINTR;
}

/* Wait until FD has room, but no longer than MS, whatever signals come. */
static bool gets_room(int fd, int ms)
{
	struct pollfd one = {.fd = fd, .events = POLLOUT};
	int64_t left, end = clock_ns() + ms * NUM_NS_PER_MS;
	int n;

	while ((n = poll(&one, 1, ms)) < 0 && errno == EINTR) {
		left = end - clock_ns();
		ms = left > 0 ? (int)(left / NUM_NS_PER_MS) : 0;
	}
	return n > 0;
}

/* How much of SIZE bytes may be written to FD. Once the end was asked for, perhaps no other signal
 * comes to interrupt a write, so only what there is room for; a signal between this and the write
 * is still missed. 0 with EINTR: there is none. */
static size_t piece_of(int fd, size_t size)
{
	static bool in_vain;
	struct stat st;

	/* A file always has room, and what it gets in one piece stays together. */
	if (!status_end_asked || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return size;
	in_vain = !gets_room(fd, in_vain ? 0 : LAST_WAIT_MS);
	if (!in_vain)
		return size < PIPE_BUF ? size : PIPE_BUF;
	errno = EINTR;
	return 0;
}

int fd_write_all(int fd, const void *data, size_t size)
{
	const char *next = data;

	while (size > 0) {
		size_t piece = piece_of(fd, size);
		if (piece == 0)
			return -1;
		ssize_t n = write(fd, next, piece);
		if (n >= 0) {
			next += n;
			size -= (size_t)n;
		} else if (!may_retry(fd, POLLOUT)) {
			return -1;
		}
	}
	return 0;
}

/* Append the rest of FD to B, up to LIMIT bytes in all. 0, or -1 with errno. */
static int read_all(int fd, size_t limit, struct bytes *b)
{
	for (;;) {
		/* Reading one byte over the limit distinguishes a file that is too long from one
		 * that just fits. */
		size_t want = limit - b->size < READ_CHUNK ? limit - b->size + 1 : READ_CHUNK;
		if (bytes_reserve(b, want) != 0)
			return -1;

		ssize_t n = read(fd, b->data + b->size, want);
		if (n == 0)
			return 0;
		if (n > 0)
			b->size += (size_t)n;
		else if (!may_retry(fd, POLLIN))
			return -1;

		if (b->size > limit) {
			errno = EFBIG;
			return -1;
		}
	}
}

char *fd_read_file(const char *path, size_t limit, size_t *size)
{
	bool standard = strcmp(path, "-") == 0;
	struct bytes b = {0};

	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return NULL;
	int result = read_all(fd, limit, &b);
	if (!standard)
		fd_close(fd);
	if (result != 0) {
		bytes_release(&b);
		return NULL;
	}

	*size = b.size;
	b.data[b.size] = '\0';
	return (char *)b.data;
}

/* Write and close FD; late errors come with close(2). */
static int fill_and_close(int fd, const void *data, size_t size)
{
	if (fd_write_all(fd, data, size) != 0) {
		fd_close(fd);
		return -1;
	}
	return close(fd) != 0 && errno != EINTR ? -1 : 0;
}

/* Create a file with an unused name, which is stored in NAME, in the directory of PATH. Its
 * descriptor, or -1 with errno. */
static int create_beside(const char *path, struct bytes *name)
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? (int)(slash - path + 1) : 0;

	for (int i = 0; i < NAME_TRIES; i++) {
		bytes_clear(name);
		bytes_add_format(name, "%.*s.sockit-%ld-%d", directory, path, (long)getpid(), i);
		if (name->failed)
			return -1;

		int fd = open(bytes_text(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static int replace_file(const char *path, const void *data, size_t size)
{
	struct bytes name = {0};
	int result = -1;

	int fd = create_beside(path, &name);
	if (fd < 0)
		goto out;
	result = fill_and_close(fd, data, size);
	if (result == 0)
		result = rename(bytes_text(&name), path);
	if (result != 0) {
		int saved = errno;
		unlink(bytes_text(&name));
		errno = saved;
	}
out:
	bytes_release(&name);
	return result;
}

/* The descriptor that PATH stands for, such as /dev/stdout or /dev/fd/3; -1: none. */
static int named_descriptor(const char *path)
{
	static const char prefix[] = "/dev/fd/";
	const char *digits = path + strlen(prefix);

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	if (strncmp(path, prefix, strlen(prefix)) != 0 || !*digits || strlen(digits) > 4 ||
		digits[strspn(digits, "0123456789")])
		return -1;
	return atoi(digits);
}

/* Write to a FIFO that somebody reads, or to a terminal, which a rename would replace with a
 * file. */
static int write_special(const char *path, const void *data, size_t size)
{
	struct stat st;
	int fd;

	/* With a FIFO, open(2) waits for a reader. */
	if (status_end_asked) {
		errno = EINTR;
		return -1;
	}
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		return fill_and_close(fd, data, size);
	fd_close(fd);
	errno = EINVAL;
	return -1;
}

int fd_write_file(const char *path, const void *data, size_t size)
{
	struct stat st;
	int named = named_descriptor(path);

	if (path[0] == '\0') {
		errno = ENOENT;
		return -1;
	}
	if (named >= 0)
		return fd_write_all(named, data, size);
	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
		return replace_file(path, data, size);
	/* Not all systems have ELOOP for O_NOFOLLOW. */
	errno = ELOOP;
	return S_ISLNK(st.st_mode) ? -1 : write_special(path, data, size);
}

int fd_create(const char *path, mode_t mode)
{
	int named = named_descriptor(path), copy;

	if (named >= 0) {
		copy = fcntl(named, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (copy < 0 && errno == EBADF)
			errno = ENOENT; /* as opening it would say */
		return copy;
	}
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, mode);
}

int fd_close_stdout(void)
{
	bool failed = ferror(stdout) != 0;

	if (fclose(stdout) != 0)
		return -1;
	if (!failed)
		return 0;
	/* The write that failed was long ago, and its errno is lost. */
	errno = EIO;
	return -1;
}

int64_t fd_left(int fd)
{
	struct stat st;
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (at < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= at)
		return -1;
	return (int64_t)(st.st_size - at);
}

void fd_close(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

/* The soft limit before it was raised; 0: it was not. */
static rlim_t found_limit;

size_t fd_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return _POSIX_OPEN_MAX;
	if (limit.rlim_cur < limit.rlim_max) {
		found_limit = limit.rlim_cur;
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur == RLIM_INFINITY ? SIZE_MAX : (size_t)limit.rlim_cur;
}

void fd_restore_limit(void)
{
	struct rlimit limit;

	if (found_limit == 0 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = found_limit;
	setrlimit(RLIMIT_NOFILE, &limit);
}
