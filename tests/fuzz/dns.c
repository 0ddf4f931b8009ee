/* SPDX-License-Identifier: ISC */
/* dns.c - fuzz what reads messages of the DNS: any bytes, no crash, and only plain ASCII comes out.
 *
 * covers: names/dns/message.c names/dns/rdata.c names/dns/forms.c names/dns/svcb.c
 * names/dns/dnssec.c names/dns/name.c names/dns/type.c */
#include "base/bytes.h"
#include "fuzz.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In a block of its own size, so that a sanitizer sees the first byte too many. */
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
		if (!dns_message_check(&m)) {
			read_records(&m);
			if (dns_message_alias(&m, &name))
				turn_name(&name);
		}
		read_records(&m);
	}
	free(copy);
	return 0;
}
