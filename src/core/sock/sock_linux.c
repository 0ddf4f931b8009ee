/* SPDX-License-Identifier: ISC */
/* sock_linux.c - the -o options that Linux has beyond POSIX. */
#define _GNU_SOURCE /* struct ip_mreqn, IP_FREEBIND and the like */
#include "core/sock/sock.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/tcp.h>

#include "base/num.h"
#include "core/os/os.h"

enum {
	FASTOPEN_QUEUE = 1024,
	CONGESTION_NAME_MAX = 15,
};

static int invalid(void)
{
	errno = EINVAL;
	return -1;
}

/* A listening socket uses the first option, a connecting one the second; it is not known yet which
 * this one will be, and the other option does no harm. */
static int set_fastopen(int fd, int family, const char *text)
{
	int queue = FASTOPEN_QUEUE, on = 1;

	(void)family;
	if (text)
		return invalid();
	if (fd < 0)
		return 0;
	if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue)) < 0)
		return -1;
	return setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on));
}

static int set_mark(int fd, int family, const char *text)
{
	uint64_t number;

	(void)family;
	if (num_parse(text, 0, UINT32_MAX, &number))
		return invalid();
	uint32_t mark = (uint32_t)number;
	return fd < 0 ? 0 : setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
}

static const struct sock_option rows[] = {
	{.name = "congestion",
		.arg = "=NAME",
		.help = "TCP congestion control (reno, cubic, bbr)",
		.value = SOCK_TEXT,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_CONGESTION,
		.max = CONGESTION_NAME_MAX,
		.type = SOCK_STREAM},
	{.name = "defer-accept",
		.arg = "",
		.help = "accept once the client has sent something",
		.value = SOCK_ON,
		.phases = SOCK_LISTENING,
		.level = IPPROTO_TCP,
		.option = TCP_DEFER_ACCEPT,
		.type = SOCK_STREAM},
	{.name = "device",
		.arg = "=IFNAME",
		.help = "use this network interface only",
		.value = SOCK_TEXT,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_BINDTODEVICE,
		.max = IF_NAMESIZE - 1},
	{.name = "fastopen",
		.arg = "",
		.help = "send or accept data in the first segment",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_STREAM,
		.set = set_fastopen},
	{.name = "freebind",
		.arg = "",
		.help = "bind to an address this host does not have",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_FREEBIND,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_FREEBIND},
	{.name = "mark",
		.arg = "=N",
		.help = "mark packets (needs CAP_NET_ADMIN)",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.set = set_mark,
		.limits = "0-4294967295"},
	{.name = "mptcp",
		.arg = "",
		.help = "Multipath TCP",
		.value = SOCK_ON,
		.type = SOCK_STREAM},
	{.name = "mtu-discover",
		.arg = "=dont|want|do|probe|interface|omit",
		.help = "path MTU discovery", /* IP_PMTUDISC_DONT and so on, by number */
		.value = SOCK_WORD,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_MTU_DISCOVER,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_MTU_DISCOVER},
	{.name = "notsent-lowat",
		.arg = "=SIZE",
		.help = "stop writing while this much is unsent",
		.value = SOCK_SIZE,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_NOTSENT_LOWAT,
		.type = SOCK_STREAM},
	{.name = "priority",
		.arg = "=N",
		.help = "queueing priority (over 6: CAP_NET_ADMIN)",
		.value = SOCK_NUMBER,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_PRIORITY,
		.max = INT_MAX},
	{.name = "quickack",
		.arg = "",
		.help = "do not delay acknowledgments at first",
		.value = SOCK_ON,
		.phases = SOCK_CONNECTED,
		.level = IPPROTO_TCP,
		.option = TCP_QUICKACK,
		.type = SOCK_STREAM},
	{.name = "transparent",
		.arg = "",
		.help = "use foreign addresses (needs CAP_NET_ADMIN)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_TRANSPARENT,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_TRANSPARENT},
	{.name = "user-timeout",
		.arg = "=TIME",
		.help = "give up when data stays unacknowledged",
		.value = SOCK_TIME_MS,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_USER_TIMEOUT,
		.type = SOCK_STREAM},
	{0},
};

const struct sock_option *const sock_system_options = rows;
