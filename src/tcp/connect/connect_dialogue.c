/* SPDX-License-Identifier: ISC */
/* connect_dialogue.c - tcp-connect's --expect and --prompt. */

#include "tcp/connect/connect_dialogue.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/opt/common.h"
#include "core/sock/sock.h"
#include "tcp/connect/connect_options.h"

#define FIELD(type, member) OPT_FIELD(type, connect_dialogue_options, member)

const struct opt connect_dialogue_opts[] = {
	{.kind = OPT_TEXT,
		.name = "expect",
		.arg = "REGEX",
		.help = "read until the POSIX extended regular expression matches, then exit with "
			"0; with --send, do not read standard input",
		.offset = FIELD(const char *, expect)},
	{.kind = OPT_TEXT,
		.name = "prompt",
		.arg = "TEXT",
		.help = "show TEXT, send a line, print the answer, and repeat until an empty line",
		.offset = FIELD(const char *, prompt)},
	{0},
};

enum status connect_dialogue_read(
	struct connect_dialogue *t, const struct connect_config *c, struct bytes *why)
{
	const struct connect_dialogue_options *o = &c->dialogue;
	const char *reason = NULL;

	t->on = o->expect || o->prompt;
	t->answers = -1;
	if (!t->on)
		return STATUS_DONE;
	if (o->expect)
		reason = expect_init(&t->expect, o->expect);
	else
		reason = common_text_read(c->text.form, o->prompt, &t->prompt_text);
	if (!reason)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "bad %s: \"%s\" %s%s",
		o->expect ? "--expect" : "--prompt", o->expect ? o->expect : o->prompt,
		o->expect ? "is not a valid regular expression: " : "", reason);
}

static void fail(struct connect_dialogue *t, const char *text, const char *reason)
{
	t->status = STATUS_FAILED;
	bytes_add_format(&t->why, "%s%s", text, reason);
}

static void judge(struct connect_dialogue *t, enum expect_result result)
{
	t->matched = result == EXPECT_MATCH;
	if (result == EXPECT_FAILED)
		fail(t, "cannot look for what is expected: ", status_reason(ENOMEM));
}

static void over(void *arg, int error)
{
	struct connect_dialogue *t = arg;

	t->over = true;
	if (t->expect.compiled && !t->matched && !bytes_any(&t->why))
		judge(t, expect_end(&t->expect));
	if (error)
		fail(t, "cannot write to standard output: ", status_reason(error));
	else if (!t->expect.compiled && t->prompt.error)
		fail(t, "cannot send the next line: ", status_reason(t->prompt.error));
	else if (t->expect.compiled && !t->matched && !bytes_any(&t->why))
		fail(t, "the peer ended before it sent what was expected", "");
	t->output_failed = error != 0;
	t->broken_output = error == EPIPE;
	if (!t->expect.compiled)
		prompt_over(&t->prompt);
	t->fn(t->arg);
}

static void look(void *arg, const void *data, size_t size)
{
	struct connect_dialogue *t = arg;

	if (t->is_cut)
		return;
	if (!t->expect.compiled) {
		prompt_answered(&t->prompt, data, size);
		return;
	}
	judge(t, expect_feed(&t->expect, data, size));
	if (t->matched || bytes_any(&t->why))
		pump_finish(&t->pump);
}

void connect_dialogue_cut(struct connect_dialogue *t)
{
	t->is_cut = true;
}

static void prompt_ended(void *arg)
{
	struct connect_dialogue *t = arg;

	pump_finish(&t->pump);
}

/* Lines go through a separate channel, so that their end does not end the answers. */
static int start_prompt(struct connect_dialogue *t, struct loop *loop, struct end *input)
{
	int lines[2];

	if (sock_pair(SOCK_STREAM, lines) < 0)
		return -1;
	t->prompt.loop = loop;
	t->prompt.text = &t->prompt_text;
	t->prompt.in = *input;
	t->prompt.to = lines[0];
	t->prompt.answers = &t->pump;
	t->prompt.fn = prompt_ended;
	t->prompt.arg = t;
	*input = end_of_socket(lines[1]);
	return 0;
}

int connect_dialogue_start(struct connect_dialogue *t, struct loop *loop, struct end *input,
	struct end *output, connect_dialogue_fn *fn, void *arg)
{
	int pair[2];

	if (sock_pair(SOCK_STREAM, pair) < 0)
		return -1;
	t->answers = pair[0];
	t->fn = fn;
	t->arg = arg;
	t->pump.look = look;
	t->pump.done = over;
	t->pump.arg = t;
	if (pump_start(&t->pump, loop, t->answers, *output) < 0 ||
		(!t->expect.compiled && start_prompt(t, loop, input) < 0)) {
		fd_close(pair[1]);
		return -1;
	}
	*output = end_of_socket(pair[1]);
	if (!t->expect.compiled)
		prompt_start(&t->prompt);
	return 0;
}

void connect_dialogue_reset(struct connect_dialogue *t)
{
	pump_release(&t->pump);
	fd_close(t->answers);
	expect_reset(&t->expect);
	bytes_clear(&t->why);
	t->answers = -1;
	t->status = STATUS_DONE;
	t->is_cut = t->over = false;
}

void connect_dialogue_release(struct connect_dialogue *t)
{
	prompt_release(&t->prompt);
	pump_release(&t->pump);
	if (t->on)
		fd_close(t->answers);
	expect_release(&t->expect);
	bytes_release(&t->prompt_text);
	bytes_release(&t->why);
	*t = (struct connect_dialogue){.answers = -1};
}
