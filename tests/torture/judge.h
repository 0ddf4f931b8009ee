/* SPDX-License-Identifier: ISC */
/* judge.h - whether a run in which a call failed went as it should. */
#ifndef JUDGE_H
#define JUDGE_H

#include "run.h"

/* What is right for a case: what was written, and how many descriptors a server has at the end. */
struct right {
	unsigned char *want;
	size_t size;
	int open;
};

/* What is wrong with O; FAILED: something failed, LASTING: from then on. NULL if nothing is
 * wrong. */
const char *judge(const struct torture_case *c, const struct right *right, const struct outcome *o,
	bool failed, bool lasting);

/* Check that a server that lacked memory for a moment reported that, if it did not serve the client
 * of that moment. NULL, or what is wrong. */
const char *judge_words(
	const struct torture_case *c, const struct right *right, const struct outcome *o);

#endif
