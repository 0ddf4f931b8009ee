/* SPDX-License-Identifier: ISC */
/* field.c - parse and show the values of fields. */
#include "raw/layers/field.h"

#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/name.h"
#include "core/opt/guess.h"
#include "core/opt/opt_value.h"

enum { HALF = 64, MAC_BYTES = 6, WORD_MAX = 64 };

static const struct {
	const char *form;
	const char *reason; /* why a text is not a value */
} kinds[] = {
	[FIELD_NUMBER] = {"NUMBER", NULL},
	[FIELD_HEX] = {"NUMBER", NULL},
	[FIELD_PORT] = {"PORT", "(0-65535 or a service name)"},
	[FIELD_FLAGS] = {"FLAGS", NULL},
	[FIELD_PAIR] = {"N[/N]", "(two numbers with / between them)"},
	[FIELD_MAC] = {"MAC", "(not a MAC address such as 01:02:03:04:05:06)"},
	[FIELD_IP4] = {"ADDRESS", "(not an IPv4 address)"},
	[FIELD_IP6] = {"ADDRESS", "(not an IPv6 address)"},
	[FIELD_SIZE] = {"SIZE", "(0-65535 bytes)"},
	[FIELD_BYTES] = {"HEX", "(not hex digits)"},
	[FIELD_IP4S] = {"A+B+C", "(not IPv4 addresses with + between them)"},
	[FIELD_IP6S] = {"A+B+C", "(not IPv6 addresses with + between them)"},
	[FIELD_TEXT] = {"TEXT", ""},
	[FIELD_FILE] = {"PATH", ""},
};

bool field_is_number(const struct field *f)
{
	return f->kind <= FIELD_SIZE;
}

bool field_is_plain(const struct field *f)
{
	return f->kind == FIELD_NUMBER || f->kind == FIELD_HEX || f->kind == FIELD_PORT ||
		f->kind == FIELD_SIZE;
}

const char *field_form(const struct field *f)
{
	return kinds[f->kind].form;
}

struct value field_max(const struct field *f)
{
	if (f->kind == FIELD_SIZE)
		return (struct value){.low = FIELD_SIZE_MAX};
	if (f->width == 0)
		return (struct value){.low = 1};
	if (f->width > HALF)
		return (struct value){UINT64_MAX >> (2 * HALF - f->width), UINT64_MAX};
	return (struct value){.low = UINT64_MAX >> (HALF - f->width)};
}

static bool find_name(const struct field *f, const char *text, size_t length, uint64_t *value)
{
	for (const struct field_name *n = f->names; n && n->name; n++) {
		if (strlen(n->name) == length && memcmp(n->name, text, length) == 0) {
			*value = n->value;
			return true;
		}
	}
	return false;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

/* Read a number, decimal or hexadecimal with 0x. */
static bool parse_number(const char *text, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;

	if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
		return !num_parse(text, 0, max, value);
	if (!text[2])
		return false;
	for (text += 2; *text; text++) {
		int digit = hex_digit(*text);

		if (digit < 0 || v > UINT64_MAX >> 4)
			return false;
		v = v << 4 | (unsigned)digit;
	}
	*value = v;
	return v <= max;
}

static bool parse_flags(const struct field *f, const char *text, uint64_t *value)
{
	uint64_t all = 0, one;

	if (parse_number(text, field_max(f).low, value))
		return true;
	for (;; text++) {
		size_t length = strcspn(text, ",");

		if (!find_name(f, text, length, &one))
			return false;
		all |= one;
		text += length;
		if (!*text)
			break;
	}
	*value = all;
	return true;
}

static bool parse_pair(const struct field *f, const char *text, uint64_t *value)
{
	unsigned half = f->width / 2;
	uint64_t max = UINT64_MAX >> (HALF - half), first, second = 0;
	const char *slash = strchr(text, '/');
	char word[WORD_MAX];
	size_t length = slash ? (size_t)(slash - text) : strlen(text);

	if (length >= sizeof(word))
		return false;
	memcpy(word, text, length);
	word[length] = '\0';
	if (!parse_number(word, max, &first) || (slash && !parse_number(slash + 1, max, &second)))
		return false;
	*value = first << half | second;
	return true;
}

/* Read six bytes of two digits each, separated by colons or dashes. */
static bool parse_mac(const char *text, uint64_t *value)
{
	uint64_t v = 0;

	for (size_t i = 0; i < MAC_BYTES; i++, text += 2) {
		if (i > 0 && *text != ':' && *text != '-')
			return false;
		text += i > 0;
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0)
			return false;
		v = v << 8 | (unsigned)(high << 4 | low);
	}
	*value = v;
	return *text == '\0';
}

