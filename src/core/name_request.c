/* SPDX-License-Identifier: ISC */
/* name_request.c - name look-ups in the background. */
#include "core/name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/loop/loop.h"
#include "core/loop/pool.h"

struct name_request {
	struct pool_task task; /* first, so that a task's address is its request's */
	struct loop_defer at_once;
	struct loop *loop;
	name_fn *fn;
	void *arg;
	struct name_query query; /* points into this block */
	struct name_answer answer;
	enum name_result result;
	int error;
	bool in_pool;
	bool delivered; /* FN has been called, and may still run */
	char host[];
};

static void request_free(struct name_request *request)
{
	name_answer_release(&request->answer);
	free(request);
}

static void task_work(struct pool_task *task)
{
	struct name_request *request = (struct name_request *)task;

	request->result = name_lookup(&request->query, &request->answer);
	request->error = errno;
}

/* The request remains until FN returns, so FN may cancel it. */
static void deliver(void *arg)
{
	struct name_request *request = arg;
	struct name_answer answer = request->answer;

	request->answer = (struct name_answer){0};
	request->delivered = true;
	errno = request->error;
	request->fn(request->arg, request->result, &answer);
	request_free(request);
}

static void task_done(struct pool_task *task)
{
	deliver(task);
}

/* The thread may still write to ANSWER and RESULT; the pool frees the request later. */
static void task_late(struct pool_task *task)
{
	struct name_request *request = (struct name_request *)task;
	struct name_answer none = {0};

	request->delivered = true;
	request->fn(request->arg, NAME_LATE, &none);
}

static void task_drop(struct pool_task *task)
{
	request_free((struct name_request *)task);
}

static struct name_request *request_new(
	struct loop *loop, const struct name_query *q, name_fn *fn, void *arg)
{
	size_t size = strlen(q->host) + 1;
	struct name_request *request = calloc(1, sizeof(*request) + size);

	if (!request)
		return NULL;
	request->task.work = task_work;
	request->task.done = task_done;
	request->task.late = task_late;
	request->task.drop = task_drop;
	request->task.time_ns = q->time_ns;
	request->task.owner = q->owner;
	request->loop = loop;
	request->fn = fn;
	request->arg = arg;
	request->query = *q;
	request->query.host = memcpy(request->host, q->host, size);
	request->query.port = NULL;
	return request;
}

struct name_request *name_start(
	struct loop *loop, const struct name_query *q, name_fn *fn, void *arg)
{
	struct name_request *request = request_new(loop, q, fn, arg);

	if (!request)
		return NULL;
	/* getservbyname(3) is not safe in threads: the port is found here. */
	if (q->port)
		request->result =
			name_port(q->port, q->type, q->numeric, &request->query.port_number);
	request->in_pool = request->result == NAME_FOUND && !name_is_immediate(q);
	if (!request->in_pool) {
		if (request->result == NAME_FOUND)
			task_work(&request->task);
		loop_defer(loop, &request->at_once, deliver, request);
	} else if (pool_start(loop, &request->task) < 0) {
		int err = errno;
		request_free(request);
		errno = err;
		return NULL;
	}
	return request;
}

void name_cancel(struct name_request *request)
{
	if (!request || request->delivered)
		return;
	if (request->in_pool) {
		pool_abandon(&request->task);
	} else {
		loop_defer_cancel(request->loop, &request->at_once);
		request_free(request);
	}
}
