/* SPDX-License-Identifier: ISC */
/* loop.c - the table of descriptors and the turns of the loop. */
#include "core/loop/loop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/num.h"
#include "core/loop/loop_private.h"
#include "core/loop/poller.h"

enum {
	ROOM_FIRST = 64,
	FIRST_STEPS = 4,
};

static const char poller_variable[] = "SOCKIT_POLLER";

static const struct poller *poller_named(const char *name)
{
	for (size_t i = 0; pollers[i]; i++) {
		if (strcmp(pollers[i]->name, name) == 0)
			return pollers[i];
	}
	return NULL;
}

static int try_poller(struct loop *loop, const struct poller *poller)
{
	loop->poller = poller;
	loop->poller_state = poller->open();
	return loop->poller_state ? 0 : -1;
}

static int open_poller(struct loop *loop, const char *name)
{
	if (!name)
		name = getenv(poller_variable);
	if (name && *name) {
		const struct poller *poller = poller_named(name);
		if (poller)
			return try_poller(loop, poller);
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; pollers[i]; i++) {
		if (try_poller(loop, pollers[i]) == 0)
			return 0;
	}
	return -1;
}

bool loop_poller_known(struct bytes *why)
{
	const char *name = getenv(poller_variable);

	if (!name || !*name || poller_named(name))
		return true;
	bytes_add_format(why, "bad %s: \"%s\" (must be one of", poller_variable, name);
	for (size_t i = 0; pollers[i]; i++)
		bytes_add_format(why, "%s %s", i ? "," : "", pollers[i]->name);
	bytes_add_text(why, ")");
	return false;
}

const char *loop_poller_used(void)
{
	struct loop probe;

	if (open_poller(&probe, NULL) < 0)
		return NULL;
	probe.poller->close(probe.poller_state);
	return probe.poller->name;
}

struct loop *loop_new(const char *poller)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	if (!loop)
		return NULL;
	if (open_poller(loop, poller) != 0) {
		free(loop);
		return NULL;
	}
	if (loop_wake_open(loop) != 0) {
		int err = errno;
		loop_free(loop);
		errno = err;
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	loop_wake_close(loop);
	loop->poller->close(loop->poller_state);
	free(loop->watched);
	free(loop->changes);
	free(loop->always);
	free(loop->timers);
	free(loop->waited);
	free(loop);
}

int64_t loop_now(const struct loop *loop)
{
	/* Before the loop runs, a look-up may have blocked for long, and there is no turn whose
	 * time could be used. */
	return loop->running ? loop->now_ns : clock_ns();
}

int64_t loop_seen(const struct loop *loop)
{
	return loop->seen_ns;
}

static int resize(int **list, size_t room)
{
	int *larger = realloc(*list, room * sizeof(**list));
	if (!larger)
		return -1;
	*list = larger;
	return 0;
}

static int make_room(struct loop *loop, int fd)
{
	size_t least = (size_t)fd + 1;
	if (least <= loop->room)
		return 0;
	size_t room = loop->room ? 2 * loop->room : ROOM_FIRST;
	if (room < least)
		room = least;
	/* A descriptor is in each list at most once, so the lists need to grow only here. */
	if (resize(&loop->changes, room) != 0 || resize(&loop->always, room) != 0)
		return -1;
	struct loop_watched *larger = realloc(loop->watched, room * sizeof(*larger));
	if (!larger)
		return -1;
	memset(larger + loop->room, 0, (room - loop->room) * sizeof(*larger));
	loop->watched = larger;
	loop->room = room;
	return 0;
}

/* Tell the poller about a descriptor that it does not know; at once, because it may refuse. */
static int begin_polling(struct loop *loop, int fd, unsigned want, unsigned brief)
{
	struct loop_watched *w = &loop->watched[fd];
	if (loop->poller->set(loop->poller_state, fd, want | brief, 0) == 0) {
		w->applied = (uint8_t)want;
		w->brief = brief && loop->poller->can_be_brief;
		w->told = w->gone = false;
		return 0;
	}
	if (errno != EPERM)
		return -1;
	w->always = true;
	loop->always[loop->always_count++] = fd;
	return 0;
}

/* Later changes are applied just before the poller waits: what is changed back within a turn costs
 * no system call. */
static void queue_change(struct loop *loop, int fd)
{
	struct loop_watched *w = &loop->watched[fd];
	if (w->queued)
		return;
	w->queued = true;
	loop->changes[loop->change_count++] = fd;
}

/* Whether the poller does not know yet what is wanted of W. A descriptor that it reports only once
 * need not be silenced. */
static bool is_outdated(const struct loop_watched *w)
{
	if (w->brief)
		return w->want && (w->told || w->want != w->applied);
	return w->want != w->applied;
}

static void set_want(struct loop *loop, struct loop_watched *w, unsigned want)
{
	loop->watched_count += want != 0;
	loop->watched_count -= w->want != 0;
	w->want = (uint8_t)want;
}

int loop_watch(struct loop *loop, int fd, unsigned want, loop_fn *fn, void *arg)
{
	unsigned brief = want & LOOP_BRIEF;

	want &= ~(unsigned)LOOP_BRIEF;
	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	if (make_room(loop, fd) != 0)
		return -1;
	struct loop_watched *w = &loop->watched[fd];
	if (w->want == want && w->fn == fn && w->arg == arg)
		return 0;
	if (want && !w->applied && !w->always && begin_polling(loop, fd, want, brief) != 0)
		return -1;
	w->fn = fn;
	w->arg = arg;
	set_want(loop, w, want);
	w->changed_turn = loop->turn;
	if (!w->always && is_outdated(w))
		queue_change(loop, fd);
	return 0;
}

