/* SPDX-License-Identifier: ISC */
/* ports.c - the ports of a scan as anybody may type them: the numbers in them, or a reason.
 *
 * covers: tcp/connect/scan/ports.c */
#include "base/bytes.h"
#include "fuzz.h"
#include "tcp/connect/scan/scan.h"

static bool read_number(const char *text, size_t size, unsigned *port)
{
	*port = 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*port = *port * 10 + (unsigned)(text[i] - '0');
		if (*port > 65535)
			return false;
	}
	return size > 0;
}

/* Compare PORTS with the list TEXT, using other code. False: it is not a valid list. */
static bool compare(const char *text, const uint16_t *ports, size_t count)
{
	size_t at = 0;

	while (*text) {
		size_t size = strcspn(text, ",");
		const char *dash = memchr(text, '-', size);
		size_t first_size = dash ? (size_t)(dash - text) : size;
		unsigned first, last;

		if (size > 0) {
			if (!read_number(text, first_size, &first))
				return false;
			last = first;
			/* With more zeros than any port needs. */
			if (dash &&
				(first_size > 7 ||
					!read_number(dash + 1, size - first_size - 1, &last)))
				return false;
			if (last < first)
				return false;
			for (; first <= last; first++)
				must(!ports || (at < count && ports[at++] == first));
		}
		text += size;
		text += *text == ',';
	}
	must(!ports || at == count);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *list = fuzz_text(data, size);
	struct endpoint e = {.kind = ENDPOINT_INET, .port = list};
	struct bytes why = {0};
	enum status status;
	size_t count, commas = 0;

	for (const char *at = list; (at = strchr(at, ',')); at++)
		commas++;
	/* There may be many ranges, each of 64 Ki. */
	if (commas < 8) {
		uint16_t *ports = scan_ports(&e, true, &count, &status, &why);

		must((status == STATUS_DONE) == compare(list, NULL, 0));
		must(status != STATUS_DONE || compare(list, ports, count));
		must(status == STATUS_DONE || (why.size > 0 && !ports));
		free(ports);
	}
	bytes_release(&why);
	free(list);
	return 0;
}
