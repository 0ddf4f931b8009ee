/* SPDX-License-Identifier: ISC */
/* dgram_linux.c - datagrams in batches: recvmmsg, sendmmsg, UDP_SEGMENT and UDP_GRO. */
#define _GNU_SOURCE /* struct mmsghdr, SO_TIMESTAMPNS */
#include "core/os/dgram/dgram.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/uncleared.h"
#include "core/os/dgram/control.h"
#include "core/os/messages.h"

/* From the kernel's headers, which may not be installed or older than the kernel. */
enum {
	KERNEL_UDP_SEGMENT = 103,
	KERNEL_UDP_GRO = 104,
	KERNEL_SO_MEMINFO = 55,
	KERNEL_SO_TIMESTAMPNS = 35, /* the one with machine words; libc may use a newer number for
				     * that name */
	KERNEL_IP_MULTICAST_ALL = 49,
	KERNEL_IPV6_MULTICAST_ALL = 29,
	KERNEL_IP_TRANSPARENT = 19,
	KERNEL_IPV6_TRANSPARENT = 75,
	KERNEL_IP_MTU = 14,
	KERNEL_IPV6_MTU = 24,
	KERNEL_ENOTSUPP = 524,
	KERNEL_BPF_RETURN = 0x06, /* BPF_RET | BPF_K */
	MEMINFO_DROPS = 8,
	MEMINFO_COUNT = 9,
};

enum {
	MERGED_COUNT = 64,    /* the limit of older kernels */
	MERGED_BYTES = 65000, /* including headers it must stay below 64 KiB */
	SEND_MESSAGES = 64,
	HEADERS_INET = 28, /* IPv4 without options (RFC 791), UDP */
	HEADERS_INET6 = 48,
};

#ifdef SO_TIMESTAMPNS
#define STAMP_OPTION SO_TIMESTAMPNS
#else
#define STAMP_OPTION KERNEL_SO_TIMESTAMPNS
#endif

static void set(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

void os_dgram_prepare(int fd, int family, const struct os_dgram_wishes *wishes)
{
	if (wishes->destination)
		dgram_control_request(fd, family);
	if (wishes->time)
		set(fd, SOL_SOCKET, STAMP_OPTION, 1);
	if (wishes->merged)
		set(fd, IPPROTO_UDP, KERNEL_UDP_GRO, 1);
	if (!wishes->own_groups)
		return;
	set(fd, IPPROTO_IP, KERNEL_IP_MULTICAST_ALL, 0);
	if (family == AF_INET6)
		set(fd, IPPROTO_IPV6, KERNEL_IPV6_MULTICAST_ALL, 0);
}

static const struct dgram_option changed[] = {
	{AF_UNSPEC, SOL_SOCKET, STAMP_OPTION, 0},
	{AF_INET, IPPROTO_UDP, KERNEL_UDP_GRO, 0},
	{AF_INET, IPPROTO_IP, KERNEL_IP_MULTICAST_ALL, 1},
	{AF_INET6, IPPROTO_IPV6, KERNEL_IPV6_MULTICAST_ALL, 1},
};
enum { CHANGED = sizeof(changed) / sizeof(changed[0]) };

void os_dgram_save(int fd, int family, struct os_dgram_state *state)
{
	dgram_options_save(fd, family, changed, CHANGED, state);
}

void os_dgram_restore(int fd, int family, const struct os_dgram_state *state)
{
	dgram_options_restore(fd, family, changed, CHANGED, state);
}

static void read_control(struct msghdr *m, struct os_dgram *d)
{
	int segment;

	for (struct cmsghdr *c = NULL; (c = dgram_control_next(m, c));) {
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == KERNEL_UDP_GRO) {
			memcpy(&segment, CMSG_DATA(c), sizeof(segment));
			d->segment = segment > 0 ? (size_t)segment : 0;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == STAMP_OPTION) {
			memcpy(&d->time, CMSG_DATA(c), sizeof(d->time));
		} else {
			dgram_control_read(c, d);
		}
	}
}

