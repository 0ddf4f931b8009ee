/* SPDX-License-Identifier: ISC */
/* retry.c - the rounds of --wait, also without memory for the pause between them. */
#include "tcp/retry.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/grow.h"
#include "loop_fixture.h"

static bool has_memory;

/* Replaces the usual one, on which the loop's timers are based. */
void *grow(void *items, size_t *room, size_t least, size_t size)
{
	enum { ROOM = 64 };

	if (least <= *room)
		return items;
	if (!has_memory || least > ROOM) {
		errno = ENOMEM;
		return NULL;
	}
	*room = ROOM;
	return realloc(items, ROOM * size);
}

static void begin_round(void *arg)
{
	(void)arg;
	count++;
	loop_stop(loop);
}

static void finish(struct retry *r)
{
	retry_stop(r);
	end();
}

static void test_again(void)
{
	struct retry r;
	struct bytes why = {0};

	has_memory = true;
	begin();
	retry_init(&r, loop, 10 * NUM_NS_PER_S, begin_round, NULL);
	OK(retry_again(&r, STATUS_REFUSED) && loop_run(loop) == 0 && count == 1,
		"a refusal has another round");
	OK(!retry_again(&r, STATUS_FAILED) &&
			retry_give_up(&r, STATUS_FAILED, &why) == STATUS_FAILED && !bytes_any(&why),
		"what waiting does not mend has none, and its own status");
	OK(retry_give_up(&r, STATUS_REFUSED, &why) == STATUS_TIMED_OUT &&
			tap_same(bytes_text(&why), " (waited 10.0s)"),
		"when time is over it is said how long it was waited");
	bytes_release(&why);
	finish(&r);
}

static void test_no_memory(void)
{
	struct retry r;
	struct bytes why = {0};

	has_memory = true;
	begin();
	has_memory = false;
	retry_init(&r, loop, 10 * NUM_NS_PER_S, begin_round, NULL);
	OK(!retry_again(&r, STATUS_REFUSED),
		"without memory for the pause there is no other round");
	OK(retry_give_up(&r, STATUS_REFUSED, &why) == STATUS_REFUSED && !bytes_any(&why),
		"and nobody says that it was waited");
	bytes_release(&why);
	finish(&r);
}

int main(void)
{
	test_again();
	test_no_memory();
	return tap_end();
}