static bool parse_address(const struct field *f, const char *text, struct value *v)
{
	struct addr addr;

	/* Headers have no room for zones. */
	if (strchr(text, '%') || addr_parse_numeric(text, 0, &addr) < 0 ||
		addr_family(&addr) != (f->kind == FIELD_IP4 ? AF_INET : AF_INET6))
		return false;
	*v = value_of_addr(&addr);
	return true;
}

bool field_parse(const struct field *f, const char *text, struct value *v)
{
	struct value result = {0};
	bool good;

	switch (f->kind) {
	case FIELD_MAC: good = parse_mac(text, &result.low); break;
	case FIELD_IP4:
	case FIELD_IP6: good = parse_address(f, text, &result); break;
	case FIELD_FLAGS: good = parse_flags(f, text, &result.low); break;
	case FIELD_PAIR: good = parse_pair(f, text, &result.low); break;
	case FIELD_SIZE:
		good = !num_parse_size(text, &result.low) && result.low <= FIELD_SIZE_MAX;
		break;
	default:
		good = find_name(f, text, strlen(text), &result.low) ||
			parse_number(text, field_max(f).low, &result.low);
	}
	if (good)
		*v = result;
	return good;
}

struct field field_of_list(const struct field *f)
{
	bool six = f->kind == FIELD_IP6S;

	return (struct field){.kind = six ? FIELD_IP6 : FIELD_IP4, .width = six ? 128 : 32};
}

const char *field_read_list(const struct field *f, const char *text, struct bytes *out)
{
	const struct field one = field_of_list(f);
	unsigned char data[16];
	char word[ADDR_TEXT];
	struct value v;

	for (;; text++) {
		size_t length = strcspn(text, "+");

		if (length >= sizeof(word))
			return kinds[f->kind].reason;
		memcpy(word, text, length);
		word[length] = '\0';
		if (!parse_address(&one, word, &v))
			return kinds[f->kind].reason;
		field_put(&one, data, v);
		bytes_add(out, data, one.width / 8);
		text += length;
		if (!*text)
			return NULL;
	}
}

static enum status read_host(const struct field *f, const char *text,
	const struct field_reading *reading, struct value *v, struct bytes *why)
{
	struct name_query q = {.host = text,
		.family = f->kind == FIELD_IP4 ? AF_INET : AF_INET6,
		.type = SOCK_DGRAM,
		.numeric = reading->numeric};
	struct name_answer a;
	enum name_result r = name_lookup(&q, &a);

	if (r != NAME_FOUND)
		return name_explain(r, &q, why);
	*v = value_of_addr(&a.addrs[0]);
	name_answer_release(&a);
	return STATUS_DONE;
}

void field_offer_names(const struct field *f, struct guess *guess)
{
	for (const struct field_name *n = f->names; n && n->name; n++)
		guess_offer(guess, n->name);
}

/* Suggest commas for flags that are joined by anything else. False: that is not the mistake. */
static bool suggest_flags(const struct field *f, const char *text, struct bytes *why)
{
	char joined[WORD_MAX];
	uint64_t ignored;
	size_t size = strlen(text);

	if (size >= sizeof(joined))
		return false;
	memcpy(joined, text, size + 1);
	for (char *c = joined; (c = strpbrk(c, "-+|/ ")); c++)
		*c = ',';
	if (strcmp(joined, text) == 0 || !parse_flags(f, joined, &ignored))
		return false;
	bytes_add_format(why, " (did you mean %s?)", joined);
	return true;
}

