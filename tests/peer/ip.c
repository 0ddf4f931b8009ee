/* SPDX-License-Identifier: ISC */
/* ip.c - the parts of ip(8) that tests need, for machines without iproute2; with the same words.
 *
 *     ip link set NAME {up | down | mtu N | address MAC | netns PID | master NAME}
 *     ip link add NAME type bridge
 *     ip link add NAME [address MAC] [mtu N] type veth peer name NAME [mtu N] [netns PID]
 *     ip link show NAME                 the status says whether there is one
 *     ip [-6] addr {add | del} ADDRESS/BITS [brd {ADDRESS | +}] [nodad] dev NAME
 *     ip [-6] route {add | del} [unreachable | prohibit] {default | ADDRESS[/BITS]}
 *             [via ADDRESS] [dev NAME] [table local]
 *     ip -batch -                       such lines, without ip, up to the first that fails
 *
 * rtnetlink(7) has the requests. A word that is not in the list ends it with status 1, a refusal by
 * the kernel with 2, as with the real one. */
#ifdef __linux__
#define _GNU_SOURCE /* if_nametoindex, struct ucred in linux/ headers */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/peer.h"

/* A message to the kernel, which grows in ROOM. */
struct request {
	struct nlmsghdr head;
	unsigned char room[1000];
};

struct prefix {
	int family;
	unsigned char bits;
	unsigned char address[16];
	size_t size;
};

/* The words that are left. */
static char **words;

static const char *next(void)
{
	if (!*words)
		die("a word is missing");
	return *words++;
}

static bool taken(const char *word)
{
	if (!*words || strcmp(*words, word) != 0)
		return false;
	words++;
	return true;
}

static void *append(struct request *r, const void *data, size_t size)
{
	unsigned char *end = (unsigned char *)r + NLMSG_ALIGN(r->head.nlmsg_len);

	if (end + NLMSG_ALIGN(size) > (unsigned char *)(r + 1))
		die("the request is too long");
	if (size)
		memcpy(end, data, size);
	r->head.nlmsg_len = (uint32_t)(end + NLMSG_ALIGN(size) - (unsigned char *)r);
	return end;
}

static struct rtattr *put(struct request *r, unsigned type, const void *data, size_t size)
{
	struct rtattr head = {(unsigned short)(RTA_LENGTH(size)), (unsigned short)type};
	struct rtattr *attribute = append(r, &head, sizeof(head));

	append(r, data, size);
	return attribute;
}

static void put_number(struct request *r, unsigned type, uint32_t value)
{
	put(r, type, &value, sizeof(value));
}

static void put_name(struct request *r, unsigned type, const char *text)
{
	put(r, type, text, strlen(text) + 1);
}

/* What was appended since OUTER was put is inside it. */
static void close_nest(struct request *r, struct rtattr *outer)
{
	outer->rta_len =
		(unsigned short)((unsigned char *)r + r->head.nlmsg_len - (unsigned char *)outer);
}

static struct request begin(unsigned type, unsigned flags, const void *header, size_t size)
{
	struct request r = {.head = {NLMSG_LENGTH(0), (uint16_t)type,
				    (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags), 1, 0}};

	append(&r, header, size);
	return r;
}

/* Send it and wait for the answer, which is an error or a zero. */
static int ask(const struct request *r)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		unsigned char more[2000];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0 || send(fd, r, r->head.nlmsg_len, 0) < 0)
		die("cannot ask the kernel: %s", strerror(errno));
	if (recv(fd, &answer, sizeof(answer), 0) < 0)
		die("no answer of the kernel: %s", strerror(errno));
	close(fd);
	if (answer.head.nlmsg_type != NLMSG_ERROR || answer.error.error == 0)
		return 0;
	fprintf(stderr, "ip: %s\n", strerror(-answer.error.error));
	return 2;
}

static unsigned device(const char *name)
{
	unsigned index = if_nametoindex(name);

	if (!index) {
		fprintf(stderr, "ip: no device \"%s\"\n", name);
		exit(2);
	}
	return index;
}

