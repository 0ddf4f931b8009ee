/* SPDX-License-Identifier: ISC */
/* name_special.c - names for which no server is asked, and names that are not ASCII. */
#define _GNU_SOURCE /* AI_IDN, EAI_IDN_ENCODE; strcasecmp, newlocale */
#include "core/name_private.h"

#include <locale.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fd.h"
#include "core/name.h"
#include "core/os/os.h"

static const char hosts_file[] = "/etc/hosts";
static const char blanks[] = " \t\r\n";

/* The length of NAME without a dot at the end. */
static size_t size_without_dot(const char *name)
{
	size_t size = strlen(name);

	return size > 0 && name[size - 1] == '.' ? size - 1 : size;
}

/* Whether HOST is TOP or a name under it. */
static bool is_under(const char *host, const char *top)
{
	size_t size = size_without_dot(host), top_size = strlen(top);

	if (size < top_size || strncasecmp(host + size - top_size, top, top_size) != 0)
		return false;
	return size == top_size || host[size - top_size - 1] == '.';
}

/* Whether LINE of /etc/hosts, `ADDRESS NAME...`, has HOST exactly, including a final dot: if only
 * `localhost` is listed, libc does not find `localhost.` and would ask a server. */
static bool line_has(char *line, const char *host)
{
	char *rest, *word;

	line[strcspn(line, "#")] = '\0';
	if (!strtok_r(line, blanks, &rest))
		return false;
	while ((word = strtok_r(NULL, blanks, &rest)))
		if (strcasecmp(word, host) == 0)
			return true;
	return false;
}

static bool is_in_hosts_file(const char *host)
{
	FILE *file = fopen(hosts_file, "re");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &room, file) >= 0)
		found = line_has(line, host);
	free(line);
	fclose(file);
	return found;
}

enum name_special name_special(const char *host)
{
	enum name_special special = is_under(host, "invalid") ? NAME_INVALID
		: is_under(host, "localhost")		      ? NAME_LOCALHOST
							      : NAME_ORDINARY;

	return special != NAME_ORDINARY && is_in_hosts_file(host) ? NAME_ORDINARY : special;
}

bool name_has_ipv6_loopback(void)
{
	struct addr addr;
	int fd = os_socket(AF_INET6, SOCK_DGRAM, 0);

	if (fd < 0)
		return false;
	addr_loopback(AF_INET6, 0, &addr);
	bool has = bind(fd, &addr.u.sa, addr.size) == 0;
	fd_close(fd);
	return has;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > '\x7f')
			return false;
	return true;
}

#ifdef AI_IDN
/* libc encodes according to the character set of the thread's locale; what is typed is UTF-8. */
static int getaddrinfo_encoded(
	const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	struct addrinfo encoded = *hints;

	if (!utf8)
		return NAME_EAI_NOT_ASCII;
	locale_t before = uselocale(utf8);
	encoded.ai_flags |= AI_IDN;
	int err = getaddrinfo(host, service, &encoded, list);
	uselocale(before);
	freelocale(utf8);
	return err == EAI_IDN_ENCODE ? NAME_EAI_NOT_ASCII : err;
}
#else
static int getaddrinfo_encoded(
	const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	(void)host, (void)service, (void)hints, (void)list;
	return NAME_EAI_NOT_ASCII;
}
#endif

int name_getaddrinfo(
	const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	return host && !is_ascii(host) ? getaddrinfo_encoded(host, service, hints, list)
				       : getaddrinfo(host, service, hints, list);
}
