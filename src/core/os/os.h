/* SPDX-License-Identifier: ISC */
/* os.h - descriptors, where systems differ; os_linux.c and os_posix.c each provide all of it.
 *
 * What a system lacks fails with errno ENOSYS or EOPNOTSUPP, and the caller does without it. */
#ifndef CORE_OS_OS_H
#define CORE_OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* Make multicast from the socket FD of FAMILY, including IPv4 from a dual-stack one, go out through
 * the interface NAME, whose index is INDEX. 0, or -1 with errno. */
int os_set_multicast_interface(int fd, int family, const char *name, unsigned index) CHECKED;

/* Make the socket FD send and receive only through the interface with the index INDEX. 0, or -1
 * with errno (EOPNOTSUPP; EPERM where that needs CAP_NET_RAW). */
int os_bind_interface(int fd, unsigned index) CHECKED;

/* Set the size of the send or receive buffer of FD, OPTION being SO_SNDBUF or SO_RCVBUF, beyond the
 * system's limit if permitted, else to as much as it allows. 0, or -1 with errno. */
int os_set_buffer(int fd, int option, int size) CHECKED;

/* socket(2), accept(2), socketpair(2), pipe(2), each result close-on-exec and non-blocking. A
 * datagram socket has room for the largest datagram. PROTOCOL is 0 for the usual one, or OS_MPTCP
 * if the system has it (else EPROTONOSUPPORT). -1 with errno; EINTR from an inherited listener,
 * which may block: the signal is to be handled first. */
enum { OS_MPTCP = -2 };
int os_socket(int family, int type, int protocol) CHECKED;
int os_accept(int fd, struct addr *peer) CHECKED;
int os_socketpair(int type, int fds[2]) CHECKED;
int os_pipe(int fds[2]) CHECKED;

/* Enlarge the pipe behind FD to SIZE bytes. Its new size, or -1 with errno. */
int os_pipe_grow(int fd, int size) CHECKED;

/* Move up to N bytes from FROM to TO inside the kernel; one of them is a pipe. MORE: more follows
 * at once. It never waits for a pipe; a socket must be non-blocking itself. Bytes moved, 0 at the
 * end of FROM, -1 with errno (EAGAIN; EINVAL, ENOSYS: not supported for these two). */
ssize_t os_splice(int from, int to, size_t n, bool more) CHECKED;

/* Discard up to N bytes that wait in the TCP socket FD, without copying them. Returns as
 * recv(2). */
ssize_t os_discard(int fd, size_t n) CHECKED;

/* Open the pipe behind FD anew, non-blocking, with FLAGS O_RDONLY or O_WRONLY, so that O_NONBLOCK
 * affects nobody else. A new descriptor, or -1 with errno. */
int os_reopen_pipe(int fd, int flags) CHECKED;

/* Whether FD is the null device. */
bool os_is_null(int fd);

/* Set close-on-exec on all descriptors from FIRST on. */
void os_cloexec_from(int first);

/* Whether send(2) with MSG_DONTWAIT may still wait on a blocking socket: POSIX does not know that
 * flag, and macOS and NetBSD honor it only in recv(2). */
extern const bool os_send_waits;

/* Whether an IPv6 socket can handle IPv4 as well as a separate IPv4 socket would: with the options
 * and groups of IPv4 and the address to which a datagram was sent. On OpenBSD no IPv6 socket takes
 * IPv4; on the other BSDs and macOS they do not accept setsockopt(2) with IPPROTO_IP. */
extern const bool os_has_dual_sockets;

/* Whether a socket whose connect(2) was refused may connect again; POSIX leaves that
 * unspecified. */
extern const bool os_connects_again;

#endif