static void put_mac(struct request *r, const char *text)
{
	unsigned byte[6];
	unsigned char mac[6];

	if (sscanf(text, "%x:%x:%x:%x:%x:%x", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
		    &byte[5]) != 6)
		die("not a hardware address: %s", text);
	for (size_t i = 0; i < sizeof(mac); i++)
		mac[i] = (unsigned char)byte[i];
	put(r, IFLA_ADDRESS, mac, sizeof(mac));
}

static struct prefix prefix_of(const char *text)
{
	struct prefix p = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};
	char address[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "/");

	p.size = p.family == AF_INET ? 4 : 16;
	p.bits = (unsigned char)(text[length] ? number(text + length + 1, p.size * 8) : p.size * 8);
	snprintf(address, sizeof(address), "%.*s", (int)length, text);
	if (inet_pton(p.family, address, p.address) != 1)
		die("not an address: %s", text);
	return p;
}

static void put_mtu(struct request *r, const char *text)
{
	put_number(r, IFLA_MTU, (uint32_t)number(text, UINT32_MAX));
}

static void put_namespace(struct request *r, const char *pid)
{
	put_number(r, IFLA_NET_NS_PID, (uint32_t)number(pid, UINT32_MAX));
}

static int link_set(void)
{
	const char *name = next();
	struct ifinfomsg header = {.ifi_index = (int)device(name), .ifi_change = 0};
	const char *what = next();

	if (strcmp(what, "up") == 0 || strcmp(what, "down") == 0) {
		header.ifi_change = IFF_UP;
		header.ifi_flags = what[0] == 'u' ? IFF_UP : 0;
	}
	struct request r = begin(RTM_NEWLINK, 0, &header, sizeof(header));
	if (strcmp(what, "mtu") == 0)
		put_mtu(&r, next());
	else if (strcmp(what, "netns") == 0)
		put_namespace(&r, next());
	else if (strcmp(what, "address") == 0)
		put_mac(&r, next());
	else if (strcmp(what, "master") == 0)
		put_number(&r, IFLA_MASTER, device(next()));
	else if (!header.ifi_change)
		die("cannot set %s", what);
	return ask(&r);
}

/* Append what follows `type veth`. */
static void put_veth(struct request *r, const struct ifinfomsg *header)
{
	put_name(r, IFLA_INFO_KIND, "veth");
	struct rtattr *data = put(r, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *peer = put(r, VETH_INFO_PEER, header, sizeof(*header));

	if (!taken("peer") || !taken("name"))
		die("the name of the peer is missing");
	put_name(r, IFLA_IFNAME, next());
	if (taken("mtu"))
		put_mtu(r, next());
	if (taken("netns"))
		put_namespace(r, next());
	close_nest(r, peer);
	close_nest(r, data);
}

static int link_add(void)
{
	struct ifinfomsg header = {0};
	struct request r = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));

	put_name(&r, IFLA_IFNAME, next());
	if (taken("address"))
		put_mac(&r, next());
	if (taken("mtu"))
		put_mtu(&r, next());
	if (!taken("type"))
		die("cannot add anything without a type");
	struct rtattr *info = put(&r, IFLA_LINKINFO, NULL, 0);
	if (taken("bridge"))
		put_name(&r, IFLA_INFO_KIND, "bridge");
	else if (taken("veth"))
		put_veth(&r, &header);
	else
		die("cannot add anything but a bridge and a veth pair");
	close_nest(&r, info);
	return ask(&r);
}

/* The last address of the subnet. */
static struct prefix broadcast_of(struct prefix p)
{
	for (size_t bit = p.bits; bit < p.size * 8; bit++)
		p.address[bit / 8] = (unsigned char)(p.address[bit / 8] | 0x80 >> bit % 8);
	return p;
}

