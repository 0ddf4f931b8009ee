/* SPDX-License-Identifier: ISC */
/* neighbor_linux.c - routes and neighbors, asked for through rtnetlink(7). */
#include "core/os/link/neighbor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "core/os/os.h"

/* From the kernel's headers, which may not be installed, or clash with libc's. */
enum {
	KERNEL_ERRNO_MAX = 4095,
	KERNEL_NLMSG_ERROR = 2,
	KERNEL_NLMSG_DONE = 3,
	KERNEL_NLM_F_REQUEST = 1,
	KERNEL_NLM_F_DUMP = 0x300,
	KERNEL_RTM_NEWROUTE = 24,
	KERNEL_RTM_GETROUTE = 26,
	KERNEL_RTM_NEWNEIGH = 28,
	KERNEL_RTM_GETNEIGH = 30,
	KERNEL_RTN_BROADCAST = 3,
	KERNEL_RTA_DST = 1,
	KERNEL_RTA_OIF = 4,
	KERNEL_RTA_GATEWAY = 5,
	KERNEL_NDA_DST = 1,
	KERNEL_NDA_LLADDR = 2,
	KERNEL_NUD_UNUSABLE = 0x01 | 0x20, /* incomplete, failed */
	ANSWER_SIZE = 32768,
	IP4_SIZE = 4,
	IP6_SIZE = 16,
	ALIGN = 4,
};

struct kernel_head {
	uint32_t len;
	uint16_t type, flags;
	uint32_t seq, pid;
};

struct kernel_route {
	uint8_t family, dst_len, src_len, tos, table, protocol, scope, type;
	uint32_t flags;
};

struct kernel_neighbor {
	uint8_t family, pad1;
	uint16_t pad2;
	int32_t index;
	uint16_t state;
	uint8_t flags, type;
};

struct kernel_attribute {
	uint16_t len, type;
};

struct request {
	struct kernel_head head;
	union {
		struct kernel_route route;
		struct kernel_neighbor neighbor;
	} body;
	unsigned char attributes[64];
};

static size_t aligned(size_t size)
{
	return (size + ALIGN - 1) / ALIGN * ALIGN;
}

static size_t address_size(int family)
{
	return family == AF_INET ? IP4_SIZE : IP6_SIZE;
}

static void *address_of(struct addr *a)
{
	return addr_family(a) == AF_INET ? (void *)&a->u.in.sin_addr : (void *)&a->u.in6.sin6_addr;
}

static void add_attribute(struct request *r, uint16_t type, const void *data, size_t size)
{
	size_t head = sizeof(r->head) + sizeof(r->body);
	struct kernel_attribute a = {(uint16_t)(sizeof(a) + size), type};
	unsigned char *at = r->attributes + r->head.len - head;

	memcpy(at, &a, sizeof(a));
	memcpy(at + sizeof(a), data, size);
	r->head.len += (uint32_t)aligned(a.len);
}

/* Find the attribute TYPE among the SIZE bytes at DATA: its value of WANTED bytes, or NULL. */
static const unsigned char *find_attribute(
	const unsigned char *data, size_t size, unsigned type, size_t wanted)
{
	struct kernel_attribute a;

	while (size >= sizeof(a)) {
		memcpy(&a, data, sizeof(a));
		if (a.len < sizeof(a) || a.len > size)
			return NULL;
		if (a.type == type)
			return a.len - sizeof(a) == wanted ? data + sizeof(a) : NULL;
		if (aligned(a.len) >= size)
			return NULL;
		data += aligned(a.len);
		size -= aligned(a.len);
	}
	return NULL;
}

/* Looks at the SIZE bytes after the header of a message. 1: this is the one; 0: go on. */
typedef int answer_fn(void *arg, const unsigned char *data, size_t size);

/* Look at the messages among SIZE bytes at DATA that are of TYPE. 1: found; 0: more may come; -1
 * with errno: no more will come. */
static int read_messages(
	const unsigned char *data, size_t size, uint16_t type, answer_fn *fn, void *arg)
{
	struct kernel_head head;
	int32_t error;

	while (size >= sizeof(head)) {
		memcpy(&head, data, sizeof(head));
		if (head.len < sizeof(head) || head.len > size)
			break;
		if (head.type == KERNEL_NLMSG_ERROR && head.len >= sizeof(head) + sizeof(error)) {
			memcpy(&error, data + sizeof(head), sizeof(error));
			errno = error < 0 && error >= -KERNEL_ERRNO_MAX ? -error : ENOENT;
			return -1;
		}
		if (head.type == KERNEL_NLMSG_DONE)
			break;
		if (head.type == type && fn(arg, data + sizeof(head), head.len - sizeof(head)))
			return 1;
		if (aligned(head.len) >= size)
			return 0;
		data += aligned(head.len);
		size -= aligned(head.len);
	}
	errno = ENOENT;
	return -1;
}

