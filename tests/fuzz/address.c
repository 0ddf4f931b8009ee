/* SPDX-License-Identifier: ISC */
/* address.c - numeric addresses as anybody may type them, read as inet_pton(3) and getaddrinfo(3)
 * read them, and back from every text that they are printed as.
 *
 * covers: core/addr/addr.c core/addr/addr_text.c */
#include "core/addr/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>

#include "base/bytes.h"
#include "fuzz.h"

enum { PORT = 53 };

/* Whether HOST is an address only for one of the two: `*` is one for glibc. */
static bool is_apart(const char *host)
{
	return host[strspn(host, "0123456789")] == '\0' || strcmp(host, "<broadcast>") == 0 ||
		strcmp(host, "*") == 0;
}

/* Whether libc takes HOST for an IPv4 address, and we for a name: 0x7f.1, 010.0.0.1, 127.1,
 * "127.0.0.1 x". */
static bool is_theirs_alone(const char *host, const struct addrinfo *theirs)
{
	struct in_addr in;

	return theirs->ai_family == AF_INET && inet_pton(AF_INET, host, &in) != 1;
}

/* Compare with the resolver of libc, which is told not to ask anyone. It accepts names of zones
 * only for link-local addresses, and numbers that no interface has. */
static void compare(const char *host, bool found, const struct addr *addr)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *theirs = NULL;
	struct addr other = {0};
	int err = getaddrinfo(host, "53", &hints, &theirs);

	if (!err) {
		memcpy(&other.u, theirs->ai_addr, theirs->ai_addrlen);
		other.size = theirs->ai_addrlen;
		must(found ? addr_equal(addr, &other)
			   : is_theirs_alone(host, theirs) || strchr(host, '%'));
		freeaddrinfo(theirs);
	} else {
		must(!found || strchr(host, '%'));
	}
}

/* The host alone and the whole text are read as the same again. */
static void come_back(const struct addr *addr)
{
	char text[ADDR_TEXT], host[ADDR_TEXT];
	char *word = text;
	struct addr again, plain = *addr;
	struct endpoint e;
	struct bytes why = {0};

	addr_unmap(&plain);
	addr_text_host(addr, host);
	must(addr_parse_numeric(host, PORT, &again) == 0 && addr_equal(&plain, &again));
	must(addr_host_key(addr) == addr_host_key(&plain) && addr_host_key(addr) != 0);
	addr_text(addr, text);
	must(endpoint_parse(&e, ENDPOINT_PEER, &word, 1, &why) == 1);
	must(strcmp(e.host, host) == 0 && strcmp(e.port, "53") == 0);
	must(addr_is_any(addr) == (strncmp(addr_text_local(addr, text), "*:", 2) == 0));
	endpoint_release(&e);
	bytes_release(&why);
}

/* Check its bytes, and whether they are those of a group. */
static void look_into(const struct addr *addr)
{
	bool in = addr_family(addr) == AF_INET;
	size_t size;
	const unsigned char *host = addr_host_bytes(addr, &size);

	must(size == (in ? sizeof(struct in_addr) : sizeof(struct in6_addr)));
	must(addr_is_multicast(addr) == (in ? host[0] >> 4 == 0xe : host[0] == 0xff));
}

/* The rest: whatever is asked of an address, and what it stands for. */
static void ask(const struct addr *addr)
{
	struct bytes why = {0};
	struct addr in = {0}, other = *addr;

	if (addr_embedded(addr, &in))
		must(addr_family(&in) == AF_INET && addr_port(&in) == PORT);
	must(addr_explain_zone(addr, EINVAL, &why) == addr_lacks_zone(addr));
	must(!(addr_is_any(addr) && addr_is_loopback(addr)));
	addr_set_port(&other, PORT + 1);
	must(!addr_equal(addr, &other) && addr_equal_host(addr, &other));
	addr_any(addr_family(addr), PORT, &other);
	must(addr_is_any(&other) && !addr_equal_host(&other, &in));
	addr_loopback(addr_family(addr), PORT, &other);
	must(addr_is_loopback(&other));
	bytes_release(&why);
}

/* The path of a socket comes back too. */
static void try_unix(const char *path)
{
	char text[ADDR_TEXT];
	struct addr addr, again;

	if (addr_set_unix(&addr, path) < 0)
		return;
	must(strlen(path) <= addr_unix_limit() + 1);
	must(strncmp(addr_text(&addr, text), "unix:", 5) == 0 && strcmp(text + 5, path) == 0);
	must(strcmp(addr_text_host(&addr, text), path) == 0);
	must(addr_set_unix(&again, text) == 0 && addr_equal(&addr, &again));
	must(addr_port(&addr) == 0 && addr_equal_host(&addr, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *host = fuzz_text(data, size), plain[ADDR_HOST_TEXT];
	struct addr addr;
	bool found = addr_parse_numeric(host, PORT, &addr) == 0;
	const char *inner = addr_unbracket(host, plain);

	if (!is_apart(inner))
		compare(inner, found, &addr);
	if (found) {
		come_back(&addr);
		look_into(&addr);
		ask(&addr);
	}
	try_unix(host);
	free(host);
	return 0;
}
