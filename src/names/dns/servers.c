/* SPDX-License-Identifier: ISC */
/* servers.c - which DNS servers to ask. */

#include "names/dns/servers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/name.h"

enum {
	DNS_PORT = 53,
	CONFIG_LONGEST = 1 << 16,
	SERVERS_MOST = 3, /* from the file, as in libc */
};

static const char config_path[] = "/etc/resolv.conf";
static const char default_port[] = "53";

static int add_server(struct dns_servers *servers, const struct addr *addr)
{
	struct addr *grown = realloc(servers->addrs, (servers->count + 1) * sizeof *grown);

	if (!grown)
		return -1;
	servers->addrs = grown;
	grown[servers->count++] = *addr;
	return 0;
}

/* Read HOST[:PORT], where an IPv6 address without a port needs no brackets. An exit status, with
 * WHY unless it is STATUS_DONE. */
static enum status read_endpoint(struct endpoint *e, const char *text, struct bytes *why)
{
	const char *colon = strchr(text, ':');
	bool bare = *text != '[' && (!colon || strchr(colon + 1, ':'));
	size_t length = strlen(text);
	char *copy = strdup(text), *port = strdup(default_port);
	enum status status = STATUS_DONE;

	if (*text == '[' && text[length - 1] == ']' && copy) {
		copy[length - 1] = '\0';
		memmove(copy, copy + 1, length - 1);
		bare = true;
	}
	*e = (struct endpoint){0};
	if (!copy || !port) {
		status = fail_memory(why);
	} else if (!*text) {
		status = fail_with(why, STATUS_USAGE, "bad --server: \"\"");
	} else if (!bare) {
		struct bytes reason = {0};

		if (endpoint_parse(e, ENDPOINT_PEER, &copy, 1, &reason) == 0)
			status =
				fail_with(why, STATUS_USAGE, "--server: %s", bytes_reason(&reason));
		bytes_release(&reason);
	} else {
		*e = (struct endpoint){.kind = ENDPOINT_INET, .host = copy, .port = port, .fd = -1};
		return STATUS_DONE;
	}
	free(copy);
	free(port);
	return status;
}

/* Look up TEXT, the value of --server. */
static enum status find_named(
	struct dns_servers *servers, const char *text, int family, struct bytes *why)
{
	struct endpoint e;
	struct name_answer answer = {0};
	enum status status = read_endpoint(&e, text, why);

	if (status != STATUS_DONE)
		return status;
	struct name_query q = {
		.host = e.host, .port = e.port, .family = family, .type = SOCK_DGRAM};
	if (e.kind != ENDPOINT_INET) {
		status = fail_with(why, STATUS_USAGE, "bad --server: \"%s\" (HOST[:PORT])", text);
	} else {
		enum name_result r = name_lookup(&q, &answer);

		if (r != NAME_FOUND) {
			bytes_add_text(why, "--server: ");
			status = name_explain(r, &q, why);
		} else if (addr_port(&answer.addrs[0]) == 0) {
			status = fail_with(why, STATUS_USAGE,
				"bad --server: \"%s\" (port 0 cannot be queried)", text);
		} else if (addr_explain_zone(&answer.addrs[0], EINVAL, why)) {
			status = STATUS_USAGE;
		}
	}
	for (size_t i = 0; i < answer.count && status == STATUS_DONE; i++) {
		if (add_server(servers, &answer.addrs[i]) < 0)
			status = fail_memory(why);
	}
	name_answer_release(&answer);
	endpoint_release(&e);
	return status;
}

/* The address of a line `nameserver ADDRESS`. */
static bool read_line(char *line, struct addr *addr)
{
	static const char blanks[] = " \t\r";
	char *rest, *word = strtok_r(line, blanks, &rest);

	if (!word || strcmp(word, "nameserver") != 0)
		return false;
	word = strtok_r(NULL, blanks, &rest);
	return word && addr_parse_numeric(word, DNS_PORT, addr) == 0;
}

static bool fits(const struct addr *addr, int family)
{
	return family == AF_UNSPEC || family == addr_family(addr);
}

static enum status find_configured(struct dns_servers *servers, int family, struct bytes *why)
{
	size_t size;
	struct addr addr;
	bool names_any = false;
	int added = 0;
	char *rest, *text = fd_read_file(config_path, CONFIG_LONGEST, &size);

	if (!text) {
		int err = errno;
		return fail_with(why, status_of_errno(err),
			"cannot read %s: %s; name a DNS server with --server", config_path,
			status_reason(err));
	}
	for (char *line = strtok_r(text, "\n", &rest); line && added == 0;
		line = strtok_r(NULL, "\n", &rest)) {
		if (!read_line(line, &addr))
			continue;
		names_any = true;
		if (servers->count < SERVERS_MOST && fits(&addr, family))
			added = add_server(servers, &addr);
	}
	free(text);
	/* As in resolv.conf(5). */
	addr_loopback(AF_INET, DNS_PORT, &addr);
	if (!names_any && fits(&addr, family))
		added = add_server(servers, &addr);
	if (added < 0)
		return fail_memory(why);
	if (servers->count > 0)
		return STATUS_DONE;
	return fail_with(why, STATUS_NOT_FOUND,
		"no %snameserver in %s; name a DNS server with --server",
		family == AF_INET6	    ? "IPv6 "
			: family == AF_INET ? "IPv4 "
					    : "",
		config_path);
}

enum status dns_servers_find(
	struct dns_servers *servers, const struct opt_texts *texts, int family, struct bytes *why)
{
	enum status status = STATUS_DONE;

	*servers = (struct dns_servers){0};
	if (texts->count == 0)
		return find_configured(servers, family, why);
	for (size_t i = 0; i < texts->count && status == STATUS_DONE; i++)
		status = find_named(servers, texts->item[i], family, why);
	return status;
}

void dns_servers_release(struct dns_servers *servers)
{
	free(servers->addrs);
	*servers = (struct dns_servers){0};
}
