/* SPDX-License-Identifier: ISC */
/* access_walk.c - core/access.h gives the same verdict as a walk along the lists, whatever these
 * are. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/access.h"
#include "tap.h"

enum { BYTES = 16, BITS = 8 * BYTES, NETS_MAX = 64, TEXT_MAX = 100 };

/* A network of a list, as written. */
struct net {
	bool in6;
	unsigned char host[BYTES];
	unsigned bits;
	unsigned zone;
};

struct list {
	struct net net[NETS_MAX];
	size_t count;
};

static uint64_t seed = 1;

static unsigned draw(unsigned below)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(seed >> 33) % below;
}

static bool bit_of(const unsigned char *host, unsigned i)
{
	return host[i / 8] >> (7 - i % 8) & 1;
}

/* Store the host of ADDR; returns how many bits it has. */
static unsigned host_of(const struct addr *addr, unsigned char host[BYTES])
{
	bool in6 = addr_family(addr) == AF_INET6;

	memcpy(host, in6 ? (const void *)&addr->u.in6.sin6_addr : &addr->u.in.sin_addr,
		in6 ? 16 : 4);
	return in6 ? BITS : 32;
}

static bool net_has(const struct net *net, const struct addr *peer)
{
	static const unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	bool is_mapped = net->in6 && net->bits >= 96 && memcmp(net->host, mapped, 12) == 0;
	unsigned skip = is_mapped ? 96 : 0;
	unsigned char host[BYTES];
	unsigned bits = host_of(peer, host);

	if (bits != (net->in6 ? BITS : 32) - skip)
		return false;
	if (!is_mapped && net->zone && net->zone != peer->u.in6.sin6_scope_id)
		return false;
	for (unsigned i = 0; i + skip < net->bits; i++) {
		if (bit_of(host, i) != bit_of(net->host, i + skip))
			return false;
	}
	return true;
}

static bool list_has(const struct list *list, const struct addr *peer)
{
	for (size_t i = 0; i < list->count; i++) {
		if (net_has(&list->net[i], peer))
			return true;
	}
	return false;
}

static bool walk_permits(const struct list *allow, const struct list *deny, const struct addr *peer)
{
	struct addr plain = *peer;

	addr_unmap(&plain);
	return !list_has(deny, &plain) && (allow->count == 0 || list_has(allow, &plain));
}

static void write_list(const struct list *list, struct bytes *out)
{
	char host[INET6_ADDRSTRLEN], zone[IF_NAMESIZE];

	for (size_t i = 0; i < list->count; i++) {
		const struct net *net = &list->net[i];

		inet_ntop(net->in6 ? AF_INET6 : AF_INET, net->host, host, sizeof(host));
		bytes_add_format(out, "%s%s", i ? "," : "", host);
		if (net->zone)
			bytes_add_format(out, "%%%s", if_indextoname(net->zone, zone));
		if (net->bits != (net->in6 ? BITS : 32) || draw(2) == 0)
			bytes_add_format(out, "/%u", net->bits);
	}
}

/* Read ALLOW and DENY the way an option is read. */
static bool read_lists(struct access *access, const struct list *allow, const struct list *deny)
{
	struct bytes text[2] = {0}, why = {0};
	const char *word[2];
	struct access_sources sources = {
		.allow = {&word[0], allow->count > 0}, .deny = {&word[1], deny->count > 0}};

	write_list(allow, &text[0]);
	write_list(deny, &text[1]);
	word[0] = bytes_text(&text[0]);
	word[1] = bytes_text(&text[1]);
	bool good = access_init(access, &sources, true, &why) == STATUS_DONE;
	if (!good)
		printf("# %s\n", bytes_text(&why));
	bytes_release(&text[0]);
	bytes_release(&text[1]);
	bytes_release(&why);
	return good;
}

static struct addr addr_of(bool in6, const unsigned char *host, unsigned zone)
{
	struct addr addr;

	addr_any(in6 ? AF_INET6 : AF_INET, 1234, &addr);
	if (in6) {
		memcpy(&addr.u.in6.sin6_addr, host, 16);
		addr.u.in6.sin6_scope_id = zone;
	} else {
		memcpy(&addr.u.in.sin_addr, host, 4);
	}
	return addr;
}

/* Whether the verdict on PEER equals that of a walk; if not, the peer and the lists are
 * reported. */
static bool agrees(const struct access *access, const struct list *allow, const struct list *deny,
	const struct addr *peer)
{
	bool expected = walk_permits(allow, deny, peer);
	struct bytes text = {0};
	char host[ADDR_TEXT];

	if (access_permits(access, peer, 0) == expected)
		return true;
	bytes_add_text(&text, "# allow ");
	write_list(allow, &text);
	bytes_add_text(&text, " deny ");
	write_list(deny, &text);
	printf("%s: %s is to be %s\n", bytes_text(&text), addr_text_host(peer, host),
		expected ? "permitted" : "denied");
	bytes_release(&text);
	return false;
}

