/* SPDX-License-Identifier: ISC */
/* guess.c - which of the known words was probably meant. */
#include "core/opt/guess.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

/* Copy TEXT, of LENGTH characters, in lower case; if it is too long, "". */
static void fold(char out[GUESS_ROOM], const char *text, size_t length)
{
	if (length >= GUESS_ROOM)
		length = 0;
	for (size_t i = 0; i < length; i++)
		out[i] = (char)tolower((unsigned char)text[i]);
	out[length] = '\0';
}

/* How many letters may be wrong in a word of LENGTH. */
static size_t slips_allowed(size_t length)
{
	if (length < 2)
		return 0;
	return length < 6 ? 1 : length / 3;
}

/* Whether CANDIDATE begins with WORD or ends with -WORD, as in `serve` for `tcp-serve`. */
static bool is_part(const char *word, const char *candidate)
{
	size_t length = strlen(word), whole = strlen(candidate);

	if (length < 2 || whole <= length)
		return false;
	if (strncmp(candidate, word, length) == 0)
		return true;
	return candidate[whole - length - 1] == '-' &&
		strcmp(candidate + whole - length, word) == 0;
}

static bool has_part(const struct guess *g, const char *candidate)
{
	for (size_t i = 0; i < g->parts && i < GUESS_PARTS; i++)
		if (strcmp(g->part[i], candidate) == 0)
			return true;
	return false;
}

void guess_begin(struct guess *g, const char *word, size_t length)
{
	*g = (struct guess){0};
	fold(g->word, word, length);
	g->slips = slips_allowed(strlen(g->word)) + 1;
}

void guess_offer(struct guess *g, const char *candidate)
{
	size_t size = strlen(candidate) + 1, slips;
	char folded[GUESS_ROOM];

	if (size > GUESS_ROOM || !*g->word)
		return;
	fold(folded, candidate, size - 1);
	slips = text_distance(g->word, folded);
	if (slips < g->slips) {
		g->slips = slips;
		memcpy(g->near, candidate, size);
	}
	if (is_part(g->word, folded) && !has_part(g, candidate)) {
		if (g->parts < GUESS_PARTS)
			memcpy(g->part[g->parts], candidate, size);
		g->parts++;
	}
}

const char *guess_made(const struct guess *g)
{
	if (*g->near)
		return g->near;
	return g->parts == 1 ? g->part[0] : NULL;
}

bool guess_add(const struct guess *g, const char *prefix, struct bytes *why)
{
	const char *made = guess_made(g);

	if (!made && (g->parts == 0 || g->parts > GUESS_PARTS))
		return false;
	bool in_hint = why->size > 0 && why->data[why->size - 1] == ')';

	why->size -= in_hint;
	bytes_add_text(why, in_hint ? "; did you mean " : " (did you mean ");
	if (made)
		bytes_add_format(why, "%s%s", prefix, made);
	for (size_t i = 0; !made && i < g->parts; i++)
		bytes_add_format(why, "%s%s%s",
			i == 0			    ? ""
				: i + 1 == g->parts ? " or "
						    : ", ",
			prefix, g->part[i]);
	bytes_add_text(why, "?)");
	return true;
}

void guess_among(const char *word, const char *const *candidates, struct bytes *why)
{
	struct guess g;

	guess_begin(&g, word, strlen(word));
	for (; *candidates; candidates++)
		guess_offer(&g, *candidates);
	(void)guess_add(&g, "", why);
}
