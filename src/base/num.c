/* SPDX-License-Identifier: ISC */
/* num.c - numbers, TIME, SIZE and RATE as people type them, and as they are shown. */
#include "base/num.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { REASON_TEXT = 64 };

#define NS_PER_M   (60 * NUM_NS_PER_S)
#define NS_PER_H   (60 * NS_PER_M)
#define NS_LONGEST (100 * 365 * 24 * NS_PER_H)

static const char digits[] = "0123456789";
static const char not_a_number[] = "(not a whole number)";
static const char too_large[] = "(too large)";

/* Read the digits at *TEXT, possibly none, and step over them. False if the number exceeds 64
 * bits. */
static bool take_digits(const char **text, uint64_t *value)
{
	bool fits = true;

	*value = 0;
	for (; **text >= '0' && **text <= '9'; (*text)++) {
		unsigned digit = (unsigned)(**text - '0');
		if (*value > (UINT64_MAX - digit) / 10)
			fits = false;
		*value = *value * 10 + digit;
	}
	return fits;
}

static const char *range_reason(uint64_t min, uint64_t max)
{
	static _Thread_local char text[REASON_TEXT];

	if (max == UINT64_MAX)
		snprintf(text, sizeof(text), "(at least %" PRIu64 ")", min);
	else
		snprintf(text, sizeof(text), "(%" PRIu64 "-%" PRIu64 ")", min, max);
	return text;
}

const char *num_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	const char *end = text;
	uint64_t n;
	bool fits = take_digits(&end, &n);

	if (end == text || *end != '\0')
		return not_a_number;
	if (!fits && max == UINT64_MAX)
		return too_large;
	if (!fits || n < min || n > max)
		return range_reason(min, max);
	*value = n;
	return NULL;
}

/* The nanoseconds of the unit SUFFIX; 0 if it is not a unit. */
static int64_t time_unit(const char *suffix)
{
	static const struct {
		const char *suffix;
		int64_t ns;
	} units[] = {
		{"ms", NUM_NS_PER_MS},
		{"", NUM_NS_PER_S},
		{"s", NUM_NS_PER_S},
		{"m", NS_PER_M},
		{"h", NS_PER_H},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(suffix, units[i].suffix) == 0)
			return units[i].ns;
	}
	return 0;
}

/* The fraction of UNIT that the COUNT digits after a decimal point mean, rounded down to a
 * nanosecond. */
static int64_t fraction(const char *text, size_t count, int64_t unit)
{
	int64_t ns = 0;

	/* From the last digit backward, so that only the last remainder is lost. */
	while (count > 0)
		ns = ((text[--count] - '0') * unit + ns) / 10;
	return ns;
}

const char *num_parse_time(const char *text, int64_t *ns)
{
	static const char malformed[] = "(a number, which may end in ms, s, m or h)";
	const char *next = text;
	uint64_t whole;
	bool fits = take_digits(&next, &whole);

	const char *point = *next == '.' ? next + 1 : NULL;
	size_t places = point ? strspn(point, digits) : 0;
	int64_t unit = time_unit(point ? point + places : next);
	if (unit == 0 || (point ? places == 0 : next == text))
		return malformed;

	if (!fits || whole > (uint64_t)(NS_LONGEST / unit))
		return "(over 100 years)";
	int64_t sum = (int64_t)whole * unit + (point ? fraction(point, places, unit) : 0);
	if (sum > NS_LONGEST)
		return "(over 100 years)";
	*ns = sum;
	return NULL;
}

/* Parse a whole number and perhaps one of LETTERS, each of which stands for a factor BASE times
 * that of the one before. MALFORMED is the reason for anything else. */
static const char *parse_scaled(const char *text, const char *letters, uint64_t base,
	const char *malformed, uint64_t *value)
{
	const char *end = text;
	uint64_t n;
	bool fits = take_digits(&end, &n);

	if (end == text)
		return malformed;
	size_t power = 0;
	if (*end != '\0') {
		/* Both cases of a letter are next to each other. */
		const char *found = strchr(letters, *end);
		if (!found || end[1] != '\0')
			return malformed;
		power = (size_t)(found - letters) / 2 + 1;
	}
	for (; power > 0 && fits; power--) {
		fits = n <= UINT64_MAX / base;
		n *= base;
	}
	if (!fits)
		return too_large;
	*value = n;
	return NULL;
}

const char *num_parse_size(const char *text, uint64_t *size)
{
	return parse_scaled(
		text, "kKmMgGtT", 1024, "(a whole number, which may end in k, M, G or T)", size);
}

const char *num_parse_count(const char *text, uint64_t *count)
{
	return parse_scaled(
		text, "kKmMgG", 1000, "(a whole number, which may end in k, M or G)", count);
}

const char *num_show_size(double bytes, char out[NUM_TEXT])
{
	static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
	enum { LAST = sizeof(units) / sizeof(units[0]) - 1 };
	size_t unit = 0;

	/* NaN is handled here too. */
	if (!(bytes > 0))
		bytes = 0;
	if (bytes > (double)UINT64_MAX)
		bytes = (double)UINT64_MAX;
	/* What would be rounded to 1024 belongs to the next unit. */
	while (unit < LAST && bytes >= (unit == 0 ? 1023.5 : 1023.95)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(out, NUM_TEXT, "%.*f %s", unit == 0 ? 0 : 1, bytes, units[unit]);
	return out;
}

/* NS rounded to a whole number of UNIT. */
static uint64_t rounded(uint64_t ns, int64_t unit)
{
	return (ns + (uint64_t)unit / 2) / (uint64_t)unit;
}

const char *num_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

const char *num_show_time(int64_t ns, char out[NUM_TEXT])
{
	uint64_t left = ns > 0 ? (uint64_t)ns : 0;
	uint64_t ms = rounded(left, NUM_NS_PER_MS);
	uint64_t tenths = rounded(left, NUM_NS_PER_S / 10);
	uint64_t seconds = rounded(left, NUM_NS_PER_S);
	uint64_t minutes = rounded(left, NS_PER_M);

	/* Each is judged after rounding, so there is no 60.0s and no 1m60s. */
	if (ms < 10 * 1000)
		snprintf(out, NUM_TEXT, "%" PRIu64 ".%03" PRIu64 "s", ms / 1000, ms % 1000);
	else if (tenths < 60 * 10)
		snprintf(out, NUM_TEXT, "%" PRIu64 ".%" PRIu64 "s", tenths / 10, tenths % 10);
	else if (seconds < 60 * 60)
		snprintf(out, NUM_TEXT, "%" PRIu64 "m%02" PRIu64 "s", seconds / 60, seconds % 60);
	else
		snprintf(out, NUM_TEXT, "%" PRIu64 "h%02" PRIu64 "m", minutes / 60, minutes % 60);
	return out;
}