static void take(struct mmsghdr *message, struct os_dgram *d)
{
	size_t named = message->msg_hdr.msg_namelen;

	d->whole = message->msg_len;
	d->size = d->whole < d->room ? d->whole : d->room;
	d->segment = 0;
	d->peer.size = (socklen_t)(named < sizeof(d->peer.u) ? named : sizeof(d->peer.u));
	d->asked.size = d->answer.size = 0;
	d->time = (struct timespec){0};
	read_control(&message->msg_hdr, d);
	/* A run of one datagram is a single datagram. */
	if (d->segment >= d->size)
		d->segment = 0;
}

int os_dgram_receive(int fd, struct os_dgram *each, int count)
{
	UNCLEARED struct mmsghdr messages[OS_DGRAM_BATCH];
	UNCLEARED struct iovec parts[OS_DGRAM_BATCH];
	UNCLEARED struct dgram_control controls[OS_DGRAM_BATCH];
	int got;

	for (int i = 0; i < count; i++) {
		parts[i] = (struct iovec){.iov_base = each[i].data, .iov_len = each[i].room};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i],
			.msg_iovlen = 1,
			.msg_name = &each[i].peer.u,
			.msg_namelen = sizeof(each[i].peer.u),
			.msg_control = &controls[i],
			.msg_controllen = sizeof(controls[i])};
	}
	/* With MSG_TRUNC it reports the full length of a datagram that did not fit. */
	got = os_messages_receive(fd, messages, count, MSG_DONTWAIT | MSG_TRUNC);
	for (int i = 0; i < got; i++)
		take(&messages[i], &each[i]);
	return got;
}

bool os_dgram_can_merge(int fd)
{
	int value;
	socklen_t size = sizeof(value);

	/* A kernel without it would send the run as one large datagram. */
	return getsockopt(fd, IPPROTO_UDP, KERNEL_UDP_SEGMENT, &value, &size) == 0;
}

/* How many of the COUNT datagrams at EACH may be sent as one. */
static int run_length(const struct iovec *each, int count)
{
	size_t size = each->iov_len, total = size;
	int n = 1;

	if (count > MERGED_COUNT)
		count = MERGED_COUNT;
	while (n < count && each[n].iov_len > 0 && each[n].iov_len <= size &&
		total + each[n].iov_len <= MERGED_BYTES) {
		total += each[n].iov_len;
		if (each[n++].iov_len < size)
			break;
	}
	return n;
}

/* The messages of one system call. */
struct outgoing {
	struct mmsghdr messages[SEND_MESSAGES];
	struct iovec joined[SEND_MESSAGES];
	struct dgram_control controls[SEND_MESSAGES];
	int lengths[SEND_MESSAGES]; /* datagrams in each message */
	int count;
};

/* Join the N datagrams at EACH into one piece, if they are contiguous in memory. */
static bool join(const struct iovec *each, int n, struct iovec *joined)
{
	*joined = each[0];
	for (int i = 1; i < n; i++) {
		if ((const char *)joined->iov_base + joined->iov_len != each[i].iov_base)
			return false;
		joined->iov_len += each[i].iov_len;
	}
	return true;
}

static void add_message(
	struct outgoing *o, const struct os_dgram_route *route, const struct iovec *each, int n)
{
	struct msghdr *m = &o->messages[o->count].msg_hdr;
	uint16_t segment = (uint16_t)each->iov_len;

	*m = (struct msghdr){.msg_iov = (struct iovec *)each, .msg_iovlen = 1};
	if (route->peer) {
		m->msg_name = (void *)&route->peer->u;
		m->msg_namelen = route->peer->size;
	}
	if (n > 1 && join(each, n, &o->joined[o->count])) {
		m->msg_iov = &o->joined[o->count];
	} else {
		/* One by one, because the type of the number differs between libcs. */
		for (int i = 1; i < n; i++)
			m->msg_iovlen++;
	}
	m->msg_control = &o->controls[o->count];
	dgram_control_add_route(m, route);
	if (n > 1)
		dgram_control_add(m, IPPROTO_UDP, KERNEL_UDP_SEGMENT, &segment, sizeof(segment));
	o->lengths[o->count++] = n;
}

