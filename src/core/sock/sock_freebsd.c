/* SPDX-License-Identifier: ISC */
/* sock_freebsd.c - the -o options that FreeBSD has beyond those of every system (ip(4), ip6(4),
 * tcp(4)). */
#include "core/sock/sock.h"

#include <netinet/tcp.h>

enum { CONGESTION_NAME_MAX = 15 };

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
		.value = SOCK_WORD,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_DONTFRAG,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_DONTFRAG,
		.type = SOCK_DGRAM}, /* TCP packets are never fragmented */
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
		.value = SOCK_TIME_S,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_MAXUNACKTIME,
		.type = SOCK_STREAM},
	{0},
};

const struct sock_option *const sock_system_options = rows;
