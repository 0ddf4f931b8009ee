/* SPDX-License-Identifier: ISC */
/* resolv_conf.c - /etc/resolv.conf and /etc/hosts as anybody may have written them: the servers
 * that another reader finds, and names that are in it or not. And --server as anybody may type it.
 *
 * covers: names/dns/servers.c */
#define _GNU_SOURCE /* as name_special.c */
#include <arpa/inet.h>
#include <errno.h>

#include "base/fd.h"
#include "fuzz.h"

/* The files are the input. */
static const uint8_t *input;
static size_t input_size;

static char *read_input(const char *path, size_t limit, size_t *size)
{
	must(path != NULL);
	*size = input_size;
	if (input_size <= limit)
		return fuzz_text(input, input_size);
	errno = EFBIG;
	return NULL;
}

static FILE *open_input(const char *path, const char *mode)
{
	return fopen(path && *mode == 'r' ? fuzz_file(input, input_size) : "", "r");
}

#define fd_read_file read_input
#include "names/dns/servers.c"
#undef fd_read_file
#define blanks hosts_blanks
#define fopen  open_input
#include "core/name_special.c"
#undef fopen
#undef blanks

/* The servers of the file, by other code, which does not handle zones. False: it cannot be
 * judged. */
static bool expect_servers(const char *text, unsigned char hosts[][16], size_t *count)
{
	char word[64], key[16];

	*count = 0;
	for (const char *line = text; *line; line += strspn(line, "\n")) {
		size_t size = strcspn(line, "\n");
		char *copy = strndup(line, size);

		must(copy != NULL);
		for (char *at = copy; *at; at++)
			*at = strchr("\t\r", *at) ? ' ' : strchr("\v\f", *at) ? '?' : *at;
		bool server = sscanf(copy, " %15s %63s", key, word) == 2 &&
			strcmp(key, "nameserver") == 0 && copy[strspn(copy, " ") + 10] == ' ';
		free(copy);
		line += size;
		if (!server)
			continue;
		unsigned char *host = hosts[*count < 3 ? *count : 3];
		bool in6 = inet_pton(AF_INET6, word, host) == 1;
		if (!in6) {
			memcpy(host, "\0\0\0\0\0\0\0\0\0\0\377\377", 12);
			if (inet_pton(AF_INET, word, host + 12) != 1)
				return false;
		}
		++*count;
	}
	return true;
}

static bool is_host(const struct addr *addr, const unsigned char host[16])
{
	struct addr other;

	addr_any(AF_INET6, DNS_PORT, &other);
	memcpy(&other.u.in6.sin6_addr, host, 16);
	struct addr plain = *addr;
	addr_unmap(&plain);
	addr_unmap(&other);
	return addr_equal(&plain, &other);
}

static void read_resolv_conf(const char *text)
{
	const struct opt_texts none = {0};
	struct dns_servers servers;
	struct bytes why = {0};
	unsigned char hosts[4][16];
	size_t count;

	if (dns_servers_find(&servers, &none, AF_UNSPEC, &why) == STATUS_DONE) {
		must(servers.count >= 1 && servers.count <= SERVERS_MOST);
		if (strlen(text) == input_size && expect_servers(text, hosts, &count)) {
			must(servers.count == (count == 0 ? 1 : count < 3 ? count : 3));
			for (size_t i = 0; i < servers.count && count > 0; i++)
				must(is_host(&servers.addrs[i], hosts[i]));
		}
	} else {
		must(why.size > 0);
	}
	dns_servers_release(&servers);
	for (int in6 = 0; in6 < 2; in6++) {
		bytes_clear(&why);
		if (dns_servers_find(&servers, &none, in6 ? AF_INET6 : AF_INET, &why) !=
			STATUS_DONE)
			must(why.size > 0 && servers.count == 0);
		for (size_t i = 0; i < servers.count; i++)
			must(addr_family(&servers.addrs[i]) == (in6 ? AF_INET6 : AF_INET));
		dns_servers_release(&servers);
	}
	bytes_release(&why);
}

/* Only what needs no look-up: an address. */
static void read_option(char *text)
{
	const char *word = text;
	const struct opt_texts one = {&word, 1};
	struct dns_servers servers = {0};
	struct bytes why = {0};
	size_t size = strcspn(text, "\n");

	text[size] = '\0';
	if (size > 64 || strspn(text, "0123456789abcdefABCDEF:.[]") != size ||
		(size > 0 && !strpbrk(text, ":.")))
		return;
	/* Not for what is not an address, which would be looked up. */
	for (const char *at = text; (at = strpbrk(at, "abcdefABCDEF")); at++)
		if (!strchr(text, ':'))
			return;
	struct endpoint e;
	if (read_endpoint(&e, text, &why) == STATUS_DONE) {
		struct addr addr;
		bool numeric = e.kind == ENDPOINT_INET && addr_parse_numeric(e.host, 0, &addr) == 0;

		enum endpoint_kind e_kind = e.kind;
		endpoint_release(&e);
		if (numeric && dns_servers_find(&servers, &one, AF_UNSPEC, &why) == STATUS_DONE)
			must(servers.count == 1 && addr_equal_host(&servers.addrs[0], &addr));
		dns_servers_release(&servers);
		if (e_kind != ENDPOINT_INET) {
			must(dns_servers_find(&servers, &one, AF_UNSPEC, &why) == STATUS_USAGE);
			must(why.size > 0);
		}
	} else {
		must(why.size > 0);
		must(dns_servers_find(&servers, &one, AF_UNSPEC, &why) == STATUS_USAGE);
	}
	bytes_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	input = data;
	input_size = size;
	read_resolv_conf(text);
	must(name_special("example.org") == NAME_ORDINARY);
	enum name_special local = name_special("localhost"), invalid = name_special("x.invalid.");
	must(local == NAME_LOCALHOST || strcasestr(text, "localhost") || strlen(text) < size);
	must(invalid == NAME_INVALID || strcasestr(text, "invalid") || strlen(text) < size);
	read_option(text);
	free(text);
	return 0;
}
