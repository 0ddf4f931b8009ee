/* SPDX-License-Identifier: ISC */
/* proxy_header.c - what may come instead of a PROXY header, however it is cut: the same addresses,
 * no byte too many.
 *
 * covers: tcp/proxy/proxy_header.c */
#include "tcp/proxy/proxy_header.h"

#include "pieces.h"

enum { HEADER_CUTS = 64 };

static struct proxy_header header;
static size_t header_used;

static void header_begin(void)
{
	header = (struct proxy_header){.size = 0};
	header_used = 0;
}

static void header_take(const unsigned char *data, size_t size, struct bytes *out)
{
	size_t used = proxy_header_feed(&header, data, size);

	(void)out;
	if (used > size || (used < size && header.state == PROXY_HEADER_MORE))
		abort();
	header_used += used;
}

static void header_end(struct bytes *out)
{
	char source[ADDR_TEXT], destination[ADDR_TEXT];

	if ((header.state == PROXY_HEADER_BAD) != (header.reason != NULL))
		abort();
	if (header.state != PROXY_HEADER_DONE)
		header.source.size = header.destination.size = 0;
	bytes_add_format(out, "%d %zu %s %s %s", (int)header.state, header_used,
		header.reason ? header.reason : "",
		header.source.size ? addr_text(&header.source, source) : "",
		header.destination.size ? addr_text(&header.destination, destination) : "");
}

/* What was read and is sent on must be read as the same, in both versions. */
static void come_back(const struct proxy_header *read)
{
	struct bytes out = {0};

	for (int version = PROXY_HEADER_V1; version <= PROXY_HEADER_V2; version++) {
		struct proxy_header again = {.size = 0};

		bytes_clear(&out);
		proxy_header_add(&out, (enum proxy_header_version)version, &read->source,
			&read->destination);
		must(proxy_header_feed(&again, out.data, out.size) == out.size);
		must(again.state == PROXY_HEADER_DONE);
		must(again.source.size == 0 ||
			(addr_equal(&again.source, &read->source) &&
				addr_equal(&again.destination, &read->destination)));
		must(again.source.size > 0 ||
			addr_family(&read->source) != addr_family(&read->destination) ||
			read->source.size == 0 || addr_family(&read->source) == AF_UNIX);
	}
	bytes_release(&out);
}

static const struct pieces_subject header_subject = {header_begin, header_take, header_end};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!pieces_agree(&header_subject, data, size, HEADER_CUTS))
		abort();
	header_begin();
	proxy_header_feed(&header, data, size);
	if (header.state == PROXY_HEADER_DONE)
		come_back(&header);
	return 0;
}
