/* SPDX-License-Identifier: ISC */
/* dns.c - fuzz the code that reads messages of the DNS: any bytes, no crash, and only plain ASCII
 * comes out.
 *
 * covers: names/dns/message.c names/dns/rdata.c names/dns/forms.c names/dns/svcb.c
 * names/dns/dnssec.c names/dns/name.c names/dns/type.c */
#include "base/bytes.h"
#include "core/addr/addr.h"
#include "fuzz.h"
#include "mutate_dns.h"
#include "names/dns/message.h"
#include "names/dns/type.h"

static void check_plain(const struct bytes *out)
{
	for (size_t i = 0; i < out->size; i++)
		must(out->data[i] >= ' ' && out->data[i] <= '~');
}

static void read_records(const struct dns_message *m)
{
	struct bytes out = {0};
	struct dns_answers answers;
	struct dns_record record;

	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		must(record.data_at + record.data_size <= m->size);
		bytes_clear(&out);
		dns_name_add(&out, &record.name);
		bytes_add_byte(&out, ' ');
		dns_type_add(&out, record.type);
		bytes_add_byte(&out, ' ');
		dns_rdata_add(&out, m, &record);
		check_plain(&out);
	}
	bytes_release(&out);
}

/* What a name prints as must read as the same name. */
static void turn_name(const struct dns_name *name)
{
	struct bytes text = {0};
	struct dns_name again;

	dns_name_add(&text, name);
	check_plain(&text);
	must(!dns_name_parse(bytes_text(&text), &again));
	must(dns_name_equal(name, &again));
	bytes_release(&text);
}

/* Whether it is a single word of letters and digits. */
static bool is_word(const char *text)
{
	for (; *text; text++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
			    *text))
			return false;
	return true;
}

/* Names, types and classes as anybody may type them: what was read is printed as text that is read
 * as the same. */
static void read_text(const char *text)
{
	struct dns_name name, above;
	struct bytes out = {0};
	uint16_t number, again;

	if (!dns_name_parse(text, &name)) {
		turn_name(&name);
		must(!dns_name_parse("test", &above));
		must(!dns_name_is_below(&name, &above) || name.size > above.size);
	}
	if (!dns_type_parse(text, &number)) {
		dns_type_add(&out, number);
		must(is_word(text) && !dns_type_parse(bytes_text(&out), &again) && number == again);
		dns_type_fields(number, DNS_CLASS_IN);
	}
	bytes_clear(&out);
	if (!dns_class_parse(text, &number)) {
		dns_class_add(&out, number);
		must(is_word(text) && !dns_class_parse(bytes_text(&out), &again) &&
			number == again);
	}
	bytes_release(&out);
}

/* The name for an address whose bytes are DATA. */
static void name_address(const uint8_t *data, size_t size)
{
	struct dns_name name, above;
	struct addr addr;

	addr_any(size % 2 ? AF_INET : AF_INET6, 0, &addr);
	if (size % 2)
		memcpy(&addr.u.in.sin_addr, data, size < 4 ? size : 4);
	else
		memcpy(&addr.u.in6.sin6_addr, data, size < 16 ? size : 16);
	dns_name_of_address(&addr, &name);
	must(!dns_name_parse(size % 2 ? "in-addr.arpa" : "ip6.arpa", &above));
	must(dns_name_is_below(&name, &above));
}

#ifdef FUZZER
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	uint64_t random = seed;

	return dns_mutate(data, size, most, &random);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In a block of exactly its size, so that a sanitizer detects the first byte too many. */
	unsigned char *copy = malloc(size ? size : 1);
	unsigned char query[DNS_QUERY_MAX];
	const struct dns_message m = {copy, size};
	struct dns_question question = {.type = DNS_TYPE_A, .class = DNS_CLASS_IN};
	struct dns_name name;
	size_t at = 0;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	if (!dns_name_read(copy, size, &at, &name))
		turn_name(&name);
	must(!dns_name_parse("example.org", &question.name));
	size_t query_size = dns_query_build(query, 0, &question);
	if (size >= DNS_HEADER_SIZE) {
		dns_message_answers(&m, query, query_size);
		dns_message_answers(&m, copy, size);
		dns_message_code(&m);
		dns_message_truncated(&m);
		dns_message_authentic(&m);
		if (!dns_message_check(&m)) {
			read_records(&m);
			dns_message_refers(&m, DNS_TYPE_A);
			if (dns_message_alias(&m, &name))
				turn_name(&name);
		}
		read_records(&m);
	}
	free(copy);
	char *text = fuzz_text(data, size);
	read_text(text);
	free(text);
	if (size > 0)
		name_address(data, size);
	return 0;
}
