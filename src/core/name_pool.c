/* SPDX-License-Identifier: ISC */
/* name_pool.c - name look-ups in the background, on a few threads. */
#include "core/name.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/loop.h"

enum {
	THREADS_MAX = 8,       /* more of them stall in musl's resolver */
	STACK_BYTES = 1 << 20, /* modules of the name service switch may want much */
	POST_AGAIN_MS = 10,
	PORT_TEXT = sizeof("65535"),
};

struct name_request {
	struct name_request *next; /* while it waits */
	struct loop *loop;
	name_fn *fn;
	void *arg;
	struct name_query query; /* points into this block */
	struct name_answer answer;
	enum name_result result;
	int error;
	bool cancelled;
	char port[PORT_TEXT];
	char host[];
};

/* All requests and their CANCELLED are under the lock too. A thread that finds nothing to do ends,
 * so nothing needs to be woken or stopped. */
static struct {
	pthread_mutex_t lock;
	struct name_request *first, **last;
	int threads;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .last = &pool.first};

static void request_free(struct name_request *request)
{
	name_answer_release(&request->answer);
	free(request);
}

/* In the loop. The request stays until FN returns, so FN may cancel it. */
static void deliver(void *arg)
{
	struct name_request *request = arg;

	pthread_mutex_lock(&pool.lock);
	bool wanted = !request->cancelled;
	pthread_mutex_unlock(&pool.lock);
	if (wanted) {
		struct name_answer answer = request->answer;
		request->answer = (struct name_answer){0};
		errno = request->error;
		request->fn(request->arg, request->result, &answer);
	}
	request_free(request);
}

/* Called with the lock held, so that a request which is cancelled is not posted: its loop may be
 * gone. An answer is never lost for want of memory, only late. */
static void post(struct name_request *request)
{
	const struct timespec pause = {.tv_nsec = POST_AGAIN_MS * 1000000L};

	while (!request->cancelled) {
		if (loop_post(request->loop, deliver, request) == 0)
			return;
		pthread_mutex_unlock(&pool.lock);
		nanosleep(&pause, NULL);
		pthread_mutex_lock(&pool.lock);
	}
	request_free(request);
}

static struct name_request *take_first(void)
{
	struct name_request *request = pool.first;

	if (request) {
		pool.first = request->next;
		if (!pool.first)
			pool.last = &pool.first;
	}
	return request;
}

static void *work(void *unused)
{
	struct name_request *request;

	pthread_mutex_lock(&pool.lock);
	while ((request = take_first())) {
		pthread_mutex_unlock(&pool.lock);
		request->result = name_lookup(&request->query, &request->answer);
		request->error = errno;
		pthread_mutex_lock(&pool.lock);
		post(request);
	}
	pool.threads--;
	pthread_mutex_unlock(&pool.lock);
	return unused;
}

/* 0, or an errno. The thread takes no signals: they belong to the loop's thread. */
static int start_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;

	int err = pthread_attr_init(&attr);
	if (err)
		return err;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread, &attr, work, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

/* Put REQUEST into the queue and see that there is a thread for it. 0, or -1 with errno. */
static int enqueue(struct name_request *request)
{
	int err = 0;

	pthread_mutex_lock(&pool.lock);
	if (pool.threads < THREADS_MAX) {
		err = start_thread();
		pool.threads += err == 0;
	}
	/* With any thread at work the request is only later. */
	if (pool.threads > 0) {
		err = 0;
		request->next = NULL;
		*pool.last = request;
		pool.last = &request->next;
	}
	pthread_mutex_unlock(&pool.lock);
	errno = err;
	return err ? -1 : 0;
}

static struct name_request *request_new(
	struct loop *loop, const struct name_query *q, name_fn *fn, void *arg)
{
	size_t size = strlen(q->host) + 1;
	struct name_request *request = calloc(1, sizeof(*request) + size);

	if (!request)
		return NULL;
	request->loop = loop;
	request->fn = fn;
	request->arg = arg;
	request->query = *q;
	request->query.host = memcpy(request->host, q->host, size);
	request->query.port = request->port;
	return request;
}

struct name_request *name_start(
	struct loop *loop, const struct name_query *q, name_fn *fn, void *arg)
{
	struct name_request *request = request_new(loop, q, fn, arg);
	uint16_t port = 0;
	int started;

	if (!request)
		return NULL;
	/* getservbyname(3) is not safe in threads: the port is found here. */
	if (q->port)
		request->result = name_port(q->port, q->type, q->numeric, &port);
	snprintf(request->port, sizeof(request->port), "%u", port);
	if (request->result == NAME_FOUND && !name_is_immediate(q)) {
		started = enqueue(request);
	} else {
		if (request->result == NAME_FOUND)
			request->result = name_lookup(&request->query, &request->answer);
		request->error = errno;
		started = loop_post(loop, deliver, request);
	}
	if (started == 0)
		return request;
	int err = errno;
	request_free(request);
	errno = err;
	return NULL;
}

/* Take REQUEST out of the queue. False: it is not in there. */
static bool unqueue(const struct name_request *request)
{
	struct name_request **link = &pool.first;

	while (*link && *link != request)
		link = &(*link)->next;
	if (!*link)
		return false;
	*link = request->next;
	if (!*link)
		pool.last = link;
	return true;
}

void name_cancel(struct name_request *request)
{
	if (!request)
		return;
	pthread_mutex_lock(&pool.lock);
	bool waited = unqueue(request);
	request->cancelled = true;
	pthread_mutex_unlock(&pool.lock);
	if (waited)
		request_free(request);
}
