/* SPDX-License-Identifier: ISC */
/* sock_options.c - unit tests of the -o options in core/sock.h. */
#include <errno.h>
#include <sys/types.h>

#include <netinet/tcp.h>
#include <unistd.h>

#include "base/bytes.h"
#include "core/os/tcp.h"
#include "core/sock/sock.h"
#include "tap.h"

static int parse(struct sock_options *options, const char *word, int type, struct bytes *why)
{
	const struct opt_texts texts = {&word, 1};

	return sock_options_parse(options, &texts, type, why);
}

static void test_good(void)
{
	static const struct {
		const char *word;
		int type;
	} cases[] = {{"ttl=1", SOCK_STREAM}, {"ttl=255", SOCK_DGRAM}, {"nodelay", SOCK_STREAM},
		{"nodelay=0", SOCK_STREAM}, {"keepalive", SOCK_STREAM},
		{"keepalive=30", SOCK_STREAM}, {"keepalive=30,5s,3", SOCK_STREAM},
		{"linger=0", SOCK_STREAM}, {"linger=1.5s", SOCK_STREAM}, {"dscp=46", SOCK_STREAM},
		{"dscp=AF41", SOCK_DGRAM}, {"rcvbuf=4M", SOCK_DGRAM}, {"broadcast", SOCK_DGRAM},
		{"multicast-ttl=0", SOCK_DGRAM}, {"multicast-interface=lo", SOCK_DGRAM},
		{"multicast-ttl=9", SOCK_RAW}, {"reuseport", SOCK_STREAM}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sock_options options;
		struct bytes why = {0};
		OK(parse(&options, cases[i].word, cases[i].type, &why) == 0, "%s %s", cases[i].word,
			bytes_text(&why));
		sock_options_release(&options);
		bytes_release(&why);
	}
}

