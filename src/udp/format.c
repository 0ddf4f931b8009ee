/* SPDX-License-Identifier: ISC */
/* format.c - write out a datagram. */
#include "udp/format.h"

#include <string.h>

#include "base/bytes.h"
#include "base/hexdump.h"
#include "base/json.h"
#include "base/num.h"
#include "base/text.h"

const char *const format_names[] = {"raw", "line", "hex", "json", NULL};

/* The name of a Unix socket is as untrusted as a payload. */
static void add_peer(struct bytes *out, const struct datagram *d)
{
	char text[ADDR_TEXT];

	if (d->peer->size == 0)
		strcpy(text, "unix:");
	else
		addr_text(d->peer, text);
	text_add_visible(out, text, strlen(text));
	bytes_add_text(out, ": ");
}

static bool is_letter(unsigned char byte)
{
	return byte >= ' ' && byte <= '~' && byte != '\\';
}

/* Most payloads are plain ASCII, which is copied as it is. */
static void add_visible(struct bytes *out, const unsigned char *data, size_t size)
{
	size_t at = 0;

	while (at < size) {
		size_t begin = at;

		while (at < size && is_letter(data[at]))
			at++;
		bytes_add(out, data + begin, at - begin);
		begin = at;
		while (at < size && !is_letter(data[at]))
			at++;
		text_add_visible(out, data + begin, at - begin);
	}
}

static void add_line(struct bytes *out, const struct datagram *d)
{
	add_peer(out, d);
	add_visible(out, d->data, d->size);
	bytes_add_byte(out, '\n');
}

static void add_hex(struct bytes *out, const struct datagram *d)
{
	add_peer(out, d);
	bytes_add_format(out, "%zu byte%s", d->whole, num_plural(d->whole));
	if (d->whole > d->size)
		bytes_add_format(out, ", cut to %zu", d->size);
	bytes_add_byte(out, '\n');
	hexdump_add(out, "", 0, d->data, d->size, "");
}

static bool is_inet(const struct addr *addr)
{
	return addr_family(addr) == AF_INET || addr_family(addr) == AF_INET6;
}

static void add_host(struct json *j, const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT];

	if (addr->size > 0)
		json_add_text(
			j, key, is_inet(addr) ? addr_text_host(addr, text) : addr_text(addr, text));
}

static void add_json(struct bytes *out, const struct datagram *d)
{
	struct json j;

	json_begin(&j, out);
	json_add_time(&j, "time", d->time);
	add_host(&j, "source", d->peer);
	if (is_inet(d->peer))
		json_add_uint(&j, "port", addr_port(d->peer));
	add_host(&j, "destination", d->asked);
	json_add_uint(&j, "size", d->whole);
	json_add_bool(&j, "truncated", d->whole > d->size);
	json_add_data(&j, "data", d->data, d->size);
	if (d->delay_ns >= 0)
		json_add_seconds(&j, "seconds", d->delay_ns);
	json_end(&j);
}

void format_add(struct bytes *out, enum format_kind kind, bool from, const struct datagram *d)
{
	switch (kind) {
	case FORMAT_RAW:
		if (from)
			add_peer(out, d);
		bytes_add(out, d->data, d->size);
		break;
	case FORMAT_LINE: add_line(out, d); break;
	case FORMAT_HEX: add_hex(out, d); break;
	case FORMAT_JSON: add_json(out, d); break;
	}
}
