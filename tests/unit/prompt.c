/* SPDX-License-Identifier: ISC */
/* prompt.c - the lines of --prompt: what happens if nobody takes them. */
#include "tcp/connect/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop_fixture.h"

static int keyboard[2], lines[2];
static struct pump answers;
static const struct bytes text = {0};

static void over(void *arg)
{
	(void)arg;
	count++;
	loop_stop(loop);
}

/* TYPED is the input, which has not ended. */
static void start(struct prompt *p, const char *typed)
{
	begin();
	if (!loop || pipe(keyboard) < 0 || os_socketpair(SOCK_STREAM, lines) < 0 ||
		write(keyboard[1], typed, strlen(typed)) < 0)
		abort();
	*p = (struct prompt){.loop = loop,
		.text = &text,
		.in = end_of_inherited(keyboard[0], false),
		.to = lines[0],
		.answers = &answers,
		.fn = over};
	prompt_start(p);
}

/* Wait until a line was taken. */
static void take_line(const struct prompt *p)
{
	for (int i = 0; i < 1000 && p->asking && !p->ending; i++)
		run_for(NUM_NS_PER_S / 100);
}

static void finish(struct prompt *p)
{
	prompt_release(p);
	end_close(&p->in);
	close(keyboard[1]);
	close(lines[1]);
	end();
}

static void test_line(void)
{
	char data[16];
	struct prompt p;

	start(&p, "one\ntwo\n");
	take_line(&p);
	OK(read(lines[1], data, sizeof(data)) == 4 && memcmp(data, "one\n", 4) == 0 && !p.ending,
		"%s: one line is sent, and no more before its answer", poller);
	finish(&p);
}

static void test_nobody(void)
{
	struct prompt p;

	start(&p, "one\n");
	shutdown(lines[1], SHUT_RDWR);
	take_line(&p);
	OK(p.error == EPIPE && p.ending && p.give_up.slot > 0,
		"%s: a line that nobody takes ends it, with the reason, whoever still listens",
		poller);
	finish(&p);
}

int main(void)
{
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		test_line();
		test_nobody();
	}
	return tap_end();
}
