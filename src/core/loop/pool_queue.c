/* SPDX-License-Identifier: ISC */
/* pool_queue.c - the tasks of the pool that wait for a thread, and whose turn it is. */
#include "core/loop/pool_queue.h"

#include <stdlib.h>

/* There is one for each owner that has a task waiting or a thread at work. */
struct pool_owner {
	uint64_t owner;
	struct pool_owner *next;      /* in the chain */
	struct pool_owner *turn_next; /* among those whose turn comes */
	struct pool_task *first, **last;
	size_t count; /* tasks that wait */
	size_t held;  /* threads at work */
	bool in_turn;
};

static struct pool_owner **find(struct pool_queue *queue, uint64_t owner)
{
	struct pool_owner **link = &queue->chains[owner % POOL_OWNER_CHAINS];

	while (*link && (*link)->owner != owner)
		link = &(*link)->next;
	return link;
}

/* How many tasks of O threads could take now. */
static size_t takeable(const struct pool_owner *o)
{
	size_t room = o->held < POOL_OWNER_MOST ? POOL_OWNER_MOST - o->held : 0;

	return o->owner == 0 || o->count < room ? o->count : room;
}

static void turn_append(struct pool_queue *queue, struct pool_owner *o)
{
	o->in_turn = true;
	o->turn_next = NULL;
	if (queue->turn)
		queue->turn_last->turn_next = o;
	else
		queue->turn = o;
	queue->turn_last = o;
}

static void turn_take(struct pool_queue *queue, struct pool_owner *o)
{
	struct pool_owner *before = NULL;

	for (struct pool_owner *one = queue->turn; one != o; one = one->turn_next)
		before = one;
	if (before)
		before->turn_next = o->turn_next;
	else
		queue->turn = o->turn_next;
	if (queue->turn_last == o)
		queue->turn_last = before;
	o->in_turn = false;
}

/* The tasks or threads of O have changed; BEFORE were takeable. Frees O if it has neither. */
static void update(struct pool_queue *queue, struct pool_owner *o, size_t before)
{
	size_t now = takeable(o);

	queue->takeable += now;
	queue->takeable -= before;
	if (now > 0 && !o->in_turn)
		turn_append(queue, o);
	else if (now == 0 && o->in_turn)
		turn_take(queue, o);
	if (o->count > 0 || o->held > 0)
		return;
	*find(queue, o->owner) = o->next;
	free(o);
}

int pool_queue_add(struct pool_queue *queue, struct pool_task *task)
{
	struct pool_owner **link = find(queue, task->owner);

	if (!*link) {
		*link = calloc(1, sizeof **link);
		if (!*link)
			return -1;
		(*link)->owner = task->owner;
		(*link)->last = &(*link)->first;
	}
	struct pool_owner *o = *link;
	size_t before = takeable(o);
	task->account = o;
	task->next = NULL;
	*o->last = task;
	o->last = &task->next;
	o->count++;
	queue->count++;
	update(queue, o, before);
	return 0;
}

/* Take TASK out; its owner has HELD more threads from now on. */
static void take(struct pool_queue *queue, const struct pool_task *task, size_t held)
{
	struct pool_owner *o = task->account;
	struct pool_task **link = &o->first;
	size_t before = takeable(o);

	while (*link != task)
		link = &(*link)->next;
	*link = task->next;
	if (!*link)
		o->last = link;
	o->count--;
	o->held += held;
	queue->count--;
	update(queue, o, before);
}

struct pool_task *pool_queue_take(struct pool_queue *queue)
{
	struct pool_owner *o = queue->turn;

	if (!o)
		return NULL;
	struct pool_task *task = o->first;
	/* Behind the others, if it has more. */
	turn_take(queue, o);
	take(queue, task, 1);
	return task;
}

void pool_queue_remove(struct pool_queue *queue, struct pool_task *task)
{
	take(queue, task, 0);
}

struct pool_task *pool_queue_any(const struct pool_queue *queue)
{
	for (size_t i = 0; queue->count > 0 && i < POOL_OWNER_CHAINS; i++) {
		for (const struct pool_owner *o = queue->chains[i]; o; o = o->next)
			if (o->first)
				return o->first;
	}
	return NULL;
}

void pool_queue_release(struct pool_queue *queue, struct pool_owner *account)
{
	size_t before = takeable(account);

	account->held--;
	update(queue, account, before);
}
