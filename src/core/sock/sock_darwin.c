/* SPDX-License-Identifier: ISC */
/* sock_darwin.c - the -o options that macOS has beyond those of every system (ip(4), ip6(4),
 * tcp(4)). */
#include "core/sock/sock.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <string.h>

#include "core/os/os.h"

static int set_device(int fd, int family, const char *text)
{
	unsigned index;

	(void)family;
	if (!*text || strlen(text) >= IF_NAMESIZE) {
		errno = EINVAL;
		return -1;
	}
	if (fd < 0)
		return 0;
	index = if_nametoindex(text);
	if (index == 0) {
		errno = ENODEV;
		return -1;
	}
	return os_bind_interface(fd, index);
}

static const struct sock_option rows[] = {
	{.name = "device",
		.arg = "=IFNAME",
		.help = "use this network interface only",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.set = set_device},
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
	{.name = "notsent-lowat",
		.arg = "=SIZE",
		.help = "stop writing while this much is unsent",
		.value = SOCK_SIZE,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_NOTSENT_LOWAT,
		.type = SOCK_STREAM},
	{.name = "user-timeout",
		.arg = "=TIME",
		.help = "give up when data stays unacknowledged",
		.value = SOCK_TIME_S,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_RXT_CONNDROPTIME,
		.type = SOCK_STREAM},
	{0},
};

const struct sock_option *const sock_system_options = rows;
