/* SPDX-License-Identifier: ISC */
/* values.c - numbers, TIME, SIZE and RATE as anybody may type them, read as the C library reads
 * them, and shown.
 *
 * covers: base/num.c */
#include "base/num.h"

#include <errno.h>
#include <math.h>

#include "fuzz.h"

/* All digits: compare with strtoull(3). */
static bool read_whole(const char *text, size_t size, uint64_t *value)
{
	char *copy = strndup(text, size), *end;

	must(copy != NULL);
	errno = 0;
	*value = strtoull(copy, &end, 10);
	bool good = size > 0 && strspn(copy, "0123456789") == size && errno == 0;
	free(copy);
	return good;
}

static void try_number(const char *text)
{
	uint64_t ours = 1, theirs;
	bool whole = read_whole(text, strlen(text), &theirs);

	must((num_parse(text, 0, UINT64_MAX, &ours) == NULL) == whole);
	must(!whole || ours == theirs);
	bool fits = num_parse(text, 10, 1000, &ours) == NULL;
	must(fits == (whole && theirs >= 10 && theirs <= 1000));
	if (!num_parse(text, 1, UINT64_MAX, &ours))
		must(ours == theirs);
}

typedef const char *scaled_fn(const char *text, uint64_t *value);

/* A whole number and perhaps one of LETTERS, powers of BASE. */
static void try_scaled(const char *text, scaled_fn *fn, const char *letters, uint64_t base)
{
	size_t size = strspn(text, "0123456789");
	uint64_t ours, theirs;
	bool good = read_whole(text, size, &theirs);

	if (good && text[size]) {
		const char *letter = strchr(letters, text[size]);

		good = letter && !text[size + 1];
		for (long i = letter ? letter - letters : -2; i >= 0 && good; i -= 2) {
			good = theirs <= UINT64_MAX / base;
			theirs *= base;
		}
	}
	must((fn(text, &ours) == NULL) == good);
	must(!good || ours == theirs);
}

/* To a hundredth of a permille, because strtod(3) has fewer digits. */
static void try_time(const char *text)
{
	static const struct {
		const char *suffix;
		double seconds;
	} units[] = {{"", 1}, {"s", 1}, {"ms", 0.001}, {"m", 60}, {"h", 3600}};
	size_t size = strspn(text, "0123456789.");
	int64_t ns;
	char *end;

	if (num_parse_time(text, &ns))
		return;
	double seconds = strtod(text, &end);
	must(end == text + size && ns >= 0);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(text + size, units[i].suffix) == 0) {
			double right = seconds * units[i].seconds * 1e9;

			must(fabs((double)ns - right) <= 1 + right * 1e-8);
			return;
		}
	}
	must(false);
}

static void show(const uint8_t *data, size_t size)
{
	char text[NUM_TEXT];
	double bytes = 0;
	int64_t ns = 0;

	memcpy(&bytes, data, size < sizeof bytes ? size : sizeof bytes);
	memcpy(&ns, data, size < sizeof ns ? size : sizeof ns);
	num_show_size(bytes, text);
	must(strlen(text) < NUM_TEXT && text[strspn(text, "0123456789.")] == ' ');
	num_show_time(ns, text);
	must(strlen(text) < NUM_TEXT && text[strspn(text, "0123456789.msh")] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	try_number(text);
	try_scaled(text, num_parse_size, "kKmMgGtT", 1024);
	try_scaled(text, num_parse_count, "kKmMgG", 1000);
	try_time(text);
	if (size > 0)
		show(data, size);
	free(text);
	return 0;
}
