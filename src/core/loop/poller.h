/* SPDX-License-Identifier: ISC */
/* poller.h - how the loop asks the system which descriptors are ready. */
#ifndef CORE_LOOP_POLLER_H
#define CORE_LOOP_POLLER_H

#include <stdbool.h>

struct poller_event {
	int fd;
	unsigned ready; /* enum loop_want; an error or a hang-up sets all bits, wanted or not */
};

/* A backend. STATE is its own. */
struct poller {
	const char *name;

	/* NULL with errno on failure. */
	void *(*open)(void);
	void (*close)(void *state);

	/* From now on WANT is wanted of FD; HAD is what was wanted until now (0 for none: silent
	 * even on hang-up). 0, or -1 with errno; EPERM: FD cannot be waited for, because it is
	 * always ready. Never fails for WANT 0. With LOOP_BRIEF, if HAD is 0: report each change
	 * once (edge-triggered), until the next call. */
	int (*set)(void *state, int fd, unsigned want, unsigned had);

	/* Wait for at most TIMEOUT_MS (-1: forever) and store up to MAX events. Their number, or
	 * -1 with errno (EINTR is 0 events). */
	int (*wait)(void *state, struct poller_event *events, int max, int timeout_ms);

	/* Whether closing a descriptor that nobody shares removes it; whether LOOP_BRIEF has an
	 * effect. */
	bool sees_close, can_be_brief;
};

/* The backends of this system, the best first, NULL at the end: poller_linux.c, poller_bsd.c,
 * poller_posix.c. */
extern const struct poller *const pollers[];

/* The one for poll(2), which every system has. */
extern const struct poller poller_poll;

#endif
