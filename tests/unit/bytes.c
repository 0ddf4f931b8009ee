/* SPDX-License-Identifier: ISC */
/* bytes.c - tests of base/bytes.h. */
#include "base/bytes.h"

#include <errno.h>
#include <stdint.h>

#include "tap.h"

static void test_empty(void)
{
	struct bytes b = {0};

	OK(tap_same(bytes_text(&b), ""), "all zero is the empty text");
	OK(bytes_from(&b, 0) != NULL, "and what is in it lies somewhere");
	bytes_add(&b, NULL, 0);
	bytes_drop(&b, 5);
	OK(b.size == 0 && !b.failed, "adding and dropping nothing is fine");
	bytes_release(&b);
}

static void test_additions(void)
{
	struct bytes b = {0};

	bytes_add_text(&b, "port ");
	bytes_add_format(&b, "%d%s", 80, "80");
	bytes_add_byte(&b, '!');
	OK(tap_same(bytes_text(&b), "port 8080!"), "additions follow one another");
	bytes_add(&b, "\0x", 2);
	OK(b.size == 12 && memcmp(b.data, "port 8080!\0x", 12) == 0,
		"a NUL is a byte like any other");
	bytes_drop(&b, 5);
	OK(b.size == 7 && tap_same(bytes_text(&b), "8080!"), "dropping takes from the front");
	bytes_drop(&b, SIZE_MAX);
	OK(b.size == 0 && tap_same(bytes_text(&b), ""), "no more is dropped than there is");
	bytes_release(&b);
	OK(!b.data && b.room == 0, "released is all zero");
}

static void test_growth(void)
{
	struct bytes b = {0};

	for (int i = 0; i < 100000; i++)
		bytes_add_byte(&b, (unsigned char)i);
	bool right = b.size == 100000 && !b.failed;
	for (size_t i = 0; right && i < b.size; i++)
		right = b.data[i] == (unsigned char)i;
	OK(right, "100000 single bytes are all there");

	bytes_clear(&b);
	bytes_add_format(&b, "%70000d", 7);
	OK(b.size == 70000 && b.data[69999] == '7', "a long format fits");
	bytes_release(&b);
}

static void test_failure(void)
{
	struct bytes b = {0};

	bytes_add_text(&b, "kept");
	errno = 0;
	OK(bytes_reserve(&b, SIZE_MAX) == -1 && errno == ENOMEM && b.failed, "SIZE_MAX is refused");
	OK(bytes_reserve(&b, SIZE_MAX - 3) == -1, "so is what overflows with the size");
	bytes_add_text(&b, "more");
	OK(b.size == 4 && tap_same(bytes_text(&b), ""), "failure stays, the text is empty");

	struct bytes copy = {0};
	OK(bytes_any(&b) && tap_same(bytes_reason(&b), "out of memory"), "as a reason it is one");
	bytes_add_reason(&copy, &b);
	OK(tap_same(bytes_reason(&copy), "out of memory"), "and so is a copy of it");
	bytes_clear(&copy);
	bytes_join(&copy, &b);
	OK(copy.failed, "what is joined brings its failure along");
	OK(bytes_lost() && !bytes_lost(), "that something was lost is told once");
	bytes_release(&copy);
	bytes_clear(&b);
	OK(!bytes_any(&b), "cleared, it has nothing");
	bytes_add_text(&b, "new");
	OK(!b.failed && tap_same(bytes_text(&b), "new"), "clearing begins anew");
	bytes_release(&b);
}

static void test_hash(void)
{
	/* Vectors of the FNV specification (draft-eastlake-fnv). */
	OK(bytes_hash(BYTES_HASH_SEED, "", 0) == UINT64_C(0xcbf29ce484222325),
		"the hash of nothing");
	OK(bytes_hash(BYTES_HASH_SEED, "foobar", 6) == UINT64_C(0x85944171f73967e8), "of a word");
	OK(bytes_hash(bytes_hash(BYTES_HASH_SEED, "foo", 3), "bar", 3) ==
			UINT64_C(0x85944171f73967e8),
		"of a word in pieces");
}

int main(void)
{
	test_empty();
	test_additions();
	test_growth();
	test_failure();
	test_hash();
	return tap_end();
}
