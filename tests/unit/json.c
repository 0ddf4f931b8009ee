/* SPDX-License-Identifier: ISC */
/* json.c - tests of base/json.h. */
#include "base/json.h"

#include "base/bytes.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DATA(text)   text, sizeof(text) - 1

/* End J, compare what is in its OUT with TEXT, and free it. */
static bool makes(struct json *j, const char *text)
{
	json_end(j);
	bool same = tap_same(bytes_text(j->out), text);
	if (!same)
		printf("# got %s", bytes_text(j->out));
	bytes_release(j->out);
	return same;
}

static void test_shape(void)
{
	struct bytes out = {0};
	struct json j;

	json_begin(&j, &out);
	OK(makes(&j, "{}\n"), "an empty object");

	json_begin(&j, &out);
	json_add_text(&j, "none", NULL);
	json_add_text(&j, "a", "x");
	json_begin_list(&j, "list");
	json_add_uint(&j, NULL, 1);
	json_begin_object(&j, NULL);
	json_add_bool(&j, "t", true);
	json_add_bool(&j, "f", false);
	json_end_object(&j);
	json_begin_list(&j, NULL);
	json_end_list(&j);
	json_add_text(&j, NULL, "");
	json_end_list(&j);
	json_begin_object(&j, "o");
	json_end_object(&j);
	json_add_text(&j, "z", "last");
	OK(makes(&j,
		   "{\"a\":\"x\",\"list\":[1,{\"t\":true,\"f\":false},[],\"\"],\"o\":{},"
		   "\"z\":\"last\"}\n"),
		"objects and lists within one another");
}

static void test_numbers(void)
{
	struct bytes out = {0};
	struct json j;

	json_begin(&j, &out);
	json_begin_list(&j, "n");
	json_add_int(&j, NULL, 0);
	json_add_int(&j, NULL, INT64_MIN);
	json_add_int(&j, NULL, INT64_MAX);
	json_add_uint(&j, NULL, UINT64_C(1) << 63);
	json_add_uint(&j, NULL, UINT64_MAX);
	json_end_list(&j);
	OK(makes(&j,
		   "{\"n\":[0,-9223372036854775808,9223372036854775807,9223372036854775808,"
		   "18446744073709551615]}\n"),
		"the least and the greatest numbers");

	json_begin(&j, &out);
	json_begin_list(&j, "s");
	json_add_seconds(&j, NULL, 0);
	json_add_seconds(&j, NULL, 1500000000);
	json_add_seconds(&j, NULL, 3000);
	json_add_seconds(&j, NULL, -1500000000);
	json_add_seconds(&j, NULL, INT64_MIN);
	json_end_list(&j);
	OK(makes(&j, "{\"s\":[0.000000,1.500000,0.000003,-1.500000,-9223372036.854775]}\n"),
		"seconds with six decimals");
}

static void test_times(void)
{
	static const struct {
		struct timespec when;
		const char *text;
	} cases[] = {
		{{0, 0}, "{\"t\":\"1970-01-01T00:00:00.000000Z\"}\n"},
		{{1769862896, 789012345}, "{\"t\":\"2026-01-31T12:34:56.789012Z\"}\n"},
		{{INT32_MAX, 999999999}, "{\"t\":\"2038-01-19T03:14:07.999999Z\"}\n"},
		{{INT32_MAX + INT64_C(1), 0}, "{\"t\":\"2038-01-19T03:14:08.000000Z\"}\n"},
		{{INT64_MAX, 1000}, "{\"t\":\"1970-01-01T00:00:00.000000Z\"}\n"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bytes out = {0};
		struct json j;
		json_begin(&j, &out);
		json_add_time(&j, "t", cases[i].when);
		OK(makes(&j, cases[i].text), "time %zu", i);
	}
}

static void test_data(void)
{
	static const struct {
		const char *data;
		size_t size;
		const char *text;
	} cases[] = {
		{DATA(""), "{\"d\":\"\"}\n"},
		{DATA("\"}\\/"), "{\"d\":\"\\\"}\\\\/\"}\n"},
		{DATA("a\r\n\tb"), "{\"d\":\"a\\r\\n\\tb\"}\n"},
		{DATA("a\0b"), "{\"d\":\"a\\u0000b\"}\n"},
		{DATA("\x1b[2J\x7f"), "{\"d\":\"\\u001b[2J\\u007f\"}\n"},
		{DATA("\xc2\x9b"), "{\"d\":\"\\u009b\"}\n"},
		{DATA("\xe2\x80\xae"), "{\"d\":\"\\u202e\"}\n"},
		{DATA("\xe2\x80\xa8"), "{\"d\":\"\\u2028\"}\n"},
		{DATA("\xf3\xa0\x80\x81"), "{\"d\":\"\\udb40\\udc01\"}\n"},
		{DATA("na\xc3\xafve \xf0\x9f\x98\x80"),
			"{\"d\":\"na\xc3\xafve \xf0\x9f\x98\x80\"}\n"},
		{DATA("\xff\x00"), "{\"d_base64\":\"/wA=\"}\n"},
		{DATA("\xed\xa0\x80"), "{\"d_base64\":\"7aCA\"}\n"},
		{DATA("ok\xc3"), "{\"d_base64\":\"b2vD\"}\n"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bytes out = {0};
		struct json j;
		json_begin(&j, &out);
		json_add_data(&j, "d", cases[i].data, cases[i].size);
		OK(makes(&j, cases[i].text), "data %zu", i);
	}
}

static void test_text(void)
{
	struct bytes out = {0};
	struct json j;

	json_begin(&j, &out);
	json_add_text(&j, "k\"\n", "a\xff\xc3(\xe2\x82");
	OK(makes(&j, "{\"k\\\"\\n\":\"a\\ufffd\\ufffd(\\ufffd\\ufffd\"}\n"),
		"a text that is not UTF-8, under a hostile key");
}

int main(void)
{
	test_shape();
	test_numbers();
	test_times();
	test_data();
	test_text();
	return tap_end();
}
