/* SPDX-License-Identifier: ISC */
/* json.c - read JSON as strictly as in RFC 8259, and print what is in it.
 *
 *     json [KEY...] <FILE
 *
 * Each line of the input has to be one value, in UTF-8, without a key that stands twice in an
 * object; else it ends with 1 and says what is wrong. Without a KEY it prints a line PATH=VALUE for
 * each string, number, true, false and null, where PATH is the keys (in a list: the places, from 0)
 * that lead there, with dots between; with KEYs, for each line of the input, the values at these
 * paths with tabs between, and - for one that is not there. Strings are printed as what they mean,
 * but for control characters and backslashes, which are \xHH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/peer.h"

enum { DEPTH = 64 };

struct text {
	char *data;
	size_t size, room;
};

static const char *at, *end;
static size_t line = 1;
static struct text path;
static char *const *keys;
static struct text *values;

static void value(int depth);

static _Noreturn void wrong(const char *what)
{
	die("line %zu: %s at: %.*s", line, what, (int)(end - at < 40 ? end - at : 40), at);
}

static void add(struct text *t, const char *data, size_t size)
{
	if (t->size + size + 1 > t->room) {
		t->room = (t->size + size) * 2 + 64;
		t->data = get(t->data, t->room);
	}
	if (size)
		memcpy(t->data + t->size, data, size);
	t->size += size;
	t->data[t->size] = '\0';
}

static void blanks(void)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
}

static bool taken(char c)
{
	if (at == end || *at != c)
		return false;
	at++;
	return true;
}

/* The length of the UTF-8 character at AT (RFC 3629). */
static size_t character(void)
{
	const unsigned char *c = (const unsigned char *)at;
	size_t size = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;

	if (size == 0 || c[0] > 0xf4 || (size_t)(end - at) < size)
		wrong("not UTF-8");
	for (size_t i = 1; i < size; i++) {
		if ((c[i] & 0xc0) != 0x80)
			wrong("not UTF-8");
	}
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
		(c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		wrong("not UTF-8");
	return size;
}

/* A character of a string, made visible. */
static void add_code(struct text *out, unsigned code)
{
	char utf8[8];
	int size;

	if (code < 0x20 || code == 0x7f || code == '\\')
		size = snprintf(utf8, sizeof(utf8), "\\x%02x", code);
	else if (code < 0x80)
		size = snprintf(utf8, sizeof(utf8), "%c", (char)code);
	else if (code < 0x800)
		size = snprintf(utf8, sizeof(utf8), "%c%c", 0xc0 | code >> 6, 0x80 | (code & 63));
	else if (code < 0x10000)
		size = snprintf(utf8, sizeof(utf8), "%c%c%c", 0xe0 | code >> 12,
			0x80 | (code >> 6 & 63), 0x80 | (code & 63));
	else
		size = snprintf(utf8, sizeof(utf8), "%c%c%c%c", 0xf0 | code >> 18,
			0x80 | (code >> 12 & 63), 0x80 | (code >> 6 & 63), 0x80 | (code & 63));
	add(out, utf8, (size_t)size);
}

static unsigned four_digits(void)
{
	unsigned code = 0;

	for (int i = 0; i < 4; i++, at++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *digit = at < end && *at ? strchr(digits, *at) : NULL;
		if (!digit)
			wrong("not four hexadecimal digits");
		code = code << 4 | (unsigned)((digit - digits) & 15);
	}
	return code;
}

/* Read what follows a backslash. */
static unsigned escape(void)
{
	static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *letter = at < end && *at ? strchr(letters, *at) : NULL;

	if (letter) {
		at++;
		return (unsigned char)means[letter - letters];
	}
	if (!taken('u'))
		wrong("not an escape");
	unsigned code = four_digits();
	if (code >= 0xdc00 && code < 0xe000)
		wrong("half a surrogate pair");
	if (code < 0xd800 || code >= 0xe000)
		return code;
	if (!taken('\\') || !taken('u'))
		wrong("half a surrogate pair");
	unsigned low = four_digits();
	if (low < 0xdc00 || low >= 0xe000)
		wrong("half a surrogate pair");
	return 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
}

static void string(struct text *out)
{
	if (!taken('"'))
		wrong("not a string");
	while (!taken('"')) {
		if (at == end || (unsigned char)*at < 0x20)
			wrong("a string without an end");
		if (taken('\\')) {
			add_code(out, escape());
		} else if (*at == 0x7f) {
			add_code(out, 0x7f);
			at++;
		} else {
			size_t size = character();
			add(out, at, size);
			at += size;
		}
	}
	add(out, "", 0);
}

static bool digits(void)
{
	const char *first = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at > first;
}

static void number_text(struct text *out)
{
	const char *first = at;

	taken('-');
	if (!taken('0') && !digits())
		wrong("not a value");
	if (taken('.') && !digits())
		wrong("not a number");
	if (taken('e') || taken('E')) {
		if (!taken('+'))
			taken('-');
		if (!digits())
			wrong("not a number");
	}
	add(out, first, (size_t)(at - first));
}

/* A string, a number or a word: print it, or keep it if it was asked for. */
static void leaf(void)
{
	static const char *const words[] = {"true", "false", "null"};
	struct text out = {0};
	size_t word = 0;

	while (word < 3 &&
		((size_t)(end - at) < strlen(words[word]) ||
			strncmp(at, words[word], strlen(words[word])) != 0))
		word++;
	if (word < 3) {
		add(&out, at, strlen(words[word]));
		at += out.size;
	} else if (at < end && *at == '"') {
		string(&out);
	} else {
		number_text(&out);
	}
	add(&path, "", 0);
	if (!*keys)
		printf("%s=%s\n", path.data, out.data);
	for (size_t i = 0; keys[i]; i++) {
		if (strcmp(keys[i], path.data) == 0)
			add(&values[i], out.data, out.size);
	}
	free(out.data);
}

/* Read the value of NAME. */
static void member(const char *name, int depth)
{
	size_t before = path.size;

	if (before)
		add(&path, ".", 1);
	add(&path, name, strlen(name));
	value(depth + 1);
	path.size = before;
	add(&path, "", 0);
}

static void unique(struct text *names, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++) {
		if (strcmp(names[i].data, names[count - 1].data) == 0)
			die("line %zu: the key %s stands twice", line, names[i].data);
	}
}