/* The network NUMBER of those in a /28, including itself; none beyond the last. */
static struct list small_list(unsigned number)
{
	struct list list = {.count = 1};
	struct net *net = &list.net[0];
	unsigned bits = 0;

	for (; bits <= 4 && number >= 1U << bits; bits++)
		number -= 1U << bits;
	if (bits > 4)
		return (struct list){0};
	*net = (struct net){.host = {192, 0, 2}, .bits = 28 + bits};
	net->host[3] = (unsigned char)(number << (4 - bits));
	return list;
}

/* Up to two networks allowed and one denied, or two denied: all combinations in a /28, checked for
 * all its addresses and the one next to it. */
static void test_small(void)
{
	enum { NETS = 31, ALL = NETS + 1 };
	bool good = true;

	for (unsigned n = 0; n < ALL * ALL * ALL; n++) {
		struct list allow = small_list(n % ALL), deny = small_list(n / ALL % ALL);
		struct list second = small_list(n / ALL / ALL);
		struct access access;

		/* The second network goes to the list that already has one. */
		struct list *to = allow.count ? &allow : &deny;
		if (second.count)
			to->net[to->count++] = second.net[0];
		good = good && read_lists(&access, &allow, &deny);
		for (unsigned host = 0; host <= 16 && good; host++) {
			const unsigned char bytes[] = {192, 0, 2, (unsigned char)host};
			struct addr peer = addr_of(false, bytes, 0);

			good = agrees(&access, &allow, &deny, &peer);
		}
		access_release(&access);
	}
	OK(good, "all short lists of networks of a /28 say what a walk says");
}

/* Draw one of few networks, so that many overlap, touch or are equal. */
static struct net draw_net(void)
{
	static const unsigned char starts[][12] = {
		{0}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, {0xfe, 0x80}, {0x20, 0x01, 0x0d}};
	struct net net = {.in6 = draw(2) == 0};
	unsigned all = net.in6 ? BITS : 32;

	if (net.in6)
		memcpy(net.host, starts[draw(4)], sizeof(starts[0]));
	for (unsigned i = all / 8 - 4; i < all / 8; i++)
		net.host[i] = (unsigned char)(draw(4) * 85);
	net.bits = draw(20) == 0 ? draw(all + 1) : all - draw(25);
	net.zone = net.in6 && draw(4) == 0 ? 1 : 0;
	return net;
}

static struct list draw_list(void)
{
	struct list list = {.count = draw(3) == 0 ? 0 : draw(NETS_MAX)};

	for (size_t i = 0; i < list.count; i++)
		list.net[i] = draw_net();
	return list;
}

/* The host of a network, with one bit changed or none; the bits after it are random. */
static struct addr draw_peer(const struct net *near)
{
	unsigned char host[BYTES];
	unsigned all = near->in6 ? BITS : 32;
	unsigned i;

	memcpy(host, near->host, sizeof(host));
	for (i = near->bits; i < all; i++)
		host[i / 8] = (unsigned char)(host[i / 8] ^ (draw(2) << (7 - i % 8)));
	i = draw(2 * all);
	if (i < all)
		host[i / 8] = (unsigned char)(host[i / 8] ^ (1U << (7 - i % 8)));
	return addr_of(near->in6, host, draw(2));
}

static void test_random(void)
{
	enum { LISTS = 2000, PEERS = 100 };
	bool good = true;
	unsigned permitted = 0;

	for (unsigned n = 0; n < LISTS && good; n++) {
		struct list allow = draw_list(), deny = draw_list();
		struct access access;

		good = read_lists(&access, &allow, &deny);
		for (unsigned p = 0; p < PEERS && good; p++) {
			const struct list *of = draw(2) ? &allow : &deny;
			struct net near =
				of->count ? of->net[draw((unsigned)of->count)] : draw_net();
			struct addr peer = draw_peer(&near);

			good = agrees(&access, &allow, &deny, &peer);
			permitted += access_permits(&access, &peer, 0);
		}
		access_release(&access);
	}
	OK(good, "random lists of both families, mapped addresses and zones say what a walk says");
	OK(permitted > LISTS * PEERS / 10 && permitted < LISTS * PEERS * 9 / 10,
		"both answers were given often: %u of %u were permitted", permitted, LISTS * PEERS);
}

int main(void)
{
	test_small();
	test_random();
	return tap_end();
}
