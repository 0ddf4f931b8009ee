/* SPDX-License-Identifier: ISC */
/* pool_queue.c - the pool's tasks that wait for a thread, and whose turn it is. */
#include "core/loop/pool_queue.h"

#include <stdlib.h>

/* There is one for each owner that has a task waiting or a thread at work. */
struct pool_owner {
	struct table_node node; /* first, so that a node's address is its owner's; its hash
				 * identifies the owner */
	struct pool_owner_list *list;
	struct pool_owner *before, *after; /* in the list */
	struct pool_task *first, **last;
	size_t count; /* tasks that wait */
	size_t held;  /* threads at work */
};

/* How many of O's tasks threads could take now. */
static size_t takeable(const struct pool_owner *o)
{
	size_t room = o->held < POOL_OWNER_MOST ? POOL_OWNER_MOST - o->held : 0;

	return o->node.hash == 0 || o->count < room ? o->count : room;
}

static void list_remove(struct pool_owner *o)
{
	if (!o->list)
		return;
	*(o->before ? &o->before->after : &o->list->first) = o->after;
	*(o->after ? &o->after->before : &o->list->last) = o->before;
	o->list = NULL;
}

static void list_append(struct pool_owner_list *list, struct pool_owner *o)
{
	o->list = list;
	o->before = list->last;
	o->after = NULL;
	*(list->last ? &list->last->after : &list->first) = o;
	list->last = o;
}

/* The tasks or threads of O have changed; before, BEFORE tasks were takeable. Frees O if it has
 * neither. */
static void update(struct pool_queue *queue, struct pool_owner *o, size_t before)
{
	size_t now = takeable(o);
	struct pool_owner_list *list = now > 0 ? &queue->turn
		: o->count > 0		       ? &queue->limited
					       : NULL;

	queue->takeable += now;
	queue->takeable -= before;
	if (o->list != list)
		list_remove(o);
	if (list && !o->list)
		list_append(list, o);
	if (o->count > 0 || o->held > 0)
		return;
	table_remove(&queue->owners, &o->node);
	free(o);
}

int pool_queue_add(struct pool_queue *queue, struct pool_task *task)
{
	struct pool_owner *o = (struct pool_owner *)table_find(&queue->owners, task->owner);

	if (!o) {
		o = calloc(1, sizeof *o);
		if (!o)
			return -1;
		o->last = &o->first;
		table_add(&queue->owners, &o->node, task->owner);
	}
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

/* Remove TASK; its owner has HELD more threads from now on. */
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
	struct pool_owner *o = queue->turn.first;

	if (!o)
		return NULL;
	struct pool_task *task = o->first;
	/* It goes after the others, if it has more tasks. */
	list_remove(o);
	take(queue, task, 1);
	return task;
}

void pool_queue_remove(struct pool_queue *queue, struct pool_task *task)
{
	take(queue, task, 0);
}

struct pool_task *pool_queue_any(const struct pool_queue *queue)
{
	const struct pool_owner *o = queue->turn.first ? queue->turn.first : queue->limited.first;

	return o ? o->first : NULL;
}

void pool_queue_release(struct pool_queue *queue, struct pool_owner *account)
{
	size_t before = takeable(account);

	account->held--;
	update(queue, account, before);
}