static void object(int depth)
{
	struct text *names = NULL;
	size_t count = 0;

	blanks();
	if (taken('}'))
		return;
	do {
		names = get(names, (count + 1) * sizeof(*names));
		names[count] = (struct text){0};
		blanks();
		string(&names[count++]);
		unique(names, count);
		blanks();
		if (!taken(':'))
			wrong("no colon");
		member(names[count - 1].data, depth);
		blanks();
	} while (taken(','));
	if (!taken('}'))
		wrong("an object without an end");
	while (count > 0)
		free(names[--count].data);
	free(names);
}

static void list(int depth)
{
	char place[24];
	size_t count = 0;

	blanks();
	if (taken(']'))
		return;
	do {
		snprintf(place, sizeof(place), "%zu", count++);
		member(place, depth);
		blanks();
	} while (taken(','));
	if (!taken(']'))
		wrong("a list without an end");
}

static void value(int depth)
{
	if (depth > DEPTH)
		wrong("too deep");
	blanks();
	if (taken('{'))
		object(depth);
	else if (taken('['))
		list(depth);
	else
		leaf();
	blanks();
}

static void print_values(void)
{
	for (size_t i = 0; keys[i]; i++) {
		printf("%s%s", i ? "\t" : "", values[i].data ? values[i].data : "-");
		free(values[i].data);
		values[i] = (struct text){0};
	}
	if (*keys)
		putchar('\n');
}

static struct text input(void)
{
	struct text all = {0};
	char piece[65536];
	ssize_t size;

	while ((size = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
		add(&all, piece, (size_t)size);
	if (size < 0 || !all.size)
		die("no input");
	return all;
}

int main(int argc, char **argv)
{
	peer_begin("json");
	struct text all = input();
	keys = argv + 1;
	values = get(NULL, (size_t)argc * sizeof(*values));
	memset(values, 0, (size_t)argc * sizeof(*values));
	at = all.data;
	end = all.data + all.size;
	for (; at < end; line++) {
		value(0);
		if (at < end && !taken('\n'))
			wrong("more than a value in a line");
		print_values();
	}
	free(all.data);
	free(path.data);
	free(values);
	return 0;
}
