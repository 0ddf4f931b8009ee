/* SPDX-License-Identifier: ISC */
/* dns.c - DNS messages, right and wrong ones. */
#include "dns.h"

#include <stdio.h>
#include <string.h>

#include "peer.h"

enum {
	HEADER = 12,
	FLAGS_AT = 2,
	QUESTIONS_AT = 4,
	ANSWERS_AT = 6,
	AUTHORITIES_AT = 8,
	ADDITIONAL_AT = 10,
	TTL = 60
};

/* A name that is written out. */
#define NAME(text) ((struct wire_name){text, sizeof(text) - 1})
#define OTHER	   NAME("\5other\0")

static void set16(struct wire *w, size_t at, uint16_t value)
{
	w->data[at] = (uint8_t)(value >> 8);
	w->data[at + 1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put(struct wire *w, const void *data, size_t size)
{
	if (size > sizeof(w->data) - w->size)
		die("a message of over %zu bytes", sizeof(w->data));
	memcpy(w->data + w->size, data, size);
	w->size += size;
}

static void put16(struct wire *w, size_t value)
{
	const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

	put(w, bytes, 2);
}

bool dns_parse(struct question *q, const uint8_t *data, size_t size)
{
	size_t at = HEADER, used = 0;

	if (size < HEADER || get16(data + QUESTIONS_AT) != 1)
		return false;
	q->first[0] = '\0';
	while (at < size && data[at] != 0) {
		size_t label = data[at++];
		if (label > 63 || at + label > size || used + label + 1 >= sizeof(q->name))
			return false;
		if (at == HEADER + 1)
			snprintf(q->first, sizeof(q->first), "%.*s", (int)label,
				(const char *)data + at);
		used += (size_t)snprintf(q->name + used, sizeof(q->name) - used, "%s%.*s",
			used ? "." : "", (int)label, (const char *)data + at);
		at += label;
	}
	q->name[used] = '\0';
	if (at + 5 > size)
		return false;
	q->id = get16(data);
	q->type = get16(data + at + 1);
	q->wire_size = at + 5 - HEADER;
	memcpy(q->wire, data + HEADER, q->wire_size);
	q->edns = 0;
	at += 5;
	/* The root, OPT, and its fields. */
	if (get16(data + ADDITIONAL_AT) == 1 && at + 11 <= size && get16(data + at + 1) == 41) {
		q->edns = get16(data + at + 3);
		q->dnssec = data[at + 7] & 0x80;
	}
	return true;
}

void dns_begin_as(struct wire *w, const struct question *q, size_t size)
{
	w->size = 0;
	put16(w, q->id);
	put16(w, DNS_ANSWER);
	put16(w, size > 0);
	put(w, "\0\0\0\0\0", 6);
	put(w, q->wire, size);
}

void dns_begin(struct wire *w, const struct question *q)
{
	dns_begin_as(w, q, q->wire_size);
}

static void add_to(size_t section_at, struct wire *w, struct wire_name name, uint16_t type,
	const void *data, size_t size)
{
	put(w, name.data, name.size);
	put16(w, type);
	put16(w, 1);
	put16(w, 0);
	put16(w, TTL);
	put16(w, size);
	put(w, data, size);
	set16(w, section_at, (uint16_t)(get16(w->data + section_at) + 1));
}

void dns_add(struct wire *w, struct wire_name name, uint16_t type, const void *data, size_t size)
{
	add_to(ANSWERS_AT, w, name, type, data, size);
}

void dns_add_server(struct wire *w)
{
	add_to(AUTHORITIES_AT, w, OTHER, 2, OTHER.data, OTHER.size);
}

void dns_add_address(struct wire *w, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	const uint8_t data[] = {a, b, c, d};

	dns_add(w, DNS_QUESTION_NAME, 1, data, sizeof(data));
}

void dns_add_alias(struct wire *w, struct wire_name name, struct wire_name target)
{
	dns_add(w, name, 5, target.data, target.size);
}

struct wire_name dns_numbered(unsigned number)
{
	struct wire_name name = NAME("\4cXXX\0");

	if (number == 0)
		return DNS_QUESTION_NAME;
	name.data[2] = (uint8_t)('0' + number / 100 % 10);
	name.data[3] = (uint8_t)('0' + number / 10 % 10);
	name.data[4] = (uint8_t)('0' + number % 10);
	return name;
}

void dns_set_id(struct wire *w, uint16_t id)
{
	set16(w, 0, id);
}

void dns_set_flags(struct wire *w, uint16_t flags)
{
	set16(w, FLAGS_AT, flags);
}

/* Each of these makes W, an answer without records, wrong. */
typedef void (*spoiler)(struct wire *w, const struct question *q);

static void one(struct wire *w)
{
	dns_add_address(w, 192, 0, 2, 1);
}

static void one_named(struct wire *w, struct wire_name name)
{
	dns_add(w, name, 1, "\0\0\0", 4);
}

static void loop(struct wire *w, const struct question *q)
{
	struct wire_name itself = {{0xc0, (uint8_t)(HEADER + q->wire_size)}, 2};

	one_named(w, itself);
}

static void forward(struct wire *w, const struct question *q)
{
	(void)q;
	one_named(w, NAME("\xc0\xff"));
}

static void label(struct wire *w, const struct question *q)
{
	(void)q;
	one_named(w,
		NAME("\x80"
		     "abc\0"));
}

static void endless(struct wire *w, const struct question *q)
{
	struct wire_name name = {.size = 5 * 64 + 1};

	(void)q;
	memset(name.data, 'x', 5 * 64);
	for (int i = 0; i < 5; i++)
		name.data[i * 64] = 63;
	one_named(w, name);
}

static void rdlength(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	set16(w, w->size - 6, 400);
}

static void data(struct wire *w, const struct question *q)
{
	(void)q;
	dns_add(w, DNS_QUESTION_NAME, 1, "\1\2\3", 3);
}

static void long_data(struct wire *w, const struct question *q)
{
	(void)q;
	dns_add(w, DNS_QUESTION_NAME, 1, "\1\2\3\4\5", 5);
}

static void more(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	set16(w, ANSWERS_AT, 3);
}

static void fewer(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	one(w);
	set16(w, ANSWERS_AT, 1);
}

static void rest(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	set16(w, ADDITIONAL_AT, 65535);
}

static void cut(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	w->size -= 2;
}

static void txt(struct wire *w, const struct question *q)
{
	dns_add(w, DNS_QUESTION_NAME, q->type, "\377abc", 4);
}

static void id(struct wire *w, const struct question *q)
{
	one(w);
	dns_set_id(w, q->id ^ 1);
}

static void question(struct wire *w, const struct question *q)
{
	w->size = HEADER;
	put(w, OTHER.data, OTHER.size);
	put(w, q->wire + q->wire_size - 4, 4);
	one(w);
}

static void type(struct wire *w, const struct question *q)
{
	(void)q;
	set16(w, w->size - 4, 2);
	one(w);
}

static void query(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	dns_set_flags(w, 0x0100);
}

static void tiny(struct wire *w, const struct question *q)
{
	(void)q;
	w->data[0] = 0;
	w->size = 1;
}

static void empty(struct wire *w, const struct question *q)
{
	(void)q;
	w->size = 0;
}

static void other(struct wire *w, const struct question *q)
{
	(void)q;
	one(w);
	dns_add(w, OTHER, 1, "\6\6\6\6", 4);
}

static void stray(struct wire *w, const struct question *q)
{
	(void)q;
	dns_add_alias(w, NAME("\1b\0"), NAME("\1c\0"));
	dns_add(w, NAME("\1c\0"), 1, "\6\6\6\6", 4);
}

static void round_trip(struct wire *w, const struct question *q)
{
	(void)q;
	dns_add_alias(w, DNS_QUESTION_NAME, NAME("\1b\0"));
	dns_add_alias(w, NAME("\1b\0"), DNS_QUESTION_NAME);
}

static void long_chain(struct wire *w, const struct question *q)
{
	(void)q;
	for (unsigned i = 0; i < 300; i++)
		dns_add_alias(w, dns_numbered(i), dns_numbered(i + 1));
	dns_add(w, dns_numbered(300), 1, "\6\6\6\6", 4);
}

static void no_question(struct wire *w, const struct question *q)
{
	dns_begin_as(w, q, 0);
}

static const struct {
	const char *name;
	spoiler spoil;
} spoilers[] = {
	{"loop", loop},
	{"forward", forward},
	{"label", label},
	{"endless", endless},
	{"rdlength", rdlength},
	{"data", data},
	{"long-data", long_data},
	{"more", more},
	{"fewer", fewer},
	{"rest", rest},
	{"cut", cut},
	{"txt", txt},
	{"id", id},
	{"question", question},
	{"type", type},
	{"query", query},
	{"tiny", tiny},
	{"empty", empty},
	{"other", other},
	{"stray", stray},
	{"round", round_trip},
	{"long", long_chain},
	{"no-question", no_question},
};

bool dns_bad_answer(struct wire *w, const struct question *q)
{
	for (size_t i = 0; i < sizeof(spoilers) / sizeof(*spoilers); i++) {
		if (strcmp(q->first, spoilers[i].name) == 0) {
			dns_begin(w, q);
			spoilers[i].spoil(w, q);
			return true;
		}
	}
	return false;
}
