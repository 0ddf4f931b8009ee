/* SPDX-License-Identifier: ISC */
/* json.c - write JSON (RFC 8259) into a byte string. */
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"

enum { NS_PER_US = 1000, REPLACEMENT = 0xfffd };

/* Append \uHHHH, or a surrogate pair beyond 16 bits. \n and the like have shorter forms, but to a
 * parser this is the same. */
static void add_code(struct bytes *out, uint32_t code)
{
	if (code >= 0x10000) {
		bytes_add_format(out, "\\u%04" PRIx32, 0xd800 + ((code - 0x10000) >> 10));
		code = 0xdc00 + ((code - 0x10000) & 0x3ff);
	}
	bytes_add_format(out, "\\u%04" PRIx32, code);
}

static void add_character(struct bytes *out, const unsigned char *data, size_t size, uint32_t code)
{
	switch (code) {
	case '"': bytes_add_text(out, "\\\""); break;
	case '\\': bytes_add_text(out, "\\\\"); break;
	case '\n': bytes_add_text(out, "\\n"); break;
	case '\r': bytes_add_text(out, "\\r"); break;
	case '\t': bytes_add_text(out, "\\t"); break;
	default:
		/* RFC 8259 requires this only for C0; escaping the others protects terminals. */
		if (text_is_plain(code))
			bytes_add(out, data, size);
		else
			add_code(out, code);
	}
}

/* The inside of a string. */
static void add_characters(struct bytes *out, const void *data, size_t size)
{
	const unsigned char *next = data;

	while (size > 0) {
		uint32_t code = 0;
		size_t length = text_utf8_next(next, size, &code);

		if (length > 0) {
			add_character(out, next, length, code);
		} else {
			add_code(out, REPLACEMENT);
			length = 1;
		}
		next += length;
		size -= length;
	}
}

/* Append what comes before a value: a comma if there is a value before, and KEY with SUFFIX if
 * there is a key. */
static void add_key(struct json *j, const char *key, const char *suffix)
{
	if (j->comma)
		bytes_add_byte(j->out, ',');
	j->comma = true;
	if (!key)
		return;
	bytes_add_byte(j->out, '"');
	add_characters(j->out, key, strlen(key));
	bytes_add_text(j->out, suffix);
	bytes_add_text(j->out, "\":");
}

static void begin(struct json *j, const char *key, unsigned char bracket)
{
	add_key(j, key, "");
	bytes_add_byte(j->out, bracket);
	j->comma = false;
}

static void end(struct json *j, unsigned char bracket)
{
	bytes_add_byte(j->out, bracket);
	j->comma = true;
}

void json_begin(struct json *j, struct bytes *out)
{
	*j = (struct json){.out = out};
	begin(j, NULL, '{');
}

void json_end(struct json *j)
{
	end(j, '}');
	bytes_add_byte(j->out, '\n');
}

void json_begin_object(struct json *j, const char *key)
{
	begin(j, key, '{');
}

void json_end_object(struct json *j)
{
	end(j, '}');
}

void json_begin_list(struct json *j, const char *key)
{
	begin(j, key, '[');
}

void json_end_list(struct json *j)
{
	end(j, ']');
}

void json_add_text(struct json *j, const char *key, const char *text)
{
	if (!text)
		return;
	add_key(j, key, "");
	bytes_add_byte(j->out, '"');
	add_characters(j->out, text, strlen(text));
	bytes_add_byte(j->out, '"');
}

void json_add_data(struct json *j, const char *key, const void *data, size_t size)
{
	bool readable = text_is_utf8(data, size);

	add_key(j, key, readable ? "" : "_base64");
	bytes_add_byte(j->out, '"');
	if (readable)
		add_characters(j->out, data, size);
	else
		text_add_base64(j->out, data, size);
	bytes_add_byte(j->out, '"');
}

void json_add_int(struct json *j, const char *key, int64_t value)
{
	add_key(j, key, "");
	bytes_add_format(j->out, "%" PRId64, value);
}

void json_add_uint(struct json *j, const char *key, uint64_t value)
{
	add_key(j, key, "");
	bytes_add_format(j->out, "%" PRIu64, value);
}

void json_add_bool(struct json *j, const char *key, bool value)
{
	add_key(j, key, "");
	bytes_add_text(j->out, value ? "true" : "false");
}

void json_add_seconds(struct json *j, const char *key, int64_t ns)
{
	/* Unsigned, because the least int64_t has no positive counterpart. */
	uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	add_key(j, key, "");
	bytes_add_format(j->out, "%s%" PRIu64 ".%06" PRIu64, ns < 0 ? "-" : "",
		size / (uint64_t)NUM_NS_PER_S, size % (uint64_t)NUM_NS_PER_S / NS_PER_US);
}

void json_add_time(struct json *j, const char *key, struct timespec when)
{
	char text[CLOCK_TEXT];

	json_add_text(j, key, clock_text(when, text));
}
