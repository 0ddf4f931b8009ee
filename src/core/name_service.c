/* SPDX-License-Identifier: ISC */
/* name_service.c - services to ports and back, through libc, or from the built-in table if the
 * system has no database. */
#include "core/name.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "core/opt/guess.h"
#include "core/services_table.h"

static const char *protocol_of(int type)
{
	return type == SOCK_DGRAM ? "udp" : "tcp";
}

/* musl's getservent(3) finds nothing, whatever the file has. */
static bool file_has_services(void)
{
	FILE *file = fopen(NAME_SERVICES_FILE, "re");
	struct services_row row;
	char *line = NULL, *rest;
	size_t room = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &room, file) >= 0)
		found = services_line_read(line, true, &row, &rest);
	free(line);
	fclose(file);
	return found;
}

bool name_services_builtin(void)
{
	setservent(0);
	bool none = getservent() == NULL;
	endservent();
	return none && !file_has_services();
}

/* Find SERVICE or PORT in the built-in table, if that is used on this host. */
static bool find_builtin(struct services_line *line, const char *service, uint16_t port, int type)
{
	return services_table_find(line, service, port, protocol_of(type)) &&
		name_services_builtin();
}

enum name_result name_port(const char *service, int type, bool numeric, uint16_t *port)
{
	if (addr_parse_port(service, port))
		return NAME_FOUND;
	if (!*service || service[strspn(service, "0123456789")] == '\0')
		return NAME_NO_SERVICE;
	if (numeric)
		return NAME_NOT_ALLOWED;

	const struct servent *entry = getservbyname(service, protocol_of(type));
	struct services_line line;
	if (!entry && !find_builtin(&line, service, 0, type))
		return NAME_NO_SERVICE;
	*port = entry ? ntohs((uint16_t)entry->s_port) : line.row.number;
	return NAME_FOUND;
}

bool name_service(uint16_t port, int type, char *out, size_t size)
{
	const struct servent *entry = getservbyport(htons(port), protocol_of(type));
	struct services_line line;

	if (!entry && !find_builtin(&line, NULL, port, type))
		return false;
	const char *name = entry ? entry->s_name : line.row.name;
	if (strlen(name) >= size)
		return false;
	memcpy(out, name, strlen(name) + 1);
	return true;
}

static void guess_system(struct guess *guess, const char *protocol)
{
	const struct servent *entry;

	setservent(1);
	while ((entry = getservent()))
		if (strcmp(entry->s_proto, protocol) == 0)
			guess_offer(guess, entry->s_name);
	endservent();
}

static void guess_builtin(struct guess *guess, const char *protocol)
{
	struct services_line line;

	for (const char *at = services_table; services_table_next(&at, &line);)
		if (strcmp(line.row.protocol, protocol) == 0)
			guess_offer(guess, line.row.name);
}

void name_add_no_service(const char *service, int type, struct bytes *why)
{
	struct guess guess;

	bytes_add_format(why, "no such service: \"%s\"", service);
	guess_begin(&guess, service, strlen(service));
	if (name_services_builtin())
		guess_builtin(&guess, protocol_of(type));
	else
		guess_system(&guess, protocol_of(type));
	(void)guess_add(&guess, "", why);
}
