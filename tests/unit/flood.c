/* SPDX-License-Identifier: ISC */
/* flood.c - tests of base/flood.h: a few of many warnings are shown, and the rest are counted. */
#include "base/flood.h"

#include "base/num.h"
#include "tap.h"

static const char kinds[FLOOD_KINDS + 1];

/* How many of COUNT warnings of KIND at NOW_NS are shown. */
static int shown(struct flood *f, const void *kind, int count, int64_t now_ns)
{
	int n = 0;

	for (int i = 0; i < count; i++)
		n += flood_admit(f, kind, now_ns) != NULL;
	return n;
}

static void test_flood(void)
{
	struct flood f = {0};
	struct flood_kind *due;

	OK(shown(&f, &kinds[0], 100, 1) == FLOOD_A_SECOND, "a few are shown at once");
	OK(shown(&f, &kinds[1], 2, 1) == 2, "another kind has a measure of its own");
	OK(!flood_due(&f, 1), "nothing is reported while the second lasts");
	OK((due = flood_due(&f, NUM_NS_PER_S + 1)) && due->kind == &kinds[0] && due->hidden == 95,
		"then the others are counted");
	OK(shown(&f, &kinds[0], 100, NUM_NS_PER_S + 1) == FLOOD_A_SECOND,
		"in the next second a few are shown again");
	OK(due->hidden == 190, "what was not reported stays counted");
	due->hidden = 0;
	OK(!flood_due(&f, 3 * NUM_NS_PER_S), "what was reported is not reported again");
}

static void test_many_kinds(void)
{
	struct flood f = {0};
	int good = 0;

	for (int i = 0; i <= FLOOD_KINDS; i++)
		good += shown(&f, &kinds[i], 1, i + 1);
	OK(good == FLOOD_KINDS + 1, "kinds that are quiet make room for new ones");
	for (int i = 0; i < FLOOD_KINDS; i++)
		shown(&f, &kinds[i], 2 * FLOOD_A_SECOND, NUM_NS_PER_S * 9);
	OK(shown(&f, &kinds[FLOOD_KINDS], 1, NUM_NS_PER_S * 9) == 0,
		"but none whose count is still to be reported");
}

int main(void)
{
	test_flood();
	test_many_kinds();
	return tap_end();
}