void loop_pause(struct loop *loop, int fd)
{
	struct loop_watched *w;

	if (fd < 0 || (size_t)fd >= loop->room)
		return;
	w = &loop->watched[fd];
	set_want(loop, w, 0);
	w->changed_turn = loop->turn;
	if (!w->always && w->applied)
		queue_change(loop, fd);
}

bool loop_is_calm(const struct loop *loop, int fd)
{
	return fd >= 0 && (size_t)fd < loop->room && loop->watched[fd].applied &&
		!loop->watched[fd].gone;
}

static void leave_always(struct loop *loop, int fd)
{
	size_t i = 0;
	while (loop->always[i] != fd)
		i++;
	loop->always[i] = loop->always[--loop->always_count];
}

static void forget(struct loop *loop, int fd, bool tell_poller)
{
	if (fd < 0 || (size_t)fd >= loop->room)
		return;
	struct loop_watched *w = &loop->watched[fd];
	if (w->applied && tell_poller)
		loop->poller->set(loop->poller_state, fd, 0, w->applied);
	if (w->always)
		leave_always(loop, fd);
	set_want(loop, w, 0);
	*w = (struct loop_watched){.changed_turn = loop->turn, .queued = w->queued};
}

void loop_forget(struct loop *loop, int fd)
{
	/* close(2) alone is not enough: a child may have the same open file. */
	forget(loop, fd, true);
}

void loop_close(struct loop *loop, int fd)
{
	forget(loop, fd, !loop->poller->sees_close);
	fd_close(fd);
}

static int apply_changes(struct loop *loop)
{
	for (size_t i = 0; i < loop->change_count; i++) {
		int fd = loop->changes[i];
		struct loop_watched *w = &loop->watched[fd];
		w->queued = false;
		if (w->always || !is_outdated(w))
			continue;
		if (loop->poller->set(loop->poller_state, fd, w->want, w->applied) != 0)
			return -1;
		w->applied = w->want;
		w->brief = false;
	}
	loop->change_count = 0;
	return 0;
}

static bool wants_always(const struct loop *loop)
{
	for (size_t i = 0; i < loop->always_count; i++) {
		if (loop->watched[loop->always[i]].want & (LOOP_READ | LOOP_WRITE))
			return true;
	}
	return false;
}

static int timeout_ms(const struct loop *loop)
{
	if (loop->deferred || loop->deferred_now || loop->waited_ready > 0 || wants_always(loop))
		return 0;
	int64_t left = loop_timers_left(loop);
	if (left <= 0)
		return (int)left;
	int64_t ms = (left - 1) / NUM_NS_PER_MS + 1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* Record what the poller reported, before the first callback, because callbacks may close the
 * descriptor or stop the loop. */
static void note(struct loop *loop, const struct poller_event *event)
{
	struct loop_watched *w = &loop->watched[event->fd];

	w->gone = w->gone || (event->ready & LOOP_GONE);
	if (!w->brief)
		return;
	w->told = true;
	queue_change(loop, event->fd);
}

static void call(struct loop *loop, int fd, unsigned ready)
{
	const struct loop_watched *w = &loop->watched[fd];
	ready &= w->want;
	if (ready && w->changed_turn != loop->turn)
		w->fn(w->arg, fd, ready);
}

static void call_always(struct loop *loop)
{
	/* A callback may remove a descriptor, which moves another one: that is called in the next
	 * turn. */
	for (size_t i = 0; i < loop->always_count && !loop->stopped; i++)
		call(loop, loop->always[i], LOOP_READ | LOOP_WRITE);
}

/* The poller has reported COUNT events, and they have been dealt with. If there was no room for
 * more, the look goes on in the next turn, but it ends with as many as there can be, two for each
 * descriptor: those that are always ready must not hold it up. */
static void note_look(struct loop *loop, int count)
{
	loop->looked += (size_t)count;
	if (count == LOOP_EVENTS_MAX && loop->looked < 2 * loop->watched_count)
		return;
	loop->looked = 0;
	loop->seen_ns = loop->look_ns;
}

static int run_turn(struct loop *loop)
{
	struct poller_event *events = loop->events;

	if (loop->looked == 0)
		loop->look_ns = loop->now_ns;
	if (apply_changes(loop) != 0)
		return -1;
	int count =
		loop->poller->wait(loop->poller_state, events, LOOP_EVENTS_MAX, timeout_ms(loop));
	if (count < 0)
		return -1;
	loop->turn++;
	loop->now_ns = clock_ns();
	for (int i = 0; i < count; i++)
		note(loop, &events[i]);
	for (int i = 0; i < count && !loop->stopped; i++)
		call(loop, events[i].fd, events[i].ready);
	call_always(loop);
	/* Before the timers: if we look late, a command that ended in time is not told to end, and
	 * its status counts. */
	loop_children_tell(loop);
	note_look(loop, count);
	loop_timers_run(loop);
	loop_deferred_run(loop);
	loop_children_tell(loop);
	loop_children_drop(loop);
	return 0;
}

int loop_run(struct loop *loop)
{
	int result = 0;
	loop->now_ns = clock_ns();
	loop->running = true;
	/* Work begins in steps, each deferring the next, and no event can have occurred
	 * meanwhile. */
	for (int i = 0; i < FIRST_STEPS && loop->deferred && !loop->stopped; i++)
		loop_deferred_run(loop);
	/* It may be stopped already, if the work was done before the loop began. */
	while (!loop->stopped && result == 0)
		result = run_turn(loop);
	loop->stopped = false;
	loop->running = false;
	return result;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
