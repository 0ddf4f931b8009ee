/* SPDX-License-Identifier: ISC */
/* dns_message.c - build questions, check answers. */

#include "names/dns/message.h"

#include "base/bytes.h"
#include "names/dns/type.h"
#include "tap.h"

enum { ID = 0x1234 };

/* An answer for example.org, and where its parts are. */
static const unsigned char answer[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0"
				      "\7example\3org\0\0\1\0\1"
				      "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";
enum {
	SIZE = sizeof(answer) - 1,
	FLAGS_AT = 2,
	QUESTIONS_AT = 5,
	ANSWERS_AT = 7,
	NAME_AT = 12,
	TYPE_AT = 26,
	LENGTH_AT = SIZE - 5,
};

static unsigned char query[DNS_QUERY_MAX], copy[SIZE];
static size_t query_size;
static const struct dns_message message = {copy, SIZE};

/* Set the byte AT of the answer to VALUE. */
static void set(size_t at, unsigned char value)
{
	memcpy(copy, answer, SIZE);
	copy[at] = value;
}

static bool fits(void)
{
	return dns_message_answers(&message, query, query_size);
}

static void test_query(void)
{
	static const char expected[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1";
	static const char opt[] = "\0\0\51\4\320\0\0\0\0\0\0"; /* 1232 bytes, no flags */
	struct dns_question q = {.type = DNS_TYPE_A, .class = DNS_CLASS_IN, .plain = true};
	unsigned char edns[DNS_QUERY_MAX];

	OK(!dns_name_parse("example.org", &q.name), "a name");
	query_size = dns_query_build(query, ID, &q);
	OK(query_size == sizeof(expected) - 1 && memcmp(query, expected, query_size) == 0,
		"a question is built");
	q.plain = false;
	size_t size = dns_query_build(edns, ID, &q);
	OK(size == query_size + sizeof(opt) - 1 && edns[11] == 1 &&
			memcmp(edns + query_size, opt, sizeof(opt) - 1) == 0,
		"with EDNS its answer may be 1232 bytes long");
	q.dnssec = true;
	dns_query_build(edns, ID, &q);
	OK(edns[3] == 0x20 && edns[query_size + 7] == 0x80, "DO and AD ask for DNSSEC");
}

static void test_fit(void)
{
	set(0, answer[0]);
	OK(fits(), "an answer fits its question");
	set(NAME_AT + 1, 'E');
	OK(fits(), "case does not matter");
	set(0, 0);
	OK(!fits(), "another id does not fit");
	set(NAME_AT + 1, 'x');
	OK(!fits(), "another name does not fit");
	set(TYPE_AT, 2);
	OK(!fits(), "another type does not fit");
	set(FLAGS_AT, 1);
	OK(!fits(), "a question is no answer");
	set(FLAGS_AT, 0xa1);
	OK(!fits(), "an answer to another operation does not fit");
	set(QUESTIONS_AT, 0);
	OK(!fits(), "an answer without a question does not fit");
	copy[FLAGS_AT + 1] = 0x85;
	OK(fits(), "but an error does");
	for (size_t size = 0; size < DNS_HEADER_SIZE; size++) {
		const struct dns_message cut = {answer, size};

		OK(!dns_message_answers(&cut, query, query_size), "cut at %zu", size);
	}
}

static void test_check(void)
{
	set(0, answer[0]);
	OK(!dns_message_check(&message), "a good answer");
	for (size_t size = DNS_HEADER_SIZE; size < SIZE; size++) {
		const struct dns_message cut = {answer, size};

		OK(dns_message_check(&cut) != NULL, "cut at %zu", size);
	}
	set(ANSWERS_AT, 2);
	OK(tap_same(dns_message_check(&message), "it has fewer records than its header says"),
		"a count that is too high");
	set(ANSWERS_AT, 0);
	OK(tap_same(dns_message_check(&message), "it has data after the last record"),
		"a count that is too low");
	set(LENGTH_AT, 5);
	OK(tap_same(dns_message_check(&message), "a record is longer than the message"),
		"a length that lies");
}

static bool data_is(uint16_t type, const char *data, size_t size, const char *expected)
{
	struct bytes out = {0};
	const struct dns_message m = {(const unsigned char *)data, size};
	const struct dns_record record = {
		.type = type, .class = DNS_CLASS_IN, .data_at = 0, .data_size = size};
	const char *reason = dns_rdata_add(&out, &m, &record);
	bool same = tap_same(reason ? reason : bytes_text(&out), expected);

	if (!same)
		printf("# %s\n", reason ? reason : bytes_text(&out));
	bytes_release(&out);
	return same;
}

#define DATA_IS(type, data, expected) data_is(type, data, sizeof(data) - 1, expected)

static void test_data(void)
{
	enum { MX = 15, TXT = 16, NSEC = 47, HTTPS = 65, CAA = 257, UNKNOWN = 999 };

	OK(DATA_IS(DNS_TYPE_A, "\xc0\0\2\1", "192.0.2.1"), "A");
	OK(DATA_IS(DNS_TYPE_A, "\xc0\0\2", "the data of a record end early"), "A too short");
	OK(DATA_IS(DNS_TYPE_A, "\xc0\0\2\1\1", "the data of a record are too long"), "A too long");
	OK(DATA_IS(MX, "\0\12\4mail\0", "10 mail"), "MX");
	OK(DATA_IS(MX, "\0\0\0", "0 ."), "MX of nobody");
	OK(DATA_IS(TXT, "\3a\"b\1\x1b", "\"a\\\"b\" \"\\027\""), "TXT");
	OK(DATA_IS(TXT, "\5abc", "the data of a record end early"), "TXT that lies");
	OK(DATA_IS(TXT, "", "the data of a record end early"), "TXT of nothing");
	OK(DATA_IS(NSEC, "\1a\0\0\1\x40", "a A"), "NSEC");
	OK(DATA_IS(NSEC, "\1a\0\0\x21\x40", "a list of types is malformed"), "NSEC that lies");
	OK(DATA_IS(HTTPS, "\0\1\0\0\1\0\3\2h2\0\3\0\2\1\xbb", "1 . alpn=\"h2\" port=443"), "HTTPS");
	OK(DATA_IS(HTTPS, "\0\1\0\0\1\0\3\3h2", "a service parameter is malformed"),
		"HTTPS that lies");
	OK(DATA_IS(HTTPS, "\0\1\0\0\3\0\2\1", "a service parameter is malformed"), "HTTPS cut");
	OK(DATA_IS(CAA, "\0\5issueca.org", "0 issue \"ca.org\""), "CAA");
	OK(DATA_IS(UNKNOWN, "\1\2", "\\# 2 0102"), "an unknown type");
	OK(DATA_IS(UNKNOWN, "", "\\# 0"), "an unknown type of nothing");
}

static void test_types(void)
{
	uint16_t type = 0;

	OK(!dns_type_parse("aaaa", &type) && type == 28, "types in either case");
	OK(!dns_type_parse("TYPE65535", &type) && type == 65535, "types by number");
	OK(dns_type_parse("TYPE65536", &type) != NULL, "a number too high");
	OK(dns_type_parse("TYPE0", &type) != NULL, "a number too low");
	OK(!dns_type_parse("axfr", &type) && type == DNS_TYPE_AXFR, "a transfer");
	OK(dns_type_parse("TYPE251", &type) != NULL, "an operation by number");
	OK(dns_type_parse("OPT", &type) != NULL, "what is no record of a name");
	OK(!dns_class_parse("ch", &type) && type == 3, "a class");
	OK(!dns_class_parse("CLASS65535", &type) && type == 65535, "a class by number");
	OK(dns_class_parse("CLASS0", &type) != NULL && dns_class_parse("A", &type) != NULL,
		"what is no class");
	OK(dns_type_parse("", &type) != NULL, "nothing");
}

int main(void)
{
	test_query();
	test_fit();
	test_check();
	test_data();
	test_types();
	return tap_end();
}
