/* SPDX-License-Identifier: ISC */
/* sock_common.c - the -o options that every system has. */
#define _DEFAULT_SOURCE /* SO_REUSEPORT */
#include "core/sock/sock.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <sys/types.h>

#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "core/os/os.h"
#include "core/os/tcp.h"

enum {
	HOPS_MAX = 255,
	MSS_MIN = 88,
	MSS_MAX = 32767,
	DSCP_MAX = 63,
	DSCP_SHIFT = 2, /* its place in the traffic class, above ECN */
	KEEPALIVE_SECONDS_MAX = 32767,
	KEEPALIVE_COUNT_MAX = 127,
	KEEPALIVE_TEXT = 64,
};

/* The whole seconds of TIME, rounded up. False: not a TIME, or over MAX. */
static bool parse_seconds(const char *text, int max, int *seconds)
{
	int64_t ns;

	if (num_parse_time(text, &ns) || ns > max * NUM_NS_PER_S)
		return false;
	*seconds = (int)((ns + NUM_NS_PER_S - 1) / NUM_NS_PER_S);
	return true;
}

static int invalid(void)
{
	errno = EINVAL;
	return -1;
}

static int set_linger(int fd, int family, const char *text)
{
	struct linger linger = {.l_onoff = 1};

	(void)family;
	if (!parse_seconds(text, SHRT_MAX, &linger.l_linger))
		return invalid();
	return fd < 0 ? 0 : setsockopt(fd, SOL_SOCKET, os_tcp_linger, &linger, sizeof(linger));
}

/* Read the seconds of IDLE and INTERVAL and the COUNT in TEXT, 0 for those left out at its end. */
static bool parse_keepalive(const char *text, int values[3])
{
	char copy[KEEPALIVE_TEXT];
	uint64_t count;

	if (strlen(text) >= sizeof(copy))
		return false;
	char *part = strcpy(copy, text);
	for (int i = 0; part; i++) {
		char *comma = strchr(part, ',');
		if (comma)
			*comma++ = '\0';
		if (i < 2 && !parse_seconds(part, KEEPALIVE_SECONDS_MAX, &values[i]))
			return false;
		if (i == 2 && !num_parse(part, 1, KEEPALIVE_COUNT_MAX, &count))
			values[i] = (int)count;
		if (i > 2 || values[i] == 0)
			return false;
		part = comma;
	}
	return true;
}

static int set_keepalive(int fd, int family, const char *text)
{
	int values[OS_KEEPALIVE] = {0};
	int on = 1;

	(void)family;
	if (text && !parse_keepalive(text, values))
		return invalid();
	if (fd < 0)
		return text && os_tcp_keepalive[0] < 0 ? invalid() : 0;
	if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0)
		return -1;
	for (int i = 0; i < OS_KEEPALIVE; i++) {
		if (values[i] &&
			setsockopt(fd, IPPROTO_TCP, os_tcp_keepalive[i], &values[i], sizeof(int)) <
				0)
			return -1;
	}
	return 0;
}

/* A number, or a name of RFC 2474 (CS), 2597 (AF), 3246 (EF), 5865 (VA) or 8622 (LE). */
static bool parse_dscp(const char *text, int *dscp)
{
	static const struct {
		const char *name;
		int dscp;
	} names[] = {{"cs0", 0}, {"cs1", 8}, {"cs2", 16}, {"cs3", 24}, {"cs4", 32}, {"cs5", 40},
		{"cs6", 48}, {"cs7", 56}, {"af11", 10}, {"af12", 12}, {"af13", 14}, {"af21", 18},
		{"af22", 20}, {"af23", 22}, {"af31", 26}, {"af32", 28}, {"af33", 30}, {"af41", 34},
		{"af42", 36}, {"af43", 38}, {"ef", 46}, {"va", 44}, {"le", 1}};
	uint64_t number;

	if (!num_parse(text, 0, DSCP_MAX, &number)) {
		*dscp = (int)number;
		return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(text, names[i].name) == 0) {
			*dscp = names[i].dscp;
			return true;
		}
	}
	return false;
}

static int set_dscp(int fd, int family, const char *text)
{
	int dscp;

	if (!parse_dscp(text, &dscp))
		return invalid();
	return fd < 0 ? 0 : sock_set_ip(fd, family, IP_TOS, IPV6_TCLASS, dscp << DSCP_SHIFT);
}

static int set_multicast_interface(int fd, int family, const char *text)
{
	unsigned index;

	if (!*text || strlen(text) >= IF_NAMESIZE)
		return invalid();
	if (fd < 0)
		return 0;
	index = if_nametoindex(text);
	if (index == 0) {
		errno = ENODEV;
		return -1;
	}
	return os_set_multicast_interface(fd, family, text, index);
}

