/* SPDX-License-Identifier: ISC */
/* thread.h - a thread that does nothing, for tests of what may start one. */
#ifndef UNIT_THREAD_H
#define UNIT_THREAD_H

#include <pthread.h>
#include <stddef.h>

static void *thread_main(void *arg)
{
	return arg;
}

/* 0, or the errno of what failed. */
static int start_thread(void)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, thread_main, NULL);

	return err ? err : pthread_join(thread, NULL);
}

#endif
