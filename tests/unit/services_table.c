/* SPDX-License-Identifier: ISC */
/* services_table.c - unit test: the built-in services, line by line and by name, alias and port. */

#include <string.h>

#include "core/services_table.h"

#include "tap.h"

static struct services_line line;

static void test_lines(void)
{
	const char *at = services_table;
	size_t lines = 0, read = 0;

	for (const char *c = services_table; *c; c++)
		lines += *c == '\n';
	while (services_table_next(&at, &line))
		read++;
	OK(read == lines && !*at, "%zu of %zu lines are read, up to \"%.20s\"", read, lines, at);
}

static void test_find(void)
{
	OK(services_table_find(&line, "domain", 0, "udp") && line.row.number == 53, "by name");
	OK(services_table_find(&line, "kerberos-sec", 0, "tcp") && line.row.number == 88,
		"by the last alias");
	OK(services_table_find(&line, NULL, 22, "tcp") && strcmp(line.row.name, "ssh") == 0,
		"by port");
	OK(services_table_find(&line, NULL, 21, "udp") && strcmp(line.row.name, "fsp") == 0,
		"by port and protocol");
	OK(!services_table_find(&line, "ssh", 0, "udp"), "not of another protocol");
	OK(!services_table_find(&line, "kerberos", 0, "sctp"), "not of a protocol without it");
	OK(!services_table_find(&line, "", 0, "tcp"), "not the empty word");
}

int main(void)
{
	test_lines();
	test_find();
	return tap_end();
}
