/* SPDX-License-Identifier: ISC */
/* os_linux.c - what differs between systems, for Linux with any libc. */
#define _GNU_SOURCE /* accept4, pipe2, splice, F_SETPIPE_SZ, struct ucred, makedev, syscall */
#include "core/os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"
#include "base/num.h"
#include "core/os/os_calls.h"

/* From the kernel's headers, which may be missing or older than the kernel. */
enum {
	KERNEL_IPPROTO_MPTCP = 262,
	KERNEL_CAPABILITY_VERSION = 0x20080522,
	KERNEL_CLOSE_RANGE_CLOEXEC = 4,
	MEMORY_MAJOR = 1, /* /dev/null is device 1:3 */
	NULL_MINOR = 3,
	STANDARD_FDS = 3,
};

const int os_siginfo = 0;
const bool os_connects_again = true;

int os_socket(int family, int type, int protocol)
{
	bool mptcp = protocol == OS_MPTCP;
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK,
		mptcp ? KERNEL_IPPROTO_MPTCP : protocol);
	/* Kernels without MPTCP, or with it switched off, have various words for that. */
	if (fd < 0 && mptcp && (errno == EINVAL || errno == ENOPROTOOPT))
		errno = EPROTONOSUPPORT;
	return fd;
}

int os_accept(int fd, struct addr *peer)
{
	socklen_t size = sizeof(peer->u);
	int accepted = accept4(fd, &peer->u.sa, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (accepted >= 0)
		peer->size = size < sizeof(peer->u) ? size : (socklen_t)sizeof(peer->u);
	return accepted;
}

int os_socketpair(int type, int fds[2])
{
	return socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds);
}

int os_pipe(int fds[2])
{
	return pipe2(fds, O_CLOEXEC | O_NONBLOCK);
}

int os_pipe_grow(int fd, int size)
{
	return fcntl(fd, F_SETPIPE_SZ, size);
}

ssize_t os_splice(int from, int to, size_t n, bool more)
{
	unsigned flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (more ? SPLICE_F_MORE : 0);
	ssize_t moved;
	do
		moved = splice(from, NULL, to, NULL, n, flags);
	while (moved < 0 && errno == EINTR);
	return moved;
}

ssize_t os_discard(int fd, size_t n)
{
	/* The kernel never touches it, but a checker of memory wants to see as much as N. */
	static unsigned char untouched[1 << 20];
	ssize_t dropped;

	if (n > sizeof(untouched))
		n = sizeof(untouched);
	do
		dropped = recv(fd, untouched, n, MSG_TRUNC | MSG_DONTWAIT);
	while (dropped < 0 && errno == EINTR);
	return dropped;
}

/* Whether the FIFO behind FD has lost its last writer. Then poll(2) tells a new description of it
 * nothing, forever: a hang-up is only what comes after the opening. */
static bool has_hung_up(int fd)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	return poll(&one, 1, 0) > 0 && (one.revents & POLLHUP);
}

int os_reopen_pipe(int fd, int flags)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return -1;
	if (!S_ISFIFO(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int opened = open(path, flags | O_NONBLOCK | O_CLOEXEC);
	if (opened >= 0 && flags == O_RDONLY && has_hung_up(fd)) {
		fd_close(opened);
		errno = EINVAL;
		return -1;
	}
	if (opened < 0 || opened >= STANDARD_FDS)
		return opened;
	int moved = fcntl(opened, F_DUPFD_CLOEXEC, STANDARD_FDS);
	fd_close(opened);
	return moved;
}

bool os_is_null(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
		st.st_rdev == makedev(MEMORY_MAJOR, NULL_MINOR);
}

int os_unsent(int fd)
{
	int count;
	/* SIOCOUTQ, under the name that needs no kernel header. */
	return ioctl(fd, TIOCOUTQ, &count) == 0 ? count : -1;
}

/* The beginning of the kernel's struct tcp_info; libc's own may end before the byte counts. */
struct kernel_tcp_info {
	uint8_t states[8];
	uint32_t before_silence[9];
	uint32_t sent_ms_ago, acked_ms_ago, received_ms_ago;
	uint32_t before_rtt[3];
	uint32_t rtt_us;
	uint32_t after_rtt[7];
	uint32_t total_retransmits;
	uint64_t pacing_rates[2];
	uint64_t acked_bytes;
	uint64_t received_bytes;
	uint32_t segments[2];
	uint32_t unsent_bytes;
	uint32_t after_unsent[3];
	uint64_t rates[4];
	uint32_t delivered[2];
	/* Linux 4.19: */
	uint64_t transmitted_bytes, retransmitted_bytes;
};

/* The states of <net/tcp_states.h>. */
enum { FIN_WAIT1 = 4, TIME_WAIT = 6, CLOSED = 7, CLOSE_WAIT = 8, LAST_ACK = 9, CLOSING = 11 };

static bool has_error(int fd)
{
	struct pollfd one = {.fd = fd};

	return poll(&one, 1, 0) > 0 && (one.revents & POLLERR);
}

/* Whether the peer has ended: its FIN was counted as a byte. What is closed without an error ended
 * in order. */
static bool peer_has_ended(int fd, uint8_t state)
{
	return state == TIME_WAIT || state == CLOSE_WAIT || state == LAST_ACK || state == CLOSING ||
		(state == CLOSED && !has_error(fd));
}

/* The bytes that were given to the socket: those sent once, and those not sent yet, an end not sent
 * yet not among them. */
static uint64_t given_bytes(const struct kernel_tcp_info *k)
{
	uint8_t state = k->states[0];
	bool ended = state == FIN_WAIT1 || state == CLOSING || state == LAST_ACK;
	uint64_t unsent = k->unsent_bytes;

	unsent -= ended && unsent > 0;
	return k->transmitted_bytes - k->retransmitted_bytes + unsent;
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	struct kernel_tcp_info k = {0};
	socklen_t size = sizeof(k);
	uint32_t silent_ms;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &k, &size) != 0)
		return -1;
	silent_ms = k.sent_ms_ago < k.received_ms_ago ? k.sent_ms_ago : k.received_ms_ago;
	*info = (struct os_tcp_info){
		.rtt_ns = (int64_t)k.rtt_us * 1000,
		.retransmits = k.total_retransmits,
		.received_bytes = k.received_bytes,
		.acked_bytes = k.acked_bytes,
		.sent_bytes = size < sizeof(k) ? k.acked_bytes : given_bytes(&k),
		.silent_ns = (int64_t)silent_ms * NUM_NS_PER_MS,
	};
	info->received_bytes -= info->received_bytes > 0 && peer_has_ended(fd, k.states[0]);
	return 0;
}

