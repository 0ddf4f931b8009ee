/* SPDX-License-Identifier: ISC */
/* fail.c - a library to be preloaded, which makes one call of the C library fail (glibc).
 *
 * TORTURE_PAGE names the file with a struct torture_page, which selects the call. A forked process
 * counts with the one that was started; a program that either executes or starts does not. */
#define _GNU_SOURCE /* RTLD_NEXT, accept4, pipe2, splice, recvmmsg, sendmmsg */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"

enum { LOOKED_AT = 128 }; /* how many descriptors are looked at */

static struct torture_page *page;

/* The function NAME of the C library itself. A cast from an object pointer is what dlsym(3) is for.
 */
#define REAL(type, name) ((type)(uintptr_t)dlsym(RTLD_NEXT, name))

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("TORTURE_PAGE");
	int fd = path ? REAL(int (*)(const char *, int, ...), "open")(path, O_RDWR) : -1;

	unsetenv("LD_PRELOAD");
	if (fd < 0)
		return;
	void *map = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REAL(int (*)(int), "close")(fd);
	if (map != MAP_FAILED)
		page = map;
}

/* One may ask for progress at any moment: that ends nothing, least of all what is done. */
__attribute__((destructor)) static void ask_at_the_end(void)
{
	raise(SIGUSR1);
}

/* Errors of getaddrinfo are negative. */
static bool is_lasting(void)
{
	return page->error > 0 && (page->error & LASTING);
}

static int error(void)
{
	return page->error > 0 ? page->error & ~LASTING : page->error;
}

/* During the look-up of a name or a service, memory does not run out: glibc 2.36 would abort
 * (nss_database.c:291: "Assertion `ret > 0' failed", "Unexpected error." of nss_action_parse) or
 * wait forever for a lock that it has kept (__resolv_conf_get_current). */
static _Thread_local bool is_looking_up;

/* Whether this call of CALL is the one to fail, or one of them. */
static bool is_chosen(enum call call)
{
	if (!page || is_looking_up)
		return false;
	long number = atomic_fetch_add(&page->count[call], 1) + 1;
	if (page->call != (int)call || number < page->at)
		return false;
	if (number > page->at && !is_lasting())
		return false;
	atomic_store(&page->failed, true);
	return true;
}

static int fails(void)
{
	errno = error();
	return -1;
}

