/* SPDX-License-Identifier: ISC */
/* hosts.c - connections are counted for each host: an IPv4 address, or an IPv6 /64. */

#include "tcp/server/hosts.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/addr/vsock.h"
#include "tap.h"

static struct addr ip(const char *text)
{
	struct addr a = {.size = sizeof a.u.in6};

	if (inet_pton(AF_INET6, text, &a.u.in6.sin6_addr) == 1) {
		a.u.in6.sin6_family = AF_INET6;
		return a;
	}
	a.size = sizeof a.u.in;
	a.u.in.sin_family = AF_INET;
	inet_pton(AF_INET, text, &a.u.in.sin_addr);
	return a;
}

static uint64_t add(struct hosts *h, const char *text)
{
	struct addr a = ip(text);

	return hosts_add(h, &a);
}

static void drop(struct hosts *h, const char *text)
{
	struct addr a = ip(text);

	hosts_drop(h, &a);
}

/* Host I has I % 3 + 1 connections. */
static void test_many(struct hosts *h)
{
	enum { HOSTS = 20000 };
	bool good = true;
	char text[INET_ADDRSTRLEN];

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < HOSTS && good; i++) {
			snprintf(text, sizeof text, "10.0.%u.%u", i / 256, i % 256);
			good = i % 3 < round || add(h, text) == round + 1;
		}
	}
	OK(good, "each of %d hosts is counted for itself", HOSTS);
	for (unsigned i = 0; i < HOSTS && good; i++) {
		snprintf(text, sizeof text, "10.0.%u.%u", i / 256, i % 256);
		drop(h, text);
		good = add(h, text) == i % 3 + 1;
	}
	OK(good, "and counted off for itself");
}

/* The guests of a virtual machine monitor, each with its own ports. */
static void test_vsock(struct hosts *h)
{
	struct addr one, same, other;

	if (vsock_parse("3", "1000", &one) || vsock_parse("3", "2000", &same) ||
		vsock_parse("4", "1000", &other))
		return;
	OK(hosts_add(h, &one) == 1 && hosts_add(h, &same) == 2 && hosts_add(h, &other) == 1,
		"a guest is a host, whatever its port");
	hosts_drop(h, &one);
	OK(hosts_add(h, &one) == 2, "and has one connection fewer when one ends");
	hosts_drop(h, &one);
	hosts_drop(h, &same);
	hosts_drop(h, &other);
}

int main(void)
{
	struct hosts *h = hosts_new();

	OK(add(h, "192.0.2.1") == 1 && add(h, "192.0.2.1") == 2, "an IPv4 address is a host");
	OK(add(h, "192.0.2.2") == 1, "another one is another");
	OK(add(h, "2001:db8:1:2::1") == 1 && add(h, "2001:db8:1:2:ffff::9") == 2,
		"an IPv6 host has its /64 to itself");
	OK(add(h, "2001:db8:1:3::1") == 1, "the next /64 is another host");
	drop(h, "2001:db8:1:2::7");
	OK(add(h, "2001:db8:1:2::8") == 2, "whichever of its addresses leaves is counted off");
	test_vsock(h);
	test_many(h);
	hosts_free(h);
	return tap_end();
}
