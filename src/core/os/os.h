/* SPDX-License-Identifier: ISC */
/* os.h - descriptors as systems differ in them; os_linux.c and os_posix.c each provide all of it.
 *
 * What a system lacks fails with errno ENOSYS or EOPNOTSUPP, and the caller takes the plain way. */
#ifndef CORE_OS_OS_H
#define CORE_OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* Have multicast from the socket FD of FAMILY, and from IPv4 of a dual-stack one, go out through
 * the interface NAME, whose number is INDEX. 0, or -1 with errno. */
int os_set_multicast_interface(int fd, int family, const char *name, unsigned index) CHECKED;

/* Have the socket FD send and receive through the interface with the number INDEX alone. 0, or -1
 * with errno (EOPNOTSUPP; EPERM where that needs CAP_NET_RAW). */
int os_bind_interface(int fd, unsigned index) CHECKED;

/* Set the size of the send or receive buffer of FD, OPTION being SO_SNDBUF or SO_RCVBUF, beyond the
 * system's limit where we may, else to as much as it allows. 0, or -1 with errno. */
int os_set_buffer(int fd, int option, int size) CHECKED;

/* socket(2), accept(2), socketpair(2), pipe(2), each result close-on-exec and non-blocking.
 * One for datagrams has room for the largest. PROTOCOL 0 for the usual; OS_MPTCP where the system
 * has it (else EPROTONOSUPPORT). -1 with errno; EINTR from a listener that is not ours and so may
 * block: the signal has its turn first. */
enum { OS_MPTCP = -2 };
int os_socket(int family, int type, int protocol) CHECKED;
int os_accept(int fd, struct addr *peer) CHECKED;
int os_socketpair(int type, int fds[2]) CHECKED;
int os_pipe(int fds[2]) CHECKED;

/* Enlarge the pipe behind FD to SIZE bytes. Its new size, or -1 with errno. */
int os_pipe_grow(int fd, int size) CHECKED;

/* Move up to N bytes from FROM to TO inside the kernel, one of them a pipe; MORE: more follows at
 * once. Never waits on a pipe; a socket must be non-blocking itself. Bytes moved, 0 at the end of
 * FROM, -1 with errno (EAGAIN; EINVAL, ENOSYS: not with these two). */
ssize_t os_splice(int from, int to, size_t n, bool more) CHECKED;

/* Take and drop up to N bytes that wait in the TCP socket FD, without copying them. As recv(2). */
ssize_t os_discard(int fd, size_t n) CHECKED;

/* A non-blocking description of our own of the pipe behind FD, FLAGS being O_RDONLY or O_WRONLY; so
 * that O_NONBLOCK touches nobody else. A new descriptor, or -1 with errno. */
int os_reopen_pipe(int fd, int flags) CHECKED;

/* Whether FD is the null device. */
bool os_is_null(int fd);

/* Mark all descriptors from FIRST on close-on-exec. */
void os_cloexec_from(int first);

/* Whether send(2) with MSG_DONTWAIT may wait all the same on a socket whose mode is to wait: POSIX
 * does not know that flag, and macOS and NetBSD heed it in recv(2) alone. */
extern const bool os_send_waits;

/* Whether a socket for IPv6 can take IPv4 as well as one of its own would: with the options and
 * groups of IPv4 and the address that a datagram was sent to. OpenBSD has none that take IPv4; for
 * those of the other BSDs and macOS there is no setsockopt(2) of IPPROTO_IP. */
extern const bool os_has_dual_sockets;

/* Whether a socket whose connect(2) was refused may connect again; POSIX leaves it open. */
extern const bool os_connects_again;

#endif