static bool is_refused_run(int err)
{
	return err == EINVAL || err == EIO || err == EMSGSIZE || err == EOPNOTSUPP ||
		err == ENOPROTOOPT || err == KERNEL_ENOTSUPP;
}

static int send_some(int fd, const struct os_dgram_route *route, const struct iovec *each,
	int count, bool *merge)
{
	UNCLEARED struct outgoing o;
	int sent, datagrams = 0;

	o.count = 0;
	for (int i = 0; i < count && o.count < SEND_MESSAGES;) {
		int n = *merge ? run_length(&each[i], count - i) : 1;

		add_message(&o, route, &each[i], n);
		i += n;
	}
	sent = os_messages_send(fd, o.messages, o.count, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0 && o.lengths[0] > 1 && is_refused_run(errno)) {
		*merge = false;
		return 0;
	}
	for (int i = 0; i < sent; i++)
		datagrams += o.lengths[i];
	return sent < 0 ? -1 : datagrams;
}

/* By far the most frequent case besides bulk: an answer, a single message. */
static int send_one(int fd, const struct os_dgram_route *route, const struct iovec *one)
{
	struct dgram_control control;
	struct msghdr m = {
		.msg_iov = (struct iovec *)one, .msg_iovlen = 1, .msg_control = &control};
	ssize_t sent;

	if (route->peer) {
		m.msg_name = (void *)&route->peer->u;
		m.msg_namelen = route->peer->size;
	}
	dgram_control_add_route(&m, route);
	do
		sent = sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 1;
}

int os_dgram_send(int fd, const struct os_dgram_route *route, const struct iovec *each, int count,
	bool *merge)
{
	int sent = 0;

	if (count == 1)
		return send_one(fd, route, each);
	while (sent < count) {
		bool merged = *merge;
		int n = send_some(fd, route, each + sent, count - sent, merge);

		if (n < 0)
			return sent > 0 ? sent : -1;
		if (n == 0 && *merge == merged)
			break;
		sent += n;
	}
	return sent;
}

/* Classic BPF, as in the kernel's linux/filter.h. */
struct instruction {
	uint16_t code;
	uint8_t if_true, if_false;
	uint32_t value;
};

struct program {
	unsigned short length;
	const struct instruction *filter;
};

/* Without this the socket would get a copy of every datagram that comes in. */
static int receive_nothing(int fd)
{
	static const struct instruction drop = {.code = KERNEL_BPF_RETURN, .value = 0};
	const struct program program = {.length = 1, .filter = &drop};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* The kernel makes the IP header, with any given source once the socket is transparent, and
 * fragments datagrams that are too long. */
int os_dgram_open_raw(int family)
{
	bool v6 = family == AF_INET6;
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	int on = 1;

	if (fd >= 0 && receive_nothing(fd) == 0 &&
		setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			v6 ? KERNEL_IPV6_TRANSPARENT : KERNEL_IP_TRANSPARENT, &on, sizeof(on)) == 0)
		return fd;
	fd_close(fd);
	return -1;
}

size_t os_dgram_path_limit(int fd, int family)
{
	bool v6 = family == AF_INET6;
	int headers = v6 ? HEADERS_INET6 : HEADERS_INET, mtu = 0;
	socklen_t size = sizeof(mtu);

	if (getsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? KERNEL_IPV6_MTU : KERNEL_IP_MTU,
		    &mtu, &size) < 0)
		return 0;
	return mtu > headers ? (size_t)(mtu - headers) : 0;
}

int64_t os_dgram_drops(int fd)
{
	uint32_t info[MEMINFO_COUNT] = {0};
	socklen_t size = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, KERNEL_SO_MEMINFO, info, &size) != 0 || size < sizeof(info))
		return -1;
	return info[MEMINFO_DROPS];
}

int os_dgram_name(int fd)
{
	struct sockaddr sa = {.sa_family = AF_UNIX};

	return bind(fd, &sa, sizeof(sa.sa_family));
}
