/* SPDX-License-Identifier: ISC */
/* feed.c - one stream of messages that many readers follow, each at its own pace. */

#include "tcp/services/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_SIZE = 256 * 1024,
	TOGETHER_MAX = 64 * 1024, /* small pieces of one sender are joined to one entry up to this
				   * size */
};

/* Chunks form a list from the oldest one that anybody needs to the tail. NEEDED counts references:
 * the readers positioned in the chunk, the chunk before it, and, for the tail, the feed. */
struct feed_chunk {
	struct feed_chunk *next;
	size_t needed;
	size_t last; /* its last entry */
	size_t used, room;
	unsigned char data[];
};

/* An entry in a chunk: this header, followed by the bytes. */
struct entry {
	uint64_t from; /* a reader's id; 0: none */
	uint32_t size; /* not 0 */
	bool whole;
};

static struct entry *entry_at(const struct feed_chunk *chunk, size_t at)
{
	return (struct entry *)(void *)(chunk->data + at);
}

static size_t aligned(size_t size)
{
	return (size + sizeof(struct entry) - 1) / sizeof(struct entry) * sizeof(struct entry);
}

static size_t after(const struct feed_chunk *chunk, size_t at)
{
	return aligned(at + sizeof(struct entry) + entry_at(chunk, at)->size);
}

static struct feed_chunk *chunk_new(size_t least)
{
	size_t room = least > CHUNK_SIZE ? least : CHUNK_SIZE;
	struct feed_chunk *chunk = malloc(sizeof *chunk + room);

	if (chunk)
		*chunk = (struct feed_chunk){.needed = 1, .room = room};
	return chunk;
}

static void chunk_drop(struct feed_chunk *chunk)
{
	while (chunk && --chunk->needed == 0) {
		struct feed_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

/* Begin a new tail with room for LEAST bytes. */
static int grow(struct feed *feed, size_t least)
{
	struct feed_chunk *chunk = chunk_new(least);
	struct feed_chunk *old = feed->tail;

	if (!chunk)
		return -1;
	feed->tail = chunk;
	if (!old)
		return 0;
	old->next = chunk;
	chunk->needed++;
	chunk_drop(old);
	return 0;
}

int feed_join(struct feed *feed, struct feed_reader *reader, uint64_t id)
{
	struct feed_chunk *tail;

	if (!feed->tail && grow(feed, 0) < 0)
		return -1;
	tail = feed->tail;
	tail->needed++;
	/* At the end of the last entry rather than after it, because that entry may still grow. */
	*reader = (struct feed_reader){.feed = feed,
		.id = id,
		.at = tail,
		.entry = tail->last,
		.done = tail->used ? entry_at(tail, tail->last)->size : 0,
		.passed = feed->added};
	return 0;
}

void feed_leave(struct feed_reader *reader)
{
	chunk_drop(reader->at);
	reader->at = NULL;
}

/* The last entry, if bytes of FROM may be added to it. */
static struct entry *open_entry(const struct feed *feed, uint64_t from, size_t size)
{
	const struct feed_chunk *tail = feed->tail;
	struct entry *last = tail->used ? entry_at(tail, tail->last) : NULL;

	return last && last->from == from && !last->whole && last->size + size <= TOGETHER_MAX &&
			tail->used + size <= tail->room
		? last
		: NULL;
}

static struct entry *new_entry(struct feed *feed, uint64_t from, size_t size, bool whole)
{
	size_t need = aligned(sizeof(struct entry) + size);
	struct feed_chunk *tail = feed->tail;
	struct entry *e;

	if ((!tail || aligned(tail->used) + need > tail->room) && grow(feed, need) < 0)
		return NULL;
	tail = feed->tail;
	tail->last = aligned(tail->used);
	tail->used = tail->last + sizeof *e;
	e = entry_at(tail, tail->last);
	*e = (struct entry){.from = from, .whole = whole};
	return e;
}

int feed_add(struct feed *feed, struct feed_reader *from, const void *data, size_t size, bool whole)
{
	uint64_t id = from ? from->id : 0;
	struct entry *e;

	if (size == 0)
		return 0;
	if (size > UINT32_MAX) {
		errno = ENOMEM;
		return -1;
	}
	e = whole || !feed->tail ? NULL : open_entry(feed, id, size);
	if (!e)
		e = new_entry(feed, id, size, whole);
	if (!e)
		return -1;
	memcpy(feed->tail->data + feed->tail->used, data, size);
	feed->tail->used += size;
	e->size += (uint32_t)size;
	feed->added += size;
	if (from)
		from->added += size;
	return 0;
}

uint64_t feed_waiting(const struct feed_reader *reader)
{
	return reader->feed->added - reader->passed - (reader->added - reader->passed_own);
}

/* Move *CHUNK and *AT to the next entry; false: none. */
static bool step(struct feed_chunk **chunk, size_t *at)
{
	size_t next = (*chunk)->used ? after(*chunk, *at) : 0;

	if (next < (*chunk)->used) {
		*at = next;
		return true;
	}
	if (!(*chunk)->next)
		return false;
	*chunk = (*chunk)->next;
	*at = 0;
	return true;
}

int feed_look(const struct feed_reader *reader, struct iovec *piece, int max)
{
	struct feed_chunk *chunk = reader->at;
	size_t at = reader->entry, done = reader->done;
	int count = 0;

	if (!chunk->used && !step(&chunk, &at))
		return 0;
	do {
		const struct entry *e = entry_at(chunk, at);

		if (e->from != reader->id && e->size > done) {
			unsigned char *data = chunk->data + at + sizeof *e;

			piece[count].iov_base = data + done;
			piece[count++].iov_len = e->size - done;
		}
		done = 0;
	} while (count < max && step(&chunk, &at));
	return count;
}

/* Advance to the next entry; false: none. */
static bool advance(struct feed_reader *reader)
{
	struct feed_chunk *chunk = reader->at;

	if (!step(&chunk, &reader->entry))
		return false;
	reader->done = 0;
	if (chunk == reader->at)
		return true;
	chunk->needed++;
	chunk_drop(reader->at);
	reader->at = chunk;
	return true;
}

void feed_take(struct feed_reader *reader, size_t size)
{
	if (!reader->at->used && !advance(reader))
		return;
	do {
		const struct entry *e = entry_at(reader->at, reader->entry);
		size_t left = e->size - reader->done;
		bool own = e->from == reader->id;
		size_t n = own || left < size ? left : size;

		reader->done += n;
		reader->passed += n;
		reader->passed_own += own ? n : 0;
		size -= own ? 0 : n;
		if (n < left)
			return;
	} while (advance(reader));
}

void feed_release(struct feed *feed)
{
	chunk_drop(feed->tail);
	feed->tail = NULL;
}
