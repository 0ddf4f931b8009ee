/* SPDX-License-Identifier: ISC */
/* fail.h - the line that explains a failure, and the exit status that goes with it. */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include "base/status.h"

struct bytes;

/* Append what printf(3) makes of FORMAT to WHY. Returns STATUS. */
enum status fail_with(struct bytes *why, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As fail_with when memory has run out: STATUS_FAILED. */
enum status fail_memory(struct bytes *why);

#endif