static int set_buffer(int fd, const char *text, int option)
{
	uint64_t size;

	if (num_parse_size(text, &size) || size > INT_MAX)
		return invalid();
	return fd < 0 ? 0 : os_set_buffer(fd, option, (int)size);
}

static int set_rcvbuf(int fd, int family, const char *text)
{
	(void)family;
	return set_buffer(fd, text, SO_RCVBUF);
}

static int set_sndbuf(int fd, int family, const char *text)
{
	(void)family;
	return set_buffer(fd, text, SO_SNDBUF);
}

#define BUFFER_LIMITS "at most 2147483647"

/* OpenBSD has times only for all connections together (sysctl(2)). */
#ifdef TCP_KEEPINTVL
#define KEEPALIVE_ARG	 "[=IDLE,INTERVAL,COUNT]"
#define KEEPALIVE_HELP	 "probe an idle peer; give up after COUNT"
#define KEEPALIVE_LIMITS "times of 1s to 32767s, 1-127 probes"
#else
#define KEEPALIVE_ARG	 ""
#define KEEPALIVE_HELP	 "probe an idle peer"
#define KEEPALIVE_LIMITS NULL
#endif

/* On FreeBSD, this is the one that spreads connections and datagrams over the sockets. */
#ifdef SO_REUSEPORT_LB
enum { REUSEPORT = SO_REUSEPORT_LB };
#else
enum { REUSEPORT = SO_REUSEPORT };
#endif

const struct sock_option sock_common_options[] = {
	{.name = "broadcast",
		.arg = "",
		.help = "allow sending to broadcast addresses",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_BROADCAST,
		.type = SOCK_DGRAM},
	{.name = "dscp",
		.arg = "=N|NAME",
		.help = "differentiated services code: 0-63, af41, ef",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.set = set_dscp,
		.limits = "0-63, cs0-cs7, af11-af43, ef, va, le"},
	{.name = "keepalive",
		.arg = KEEPALIVE_ARG,
		.help = KEEPALIVE_HELP,
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_STREAM,
		.set = set_keepalive,
		.limits = KEEPALIVE_LIMITS},
	{.name = "linger",
		.arg = "=TIME",
		.help = "wait for unsent data when closing; 0 = reset",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_STREAM,
		.set = set_linger,
		.limits = "at most 32767s"},
	{.name = "mss",
		.arg = "=N",
		.help = "longest TCP segment",
		.value = SOCK_NUMBER,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_MAXSEG,
		.min = MSS_MIN,
		.max = MSS_MAX,
		.type = SOCK_STREAM},
	{.name = "multicast-interface",
		.arg = "=IFNAME",
		.help = "send multicast through this interface",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_DGRAM,
		.set = set_multicast_interface},
	{.name = "multicast-loop",
		.arg = "=0|1",
		.help = "whether this host receives its own multicast",
		.value = SOCK_BOOL,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_MULTICAST_LOOP,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_MULTICAST_LOOP,
		.is_byte = true,
		.type = SOCK_DGRAM},
	{.name = "multicast-ttl",
		.arg = "=N",
		.help = "hop limit of multicast packets",
		.value = SOCK_NUMBER,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_MULTICAST_TTL,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_MULTICAST_HOPS,
		.is_byte = true,
		.max = HOPS_MAX,
		.type = SOCK_DGRAM},
	{.name = "nodelay",
		.arg = "",
		.help = "send small segments at once (no Nagle)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = IPPROTO_TCP,
		.option = TCP_NODELAY,
		.type = SOCK_STREAM},
	{.name = "rcvbuf",
		.arg = "=SIZE",
		.help = "size of the kernel's receive buffer",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.set = set_rcvbuf,
		.limits = BUFFER_LIMITS},
	{.name = "reuseaddr",
		.arg = "=0|1",
		.help = "bind even if old connections linger there",
		.value = SOCK_BOOL,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_REUSEADDR},
	{.name = "reuseport",
		.arg = "",
		.help = "share the address with other such sockets",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = REUSEPORT},
	{.name = "sndbuf",
		.arg = "=SIZE",
		.help = "size of the kernel's send buffer",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.set = set_sndbuf,
		.limits = BUFFER_LIMITS},
	{.name = "ttl",
		.arg = "=N",
		.help = "hop limit of packets",
		.value = SOCK_NUMBER,
		.phases = SOCK_CREATED,
		.level = IPPROTO_IP,
		.option = IP_TTL,
		.level6 = IPPROTO_IPV6,
		.option6 = IPV6_UNICAST_HOPS,
		.min = 1,
		.max = HOPS_MAX},
	{0},
};
