/* SPDX-License-Identifier: ISC */
/* judge.c - whether a run in which a call failed went as it should. */
#define _GNU_SOURCE /* memmem */
#include "judge.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { OF_TERM = 128 + 15, OF_PIPE = 128 + 13 };

/* Whether the reason is not a real one. */
static bool is_hollow(const char *err)
{
	static const char *const hollow[] = {": success", ": Success", "(null)", "error 0", ": \n"};

	for (size_t i = 0; i < sizeof(hollow) / sizeof(*hollow); i++)
		if (strstr(err, hollow[i]))
			return true;
	return false;
}

/* Whether another of its processes reports one that was killed by a signal that nobody sends. */
static bool has_crashed(const char *err)
{
	static const int signals[] = {SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
	static const char words[] = "killed by signal ";

	for (const char *at = err; (at = strstr(at, words)); at += sizeof(words) - 1)
		for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
			if (atoi(at + sizeof(words) - 1) == signals[i])
				return true;
	return false;
}

static const char *judge_status(const struct torture_case *c, const struct outcome *o)
{
	bool documented =
		(o->status >= 0 && o->status <= 7) || o->status == 126 || o->status == 127;
	bool said = strstr(o->err, "sockit") != NULL || memchr(o->err, '{', sizeof(o->err)) ||
		memmem(o->out.data, o->out.size, "error", 5);

	if (strstr(o->err, "ERROR: ") || strstr(o->err, "runtime error"))
		return "a sanitizer has found something";
	if (has_crashed(o->err))
		return "a process of it crashed";
	if (!o->ended)
		return "it did not end";
	if (o->left)
		return "it left a process behind";
	if (!o->restored)
		return "it left the terminal changed";
	if (c->where && o->status == OF_TERM)
		return is_hollow(o->err) ? "a reason that is none" : NULL;
	if (c->flags & OF_COMMAND)
		return is_hollow(o->err) ? "a reason that is none" : NULL;
	if (!documented && o->status != OF_PIPE)
		return "a status that is not documented";
	if (o->status != 0 && o->status != OF_PIPE && !said)
		return "it failed without a word";
	return is_hollow(o->err) ? "a reason that is none" : NULL;
}

/* Is H a beginning of what is right; all of it, if ALL? */
static bool fits(
	const struct torture_case *c, const struct right *right, const struct heard *h, bool all)
{
	size_t skip = h->size < c->skip ? h->size : c->skip, size = h->size - skip;

	if (c->flags & (VARIES | MERGED))
		return !all || h->size > 0;
	return size <= right->size && memcmp(h->data + skip, right->want, size) == 0 &&
		(!all || size == right->size);
}

static const char *judge_server(const struct torture_case *c, const struct right *right,
	const struct outcome *o, bool failed, bool lasting)
{
	bool loses = (c->flags & STDOUT) != 0;

	if (!o->was_ready && !failed)
		return "it did not listen";
	if (!o->was_ready)
		return o->status == 0 || o->status == OF_TERM ? "it neither listened nor failed"
							      : NULL;
	if (!fits(c, right, &o->out, loses && (c->flags & ONCE) && o->status == 0))
		return "what was written is wrong";
	if (c->flags & ONCE)
		return NULL;
	/* If its own output fails, it may end, even if only once its clients have gone. */
	bool may_end = loses || strstr(o->err, "standard output") || (c->flags & MAY_END);
	if (!o->went_on && !may_end)
		return "the server ended";
	if (o->went_on && o->is_over)
		return "it goes on, although nothing more will come of it";
	if (!o->went_on || (may_end && o->status != OF_TERM))
		return o->status == 0 ? "the server ended with 0" : NULL;
	if (!loses && !(c->flags & MERGED) && o->out.size > 0 && o->out.size < right->size &&
		o->out.end == HEARD_END)
		return "what was cut short has a clean end";
	if (!lasting && !loses && !fits(c, right, &o->again, true))
		return "the next client was not served";
	if (!lasting && !(c->flags & MAY_END) && right->open && o->open > right->open)
		return "a descriptor was left open";
	return NULL;
}

const char *judge_words(
	const struct torture_case *c, const struct right *right, const struct outcome *o)
{
	bool loses = c->flags & (STDOUT | MERGED | VARIES);

	if (!c->where || !o->was_ready || loses || fits(c, right, &o->out, true))
		return NULL;
	/* Apart from where it listens. */
	const char *more = strstr(o->err, "listening on ") ? strchr(o->err, '\n') + 1 : o->err;
	return *more ? NULL : "a client was not served, without a word";
}

const char *judge(const struct torture_case *c, const struct right *right, const struct outcome *o,
	bool failed, bool lasting)
{
	const char *fault = judge_status(c, o);

	if (fault)
		return fault;
	if (c->where)
		return judge_server(c, right, o, failed, lasting);
	if (!failed && o->status != 0)
		return "it failed although nothing else did";
	if (o->status != 0 && memmem(o->out.data, o->out.size, "error", 5))
		return NULL;
	return fits(c, right, &o->out, o->status == 0) ? NULL
		: o->status == 0		       ? "status 0, but not all was written"
						       : "what was written is wrong";
}
