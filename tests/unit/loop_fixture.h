/* SPDX-License-Identifier: ISC */
/* loop_fixture.h - what the tests of the loop share. */
#ifndef LOOP_FIXTURE_H
#define LOOP_FIXTURE_H

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "core/loop/loop.h"
#include "core/loop/poller.h"
#include "core/os/os.h"
#include "tap.h"

static struct loop *loop;
static const char *poller;

/* What callbacks leave behind. */
static char calls[64];
static int count;

static inline void note(char what)
{
	size_t n = strlen(calls);
	if (n + 1 < sizeof(calls))
		calls[n] = what;
}

static inline void begin(void)
{
	loop = loop_new(poller);
	memset(calls, 0, sizeof(calls));
	count = 0;
}

static inline void end(void)
{
	loop_free(loop);
}

static inline void stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

/* Let the loop run for NS, or until a callback stops it. */
static inline void run_for(int64_t ns)
{
	struct loop_timer timer;
	loop_timer_init(&timer, stop, NULL);
	loop_timer_set(loop, &timer, ns);
	loop_run(loop);
	loop_timer_stop(loop, &timer);
}

#endif
