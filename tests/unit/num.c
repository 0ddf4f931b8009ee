/* SPDX-License-Identifier: ISC */
/* num.c - tests of base/num.h. */
#include "base/num.h"

#include <inttypes.h>

#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *text;
	uint64_t min, max, value;
	const char *reason;
} numbers[] = {
	{"0", 0, 65535, 0, NULL},
	{"1", 0, 65535, 1, NULL},
	{"007", 0, 65535, 7, NULL},
	{"65535", 0, 65535, 65535, NULL},
	{"65536", 0, 65535, 0, "(0-65535)"},
	{"99999", 0, 65535, 0, "(0-65535)"},
	{"0", 1, 65535, 0, "(1-65535)"},
	{"2147483647", 0, 65535, 0, "(0-65535)"},
	{"2147483648", 0, 65535, 0, "(0-65535)"},
	{"4294967295", 0, 65535, 0, "(0-65535)"},
	{"4294967296", 0, 65535, 0, "(0-65535)"},
	{"4294967376", 0, 65535, 0, "(0-65535)"},
	{"18446744073709551696", 0, 65535, 0, "(0-65535)"},
	{"2147483647", 0, UINT64_MAX, 2147483647, NULL},
	{"2147483648", 0, UINT64_MAX, 2147483648, NULL},
	{"4294967295", 0, UINT64_MAX, 4294967295, NULL},
	{"4294967296", 0, UINT64_MAX, 4294967296, NULL},
	{"9223372036854775807", 0, UINT64_MAX, INT64_MAX, NULL},
	{"9223372036854775808", 0, UINT64_MAX, UINT64_C(1) << 63, NULL},
	{"18446744073709551615", 0, UINT64_MAX, UINT64_MAX, NULL},
	{"18446744073709551616", 0, UINT64_MAX, 0, "(too large)"},
	{"99999999999999999999999", 0, UINT64_MAX, 0, "(too large)"},
	{"4", 5, UINT64_MAX, 0, "(at least 5)"},
	{"", 0, 65535, 0, "(not a whole number)"},
	{" 80", 0, 65535, 0, "(not a whole number)"},
	{"80 ", 0, 65535, 0, "(not a whole number)"},
	{"80x", 0, 65535, 0, "(not a whole number)"},
	{"0x50", 0, 65535, 0, "(not a whole number)"},
	{"+80", 0, 65535, 0, "(not a whole number)"},
	{"-1", 0, UINT64_MAX, 0, "(not a whole number)"},
	{"1.0", 0, 65535, 0, "(not a whole number)"},
	{"1e3", 0, 65535, 0, "(not a whole number)"},
};

static void test_numbers(void)
{
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint64_t value = 0;
		const char *reason =
			num_parse(numbers[i].text, numbers[i].min, numbers[i].max, &value);
		OK(tap_same(reason, numbers[i].reason) && value == numbers[i].value,
			"number \"%s\" up to %" PRIu64 ": %" PRIu64 " %s", numbers[i].text,
			numbers[i].max, value, reason ? reason : "");
	}
}

static const struct {
	const char *text;
	int64_t ns; /* -1: refused */
} times[] = {
	{"250ms", 250 * NUM_NS_PER_MS},
	{"2", 2 * NUM_NS_PER_S},
	{"2s", 2 * NUM_NS_PER_S},
	{"1.5s", 1500 * NUM_NS_PER_MS},
	{"0.5", 500 * NUM_NS_PER_MS},
	{".5", 500 * NUM_NS_PER_MS},
	{"5m", 300 * NUM_NS_PER_S},
	{"1h", 3600 * NUM_NS_PER_S},
	{"1.25h", 4500 * NUM_NS_PER_S},
	{"0", 0},
	{"0ms", 0},
	{"0.000000001", 1},
	{"0.0000000019", 1},
	{"0.00000000709551611m", 425},
	{"0.0000000002777777777778h", 1000},
	{"1.5ms", 1500000},
	{"0.00000000000000000000000000000001h", 0},
	{"876000h", 876000 * INT64_C(3600) * NUM_NS_PER_S},
	{"3153600000", INT64_C(3153600000) * NUM_NS_PER_S},
	{"876000.1h", -1},
	{"876001h", -1},
	{"3153600001", -1},
	{"9223372036854775807", -1},
	{"9223372036854775808ms", -1},
	{"18446744073709551617", -1},
	{"", -1},
	{".", -1},
	{"1.", -1},
	{"1.s", -1},
	{"s", -1},
	{"ms", -1},
	{"1 s", -1},
	{" 1", -1},
	{"-1", -1},
	{"+1", -1},
	{"1S", -1},
	{"1d", -1},
	{"1sec", -1},
	{"1.2.3", -1},
	{"1,5", -1},
	{"1e3", -1},
	{"inf", -1},
	{"nan", -1},
};

