/* SPDX-License-Identifier: ISC */
/* resolve_print.c - answers as lines of text or JSON. */

#include "names/resolve/resolve_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/num.h"
#include "base/text.h"
#include "names/dns/message.h"
#include "names/dns/type.h"
#include "names/resolve/lookup.h"

/* A number and its name. */
struct word {
	int number;
	const char *name;
};

static const struct word families[] = {{AF_INET, "inet"}, {AF_INET6, "inet6"}};
static const struct word types[] = {{SOCK_STREAM, "stream"}, {SOCK_DGRAM, "dgram"},
	{SOCK_RAW, "raw"}, {SOCK_SEQPACKET, "seqpacket"}};
static const struct word protocols[] = {
	{0, "ip"}, {IPPROTO_TCP, "tcp"}, {IPPROTO_UDP, "udp"}, {132, "sctp"}, {136, "udplite"}};

#define WORD_OF(table, number, out) word_of(table, sizeof(table) / sizeof(table[0]), number, out)

static const char *word_of(const struct word *words, size_t count, int number, char out[NUM_TEXT])
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].number == number)
			return words[i].name;
	}
	snprintf(out, NUM_TEXT, "%d", number);
	return out;
}

static void add_visible(struct bytes *out, const char *text)
{
	text_add_visible(out, text, strlen(text));
}

/* What separates the values of a question, and what ends them. In a batch a tab precedes each
 * value, because the question comes before all of them. */
static void begin_value(struct bytes *out, const struct print_style *style)
{
	if (style->batch)
		bytes_add_byte(out, '\t');
}

static void end_value(struct bytes *out, const struct print_style *style)
{
	if (!style->batch)
		bytes_add_byte(out, '\n');
}

static void begin_answer(struct bytes *out, const struct print_style *style, const char *query)
{
	if (style->batch)
		add_visible(out, query);
}

static void end_answer(struct bytes *out, const struct print_style *style)
{
	if (style->batch)
		bytes_add_byte(out, '\n');
}

static void add_value(struct bytes *out, const struct print_style *style, const char *text)
{
	begin_value(out, style);
	add_visible(out, text);
	end_value(out, style);
}

static const char *address_text(
	const struct lookup *l, const struct addr *addr, char out[ADDR_TEXT])
{
	return l->has_port ? addr_text(addr, out) : addr_text_host(addr, out);
}

static int longest_address(const struct lookup_answer *a)
{
	char text[ADDR_TEXT];
	size_t longest = 0;

	for (size_t i = 0; i < a->count; i++) {
		size_t length = strlen(addr_text_host(&a->tuples[i].addr, text));

		longest = length > longest ? length : longest;
	}
	return (int)longest;
}

static void add_tuple(struct bytes *out, const struct lookup_tuple *t, int width)
{
	char family[NUM_TEXT], type[NUM_TEXT], protocol[NUM_TEXT], text[ADDR_TEXT];

	bytes_add_format(out, "%-5s %-6s %-3s %-*s %5u", WORD_OF(families, t->family, family),
		WORD_OF(types, t->type, type), WORD_OF(protocols, t->protocol, protocol), width,
		addr_text_host(&t->addr, text), addr_port(&t->addr));
}

static void add_tuples(struct bytes *out, const struct lookup_answer *a)
{
	int width = longest_address(a);

	for (size_t i = 0; i < a->count; i++) {
		add_tuple(out, &a->tuples[i], width);
		if (a->canonical) {
			bytes_add_byte(out, ' ');
			add_visible(out, a->canonical);
		}
		bytes_add_byte(out, '\n');
	}
}

static void add_json_tuples(struct bytes *out, const char *query, const struct lookup_answer *a)
{
	char word[NUM_TEXT], text[ADDR_TEXT];
	struct json j;

	for (size_t i = 0; i < a->count; i++) {
		const struct lookup_tuple *t = &a->tuples[i];

		json_begin(&j, out);
		json_add_text(&j, "query", query);
		json_add_text(&j, "family", WORD_OF(families, t->family, word));
		json_add_text(&j, "type", WORD_OF(types, t->type, word));
		json_add_text(&j, "protocol", WORD_OF(protocols, t->protocol, word));
		json_add_text(&j, "address", addr_text_host(&t->addr, text));
		json_add_uint(&j, "port", addr_port(&t->addr));
		json_add_text(&j, "canonical", a->canonical);
		json_end(&j);
	}
}

static void add_json_lookup(
	struct bytes *out, const char *query, const struct lookup *l, const struct lookup_answer *a)
{
	char text[ADDR_TEXT];
	struct json j;

	json_begin(&j, out);
	json_add_text(&j, "query", query);
	if (!l->reverse) {
		json_begin_list(&j, "addresses");
		for (size_t i = 0; i < a->count; i++)
			json_add_text(&j, NULL, address_text(l, &a->tuples[i].addr, text));
		json_end_list(&j);
	}
	json_add_text(&j, "name", a->name);
	json_add_text(&j, "canonical", a->canonical);
	json_end(&j);
}

