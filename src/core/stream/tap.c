/* SPDX-License-Identifier: ISC */
/* tap.c - pass bytes through a chain of taps. */
#include "core/stream/tap.h"

#include <errno.h>

/* The bytes between two taps; only for the loop's own thread, and kept for the next block. */
static struct bytes between[2];

void tap_chain_add(struct tap_chain *chain, struct tap *tap)
{
	struct tap **link = &chain->first;

	while (*link)
		link = &(*link)->next;
	*link = tap;
	tap->next = NULL;
	if (tap->kind->allow)
		chain->holds = true;
}

size_t tap_chain_waiting(const struct tap_chain *chain)
{
	return chain->waiting.size - chain->used;
}

size_t tap_chain_allow(struct tap_chain *chain, bool last, int64_t now_ns)
{
	struct tap_question question = {.data = bytes_from(&chain->waiting, chain->used),
		.size = tap_chain_waiting(chain),
		.last = last,
		.now_ns = now_ns};

	for (struct tap *tap = chain->first; tap && question.size > 0; tap = tap->next) {
		size_t size;

		if (!tap->kind->allow)
			continue;
		size = tap->kind->allow(tap, &question);
		/* The previous tap's limit hides from the next one that there is more. */
		question.last = question.last || size < question.size;
		question.size = size;
	}
	chain->again_ns = question.again_ns;
	return question.size;
}

/* Pass SIZE bytes at DATA through the taps from TAP on. */
static int pass(struct tap_chain *chain, struct tap *tap, const unsigned char *data, size_t size,
	struct bytes *out)
{
	for (int side = 0; tap && size > 0; tap = tap->next) {
		struct bytes *changed = &between[side];

		if (tap->kind->look && tap->kind->look(tap, data, size) < 0) {
			chain->failed = tap;
			return -1;
		}
		if (!tap->kind->change)
			continue;
		bytes_clear(changed);
		tap->kind->change(tap, data, size, changed);
		if (changed->failed) {
			errno = ENOMEM;
			return -1;
		}
		data = changed->data;
		size = changed->size;
		side = !side;
	}
	bytes_add(out, data, size);
	errno = ENOMEM;
	return out->failed ? -1 : 0;
}

int tap_chain_pass(struct tap_chain *chain, size_t size, struct bytes *out)
{
	const unsigned char *data = bytes_from(&chain->waiting, chain->used);

	chain->used += size;
	if (pass(chain, chain->first, data, size, out) < 0)
		return -1;
	/* An idle connection costs only its struct. */
	if (tap_chain_waiting(chain) == 0) {
		bytes_release(&chain->waiting);
		chain->used = 0;
	}
	return 0;
}

bool tap_chain_owes(const struct tap_chain *chain)
{
	for (const struct tap *tap = chain->first; tap; tap = tap->next) {
		if (tap->kind->owes && tap->kind->owes(tap))
			return true;
	}
	return false;
}

int tap_chain_say(struct tap_chain *chain, struct bytes *out)
{
	struct bytes own = {0};
	int result = 0;

	for (struct tap *tap = chain->first; tap && result == 0; tap = tap->next) {
		if (!tap->kind->owes || !tap->kind->owes(tap))
			continue;
		bytes_clear(&own);
		tap->kind->say(tap, &own);
		errno = ENOMEM;
		result = own.failed ? -1 : pass(chain, tap->next, own.data, own.size, out);
	}
	bytes_release(&own);
	return result;
}

void tap_chain_release(struct tap_chain *chain)
{
	bytes_release(&chain->waiting);
	chain->used = 0;
}