static void test_times(void)
{
	for (size_t i = 0; i < COUNT(times); i++) {
		int64_t ns = -1;
		const char *reason = num_parse_time(times[i].text, &ns);
		OK(ns == times[i].ns && !reason == (ns >= 0), "time \"%s\": %" PRId64 " %s",
			times[i].text, ns, reason ? reason : "");
	}
}

struct scaled {
	const char *text;
	uint64_t value;
	bool refused;
};

static void test_scaled(const char *what, const char *(*parse)(const char *, uint64_t *),
	const struct scaled *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t value = 0;
		const char *reason = parse(cases[i].text, &value);
		OK(!reason == !cases[i].refused && value == cases[i].value,
			"%s \"%s\": %" PRIu64 " %s", what, cases[i].text, value,
			reason ? reason : "");
	}
}

static const struct scaled sizes[] = {
	{"0", 0, false},
	{"1400", 1400, false},
	{"64k", 65536, false},
	{"64K", 65536, false},
	{"10M", 10485760, false},
	{"10m", 10485760, false},
	{"1G", 1073741824, false},
	{"2g", 2147483648, false},
	{"4G", 4294967296, false},
	{"1T", UINT64_C(1) << 40, false},
	{"8388608T", UINT64_C(1) << 63, false},
	{"16777215t", UINT64_C(16777215) << 40, false},
	{"16777216T", 0, true},
	{"18446744073709551615", UINT64_MAX, false},
	{"18446744073709551616", 0, true},
	{"18014398509481984k", 0, true},
	{"", 0, true},
	{"k", 0, true},
	{"1.5M", 0, true},
	{"64kB", 0, true},
	{"64 k", 0, true},
	{"-1", 0, true},
	{"0x10", 0, true},
	{"1P", 0, true},
};

static const struct scaled counts[] = {
	{"7", 7, false},
	{"64k", 64000, false},
	{"10M", 10000000, false},
	{"4g", 4000000000, false},
	{"18446744073G", UINT64_C(18446744073000000000), false},
	{"18446744074G", 0, true},
	{"1T", 0, true},
	{"", 0, true},
	{"1kk", 0, true},
};

static const struct {
	double bytes;
	const char *text;
} shown_sizes[] = {
	{0, "0 B"},
	{-5, "0 B"},
	{12, "12 B"},
	{1023, "1023 B"},
	{1023.7, "1.0 KB"},
	{1024, "1.0 KB"},
	{12288, "12.0 KB"},
	{1048575, "1.0 MB"},
	{3.4 * 1073741824, "3.4 GB"},
	{1e300, "16.0 EB"},
};

static const struct {
	int64_t ns;
	const char *text;
} shown_times[] = {
	{-1, "0.000s"},
	{0, "0.000s"},
	{3000000, "0.003s"},
	{9999499999, "9.999s"},
	{9999500000, "10.0s"},
	{12500000000, "12.5s"},
	{59949999999, "59.9s"},
	{59950000000, "1m00s"},
	{185 * NUM_NS_PER_S, "3m05s"},
	{3599500 * NUM_NS_PER_MS, "1h00m"},
	{7380 * NUM_NS_PER_S, "2h03m"},
	{INT64_MAX, "2562047h47m"},
};

static void test_shown(void)
{
	char out[NUM_TEXT];

	for (size_t i = 0; i < COUNT(shown_sizes); i++)
		OK(tap_same(num_show_size(shown_sizes[i].bytes, out), shown_sizes[i].text),
			"size shown as %s", shown_sizes[i].text);
	for (size_t i = 0; i < COUNT(shown_times); i++)
		OK(tap_same(num_show_time(shown_times[i].ns, out), shown_times[i].text),
			"time shown as %s", shown_times[i].text);
}

static void test_plural(void)
{
	OK(strcmp(num_plural(1), "") == 0, "1 packet");
	OK(strcmp(num_plural(0), "s") == 0 && strcmp(num_plural(2), "s") == 0, "0 packets, 2");
	OK(strcmp(num_plural(UINT64_MAX), "s") == 0, "many packets");
}

int main(void)
{
	test_numbers();
	test_times();
	test_scaled("size", num_parse_size, sizes, COUNT(sizes));
	test_scaled("count", num_parse_count, counts, COUNT(counts));
	test_shown();
	test_plural();
	return tap_end();
}
