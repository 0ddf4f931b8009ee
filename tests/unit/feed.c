/* SPDX-License-Identifier: ISC */
/* feed.c - readers of one feed get what others added, whole and in order. */

#include "tcp/services/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "tap.h"

/* Take everything that waits for R, SIZE bytes at a time, into OUT. */
static void drain(struct feed_reader *r, size_t size, struct bytes *out)
{
	struct iovec piece[3];
	int count;

	while ((count = feed_look(r, piece, 3)) > 0) {
		size_t n = piece[0].iov_len < size ? piece[0].iov_len : size;

		bytes_add(out, piece[0].iov_base, n);
		feed_take(r, n);
	}
}

static bool drains_to(struct feed_reader *r, size_t size, const char *expected)
{
	struct bytes out = {0};
	bool same;

	drain(r, size, &out);
	same = strcmp(bytes_text(&out), expected) == 0 && feed_waiting(r) == 0;
	bytes_release(&out);
	return same;
}

static void test_others(void)
{
	struct feed feed = {0};
	struct feed_reader a, b;

	feed_join(&feed, &a, 1);
	feed_join(&feed, &b, 2);
	feed_add(&feed, &a, "one ", 4, false);
	feed_add(&feed, &a, "two ", 4, false);
	feed_add(&feed, &b, "three ", 6, false);
	feed_add(&feed, NULL, "four", 4, false);
	OK(feed_waiting(&a) == 10, "what waits is counted without one's own");
	OK(drains_to(&b, 3, "one two four"), "a reader gets all but its own");
	OK(drains_to(&a, 100, "three four"), "the other one too");
	feed_leave(&a);
	feed_leave(&b);
	feed_leave(&b);
	feed_release(&feed);
}

static void test_growing(void)
{
	struct feed feed = {0};
	struct feed_reader a, b, late;

	feed_join(&feed, &a, 1);
	feed_join(&feed, &b, 2);
	feed_add(&feed, &a, "begun", 5, false);
	OK(drains_to(&b, 100, "begun"), "the first part");
	feed_join(&feed, &late, 3);
	feed_add(&feed, &a, " and grown", 10, false);
	OK(drains_to(&b, 100, " and grown"), "an entry that grows after it was read");
	OK(drains_to(&late, 100, " and grown"), "who joins gets only what comes after");
	feed_leave(&a);
	feed_leave(&b);
	feed_leave(&late);
	feed_release(&feed);
}

static void test_messages(void)
{
	struct feed feed = {0};
	struct feed_reader a, b;
	struct iovec piece[8];

	feed_join(&feed, &a, 1);
	feed_join(&feed, &b, 2);
	feed_add(&feed, &a, "one", 3, true);
	feed_add(&feed, &a, "two", 3, true);
	OK(feed_look(&b, piece, 8) == 2, "messages stay apart");
	OK(piece[1].iov_len == 3 && memcmp(piece[1].iov_base, "two", 3) == 0, "and whole");
	feed_leave(&a);
	feed_leave(&b);
	feed_release(&feed);
}

/* Random additions, readers that come, lag and go: each must have got what it should. */
static void test_random(void)
{
	enum { READERS = 5, ROUNDS = 20000 };
	struct feed feed = {0};
	struct feed_reader r[READERS] = {0};
	struct bytes expected[READERS] = {0}, got[READERS] = {0};
	static char text[300000];
	bool same = true;

	srand(1);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + rand() % 26);
	for (uint64_t i = 0; i < READERS; i++)
		feed_join(&feed, &r[i], i + 1);
	for (int round = 0; round < ROUNDS; round++) {
		size_t from = (size_t)rand() % READERS, to = (size_t)rand() % READERS;
		size_t size = rand() % 50 ? (size_t)rand() % 100 : (size_t)rand() % sizeof text;

		feed_add(&feed, &r[from], text, size, rand() % 2);
		for (size_t i = 0; i < READERS; i++) {
			if (i != from)
				bytes_add(&expected[i], text, size);
		}
		if (rand() % 3 == 0)
			drain(&r[to], (size_t)rand() % 5000 + 1, &got[to]);
	}
	for (size_t i = 0; i < READERS; i++) {
		drain(&r[i], 100000, &got[i]);
		same = same && got[i].size == expected[i].size &&
			memcmp(got[i].data, expected[i].data, got[i].size) == 0;
		feed_leave(&r[i]);
		bytes_release(&got[i]);
		bytes_release(&expected[i]);
	}
	OK(same, "random traffic arrives as it was sent");
	feed_release(&feed);
}

int main(void)
{
	test_others();
	test_growing();
	test_messages();
	test_random();
	return tap_end();
}