void os_mark_messages(int fd)
{
	const int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}

bool os_peer_ended(int fd)
{
	struct pollfd one = {.fd = fd, .events = POLLRDHUP};

	return poll(&one, 1, 0) > 0 && (one.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

int os_lock(int fd)
{
	return flock(fd, LOCK_EX);
}

void os_unlock(int fd)
{
	flock(fd, LOCK_UN);
}

int os_peer_user(int fd, uid_t *uid, gid_t *gid)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		return -1;
	*uid = peer.uid;
	*gid = peer.gid;
	return 0;
}

/* For kernels before 5.11. Without /proc as well, the limit says how far to go. */
static void cloexec_one_by_one(int first)
{
	DIR *dir = opendir("/proc/self/fd");
	if (!dir) {
		int limit = (int)sysconf(_SC_OPEN_MAX);
		for (int fd = first; fd < limit; fd++)
			UNCHECKED(fd_set_cloexec(fd)); /* not all are open */
		return;
	}
	for (struct dirent *entry; (entry = readdir(dir));) {
		int fd = atoi(entry->d_name);
		if (fd >= first)
			UNCHECKED(fd_set_cloexec(fd)); /* not all are open */
	}
	closedir(dir);
}

void os_cloexec_from(int first)
{
	if (syscall(SYS_close_range, first, ~0U, KERNEL_CLOSE_RANGE_CLOEXEC) != 0)
		cloexec_one_by_one(first);
}

static const struct capability {
	const char *name;
	unsigned number;
} capabilities[] = {
	{"CAP_CHOWN", 0},
	{"CAP_DAC_OVERRIDE", 1},
	{"CAP_SETGID", 6},
	{"CAP_SETUID", 7},
	{"CAP_NET_BIND_SERVICE", 10},
	{"CAP_NET_BROADCAST", 11},
	{"CAP_NET_ADMIN", 12},
	{"CAP_NET_RAW", 13},
	{"CAP_SYS_CHROOT", 18},
	{"CAP_SYS_ADMIN", 21},
	{"CAP_SYS_RESOURCE", 24},
};

static bool is_effective(unsigned number)
{
	struct {
		uint32_t version;
		int pid;
	} header = {KERNEL_CAPABILITY_VERSION, 0};
	struct {
		uint32_t effective, permitted, inheritable;
	} sets[2];
	if (syscall(SYS_capget, &header, sets) != 0)
		return geteuid() == 0;
	return sets[number / 32].effective >> (number % 32) & 1;
}

bool os_has_capability(const char *name)
{
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		if (strcmp(capabilities[i].name, name) == 0)
			return is_effective(capabilities[i].number);
	}
	return false;
}

/* By number: getrandom(2) is in glibc since 2.25 only. */
int os_random(void *data, size_t size)
{
	ssize_t n = syscall(SYS_getrandom, data, size, 0u);

	if (n < 0)
		return -1;
	if ((size_t)n == size)
		return 0;
	errno = EIO;
	return -1;
}
