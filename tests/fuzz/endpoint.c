/* SPDX-License-Identifier: ISC */
/* endpoint.c - operands as anybody may type them: an endpoint whose own text is read as the same
 * again, or a line that explains what is wrong. The first byte is the form, NULs separate the
 * words.
 *
 * covers: core/addr/endpoint.c core/addr/vsock_linux.c */
#include "base/bytes.h"
#include "core/addr/addr.h"
#include "fuzz.h"

enum { MOST_WORDS = 3 };

static bool is_same(const struct endpoint *a, const struct endpoint *b)
{
	if (a->kind != b->kind || strcmp(a->text, b->text) != 0)
		return false;
	switch (a->kind) {
	case ENDPOINT_INET:
		return strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0 &&
			a->any_written == b->any_written;
	case ENDPOINT_FD: return a->fd == b->fd;
	default: return addr_equal(&a->addr, &b->addr);
	}
}

/* A host that was typed as a separate word may have the name of a kind; in one word it would be
 * that kind. */
static bool is_kind(const char *host)
{
	return strcmp(host, "unix") == 0 || strcmp(host, "vsock") == 0 || strcmp(host, "fd") == 0;
}

static bool comes_back(const struct endpoint *e, enum endpoint_form form)
{
	struct endpoint again;
	struct bytes why = {0};
	char *word = e->text;
	bool good;

	if (e->kind == ENDPOINT_INET && is_kind(e->host))
		return true;
	good = endpoint_parse(&again, form, &word, 1, &why) == 1 && is_same(e, &again);

	endpoint_release(&again);
	bytes_release(&why);
	return good;
}

/* The text of an address must be read as the same address. */
static bool has_text(const struct endpoint *e)
{
	char text[ADDR_TEXT], *word = text;
	struct endpoint again;
	struct bytes why = {0};

	if (e->kind == ENDPOINT_INET || e->kind == ENDPOINT_FD)
		return true;
	addr_text(&e->addr, text);
	bool good = endpoint_parse(&again, ENDPOINT_PEER, &word, 1, &why) == 1 &&
		addr_equal(&again.addr, &e->addr);
	endpoint_release(&again);
	bytes_release(&why);
	return good;
}

/* Read WORDS, of which the first USED are an endpoint, as one endpoint and nothing else, and the
 * first of them as the value of an option. */
static void read_all(enum endpoint_form form, char *words[], size_t count, size_t used)
{
	struct endpoint e;
	struct bytes why = {0};

	if (endpoint_read(&e, form, words, count, &why) == STATUS_DONE) {
		must(used == count && why.size == 0);
		endpoint_release(&e);
	} else {
		must(why.size > 0 && (used != count || count == 2));
	}
	bytes_clear(&why);
	if (endpoint_read_option(&e, form, "--forward", words[0], &why) == STATUS_DONE)
		endpoint_release(&e);
	else
		must(strncmp(bytes_text(&why), "bad --forward: ", 15) == 0);
	bytes_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum endpoint_form forms[] = {ENDPOINT_PEER, ENDPOINT_LOCAL, ENDPOINT_SCAN};
	char *words[MOST_WORDS];
	struct endpoint e;
	struct bytes why = {0};
	size_t count = 0, used;
	char *text = malloc(size + 1);

	if (!text || size == 0) {
		free(text);
		return 0;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t at = 1; at <= size && count < MOST_WORDS; at += strlen(text + at) + 1)
		words[count++] = text + at;
	used = endpoint_parse(&e, forms[*data % 3], words, count, &why);
	if (used == 0 ? why.size == 0 : used > 2 || !comes_back(&e, forms[*data % 3]))
		abort();
	must(used == 0 || has_text(&e));
	if (count > 0)
		read_all(forms[*data % 3], words, count, used);
	if (used)
		endpoint_release(&e);
	bytes_release(&why);
	free(text);
	return 0;
}
