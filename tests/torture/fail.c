/* SPDX-License-Identifier: ISC */
/* fail.c - a library to be preloaded, which makes one call of the C library fail.
 *
 * TORTURE_CALL   the function, such as malloc or send
 * TORTURE_AT     which of its calls, from 1
 * TORTURE_ERRNO  the errno it fails with; 0: it does only a part of its work (one byte), where it
 * can TORTURE_LOG    a file to which a line is appended when the call has been made to fail
 *
 * Only the process that was started fails: what it starts in turn does not. */
#define _GNU_SOURCE /* RTLD_NEXT, accept4, pipe2, splice, recvmmsg, sendmmsg */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	const char *call;
	long at;
	int error;
	const char *log;
	pid_t pid;
	atomic_long count;
} torture;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("TORTURE_AT"), *error = getenv("TORTURE_ERRNO");

	torture.log = getenv("TORTURE_LOG");
	torture.at = at ? strtol(at, NULL, 10) : 0;
	torture.error = error ? (int)strtol(error, NULL, 10) : 0;
	torture.pid = getpid();
	torture.call = getenv("TORTURE_CALL");
	unsetenv("LD_PRELOAD");
}

/* By system calls: the functions themselves may be those that fail. */
static void note(void)
{
	long fd = torture.log ? syscall(SYS_openat, AT_FDCWD, torture.log,
					O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
			      : -1;

	if (fd >= 0) {
		syscall(SYS_write, fd, "failed\n", sizeof "failed\n" - 1);
		syscall(SYS_close, fd);
	}
}

/* Whether the call of NAME that is being made is the one. */
static bool is_chosen(const char *name)
{
	int kept = errno;
	bool chosen = torture.call && strcmp(torture.call, name) == 0 && getpid() == torture.pid &&
		atomic_fetch_add(&torture.count, 1) + 1 == torture.at;

	if (chosen)
		note();
	errno = kept;
	return chosen;
}

/* NAME of the C library itself. A cast from an object pointer is what dlsym(3) is made for. */
#define REAL(type, name) ((type)(uintptr_t)dlsym(RTLD_NEXT, name))

#define FAILS(name, result)                                                                        \
	do {                                                                                       \
		if (is_chosen(name)) {                                                             \
			errno = torture.error;                                                     \
			return result;                                                             \
		}                                                                                  \
	} while (0)

/* The same where a call can do one byte of its work: SIZE becomes 1 if the errno is 0. */
#define FAILS_OR_SHORT(name, size)                                                                 \
	do {                                                                                       \
		if (is_chosen(name)) {                                                             \
			if (torture.error) {                                                       \
				errno = torture.error;                                             \
				return -1;                                                         \
			}                                                                          \
			if ((size) > 1)                                                            \
				(size) = 1;                                                        \
		}                                                                                  \
	} while (0)

/* dlsym may allocate, so memory goes to what the C library exports under a name of its own. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
	FAILS("malloc", NULL);
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	FAILS("calloc", NULL);
	return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	FAILS("realloc", NULL);
	return __libc_realloc(old, size);
}

char *strdup(const char *text)
{
	FAILS("strdup", NULL);
	size_t size = strlen(text) + 1;
	char *copy = __libc_malloc(size);
	return copy ? memcpy(copy, text, size) : NULL;
}

FILE *fopen(const char *path, const char *mode)
{
	FAILS("fopen", NULL);
	return REAL(FILE * (*)(const char *, const char *), "fopen")(path, mode);
}

int open(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	int mode = va_arg(more, int);
	va_end(more);
	FAILS("open", -1);
	return REAL(int (*)(const char *, int, ...), "open")(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	int mode = va_arg(more, int);
	va_end(more);
	FAILS("open", -1);
	return REAL(int (*)(const char *, int, ...), "open64")(path, flags, mode);
}

ssize_t read(int fd, void *data, size_t size)
{
	FAILS_OR_SHORT("read", size);
	return REAL(ssize_t(*)(int, void *, size_t), "read")(fd, data, size);
}

ssize_t write(int fd, const void *data, size_t size)
{
	FAILS_OR_SHORT("write", size);
	return REAL(ssize_t(*)(int, const void *, size_t), "write")(fd, data, size);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	FAILS_OR_SHORT("send", size);
	return REAL(ssize_t(*)(int, const void *, size_t, int), "send")(fd, data, size, flags);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
	FAILS_OR_SHORT("recv", size);
	return REAL(ssize_t(*)(int, void *, size_t, int), "recv")(fd, data, size, flags);
}

ssize_t splice(int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned flags)
{
	FAILS_OR_SHORT("splice", size);
	return REAL(ssize_t(*)(int, off64_t *, int, off64_t *, size_t, unsigned), "splice")(
		in, in_at, out, out_at, size, flags);
}

ssize_t writev(int fd, const struct iovec *each, int count)
{
	FAILS("writev", -1);
	return REAL(ssize_t(*)(int, const struct iovec *, int), "writev")(fd, each, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	FAILS("sendmsg", -1);
	return REAL(ssize_t(*)(int, const struct msghdr *, int), "sendmsg")(fd, message, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	FAILS("recvmsg", -1);
	return REAL(ssize_t(*)(int, struct msghdr *, int), "recvmsg")(fd, message, flags);
}

int sendmmsg(int fd, struct mmsghdr *each, unsigned count, int flags)
{
	FAILS_OR_SHORT("sendmmsg", count);
	return REAL(int (*)(int, struct mmsghdr *, unsigned, int), "sendmmsg")(
		fd, each, count, flags);
}

int recvmmsg(int fd, struct mmsghdr *each, unsigned count, int flags, struct timespec *limit)
{
	FAILS_OR_SHORT("recvmmsg", count);
	return REAL(int (*)(int, struct mmsghdr *, unsigned, int, struct timespec *), "recvmmsg")(
		fd, each, count, flags, limit);
}

int socket(int family, int type, int protocol)
{
	FAILS("socket", -1);
	return REAL(int (*)(int, int, int), "socket")(family, type, protocol);
}

int socketpair(int family, int type, int protocol, int fds[2])
{
	FAILS("socketpair", -1);
	return REAL(int (*)(int, int, int, int *), "socketpair")(family, type, protocol, fds);
}

int bind(int fd, const struct sockaddr *addr, socklen_t size)
{
	FAILS("bind", -1);
	return REAL(int (*)(int, const struct sockaddr *, socklen_t), "bind")(fd, addr, size);
}

int listen(int fd, int backlog)
{
	FAILS("listen", -1);
	return REAL(int (*)(int, int), "listen")(fd, backlog);
}

/* An interrupted connect(2) goes on in the background. */
int connect(int fd, const struct sockaddr *addr, socklen_t size)
{
	bool fails = is_chosen("connect");
	int result = 0;

	if (!fails || torture.error == EINTR)
		result = REAL(int (*)(int, const struct sockaddr *, socklen_t), "connect")(
			fd, addr, size);
	if (!fails)
		return result;
	errno = torture.error;
	return -1;
}

int accept4(int fd, struct sockaddr *addr, socklen_t *size, int flags)
{
	FAILS("accept4", -1);
	return REAL(int (*)(int, struct sockaddr *, socklen_t *, int), "accept4")(
		fd, addr, size, flags);
}

int shutdown(int fd, int how)
{
	FAILS("shutdown", -1);
	return REAL(int (*)(int, int), "shutdown")(fd, how);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	FAILS("setsockopt", -1);
	return REAL(int (*)(int, int, int, const void *, socklen_t), "setsockopt")(
		fd, level, name, value, size);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	FAILS("getsockopt", -1);
	return REAL(int (*)(int, int, int, void *, socklen_t *), "getsockopt")(
		fd, level, name, value, size);
}

int getsockname(int fd, struct sockaddr *addr, socklen_t *size)
{
	FAILS("getsockname", -1);
	return REAL(int (*)(int, struct sockaddr *, socklen_t *), "getsockname")(fd, addr, size);
}

int pipe2(int fds[2], int flags)
{
	FAILS("pipe2", -1);
	return REAL(int (*)(int *, int), "pipe2")(fds, flags);
}

int epoll_create1(int flags)
{
	FAILS("epoll_create1", -1);
	return REAL(int (*)(int), "epoll_create1")(flags);
}

int epoll_ctl(int fd, int op, int of, struct epoll_event *event)
{
	FAILS("epoll_ctl", -1);
	return REAL(int (*)(int, int, int, struct epoll_event *), "epoll_ctl")(fd, op, of, event);
}

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
	FAILS("epoll_wait", -1);
	return REAL(int (*)(int, struct epoll_event *, int, int), "epoll_wait")(
		fd, events, max, timeout);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	FAILS("poll", -1);
	return REAL(int (*)(struct pollfd *, nfds_t, int), "poll")(fds, count, timeout);
}

int rename(const char *from, const char *to)
{
	FAILS("rename", -1);
	return REAL(int (*)(const char *, const char *), "rename")(from, to);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	if (is_chosen("posix_spawnp"))
		return torture.error;
	return REAL(int (*)(pid_t *, const char *, const posix_spawn_file_actions_t *,
			    const posix_spawnattr_t *, char *const *, char *const *),
		"posix_spawnp")(pid, file, actions, attributes, argv, envp);
}

int pthread_create(
	pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg)
{
	if (is_chosen("pthread_create"))
		return torture.error;
	return REAL(int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *),
		"pthread_create")(thread, attributes, start, arg);
}

pid_t fork(void)
{
	FAILS("fork", -1);
	return REAL(pid_t(*)(void), "fork")();
}
