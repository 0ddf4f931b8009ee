/* SPDX-License-Identifier: ISC */
/* loop.c - the loop under both pollers: descriptors. */
#include "core/loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/loop/loop_private.h"
#include "loop_fixture.h"

enum { MANY = 500 };

static bool going_on; /* do not stop at the first call */

static void pair(int fds[2])
{
	if (os_socketpair(SOCK_STREAM, fds) != 0)
		abort();
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static void send_byte(int fd)
{
	if (write(fd, "x", 1) != 1)
		abort();
}

static void note_ready(void *arg, int fd, unsigned ready)
{
	char byte;
	if (ready & LOOP_READ && read(fd, &byte, 1) <= 0)
		byte = 0;
	note(*(const char *)arg);
	count++;
	if (!going_on)
		loop_stop(loop);
}

/* Note NAME whenever FD is ready. */
static int watch(int fd, unsigned want, char name)
{
	static char names[128];
	names[(int)name] = name;
	return loop_watch(loop, fd, want, note_ready, &names[(int)name]);
}

static void test_names(void)
{
	OK(!loop_new("nosuch") && errno == EINVAL, "an unknown poller is EINVAL");
	setenv("SOCKIT_POLLER", "nosuch", 1);
	OK(!loop_new(NULL) && errno == EINVAL, "$SOCKIT_POLLER is looked at");
	unsetenv("SOCKIT_POLLER");
	loop = loop_new(NULL);
	OK(loop, "without a name the best poller is taken");
	OK(loop_watch(loop, -1, LOOP_READ, note_ready, NULL) == -1 && errno == EBADF,
		"descriptor -1 is EBADF");
	OK(loop_watch(loop, 999, LOOP_READ, note_ready, NULL) == 0 || errno == EBADF,
		"a closed descriptor is refused or shows as ready");
	loop_forget(loop, -1);
	loop_forget(loop, 5000);
	loop_free(loop);
	loop_free(NULL);
}

static void test_read_and_write(void)
{
	int fds[2];
	begin();
	pair(fds);
	send_byte(fds[1]);
	watch(fds[0], LOOP_READ, 'r');
	loop_run(loop);
	OK(tap_same(calls, "r"), "%s: readable", poller);
	watch(fds[0], LOOP_READ | LOOP_WRITE, 'w');
	loop_run(loop);
	OK(tap_same(calls, "rw"), "%s: writable once that is wanted too", poller);
	loop_forget(loop, fds[0]);
	send_byte(fds[1]);
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "rw"), "%s: forgotten is silent", poller);
	close_pair(fds);
	end();
}

static void test_hang_up_unwanted(void)
{
	int fds[2];
	struct rusage before, after;
	begin();
	pair(fds);
	watch(fds[0], LOOP_READ, 'r');
	watch(fds[0], 0, 'r');
	close(fds[1]);
	getrusage(RUSAGE_SELF, &before);
	run_for(50 * NUM_NS_PER_MS);
	getrusage(RUSAGE_SELF, &after);
	OK(count == 0, "%s: a hang-up that nobody wants calls nothing", poller);
	OK(after.ru_utime.tv_sec * 1000000 + after.ru_utime.tv_usec + after.ru_stime.tv_usec -
				before.ru_utime.tv_sec * 1000000 - before.ru_utime.tv_usec -
				before.ru_stime.tv_usec <
			25000,
		"%s: and does not spin", poller);
	watch(fds[0], LOOP_WRITE, 'h');
	loop_run(loop);
	OK(tap_same(calls, "h"), "%s: a hang-up shows as what is wanted", poller);
	loop_forget(loop, fds[0]);
	close(fds[0]);
	end();
}

/* A pipe that nobody reads any longer, noticed without anything to write. */
static void test_gone(void)
{
	int fds[2];
	begin();
	if (os_pipe(fds) != 0)
		abort();
	watch(fds[1], LOOP_GONE, 'g');
	run_for(NUM_NS_PER_MS);
	OK(count == 0, "%s: a pipe with room and a reader is not gone", poller);
	close(fds[0]);
	loop_run(loop);
	OK(tap_same(calls, "g"), "%s: one without a reader is", poller);
	loop_forget(loop, fds[1]);
	close(fds[1]);
	end();
}

