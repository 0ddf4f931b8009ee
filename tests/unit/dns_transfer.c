/* SPDX-License-Identifier: ISC */
/* dns_transfer.c - the rules for a zone transfer, message by message. */
#include "names/dns/transfer.h"

#include "names/dns/type.h"
#include "tap.h"

enum { ID = 0x1234 };

#define HEADER	   "\x12\x34\x84\0\0\0\0"
#define NO_OTHERS  "\0\0\0\0"
#define ZONE	   "\4zone\4test\0"
#define SOA	   ZONE "\0\6\0\1\0\0\0\74\0\26\0\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5"
#define ADDRESS	   "\1a" ZONE "\0\1\0\1\0\0\0\74\0\4\xc0\0\2\1"
#define NEXT(text) next(text, sizeof(text) - 1)

static struct dns_transfer_state state;
static enum dns_code code;

static void begin(void)
{
	state = (struct dns_transfer_state){
		.question = {.type = DNS_TYPE_AXFR, .class = DNS_CLASS_IN}, .id = ID};
	if (dns_name_parse("zone.test", &state.question.name))
		OK(false, "the name of the zone");
}

static const char *next(const char *data, size_t size)
{
	const struct dns_message m = {(const unsigned char *)data, size};

	return dns_transfer_take(&state, &m, &code);
}

static void test_good(void)
{
	begin();
	OK(!NEXT(HEADER "\3" NO_OTHERS SOA ADDRESS SOA), "a zone in one message");
	OK(state.ended && state.records == 3, "it ends with its SOA record");
	begin();
	OK(!NEXT(HEADER "\1" NO_OTHERS SOA) && !state.ended,
		"its SOA record alone is its beginning");
	OK(!NEXT(HEADER "\1" NO_OTHERS ADDRESS) && !state.ended, "a message without a question");
	OK(!NEXT(HEADER "\1" NO_OTHERS SOA) && state.ended, "the end in a message of its own");
}

static void test_bad(void)
{
	begin();
	OK(tap_same(NEXT(HEADER "\1" NO_OTHERS ADDRESS),
		   "the zone does not begin with its SOA record"),
		"another record first");
	begin();
	OK(tap_same(NEXT(HEADER "\3" NO_OTHERS SOA SOA ADDRESS),
		   "there are records after the end of the zone"),
		"a record after the end");
	begin();
	OK(tap_same(NEXT(HEADER "\0" NO_OTHERS), "it has no record"), "an empty message");
	OK(tap_same(NEXT("\x12\x35"
			 "\x84\0\0\0\0\1" NO_OTHERS SOA),
		   "it answers another question"),
		"another id");
	OK(tap_same(NEXT(HEADER "\2" NO_OTHERS SOA), "it has fewer records than its header says"),
		"a count that lies");
	OK(!NEXT("\x12\x34\x84\5\0\0\0\0" NO_OTHERS) && code == DNS_REFUSED, "a refusal");
}

int main(void)
{
	test_good();
	test_bad();
	return tap_end();
}