static int addr(bool add)
{
	struct prefix own = prefix_of(next()), broadcast = {0};
	struct ifaddrmsg header = {.ifa_family = (uint8_t)own.family, .ifa_prefixlen = own.bits};

	while (*words) {
		if (taken("nodad"))
			header.ifa_flags = IFA_F_NODAD;
		else if (taken("brd"))
			broadcast = taken("+") ? broadcast_of(own) : prefix_of(next());
		else if (taken("dev"))
			header.ifa_index = device(next());
		else
			die("cannot have an address with %s", *words);
	}
	struct request r = begin(add ? RTM_NEWADDR : RTM_DELADDR,
		add ? NLM_F_CREATE | NLM_F_EXCL : 0, &header, sizeof(header));
	put(&r, IFA_LOCAL, own.address, own.size);
	put(&r, IFA_ADDRESS, own.address, own.size);
	if (broadcast.size)
		put(&r, IFA_BROADCAST, broadcast.address, broadcast.size);
	return ask(&r);
}

static int route(bool add)
{
	struct rtmsg header = {.rtm_table = RT_TABLE_MAIN};

	if (add) {
		header.rtm_protocol = RTPROT_BOOT;
		header.rtm_type = taken("unreachable") ? RTN_UNREACHABLE
			: taken("prohibit")	       ? RTN_PROHIBIT
						       : RTN_UNICAST;
	}
	const char *text = next();
	bool all = strcmp(text, "default") == 0;
	struct prefix to = all ? (struct prefix){.size = 0} : prefix_of(text), via = {0};
	unsigned index = 0;
	while (*words) {
		if (taken("via"))
			via = prefix_of(next());
		else if (taken("dev"))
			index = device(next());
		else if (taken("table") && taken("local"))
			header.rtm_table = RT_TABLE_LOCAL;
		else
			die("cannot make a route with %s", *words);
	}
	header.rtm_family = (uint8_t)(all ? via.family : to.family);
	header.rtm_dst_len = to.bits;
	if (!add)
		header.rtm_scope = RT_SCOPE_NOWHERE;
	else if (header.rtm_type == RTN_UNICAST && !via.size)
		header.rtm_scope = RT_SCOPE_LINK;
	struct request r = begin(add ? RTM_NEWROUTE : RTM_DELROUTE,
		add ? NLM_F_CREATE | NLM_F_EXCL : 0, &header, sizeof(header));
	if (to.size)
		put(&r, RTA_DST, to.address, to.size);
	if (via.size)
		put(&r, RTA_GATEWAY, via.address, via.size);
	if (index)
		put_number(&r, RTA_OIF, index);
	return ask(&r);
}

/* Do what the words ask for; returns the status. */
static int command(void)
{
	if (!taken("-6"))
		taken("-4");
	if (taken("link")) {
		if (taken("set"))
			return link_set();
		if (taken("add"))
			return link_add();
		if (taken("show"))
			return device(next()) == 0;
	} else if (taken("addr") || taken("address")) {
		if (taken("add"))
			return addr(true);
		if (taken("del"))
			return addr(false);
	} else if (taken("route")) {
		if (taken("add"))
			return route(true);
		if (taken("del"))
			return route(false);
	}
	die("not among the words this ip knows: %s", *words ? *words : "nothing");
}

/* Do the commands of standard input; returns the status of the last one. */
static int batch(void)
{
	static char line[500], *list[sizeof(line) / 2 + 1];
	int status = 0;

	while (status == 0 && fgets(line, sizeof(line), stdin)) {
		size_t count = 0;
		for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
			list[count++] = word;
		list[count] = NULL;
		words = list;
		if (count > 0)
			status = command();
	}
	return status;
}

int main(int argc, char **argv)
{
	(void)argc;
	peer_begin("ip");
	words = argv + 1;
	if (!taken("-batch"))
		return command();
	if (!taken("-"))
		die("it reads no batch but one of standard input");
	return batch();
}

#else
#include "lib/peer.h"

int main(void)
{
	peer_begin("ip");
	die("only for Linux");
}
#endif