static void test_bad(void)
{
	static const struct {
		const char *word;
		int type;
		const char *why;
	} cases[] = {
		{"tttl=3", SOCK_STREAM, "unknown socket option: \"tttl\" (did you mean ttl?)"},
		{"", SOCK_STREAM, "unknown socket option: \"\" (-o help lists them)"},
		{"=3", SOCK_STREAM, "unknown socket option: \"\" (-o help lists them)"},
		{"ttl", SOCK_STREAM, "socket option ttl needs a value: ttl=N"},
		{"ttl=", SOCK_STREAM, "bad socket option ttl: \"\" (not a whole number)"},
		{"ttl=0", SOCK_STREAM, "bad socket option ttl: \"0\" (1-255)"},
		{"ttl=256", SOCK_STREAM, "bad socket option ttl: \"256\" (1-255)"},
		{"nodelay=2", SOCK_STREAM, "bad socket option nodelay: \"2\" (0-1)"},
		{"nodelay", SOCK_DGRAM, "socket option nodelay is for TCP only"},
		{"broadcast", SOCK_STREAM, "socket option broadcast is for datagrams only"},
		{"dscp=64", SOCK_STREAM,
			"bad socket option dscp: \"64\" "
			"(dscp=N|NAME, 0-63, cs0-cs7, af11-af43, ef, va, le)"},
		{"dscp=af14", SOCK_STREAM,
			"bad socket option dscp: \"af14\" "
			"(dscp=N|NAME, 0-63, cs0-cs7, af11-af43, ef, va, le)"},
		{"keepalive=", SOCK_STREAM,
			"bad socket option keepalive: \"\" "
			"(keepalive[=IDLE,INTERVAL,COUNT], times of 1s to 32767s, 1-127 probes)"},
		{"keepalive=0", SOCK_STREAM,
			"bad socket option keepalive: \"0\" "
			"(keepalive[=IDLE,INTERVAL,COUNT], times of 1s to 32767s, 1-127 probes)"},
		{"keepalive=1,2,128", SOCK_STREAM,
			"bad socket option keepalive: \"1,2,128\" "
			"(keepalive[=IDLE,INTERVAL,COUNT], times of 1s to 32767s, 1-127 probes)"},
		{"keepalive=1,2,3,4", SOCK_STREAM,
			"bad socket option keepalive: \"1,2,3,4\" "
			"(keepalive[=IDLE,INTERVAL,COUNT], times of 1s to 32767s, 1-127 probes)"},
		{"linger=x", SOCK_STREAM,
			"bad socket option linger: \"x\" (linger=TIME, at most 32767s)"},
		{"linger=32768", SOCK_STREAM,
			"bad socket option linger: \"32768\" (linger=TIME, at most 32767s)"},
		{"rcvbuf=2147483648", SOCK_STREAM,
			"bad socket option rcvbuf: \"2147483648\" (rcvbuf=SIZE, at most "
			"2147483647)"},
		{"multicast-interface=", SOCK_DGRAM,
			"bad socket option multicast-interface: \"\" "
			"(multicast-interface=IFNAME)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sock_options options;
		struct bytes why = {0};
		OK(parse(&options, cases[i].word, cases[i].type, &why) < 0 &&
				tap_same(bytes_text(&why), cases[i].why),
			"%s: %s", cases[i].word, bytes_text(&why));
		bytes_release(&why);
	}
}

static int get(int fd, int level, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	getsockopt(fd, level, option, &value, &size);
	return value;
}

static void test_applied(int family, int level, int hops, int class)
{
	/* Not every system has times for a single connection. */
	bool timed = os_tcp_keepalive[0] >= 0;
	const char *words[] = {"ttl=7", "nodelay", timed ? "keepalive=30,5,3" : "keepalive",
		"dscp=ef", "linger=0"};
	const struct opt_texts texts = {words, sizeof(words) / sizeof(words[0])};
	struct sock_options options;
	struct bytes why = {0};

	OK(sock_options_parse(&options, &texts, SOCK_STREAM, &why) == 0, "options are read");
	int fd = sock_open(family, SOCK_STREAM, &options, NULL);
	if (fd < 0 && errno == EAFNOSUPPORT)
		goto out;
	OK(fd > 2, "a socket is opened with them");
	OK(get(fd, level, hops) == 7 && get(fd, IPPROTO_IP, IP_TTL) == 7,
		"ttl is set, for IPv4 peers too");
	OK(get(fd, level, class) == 46 << 2, "dscp stands above the two bits of ECN");
	OK(get(fd, IPPROTO_TCP, TCP_NODELAY), "nodelay is set");
	OK(get(fd, SOL_SOCKET, SO_KEEPALIVE), "keepalive is set");
	OK(!timed ||
			(get(fd, IPPROTO_TCP, os_tcp_keepalive[0]) == 30 &&
				get(fd, IPPROTO_TCP, os_tcp_keepalive[1]) == 5 &&
				get(fd, IPPROTO_TCP, os_tcp_keepalive[2]) == 3),
		"with its numbers");
	close(fd);
out:
	sock_options_release(&options);
	bytes_release(&why);
}

static void test_not_for_family(void)
{
	static const char *const words[] = {"ttl=7", "nodelay", "keepalive", "dscp=ef"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct sock_options options;
		struct bytes why = {0};
		const struct sock_setting *bad = NULL;
		parse(&options, words[i], SOCK_STREAM, &why);
		OK(sock_open(AF_UNIX, SOCK_STREAM, &options, &bad) < 0 && errno == EOPNOTSUPP &&
				bad == &options.settings[0],
			"%s is refused for a Unix socket", words[i]);
		sock_options_release(&options);
		bytes_release(&why);
	}
}

static void test_added(void)
{
	struct sock_options options;
	struct bytes why = {0};

	parse(&options, "ttl=7", SOCK_DGRAM, &why);
	OK(sock_options_add(&options, "ttl", "9") == 0 &&
			sock_options_add(&options, "broadcast", NULL) == 0,
		"options are added");
	OK(sock_options_has(&options, "broadcast") && !sock_options_has(&options, "linger"),
		"what was given is known");
	int fd = sock_open(AF_INET, SOCK_DGRAM, &options, NULL);
	OK(get(fd, IPPROTO_IP, IP_TTL) == 7, "what the user gave wins");
	OK(get(fd, SOL_SOCKET, SO_BROADCAST) == 1, "what was added is set");
	close(fd);
	OK(sock_options_add(&options, "nosuch", NULL) < 0 && errno == ENOPROTOOPT,
		"an unknown name is not added");
	sock_options_release(&options);
	bytes_release(&why);
}

static void test_listen(void)
{
	struct sock_options options;
	struct bytes why = {0};
	struct sock_listen how = {.type = SOCK_STREAM, .backlog = 1};
	struct addr addr, local;

	addr_loopback(AF_INET, 0, &addr);
	int fd = sock_listen(&addr, &how, NULL);
	OK(sock_is_socket(fd) && sock_is_listening(fd), "a socket listens");
	OK(sock_local(fd, &local) == 0 && addr_port(&local) > 0, "at a port of its own");
	OK(get(fd, SOL_SOCKET, SO_REUSEADDR) == 1, "its address may be reused");
	OK(sock_listen(&local, &how, NULL) < 0 && errno == EADDRINUSE, "but not at once");
	close(fd);
	parse(&options, "reuseaddr=0", SOCK_STREAM, &why);
	how.options = &options;
	fd = sock_listen(&addr, &how, NULL);
	OK(get(fd, SOL_SOCKET, SO_REUSEADDR) == 0, "unless the user says no");
	close(fd);
	sock_options_release(&options);
	bytes_release(&why);
}

int main(void)
{
	test_good();
	test_bad();
	test_applied(AF_INET, IPPROTO_IP, IP_TTL, IP_TOS);
	test_applied(AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, IPV6_TCLASS);
	test_not_for_family();
	test_added();
	test_listen();
	return tap_end();
}
