/* SPDX-License-Identifier: ISC */
/* sock_netbsd.c - the -o options that NetBSD has beyond those of every system (ip(4), ip6(4),
 * tcp(4)). */
#include <sys/types.h>

#include "core/sock/sock.h"

#include <netinet/tcp.h>

enum { CONGESTION_NAME_MAX = 15 };

static const struct sock_option rows[] = {
	{.name = "congestion",
		.arg = "=NAME",
		.help = "TCP congestion control (reno, newreno, cubic)",
		.value = SOCK_TEXT,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_CONGCTL,
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
	{.name = "transparent",
		.arg = "",
		.help = "use foreign addresses (needs root)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_BINDANY,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_BINDANY},
	{0},
};

const struct sock_option *const sock_system_options = rows;
