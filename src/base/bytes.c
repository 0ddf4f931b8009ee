/* SPDX-License-Identifier: ISC */
/* bytes.c - a byte string that grows.
 *
 * The block always has room for one more byte than SIZE, so bytes_text never has to allocate. */
#include "base/bytes.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/be.h"

enum { ROOM_MIN = 64 };

static atomic_bool lost;

static int fail(struct bytes *b)
{
	b->failed = true;
	atomic_store(&lost, true);
	errno = ENOMEM;
	return -1;
}

int bytes_reserve(struct bytes *b, size_t n)
{
	if (b->failed || n >= SIZE_MAX / 2 - b->size)
		return fail(b);

	size_t need = b->size + n + 1;
	if (need <= b->room)
		return 0;

	size_t room = b->room + b->room / 2;
	if (room < need)
		room = need;
	if (room < ROOM_MIN)
		room = ROOM_MIN;

	unsigned char *data = realloc(b->data, room);
	if (!data)
		return fail(b);
	b->data = data;
	b->room = room;
	return 0;
}

void bytes_add(struct bytes *b, const void *data, size_t n)
{
	if (n == 0 || bytes_reserve(b, n) != 0)
		return;
	memcpy(b->data + b->size, data, n);
	b->size += n;
}

void bytes_add_byte(struct bytes *b, unsigned char byte)
{
	bytes_add(b, &byte, 1);
}

void bytes_add_be16(struct bytes *b, size_t number)
{
	unsigned char both[2];

	be16_put(both, number);
	bytes_add(b, both, sizeof(both));
}

void bytes_add_text(struct bytes *b, const char *text)
{
	bytes_add(b, text, strlen(text));
}

void bytes_add_format(struct bytes *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	bytes_add_vformat(b, format, args);
	va_end(args);
}

void bytes_add_vformat(struct bytes *b, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);

	if (length < 0) {
		fail(b);
	} else if (bytes_reserve(b, (size_t)length) == 0) {
		vsnprintf((char *)b->data + b->size, (size_t)length + 1, format, again);
		b->size += (size_t)length;
	}
	va_end(again);
}

void bytes_join(struct bytes *b, const struct bytes *more)
{
	bytes_add(b, more->data, more->size);
	b->failed |= more->failed;
}

void bytes_drop(struct bytes *b, size_t n)
{
	if (n > b->size)
		n = b->size;
	b->size -= n;
	if (n > 0 && b->size > 0)
		memmove(b->data, b->data + n, b->size);
}

void bytes_clear(struct bytes *b)
{
	b->size = 0;
	b->failed = false;
}

unsigned char *bytes_from(const struct bytes *b, size_t at)
{
	static unsigned char nothing;

	return b->data ? b->data + at : &nothing;
}

const char *bytes_text(struct bytes *b)
{
	if (b->failed || !b->data)
		return "";
	b->data[b->size] = '\0';
	return (const char *)b->data;
}

static const char no_memory[] = "out of memory";

const char *bytes_reason(struct bytes *b)
{
	return b->failed ? no_memory : bytes_text(b);
}

void bytes_add_reason(struct bytes *b, const struct bytes *why)
{
	if (why->failed)
		bytes_add_text(b, no_memory);
	else
		bytes_add(b, why->data, why->size);
}

bool bytes_any(const struct bytes *b)
{
	return b->size > 0 || b->failed;
}

bool bytes_lost(void)
{
	return atomic_exchange(&lost, false);
}

void bytes_release(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){0};
}

uint64_t bytes_hash(uint64_t seed, const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t hash = seed;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
	return hash;
}
