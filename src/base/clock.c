/* SPDX-License-Identifier: ISC */
/* clock.c - the two clocks: one that only goes forward, and one that people read. */
#include "base/clock.h"

#include <stdio.h>

#include "base/num.h"

enum { NS_PER_US = 1000 };

int64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NUM_NS_PER_S + now.tv_nsec;
}

struct timespec clock_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now;
}

const char *clock_text(struct timespec when, char out[CLOCK_TEXT])
{
	struct tm utc;

	/* A year that struct tm cannot hold. */
	if (!gmtime_r(&when.tv_sec, &utc)) {
		when = (struct timespec){0};
		gmtime_r(&when.tv_sec, &utc);
	}
	size_t length = strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out + length, CLOCK_TEXT - length, ".%06ldZ", (long)when.tv_nsec / NS_PER_US);
	return out;
}
