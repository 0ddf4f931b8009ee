/* SPDX-License-Identifier: ISC */
/* json_line.h - whether text is a line of JSON (RFC 8259), read by code other than that which wrote
 * it: one value in UTF-8, without duplicate keys in an object. */
#ifndef FUZZ_JSON_LINE_H
#define FUZZ_JSON_LINE_H

#include "fuzz.h"

enum { FUZZ_JSON_DEPTH = 32, FUZZ_JSON_KEYS = 256 };

struct fuzz_json {
	const unsigned char *at, *end;
};

static inline bool fuzz_json_value(struct fuzz_json *j, int depth);

static inline bool fuzz_json_taken(struct fuzz_json *j, unsigned char c)
{
	if (j->at == j->end || *j->at != c)
		return false;
	j->at++;
	return true;
}

static inline bool fuzz_json_hex(struct fuzz_json *j, unsigned *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, j->at++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = j->at < j->end && *j->at ? strchr(digits, *j->at) : NULL;

		if (!digit)
			return false;
		*code = *code * 16 + (unsigned)(digit - digits);
	}
	return true;
}

/* Read what follows a backslash; for a pair of surrogates, both. */
static inline bool fuzz_json_escape(struct fuzz_json *j)
{
	unsigned code;

	if (j->at < j->end && *j->at && strchr("\"\\/bfnrt", *j->at)) {
		j->at++;
		return true;
	}
	if (!fuzz_json_taken(j, 'u') || !fuzz_json_hex(j, &code))
		return false;
	if (code < 0xd800 || code > 0xdfff)
		return true;
	return code < 0xdc00 && fuzz_json_taken(j, '\\') && fuzz_json_taken(j, 'u') &&
		fuzz_json_hex(j, &code) && code >= 0xdc00 && code <= 0xdfff;
}

/* Read a character of UTF-8 according to the table of RFC 3629. */
static inline bool fuzz_json_character(struct fuzz_json *j)
{
	unsigned char c = *j->at++;
	int more = c < 0x80 ? 0 : c < 0xc2 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : -1;

	if (more < 0 || c < ' ' || j->end - j->at < more)
		return false;
	if ((c == 0xe0 && *j->at < 0xa0) || (c == 0xed && *j->at > 0x9f) ||
		(c == 0xf0 && *j->at < 0x90) || (c == 0xf4 && *j->at > 0x8f))
		return false;
	for (; more > 0; more--) {
		if ((*j->at++ & 0xc0) != 0x80)
			return false;
	}
	return true;
}

static inline bool fuzz_json_string(struct fuzz_json *j)
{
	if (!fuzz_json_taken(j, '"'))
		return false;
	while (!fuzz_json_taken(j, '"')) {
		if (j->at == j->end)
			return false;
		if (!(fuzz_json_taken(j, '\\') ? fuzz_json_escape(j) : fuzz_json_character(j)))
			return false;
	}
	return true;
}

static inline size_t fuzz_json_digits(struct fuzz_json *j)
{
	const unsigned char *first = j->at;

	while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
		j->at++;
	return (size_t)(j->at - first);
}

static inline bool fuzz_json_number(struct fuzz_json *j)
{
	fuzz_json_taken(j, '-');
	if (!fuzz_json_taken(j, '0') && !fuzz_json_digits(j))
		return false;
	return !fuzz_json_taken(j, '.') || fuzz_json_digits(j);
}

static inline bool fuzz_json_word(struct fuzz_json *j, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(j->end - j->at) < size || memcmp(j->at, word, size) != 0)
		return false;
	j->at += size;
	return true;
}

struct fuzz_json_key {
	const unsigned char *at;
	size_t size;
};

static inline bool fuzz_json_new(
	struct fuzz_json_key *keys, size_t count, const unsigned char *at, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		if (keys[i].size == size && memcmp(keys[i].at, at, size) == 0)
			return false;
	}
	keys[count] = (struct fuzz_json_key){at, size};
	return true;
}

static inline bool fuzz_json_object(struct fuzz_json *j, int depth)
{
	struct fuzz_json_key keys[FUZZ_JSON_KEYS];
	size_t count = 0;

	if (fuzz_json_taken(j, '}'))
		return true;
	do {
		const unsigned char *key = j->at;

		if (count == FUZZ_JSON_KEYS || !fuzz_json_string(j) ||
			!fuzz_json_new(keys, count++, key, (size_t)(j->at - key)) ||
			!fuzz_json_taken(j, ':') || !fuzz_json_value(j, depth + 1))
			return false;
	} while (fuzz_json_taken(j, ','));
	return fuzz_json_taken(j, '}');
}

static inline bool fuzz_json_list(struct fuzz_json *j, int depth)
{
	if (fuzz_json_taken(j, ']'))
		return true;
	do {
		if (!fuzz_json_value(j, depth + 1))
			return false;
	} while (fuzz_json_taken(j, ','));
	return fuzz_json_taken(j, ']');
}

static inline bool fuzz_json_value(struct fuzz_json *j, int depth)
{
	if (depth > FUZZ_JSON_DEPTH || j->at == j->end)
		return false;
	if (fuzz_json_taken(j, '{'))
		return fuzz_json_object(j, depth);
	if (fuzz_json_taken(j, '['))
		return fuzz_json_list(j, depth);
	if (*j->at == '"')
		return fuzz_json_string(j);
	return fuzz_json_word(j, "true") || fuzz_json_word(j, "false") ||
		fuzz_json_word(j, "null") || fuzz_json_number(j);
}

/* Whether the SIZE bytes at DATA are one value and a newline. */
static inline bool fuzz_is_json_line(const void *data, size_t size)
{
	const unsigned char *at = data;
	struct fuzz_json j = {at, at + size};

	return fuzz_json_value(&j, 0) && fuzz_json_taken(&j, '\n') && j.at == j.end;
}

#endif
