/* SPDX-License-Identifier: ISC */
/* sock_darwin.c - the -o options that macOS has beyond those of every system (ip(4), ip6(4),
 * tcp(4)). */
#include "core/sock/sock.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <string.h>

#include "base/num.h"
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
	return fd < 0
		? 0
		: setsockopt(fd, IPPROTO_TCP, TCP_RXT_CONNDROPTIME, &seconds, sizeof(seconds));
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
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_DGRAM,
		.set = set_mtu_discover},
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
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_STREAM,
		.set = set_user_timeout},
	{0},
};

const struct sock_option *const sock_system_options = rows;