/* Send R, and let FN look at the answers of TYPE until it has found the right one. 0, or -1 with
 * errno (ENOENT: not found). */
static int ask(const struct request *r, uint16_t type, answer_fn *fn, void *arg)
{
	enum { NETLINK_ROUTE = 0 };
	static unsigned char answer[ANSWER_SIZE];
	int fd = os_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), result = 0;

	if (fd < 0)
		return -1;
	/* The kernel answers immediately, while the request is being sent. */
	if (fd_set_nonblock(fd, false) < 0 || send(fd, r, r->head.len, 0) < 0)
		result = -1;
	while (result == 0) {
		ssize_t got = recv(fd, answer, sizeof(answer), 0);

		if (got < 0 && errno != EINTR)
			result = -1;
		if (got >= 0)
			result = read_messages(answer, (size_t)got, type, fn, arg);
	}
	fd_close(fd);
	return result < 0 ? -1 : 0;
}

struct route_question {
	struct addr *hop;
	bool *broadcast;
};

static int read_route(void *arg, const unsigned char *data, size_t size)
{
	struct route_question *q = arg;
	size_t wanted = address_size(addr_family(q->hop));
	const unsigned char *gateway;
	struct kernel_route route;

	if (size < sizeof(route))
		return 0;
	memcpy(&route, data, sizeof(route));
	*q->broadcast = route.type == KERNEL_RTN_BROADCAST;
	gateway = find_attribute(
		data + sizeof(route), size - sizeof(route), KERNEL_RTA_GATEWAY, wanted);
	if (gateway)
		memcpy(address_of(q->hop), gateway, wanted);
	return 1;
}

int os_next_hop(
	const struct os_link *link, const struct addr *to, struct addr *hop, bool *broadcast)
{
	size_t size = address_size(addr_family(to));
	struct route_question q = {hop, broadcast};
	struct request r = {.head = {.len = sizeof(r.head) + sizeof(r.body),
				    .type = KERNEL_RTM_GETROUTE,
				    .flags = KERNEL_NLM_F_REQUEST},
		.body.route = {.family = (uint8_t)addr_family(to), .dst_len = (uint8_t)(size * 8)}};
	uint32_t index = link->index;

	*hop = *to;
	add_attribute(&r, KERNEL_RTA_DST, address_of(hop), size);
	add_attribute(&r, KERNEL_RTA_OIF, &index, sizeof(index));
	return ask(&r, KERNEL_RTM_NEWROUTE, read_route, &q);
}

struct neighbor_question {
	int32_t index;
	struct addr hop;
	unsigned char *mac;
};

static int read_neighbor(void *arg, const unsigned char *data, size_t size)
{
	struct neighbor_question *q = arg;
	size_t wanted = address_size(addr_family(&q->hop));
	const unsigned char *address, *mac;
	struct kernel_neighbor n;

	if (size < sizeof(n))
		return 0;
	memcpy(&n, data, sizeof(n));
	if (n.index != q->index || n.state & KERNEL_NUD_UNUSABLE)
		return 0;
	data += sizeof(n);
	size -= sizeof(n);
	address = find_attribute(data, size, KERNEL_NDA_DST, wanted);
	mac = find_attribute(data, size, KERNEL_NDA_LLADDR, OS_MAC_SIZE);
	if (!address || !mac || memcmp(address, address_of(&q->hop), wanted) != 0)
		return 0;
	memcpy(q->mac, mac, OS_MAC_SIZE);
	return 1;
}

int os_neighbor(const struct os_link *link, const struct addr *hop, unsigned char mac[OS_MAC_SIZE])
{
	struct neighbor_question q = {(int32_t)link->index, *hop, mac};
	struct request r = {.head = {.len = sizeof(r.head) + sizeof(r.body),
				    .type = KERNEL_RTM_GETNEIGH,
				    .flags = KERNEL_NLM_F_REQUEST | KERNEL_NLM_F_DUMP},
		.body.neighbor = {.family = (uint8_t)addr_family(hop)}};

	return ask(&r, KERNEL_RTM_NEWNEIGH, read_neighbor, &q);
}
