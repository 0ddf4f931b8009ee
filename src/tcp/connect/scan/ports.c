/* SPDX-License-Identifier: ISC */
/* ports.c - a list of ports for a scan. */

#include "tcp/connect/scan/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/status.h"
#include "core/name.h"

/* Add the ports from FIRST to LAST. */
static int ports_add(uint16_t **ports, size_t *count, uint16_t first, uint16_t last)
{
	size_t n = (size_t)last - first + 1;
	uint16_t *grown = realloc(*ports, (*count + n) * sizeof *grown);

	if (!grown)
		return -1;
	*ports = grown;
	for (size_t i = 0; i < n; i++)
		grown[*count + i] = (uint16_t)(first + i);
	*count += n;
	return 0;
}

/* Read one part of a list: a port, a service, or a range of numbers. */
static enum status ports_add_part(
	uint16_t **ports, size_t *count, const char *part, bool numeric, struct bytes *why)
{
	struct name_query q = {.host = "", .port = part, .type = SOCK_STREAM, .numeric = numeric};
	const char *dash = strchr(part, '-');
	char low[8];
	uint16_t first, last;
	enum name_result r;

	if (dash && (size_t)(dash - part) < sizeof low) {
		memcpy(low, part, (size_t)(dash - part));
		low[dash - part] = '\0';
		if (addr_parse_port(low, &first) && addr_parse_port(dash + 1, &last)) {
			if (first <= last)
				return ports_add(ports, count, first, last) < 0 ? STATUS_FAILED
										: STATUS_DONE;
			return fail_with(
				why, STATUS_USAGE, "bad port range: \"%s\" runs backwards", part);
		}
	}
	r = name_port(part, SOCK_STREAM, numeric, &first);
	if (r != NAME_FOUND)
		return name_explain(r, &q, why);
	return ports_add(ports, count, first, first) < 0 ? STATUS_FAILED : STATUS_DONE;
}

uint16_t *scan_ports(const struct endpoint *target, bool numeric, size_t *count,
	enum status *status, struct bytes *why)
{
	char *list = strdup(target->port);
	uint16_t *ports = NULL;
	char *state;

	*count = 0;
	*status = list ? STATUS_DONE : STATUS_FAILED;
	for (char *part = list ? strtok_r(list, ",", &state) : NULL; part && *status == STATUS_DONE;
		part = strtok_r(NULL, ",", &state))
		*status = ports_add_part(&ports, count, part, numeric, why);
	free(list);
	if (*status == STATUS_DONE)
		return ports;
	if (*status == STATUS_FAILED)
		bytes_add_text(why, status_reason(ENOMEM));
	free(ports);
	return NULL;
}