/* Suggest what TEXT, or the first of its flags that does not exist, was meant to be. */
static void suggest(const struct field *f, const char *text, struct bytes *why)
{
	size_t length = strlen(text);
	struct guess guess;
	uint64_t ignored;

	if (f->kind == FIELD_FLAGS) {
		length = strcspn(text, ",");
		while (text[length] && find_name(f, text, length, &ignored)) {
			text += length + 1;
			length = strcspn(text, ",");
		}
	}
	if (f->kind == FIELD_FLAGS && suggest_flags(f, text, why))
		return;
	guess_begin(&guess, text, length);
	field_offer_names(f, &guess);
	(void)guess_add(&guess, "", why);
}

static enum status refuse(const struct field *f, const char *text, struct bytes *why)
{
	opt_add_quoted(text, why);
	bytes_add_byte(why, ' ');
	if (kinds[f->kind].reason)
		return fail_with(why, STATUS_USAGE, "%s", kinds[f->kind].reason);
	bytes_add_format(
		why, f->kind == FIELD_HEX ? "(0-0x%" PRIx64 : "(0-%" PRIu64, field_max(f).low);
	for (const struct field_name *n = f->names; n && n->name; n++)
		bytes_add_format(why, "%s%s", n == f->names ? ", or " : ", ", n->name);
	bytes_add_byte(why, ')');
	suggest(f, text, why);
	return STATUS_USAGE;
}

/* Whether TEXT may be a name, rather than an address or number with a typing error. */
static bool is_name_like(const char *text)
{
	return *text && strspn(text, "0123456789.:/-") != strlen(text) && !strchr(text, ':');
}

enum status field_read(const struct field *f, const char *text, const struct field_reading *reading,
	struct value *v, struct bytes *why)
{
	uint16_t port;

	if (field_parse(f, text, v))
		return STATUS_DONE;
	if ((f->kind == FIELD_IP4 || f->kind == FIELD_IP6) && is_name_like(text))
		return read_host(f, text, reading, v, why);
	if (f->kind == FIELD_PORT && is_name_like(text)) {
		if (name_port(text, reading->type, reading->numeric, &port) == NAME_FOUND) {
			*v = (struct value){.low = port};
			return STATUS_DONE;
		}
		if (!reading->numeric) {
			name_add_no_service(text, reading->type, why);
			return STATUS_NOT_FOUND;
		}
	}
	return refuse(f, text, why);
}

static void show_flags(const struct field *f, uint64_t v, struct bytes *out)
{
	size_t start = out->size;

	for (const struct field_name *n = f->names; n->name; n++) {
		if (n->value & v) {
			bytes_add_format(out, "%s%s", out->size > start ? "," : "", n->name);
			v &= ~(uint64_t)n->value;
		}
	}
	if (v || out->size == start)
		bytes_add_format(out, "%s0x%" PRIx64, out->size > start ? "," : "", v);
}

void field_show(const struct field *f, struct value v, struct bytes *out)
{
	char text[ADDR_TEXT];
	struct addr addr;

	switch (f->kind) {
	case FIELD_MAC:
		for (unsigned i = 0; i < MAC_BYTES; i++)
			bytes_add_format(out, "%s%02x", i ? ":" : "",
				(unsigned)(v.low >> (8 * (MAC_BYTES - 1 - i)) & 0xff));
		break;
	case FIELD_IP4:
	case FIELD_IP6:
		value_to_addr(f, v, &addr);
		bytes_add_text(out, addr_text_host(&addr, text));
		break;
	case FIELD_FLAGS: show_flags(f, v.low, out); break;
	case FIELD_HEX:
		bytes_add_format(out, "0x%0*" PRIx64, (int)(f->width + 3) / 4, v.low);
		break;
	case FIELD_PAIR:
		bytes_add_format(out, "%" PRIu64 "/%" PRIu64, v.low >> f->width / 2,
			v.low & (UINT64_MAX >> (HALF - f->width / 2)));
		break;
	default: bytes_add_format(out, "%" PRIu64, v.low);
	}
}
