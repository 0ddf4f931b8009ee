/* SPDX-License-Identifier: ISC */
/* sock_freebsd.c - the -o options that FreeBSD has beyond those of every system (ip(4), ip6(4),
 * tcp(4)). */
#include "core/sock/sock.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <string.h>

#include "base/num.h"

enum { CONGESTION_NAME_MAX = 15 };

/* Packets of TCP are never fragmented. */
static int set_mtu_discover(int fd, int family, const char *text)
{
	bool never = strcmp(text, "do") == 0;

	if (!never && strcmp(text, "dont") != 0) {
		errno = EINVAL;
		return -1;
	}
	return fd < 0 ? 0 : sock_set_ip(fd, family, IP_DONTFRAG, IPV6_DONTFRAG, never);
}

/* It counts in seconds. */
static int set_user_timeout(int fd, int family, const char *text)
{
	int64_t ns;
	int seconds;

	(void)family;
	if (num_parse_time(text, &ns) || ns > INT_MAX * NUM_NS_PER_S) {
		errno = EINVAL;
		return -1;
	}
	seconds = (int)((ns + NUM_NS_PER_S - 1) / NUM_NS_PER_S);
	return fd < 0 ? 0
		      : setsockopt(fd, IPPROTO_TCP, TCP_MAXUNACKTIME, &seconds, sizeof(seconds));
}

static const struct sock_option rows[] = {
	{.name = "congestion",
		.arg = "=NAME",
		.help = "TCP congestion control (newreno, cubic, htcp)",
		.value = SOCK_TEXT,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_CONGESTION,
		.max = CONGESTION_NAME_MAX,
		.type = SOCK_STREAM},
	{.name = "freebind",
		.arg = "",
		.help = "bind to an address this host does not have (needs root)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_BINDANY,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_BINDANY},
	{.name = "mtu-discover",
		.arg = "=dont|do",
		.help = "whether packets may not be fragmented",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_DGRAM,
		.set = set_mtu_discover},
	{.name = "transparent",
		.arg = "",
		.help = "use foreign addresses (needs root)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_BINDANY,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_BINDANY},
	{.name = "user-timeout",
		.arg = "=TIME",
		.help = "give up when data stays unacknowledged",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_STREAM,
		.set = set_user_timeout},
	{0},
};

const struct sock_option *const sock_system_options = rows;