static void test_regular_file(void)
{
	int fds[2], file = open("/dev/null", O_RDONLY);
	FILE *named = tmpfile();
	begin();
	pair(fds);
	OK(watch(fileno(named), LOOP_READ | LOOP_WRITE, 'f') == 0,
		"%s: a regular file can be watched", poller);
	loop_run(loop);
	loop_run(loop);
	OK(tap_same(calls, "ff"), "%s: and is always ready", poller);
	watch(fileno(named), 0, 'f');
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "ff"), "%s: unless nothing is wanted of it", poller);
	watch(fileno(named), LOOP_READ, 'f');
	watch(file, LOOP_READ, 'n');
	loop_forget(loop, fileno(named));
	send_byte(fds[1]);
	watch(fds[0], LOOP_READ, 's');
	going_on = true;
	run_for(NUM_NS_PER_MS);
	going_on = false;
	OK(strchr(calls, 's') && strchr(calls, 'n') && !strchr(calls + 2, 'f'),
		"%s: and does not keep others from their turn", poller);
	loop_forget(loop, file);
	loop_forget(loop, fds[0]);
	close_pair(fds);
	close(file);
	fclose(named);
	end();
}

/* At least two: if we get no processor meanwhile, the time is over after one. */
static void run_two_turns(void)
{
	run_for(NUM_NS_PER_MS);
	run_for(NUM_NS_PER_MS);
}

/* If two descriptors are ready in one turn, the first one called removes the second. */
struct rival {
	int fd;
	struct rival *other;
	void (*act)(struct rival *other);
};

static void on_rival(void *arg, int fd, unsigned ready)
{
	struct rival *self = arg;
	(void)ready;
	count++;
	loop_forget(loop, fd);
	self->act(self->other);
}

static void end_rival(struct rival *other)
{
	loop_forget(loop, other->fd);
	close(other->fd);
	other->fd = -1;
}

static void close_rival(struct rival *other)
{
	loop_pause(loop, other->fd);
	loop_close(loop, other->fd);
	other->fd = -1;
}

/* The number is reused at once, by another connection with nothing to read. */
static void replace_after(void (*ending)(struct rival *other), struct rival *other)
{
	int fds[2];
	int fd = other->fd;
	ending(other);
	pair(fds);
	OK(fds[0] == fd, "%s: the descriptor's number is used again", poller);
	watch(fds[0], LOOP_READ, '!');
	other->fd = fds[0];
}

static void replace_rival(struct rival *other)
{
	replace_after(end_rival, other);
}

static void replace_closed_rival(struct rival *other)
{
	replace_after(close_rival, other);
}

static void rewatch_rival(struct rival *other)
{
	watch(other->fd, LOOP_READ, 'l');
	note('w');
}

static void run_rivals(void (*act)(struct rival *other))
{
	int a[2], b[2];
	begin();
	pair(a);
	pair(b);
	struct rival first = {a[0], NULL, act}, second = {b[0], &first, act};
	first.other = &second;
	send_byte(a[1]);
	send_byte(b[1]);
	loop_watch(loop, a[0], LOOP_READ, on_rival, &first);
	loop_watch(loop, b[0], LOOP_READ, on_rival, &second);
	run_two_turns();
	loop_forget(loop, first.fd);
	loop_forget(loop, second.fd);
	end();
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

static void test_stale_events(void)
{
	run_rivals(end_rival);
	OK(count == 1, "%s: an event of a descriptor forgotten in this turn is dropped", poller);
	run_rivals(replace_rival);
	OK(count == 1, "%s: also when its number has a new owner", poller);
	run_rivals(close_rival);
	OK(count == 1, "%s: and one of a descriptor that was closed", poller);
	run_rivals(replace_closed_rival);
	OK(count == 1, "%s: whoever has its number", poller);
	run_rivals(rewatch_rival);
	OK(count == 2 && tap_same(calls, "wl"),
		"%s: a watch replaced in this turn is called in the next", poller);
}

static void flip(void *arg, int fd, unsigned ready)
{
	(void)ready;
	loop_watch(loop, fd, LOOP_WRITE, flip, arg);
	loop_watch(loop, fd, 0, flip, arg);
	loop_watch(loop, fd, LOOP_READ, flip, arg);
	count++;
}

static void test_flips(void)
{
	int fds[2];
	begin();
	pair(fds);
	send_byte(fds[1]);
	loop_watch(loop, fds[0], LOOP_READ, flip, NULL);
	run_two_turns();
	OK(count > 1, "%s: what is wanted last in a turn counts", poller);
	watch(fds[0], LOOP_WRITE, 'w');
	loop_forget(loop, fds[0]);
	watch(fds[0], LOOP_READ, 'r');
	loop_run(loop);
	OK(tap_same(calls, "r"), "%s: watched again after it was forgotten", poller);
	loop_forget(loop, fds[0]);
	close_pair(fds);
	end();
}

/* What the poller knew about a number is forgotten with the descriptor that had it. */
static void test_close(void)
{
	int old[2], fds[2];
	begin();
	pair(old);
	watch(old[0], LOOP_READ, 'o');
	run_for(NUM_NS_PER_MS);
	loop_pause(loop, old[0]);
	loop_close(loop, old[0]);
	pair(fds);
	OK(fds[0] == old[0] && watch(fds[0], LOOP_READ, 'n') == 0,
		"%s: the number of a closed descriptor can be watched", poller);
	send_byte(fds[1]);
	loop_run(loop);
	OK(tap_same(calls, "n"), "%s: for its new owner", poller);
	loop_pause(loop, fds[0]);
	send_byte(fds[1]);
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "n"), "%s: paused is silent", poller);
	watch(fds[0], LOOP_READ, 'a');
	loop_run(loop);
	OK(tap_same(calls, "na"), "%s: and watched again", poller);
	loop_close(loop, fds[0]);
	loop_close(loop, -1);
	run_for(NUM_NS_PER_MS);
	OK(write(fds[1], "x", 1) < 0 && errno == EPIPE, "%s: closed is closed", poller);
	close(fds[1]);
	close(old[1]);
	end();
}