void print_lookup(struct bytes *out, const struct print_style *style, const char *query,
	const struct lookup *l, const struct lookup_answer *a)
{
	char text[ADDR_TEXT];

	if (l->all) {
		if (style->json)
			add_json_tuples(out, query, a);
		else
			add_tuples(out, a);
		return;
	}
	if (style->json) {
		add_json_lookup(out, query, l, a);
		return;
	}
	begin_answer(out, style, query);
	if (a->name)
		add_value(out, style, a->name);
	if (a->canonical)
		add_value(out, style, a->canonical);
	for (size_t i = 0; i < a->count; i++)
		add_value(out, style, address_text(l, &a->tuples[i].addr, text));
	end_answer(out, style);
}

static void add_json_record(struct json *j, const struct dns_record *record, const char *data)
{
	struct bytes text = {0};

	json_begin_object(j, NULL);
	dns_name_add(&text, &record->name);
	json_add_text(j, "name", bytes_text(&text));
	json_add_uint(j, "ttl", record->ttl);
	bytes_clear(&text);
	dns_type_add(&text, record->type);
	json_add_text(j, "type", bytes_text(&text));
	json_add_text(j, "data", data);
	json_end_object(j);
	bytes_release(&text);
}

static const char *add_json_records(struct json *j, const struct dns_message *m)
{
	const char *reason = NULL;
	struct bytes data = {0};
	struct dns_record record;
	struct dns_answers answers;

	dns_answers_begin(&answers, m);
	while (!reason && dns_answers_next(&answers, &record)) {
		bytes_clear(&data);
		reason = dns_rdata_add(&data, m, &record);
		add_json_record(j, &record, bytes_text(&data));
	}
	j->out->failed |= data.failed;
	bytes_release(&data);
	return reason;
}

static void begin_json_records(struct json *j, struct bytes *out, uint16_t type, const char *query)
{
	struct bytes text = {0};

	json_begin(j, out);
	json_add_text(j, "query", query);
	if (type) {
		dns_type_add(&text, type);
		json_add_text(j, "type", bytes_text(&text));
	}
	bytes_release(&text);
}

static void end_json_error(struct json *j, const char *error, enum status status)
{
	if (error) {
		json_add_text(j, "error", error);
		json_add_int(j, "status", status);
	}
	json_end(j);
}

const char *print_json_records(struct bytes *out, const char *query, uint16_t type,
	const struct dns_message *m, const char *error, enum status status)
{
	size_t before = out->size;
	const char *reason = NULL;
	struct json j;

	begin_json_records(&j, out, type, query);
	if (m) {
		json_begin_list(&j, "records");
		reason = add_json_records(&j, m);
		json_end_list(&j);
	}
	end_json_error(&j, error, status);
	if (reason)
		out->size = before;
	return reason;
}

/* Whether a batch, which shows no aliases, shows RECORD if TYPE was asked for. */
static bool is_wanted(const struct dns_record *record, uint16_t type)
{
	return record->type == type || type == DNS_TYPE_ANY || record->type == DNS_TYPE_RRSIG;
}

const char *print_values(struct bytes *out, const struct print_style *style, uint16_t type,
	const struct dns_message *m)
{
	size_t before = out->size;
	const char *reason = NULL;
	struct dns_record record;
	struct dns_answers answers;

	dns_answers_begin(&answers, m);
	while (!reason && dns_answers_next(&answers, &record)) {
		if (style->batch && !is_wanted(&record, type))
			continue;
		begin_value(out, style);
		reason = dns_rdata_add(out, m, &record);
		end_value(out, style);
	}
	if (reason)
		out->size = before;
	return reason;
}

void print_answer(struct bytes *out, const struct print_style *style, const char *query,
	const struct bytes *values)
{
	begin_answer(out, style, query);
	bytes_join(out, values);
	end_answer(out, style);
}

const char *print_zone_line(
	struct bytes *out, const struct dns_message *m, const struct dns_record *record)
{
	dns_name_add(out, &record->name);
	bytes_add_format(out, "\t%" PRIu32 "\t", record->ttl);
	dns_class_add(out, record->class);
	bytes_add_byte(out, '\t');
	dns_type_add(out, record->type);
	bytes_add_byte(out, '\t');
	const char *reason = dns_rdata_add(out, m, record);
	bytes_add_byte(out, '\n');
	return reason;
}

bool print_error(struct bytes *out, const struct print_style *style, const char *query,
	enum status status, const char *why)
{
	struct json j;

	if (style->json) {
		begin_json_records(&j, out, style->type, query);
		end_json_error(&j, why, status);
	} else if (style->batch) {
		add_visible(out, query);
		bytes_add_text(out, "\terror: ");
		add_visible(out, why);
		bytes_add_byte(out, '\n');
	}
	return style->json || style->batch;
}

void print_host_name(struct bytes *out, bool json, const char *name)
{
	struct json j;

	if (json) {
		json_begin(&j, out);
		json_add_text(&j, "name", name);
		json_end(&j);
	} else {
		add_visible(out, name);
		bytes_add_byte(out, '\n');
	}
}
