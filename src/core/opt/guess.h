/* SPDX-License-Identifier: ISC */
/* guess.h - which of the words there are was probably meant. */
#ifndef CORE_OPT_GUESS_H
#define CORE_OPT_GUESS_H

#include <stdbool.h>
#include <stddef.h>

struct bytes;

enum {
	GUESS_ROOM = 64, /* longer words are never near */
	GUESS_PARTS = 6, /* more beginnings than that are no help */
};

/* A word, and the best so far of those it may have been meant for. */
struct guess {
	char word[GUESS_ROOM];
	char near[GUESS_ROOM];		    /* a few letters off; "": none so far */
	char part[GUESS_PARTS][GUESS_ROOM]; /* begin with the word, or end with -WORD */
	size_t slips;			    /* the letters that NEAR is off */
	size_t parts;			    /* how many there were, all different */
};

/* WORD, of LENGTH characters, is not known. */
void guess_begin(struct guess *g, const char *word, size_t length);

/* CANDIDATE would be. Upper and lower case are the same; of two as good ones the first counts. */
void guess_offer(struct guess *g, const char *candidate);

/* The one that is near enough, or the only one that begins with the word or ends with -WORD; or
 * NULL. It stands in G. */
const char *guess_made(const struct guess *g);

/* Append ` (did you mean X?)` to WHY if a guess can be made, or, where the word is the beginning of
 * a few, all of them; PREFIX stands before each. Whether anything was appended. */
bool guess_add(const struct guess *g, const char *prefix, struct bytes *why);

/* The whole of it, with CANDIDATES that end with NULL. */
void guess_among(const char *word, const char *const *candidates, struct bytes *why);

#endif