/* A watch that is probably of interest only once. */
static void test_brief(void)
{
	int fds[2], other[2];
	begin();
	pair(fds);
	pair(other);
	OK(!loop_is_calm(loop, fds[0]), "%s: nothing is known of what nobody watches", poller);
	watch(fds[0], LOOP_READ | LOOP_BRIEF, 'b');
	send_byte(fds[1]);
	loop_run(loop);
	send_byte(fds[1]);
	send_byte(fds[1]);
	loop_run(loop);
	loop_run(loop);
	OK(tap_same(calls, "bbb"), "%s: brief or not, what was left there is told again", poller);
	watch(fds[0], 0, 'b');
	send_byte(fds[1]);
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "bbb"), "%s: nothing, when nothing is wanted", poller);
	watch(fds[0], LOOP_READ, 'c');
	loop_run(loop);
	OK(tap_same(calls, "bbbc"), "%s: what came meanwhile is told once it is wanted", poller);
	OK(loop_is_calm(loop, fds[0]), "%s: no hang-up has been seen", poller);
	watch(other[0], LOOP_READ | LOOP_BRIEF, 'o');
	shutdown(other[1], SHUT_WR);
	loop_run(loop);
	OK(tap_same(calls, "bbbco") && loop_is_calm(loop, other[0]), "%s: nor in an end", poller);
	close_pair(fds);
	close_pair(other);
	end();
}

/* A hang-up on a descriptor of which nothing is wanted any longer costs no turns, but can still be
 * noticed. */
static void test_brief_hang_up(void)
{
	int fds[2];
	begin();
	pair(fds);
	watch(fds[0], LOOP_READ | LOOP_BRIEF, 'h');
	shutdown(fds[1], SHUT_WR);
	loop_run(loop);
	watch(fds[0], 0, 'h');
	run_for(NUM_NS_PER_MS);
	close(fds[1]);
	uint32_t before = loop->turn;
	run_for(20 * NUM_NS_PER_MS);
	OK(tap_same(calls, "h") && loop->turn - before < 5, "%s: a hang-up does not spin", poller);
	OK(!loop_is_calm(loop, fds[0]), "%s: nor is it taken for calm", poller);
	watch(fds[0], LOOP_READ, 'r');
	loop_run(loop);
	OK(tap_same(calls, "hr"), "%s: and is told when something is wanted again", poller);
	loop_close(loop, fds[0]);
	end();
}

static void count_read(void *arg, int fd, unsigned ready)
{
	(void)arg;
	(void)ready;
	loop_forget(loop, fd);
	if (++count == MANY)
		loop_stop(loop);
}

static void test_many(void)
{
	static int fds[MANY][2];
	begin();
	for (int i = 0; i < MANY; i++) {
		pair(fds[i]);
		send_byte(fds[i][1]);
		loop_watch(loop, fds[i][0], LOOP_READ, count_read, NULL);
	}
	loop_run(loop);
	OK(count == MANY, "%s: more descriptors than fit in a turn are all called", poller);
	for (int i = 0; i < MANY; i++)
		close_pair(fds[i]);
	end();
}

static void test_stop_before_run(void)
{
	begin();
	loop_stop(loop);
	OK(loop_run(loop) == 0, "%s: stopped before it runs", poller);
	int64_t now = loop_now(loop);
	OK(now > 0 && loop_now(loop) >= now, "%s: the time when it does not run", poller);
	end();
}

int main(void)
{
	test_names();
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		test_read_and_write();
		test_hang_up_unwanted();
		test_gone();
		test_regular_file();
		test_stale_events();
		test_flips();
		test_close();
		test_brief();
		test_brief_hang_up();
		test_many();
		test_stop_before_run();
	}
	return tap_end();
}
