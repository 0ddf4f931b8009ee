/* SPDX-License-Identifier: ISC */
/* event.h - the part of kqueue(2) that core/loop/poller_bsd.c uses, for testing that on Linux:
 * `make KQUEUE=1`. kqueue.c explains how faithful it is to the original. */
#ifndef TESTS_KQUEUE_SYS_EVENT_H
#define TESTS_KQUEUE_SYS_EVENT_H

#include <stdint.h>
#include <time.h>

struct kevent {
	uintptr_t ident;
	short filter;
	unsigned short flags;
	unsigned fflags;
	int64_t data;
	void *udata;
};

enum { EVFILT_READ = -1, EVFILT_WRITE = -2 };
enum { EV_ADD = 1, EV_DELETE = 2, EV_CLEAR = 0x20, EV_ERROR = 0x4000, EV_EOF = 0x8000 };

#define EV_SET(event, i, f, fl, ff, d, u)                                                          \
	(*(event) = (struct kevent){(i), (f), (fl), (unsigned)(ff), (d), (u)})

int kqueue(void);
int kevent(int fd, const struct kevent *changes, int change_count, struct kevent *events,
	int event_count, const struct timespec *timeout);

#endif