/* A function that fails with -1 and errno. */
#define WRAP_AS(call, name, type, bad, params, ...)                                                \
	type name params                                                                           \
	{                                                                                          \
		if (is_chosen(CALL_##call)) {                                                      \
			errno = error();                                                           \
			return bad;                                                                \
		}                                                                                  \
		return REAL(type(*) params, #name)(__VA_ARGS__);                                   \
	}
#define WRAP(name, params, ...) WRAP_AS(name, name, int, -1, params, __VA_ARGS__)
#define WRAP_NULL(call, name, type, params, ...)                                                   \
	WRAP_AS(call, name, type *, NULL, params, __VA_ARGS__)

/* A function that may do one byte of its work: its parameter SIZE becomes 1. */
#define WRAP_SHORT(name, type, size, params, ...)                                                  \
	type name params                                                                           \
	{                                                                                          \
		if (is_chosen(CALL_##name)) {                                                      \
			if (error() != SHORT)                                                      \
				return fails();                                                    \
			if ((size) > 1)                                                            \
				(size) = 1;                                                        \
		}                                                                                  \
		return REAL(type(*) params, #name)(__VA_ARGS__);                                   \
	}

/* A function that does its work and then reports a failure, as if that showed only then. */
#define WRAP_LATE(name, params, ...)                                                               \
	int name params                                                                            \
	{                                                                                          \
		int result = REAL(int(*) params, #name)(__VA_ARGS__);                              \
		return is_chosen(CALL_##name) ? fails() : result;                                  \
	}

/* A function whose result is the error. */
#define WRAP_RESULT(name, params, ...)                                                             \
	int name params                                                                            \
	{                                                                                          \
		return is_chosen(CALL_##name) ? error() : REAL(int(*) params, #name)(__VA_ARGS__); \
	}

/* dlsym may allocate, so memory functions use what the C library exports under special names. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

#define WRAP_MEMORY(name, params, ...)                                                             \
	void *name params                                                                          \
	{                                                                                          \
		if (!is_chosen(CALL_##name))                                                       \
			return __libc_##name(__VA_ARGS__);                                         \
		errno = error();                                                                   \
		return NULL;                                                                       \
	}
WRAP_MEMORY(malloc, (size_t size), size)
WRAP_MEMORY(calloc, (size_t count, size_t size), count, size)
WRAP_MEMORY(realloc, (void *old, size_t size), old, size)

/* Both with memory that is not affected by a failing malloc. */
static char *copy_of(enum call call, const char *text, size_t size)
{
	char *copy = is_chosen(call) ? NULL : __libc_malloc(size + 1);

	if (!copy) {
		errno = ENOMEM;
		return NULL;
	}
	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

char *strdup(const char *text)
{
	return copy_of(CALL_strdup, text, strlen(text));
}

char *strndup(const char *text, size_t most)
{
	return copy_of(CALL_strndup, text, strnlen(text, most));
}

/* Files and streams. */
WRAP_NULL(open_memstream, open_memstream, FILE, (char **data, size_t *size), data, size)
WRAP_NULL(fopen, fopen, FILE, (const char *path, const char *mode), path, mode)
WRAP_NULL(fopen, fopen64, FILE, (const char *path, const char *mode), path, mode)
WRAP_NULL(fdopen, fdopen, FILE, (int fd, const char *mode), fd, mode)
WRAP_NULL(tmpfile, tmpfile, FILE, (void))
WRAP_NULL(tmpfile, tmpfile64, FILE, (void))
WRAP_NULL(mkdtemp, mkdtemp, char, (char *path), path)
WRAP_NULL(opendir, opendir, DIR, (const char *path), path)
WRAP_NULL(opendir, fdopendir, DIR, (int fd), fd)
WRAP_AS(getline, getline, ssize_t, -1, (char **line, size_t *size, FILE *file), line, size, file)
WRAP_LATE(fclose, (FILE * file), file)
WRAP_LATE(fflush, (FILE * file), file)
WRAP_LATE(close, (int fd), fd)
WRAP(flock, (int fd, int how), fd, how)
WRAP(rename, (const char *from, const char *to), from, to)
WRAP(unlink, (const char *path), path)
WRAP_AS(lseek, lseek, off_t, -1, (int fd, off_t at, int from), fd, at, from)
WRAP_AS(lseek, lseek64, off64_t, -1, (int fd, off64_t at, int from), fd, at, from)
WRAP_AS(stat, stat64, int, -1, (const char *path, struct stat64 *st), path, st)
WRAP_AS(stat, stat, int, -1, (const char *path, struct stat *st), path, st)
WRAP_AS(lstat, lstat64, int, -1, (const char *path, struct stat64 *st), path, st)
WRAP_AS(lstat, lstat, int, -1, (const char *path, struct stat *st), path, st)
WRAP_AS(fstat, fstat64, int, -1, (int fd, struct stat64 *st), fd, st)
WRAP_AS(fstat, fstat, int, -1, (int fd, struct stat *st), fd, st)

/* NAME with an optional argument of type TYPE after the parameters. */
#define WRAP_MORE(call, name, last, type, params, ...)                                             \
	int name params                                                                            \
	{                                                                                          \
		va_list more;                                                                      \
		va_start(more, last);                                                              \
		type arg = va_arg(more, type);                                                     \
		va_end(more);                                                                      \
		if (is_chosen(CALL_##call))                                                        \
			return fails();                                                            \
		return REAL(int(*) params, #name)(__VA_ARGS__, arg);                               \
	}
WRAP_MORE(open, open, flags, int, (const char *path, int flags, ...), path, flags)
WRAP_MORE(open, open64, flags, int, (const char *path, int flags, ...), path, flags)
WRAP_MORE(openat, openat, flags, int, (int at, const char *path, int flags, ...), at, path, flags)
WRAP_MORE(openat, openat64, flags, int, (int at, const char *path, int flags, ...), at, path, flags)
WRAP_MORE(fcntl, fcntl, what, void *, (int fd, int what, ...), fd, what)
WRAP_MORE(fcntl, fcntl64, what, void *, (int fd, int what, ...), fd, what)
WRAP_MORE(ioctl, ioctl, what, void *, (int fd, unsigned long what, ...), fd, what)

int __open64_2(const char *path, int flags)
{
	return open64(path, flags, 0);
}

/* Bytes. */
WRAP_SHORT(read, ssize_t, size, (int fd, void *data, size_t size), fd, data, size)
/* A single byte wakes a loop through its own pipe, which is never broken, and a full one is not a
 * failure. */
ssize_t write(int fd, const void *data, size_t size)
{
	if (size > 1 && is_chosen(CALL_write)) {
		if (error() != SHORT)
			return fails();
		size = 1;
	}
	return REAL(ssize_t(*)(int, const void *, size_t), "write")(fd, data, size);
}
WRAP_SHORT(
	send, ssize_t, size, (int fd, const void *data, size_t size, int how), fd, data, size, how)
WRAP_SHORT(recv, ssize_t, size, (int fd, void *data, size_t size, int how), fd, data, size, how)
WRAP_SHORT(splice, ssize_t, size,
	(int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned how), in, in_at,
	out, out_at, size, how)
WRAP_AS(writev, writev, ssize_t, -1, (int fd, const struct iovec *each, int count), fd, each, count)
WRAP_AS(sendmsg, sendmsg, ssize_t, -1, (int fd, const struct msghdr *m, int how), fd, m, how)
WRAP_AS(recvmsg, recvmsg, ssize_t, -1, (int fd, struct msghdr *m, int how), fd, m, how)
WRAP_AS(sendto, sendto, ssize_t, -1,
	(int fd, const void *data, size_t size, int how, const struct sockaddr *to,
		socklen_t length),
	fd, data, size, how, to, length)
WRAP_SHORT(sendmmsg, int, count, (int fd, struct mmsghdr *each, unsigned count, int how), fd, each,
	count, how)
WRAP_SHORT(recvmmsg, int, count,
	(int fd, struct mmsghdr *each, unsigned count, int how, struct timespec *limit), fd, each,
	count, how, limit)

ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int how)
{
	if (size > room)
		abort();
	return recv(fd, data, size, how);
}

ssize_t __read_chk(int fd, void *data, size_t size, size_t room)
{
	if (size > room)
		abort();
	return read(fd, data, size);
}

/* Sockets. */
WRAP(socket, (int family, int type, int protocol), family, type, protocol)
WRAP(socketpair, (int family, int type, int protocol, int fds[2]), family, type, protocol, fds)
WRAP(bind, (int fd, const struct sockaddr *to, socklen_t size), fd, to, size)
WRAP(listen, (int fd, int backlog), fd, backlog)
WRAP(accept4, (int fd, struct sockaddr *from, socklen_t *size, int how), fd, from, size, how)
WRAP(shutdown, (int fd, int how), fd, how)
WRAP(setsockopt, (int fd, int level, int name, const void *value, socklen_t size), fd, level, name,
	value, size)
WRAP(getsockopt, (int fd, int level, int name, void *value, socklen_t *size), fd, level, name,
	value, size)
WRAP(getsockname, (int fd, struct sockaddr *to, socklen_t *size), fd, to, size)
WRAP(getpeername, (int fd, struct sockaddr *to, socklen_t *size), fd, to, size)

/* An interrupted connect(2) goes on in the background. */
int connect(int fd, const struct sockaddr *to, socklen_t size)
{
	bool chosen = is_chosen(CALL_connect);
	int result = 0;

	if (!chosen || error() == EINTR)
		result = REAL(int (*)(int, const struct sockaddr *, socklen_t), "connect")(
			fd, to, size);
	return chosen ? fails() : result;
}

/* Names. */
#define WRAP_LOOKUP(type, name, params, ...)                                                       \
	type name params                                                                           \
	{                                                                                          \
		bool before = is_looking_up;                                                       \
		is_looking_up = true;                                                              \
		type result = REAL(type(*) params, #name)(__VA_ARGS__);                            \
		is_looking_up = before;                                                            \
		return result;                                                                     \
	}
#define WRAP_LOOKUP_RESULT(name, params, ...)                                                      \
	int name params                                                                            \
	{                                                                                          \
		if (is_chosen(CALL_##name))                                                        \
			return error();                                                            \
		bool before = is_looking_up;                                                       \
		is_looking_up = true;                                                              \
		int result = REAL(int(*) params, #name)(__VA_ARGS__);                              \
		is_looking_up = before;                                                            \
		return result;                                                                     \
	}
WRAP_LOOKUP_RESULT(getaddrinfo,
	(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **out),
	node, service, hints, out)
WRAP_LOOKUP_RESULT(getnameinfo,
	(const struct sockaddr *of, socklen_t size, char *host, socklen_t host_size, char *service,
		socklen_t service_size, int how),
	of, size, host, host_size, service, service_size, how)
WRAP_LOOKUP(struct servent *, getservbyname, (const char *name, const char *proto), name, proto)
WRAP_LOOKUP(struct servent *, getservbyport, (int port, const char *proto), port, proto)
WRAP_LOOKUP(struct servent *, getservent, (void))
void setservent(int stay_open)
{
	is_looking_up = true;
	REAL(void (*)(int), "setservent")(stay_open);
	is_looking_up = false;
}

WRAP_LOOKUP(struct passwd *, getpwnam, (const char *name), name)
WRAP_LOOKUP(struct passwd *, getpwuid, (uid_t uid), uid)
WRAP_LOOKUP(struct group *, getgrnam, (const char *name), name)
WRAP(getifaddrs, (struct ifaddrs * *out), out)
WRAP_AS(if_nametoindex, if_nametoindex, unsigned, 0, (const char *name), name)
WRAP_NULL(
	if_indextoname, if_indextoname, char, (unsigned index, char name[IF_NAMESIZE]), index, name)

/* Waiting. How many pipes are kept for reuse depends on how many were in use at once, so they do
 * not count. */
static void look(void)
{
	int kept = errno, open = 0;
	int (*real)(int, int, ...) = REAL(int (*)(int, int, ...), "fcntl");

	for (int fd = 0; page && fd < LOOKED_AT; fd++)
		open += real(fd, F_GETFD) >= 0 && real(fd, F_GETPIPE_SZ) < 0;
	if (page) {
		atomic_store(&page->open, open);
		atomic_fetch_add(&page->waits, 1);
	}
	errno = kept;
}

#define WRAP_WAIT(name, params, ...)                                                               \
	int name params                                                                            \
	{                                                                                          \
		look();                                                                            \
		if (is_chosen(CALL_##name))                                                        \
			return fails();                                                            \
		return REAL(int(*) params, #name)(__VA_ARGS__);                                    \
	}
WRAP_WAIT(epoll_wait, (int fd, struct epoll_event *out, int most, int limit), fd, out, most, limit)
WRAP_WAIT(poll, (struct pollfd * fds, nfds_t count, int limit), fds, count, limit)
WRAP(epoll_create1, (int how), how)
/* Only adding takes memory. */
int epoll_ctl(int fd, int op, int of, struct epoll_event *event)
{
	if (op == EPOLL_CTL_ADD && is_chosen(CALL_epoll_ctl))
		return fails();
	return REAL(int (*)(int, int, int, struct epoll_event *), "epoll_ctl")(fd, op, of, event);
}
WRAP(nanosleep, (const struct timespec *time, struct timespec *left), time, left)
WRAP_AS(waitpid, waitpid, pid_t, -1, (pid_t pid, int *status, int how), pid, status, how)
WRAP(pipe, (int fds[2]), fds)
WRAP(pipe2, (int fds[2], int how), fds, how)
WRAP(dup2, (int fd, int as), fd, as)

/* Processes, terminals, privileges. */
WRAP_AS(fork, fork, pid_t, -1, (void))
WRAP_RESULT(posix_spawnp,
	(pid_t * pid, const char *file, const posix_spawn_file_actions_t *actions,
		const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]),
	pid, file, actions, attributes, argv, envp)
WRAP_RESULT(pthread_create,
	(pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg),
	thread, attributes, start, arg)
WRAP(posix_openpt, (int flags), flags)
WRAP(grantpt, (int fd), fd)
WRAP(unlockpt, (int fd), fd)
WRAP(tcgetattr, (int fd, struct termios *out), fd, out)
WRAP(tcsetattr, (int fd, int when, const struct termios *in), fd, when, in)
WRAP_AS(setrlimit, setrlimit64, int, -1, (__rlimit_resource_t what, const struct rlimit64 *in),
	what, in)
WRAP(chroot, (const char *path), path)
WRAP(chdir, (const char *path), path)
WRAP(setgroups, (size_t count, const gid_t *list), count, list)
WRAP(setgid, (gid_t gid), gid)
WRAP(setuid, (uid_t uid), uid)

int prctl(int what, ...)
{
	va_list more;
	va_start(more, what);
	long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
	long d = va_arg(more, long);
	va_end(more);
	if (is_chosen(CALL_prctl))
		return fails();
	return REAL(int (*)(int, ...), "prctl")(what, a, b, c, d);
}

long syscall(long number, ...)
{
	va_list more;
	va_start(more, number);
	long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
	long d = va_arg(more, long), e = va_arg(more, long), f = va_arg(more, long);
	va_end(more);
	if (is_chosen(CALL_syscall))
		return fails();
	return REAL(long (*)(long, ...), "syscall")(number, a, b, c, d, e, f);
}
