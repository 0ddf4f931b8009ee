/* SPDX-License-Identifier: ISC */
/* guess.h - which of the known words was probably meant. */
#ifndef CORE_OPT_GUESS_H
#define CORE_OPT_GUESS_H

#include <stdbool.h>
#include <stddef.h>

struct bytes;

enum {
	GUESS_ROOM = 64, /* longer words are never close */
	GUESS_PARTS = 6, /* a longer list is no help */
};

/* A word, and the best candidates so far for what it was meant to be. */
struct guess {
	char word[GUESS_ROOM];
	char near[GUESS_ROOM];		    /* differs in a few letters; "": none so far */
	char part[GUESS_PARTS][GUESS_ROOM]; /* they begin with the word, or end with -WORD */
	size_t slips;			    /* in how many letters NEAR differs */
	size_t parts;			    /* how many PART candidates there were, all different */
};

/* Begin with WORD, of LENGTH characters, which is not known. */
void guess_begin(struct guess *g, const char *word, size_t length);

/* Consider CANDIDATE, which is known. Case does not matter; the first of two equally good ones
 * counts. */
void guess_offer(struct guess *g, const char *candidate);

/* The candidate that is close enough, or the only one that begins with the word or ends with -WORD;
 * or NULL. It is stored in G. */
const char *guess_made(const struct guess *g);

/* Append ` (did you mean X?)` to WHY if a guess can be made, or all candidates that the word is the
 * beginning of, if they are few; PREFIX comes before each. Whether anything was appended. */
bool guess_add(const struct guess *g, const char *prefix, struct bytes *why);

/* All of the above with CANDIDATES, which end with NULL. */
void guess_among(const char *word, const char *const *candidates, struct bytes *why);

#endif
