/* SPDX-License-Identifier: ISC */
/* flood.c - show a few a second of the warnings that a stranger can cause at will, and count the
 * rest. */
#include "base/flood.h"

#include "base/num.h"

static bool is_over(const struct flood_kind *k, int64_t now_ns)
{
	return now_ns - k->since_ns >= NUM_NS_PER_S;
}

/* The entry of KIND, or else one that can be used for it: a free one, or the one that has been
 * quiet for longest and has nothing to report. NULL: all sixteen have counts that are not reported
 * yet. */
static struct flood_kind *find(struct flood *f, const void *kind)
{
	struct flood_kind *best = NULL;

	for (size_t i = 0; i < FLOOD_KINDS; i++) {
		struct flood_kind *k = &f->kinds[i];

		if (k->kind == kind)
			return k;
		if (k->hidden == 0 && (!best || k->since_ns < best->since_ns))
			best = k;
	}
	return best;
}

struct flood_kind *flood_admit(struct flood *f, const void *kind, int64_t now_ns)
{
	struct flood_kind *k = find(f, kind);

	/* So many kinds at once are themselves a flood. */
	if (!k) {
		f->kinds[0].hidden++;
		return NULL;
	}
	if (k->kind != kind || is_over(k, now_ns)) {
		k->kind = kind;
		k->since_ns = now_ns;
		k->shown = 0;
	}
	if (k->shown < FLOOD_A_SECOND) {
		k->shown++;
		return k;
	}
	k->hidden++;
	return NULL;
}

struct flood_kind *flood_due(struct flood *f, int64_t now_ns)
{
	for (size_t i = 0; i < FLOOD_KINDS; i++) {
		struct flood_kind *k = &f->kinds[i];

		if (k->hidden > 0 && is_over(k, now_ns))
			return k;
	}
	return NULL;
}
