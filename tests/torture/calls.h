/* SPDX-License-Identifier: ISC */
/* calls.h - the calls of the C library that can be made to fail, and the page of memory that the
 * library that does so (fail.c) shares with the program that judges (torture.c). */
#ifndef CALLS_H
#define CALLS_H

#include <stdatomic.h>
#include <stdbool.h>

/* Added to an errno: it fails from then on, not just once. Instead of one: only one byte, or one
 * message, of its work is done. */
enum { LASTING = 0x10000, SHORT = 0 };

/* X(name, errno...): each with errnos that its manual page lists. The name is that of the symbol,
 * except for calls that have several symbols. Calls that return an error instead of setting errno
 * (posix_spawnp, pthread_create, getaddrinfo) have those errors. */
#define TORTURE_CALLS(X)                                                                           \
	X(malloc, ENOMEM, ENOMEM | LASTING)                                                        \
	X(calloc, ENOMEM, ENOMEM | LASTING)                                                        \
	X(realloc, ENOMEM, ENOMEM | LASTING)                                                       \
	X(strdup, ENOMEM)                                                                          \
	X(strndup, ENOMEM)                                                                         \
	X(open_memstream, ENOMEM)                                                                  \
	X(getline, ENOMEM, EIO)                                                                    \
	X(fopen, EMFILE, EACCES, ENOENT)                                                           \
	X(fdopen, ENOMEM)                                                                          \
	X(fclose, ENOSPC)                                                                          \
	X(fflush, ENOSPC, EIO)                                                                     \
	X(tmpfile, EMFILE, ENOSPC)                                                                 \
	X(mkdtemp, EACCES)                                                                         \
	X(opendir, EACCES, EMFILE)                                                                 \
	X(open, EMFILE, EACCES, ENOENT)                                                            \
	X(openat, EMFILE, EACCES, EEXIST)                                                          \
	X(close, EIO, EINTR)                                                                       \
	X(stat, EACCES, ENOENT)                                                                    \
	X(lstat, EACCES, ENOENT)                                                                   \
	X(fstat, EIO)                                                                              \
	X(lseek, ESPIPE)                                                                           \
	X(flock, EINTR, EWOULDBLOCK, ENOLCK)                                                       \
	X(fcntl, EPERM)                                                                            \
	X(ioctl, ENOTTY, EIO)                                                                      \
	X(rename, EACCES, ENOSPC)                                                                  \
	X(unlink, EACCES)                                                                          \
	X(read, EIO, EINTR, EAGAIN, SHORT)                                                         \
	X(write, ENOSPC, EIO, EPIPE, EINTR, EAGAIN, SHORT)                                         \
	X(writev, EIO, EINTR, EAGAIN)                                                              \
	X(splice, ENOMEM, EIO, EINVAL, EAGAIN, EINTR, SHORT)                                       \
	X(pipe, EMFILE, ENFILE)                                                                    \
	X(pipe2, EMFILE, ENFILE, EMFILE | LASTING)                                                 \
	X(dup2, EBUSY, EINTR)                                                                      \
	X(send, ECONNRESET, EPIPE, ENOBUFS, ENOMEM, EINTR, EAGAIN, SHORT)                          \
	X(sendto, ENOBUFS, EPERM, EINTR, EAGAIN)                                                   \
	X(sendmsg, ENOBUFS, EPERM, EINTR, EAGAIN, ECONNREFUSED)                                    \
	X(sendmmsg, ENOBUFS, EPERM, EINTR, EAGAIN, ECONNREFUSED, SHORT)                            \
	X(recv, ECONNRESET, ETIMEDOUT, ENOMEM, EINTR, EAGAIN, SHORT)                               \
	X(recvmsg, ENOMEM, EINTR, EAGAIN, ECONNREFUSED)                                            \
	X(recvmmsg, ENOMEM, EINTR, EAGAIN, ECONNREFUSED, SHORT)                                    \
	X(socket, EMFILE, ENFILE, ENOBUFS, EAFNOSUPPORT, EACCES, EMFILE | LASTING)                 \
	X(socketpair, EMFILE, ENFILE)                                                              \
	X(bind, EADDRINUSE, EACCES, EADDRNOTAVAIL)                                                 \
	X(listen, EADDRINUSE)                                                                      \
	X(connect, ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EADDRNOTAVAIL, EAGAIN, EINTR, EPERM)      \
	X(accept4, ECONNABORTED, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM, EPROTO, EINTR, EAGAIN,    \
		EMFILE | LASTING)                                                                  \
	X(shutdown, ENOTCONN)                                                                      \
	X(setsockopt, ENOPROTOOPT, ENOMEM, ENOPROTOOPT | LASTING)                                  \
	X(getsockopt, ENOPROTOOPT, ENOBUFS)                                                        \
	X(getsockname, ENOBUFS)                                                                    \
	X(getpeername, ENOTCONN, ENOBUFS)                                                          \
	X(getaddrinfo, EAI_MEMORY, EAI_AGAIN, EAI_FAIL)                                            \
	X(getnameinfo, EAI_MEMORY, EAI_AGAIN)                                                      \
	X(getifaddrs, ENOMEM)                                                                      \
	X(if_nametoindex, ENODEV, EMFILE)                                                          \
	X(if_indextoname, ENXIO)                                                                   \
	X(epoll_create1, EMFILE, ENOMEM)                                                           \
	X(epoll_ctl, ENOSPC, ENOMEM)                                                               \
	X(epoll_wait, EINTR)                                                                       \
	X(poll, EINTR, ENOMEM)                                                                     \
	X(nanosleep, EINTR)                                                                        \
	X(waitpid, EINTR)                                                                          \
	X(posix_spawnp, EAGAIN, ENOMEM, ENOENT)                                                    \
	X(pthread_create, EAGAIN, EAGAIN | LASTING)                                                \
	X(fork, EAGAIN, ENOMEM)                                                                    \
	X(posix_openpt, EMFILE, ENOSPC)                                                            \
	X(grantpt, EACCES)                                                                         \
	X(unlockpt, EINVAL)                                                                        \
	X(tcgetattr, EIO)                                                                          \
	X(tcsetattr, EINTR)                                                                        \
	X(setrlimit, EPERM)                                                                        \
	X(prctl, EINVAL)                                                                           \
	X(syscall, ENOSYS, EPERM)                                                                  \
	X(chroot, EPERM)                                                                           \
	X(chdir, EACCES)                                                                           \
	X(setgroups, EPERM)                                                                        \
	X(setgid, EPERM)                                                                           \
	X(setuid, EPERM, EAGAIN)

enum call {
#define X(name, ...) CALL_##name,
	TORTURE_CALLS(X)
#undef X
		CALLS
};

/* What a run and its judge share, at TORTURE_PAGE, a file. */
struct torture_page {
	int call;		  /* the call that is to fail; -1: none */
	long at;		  /* which of its invocations, from 1 */
	int error;		  /* with this, of the list above */
	atomic_long count[CALLS]; /* how many times each was called */
	atomic_bool failed;	  /* it was made to fail */
	atomic_int open;  /* descriptors but pipes that were open when it last waited for something
			     to do */
	atomic_int waits; /* how many times it has waited */
};

#endif
