/* SPDX-License-Identifier: ISC */
/* services_file.c - /etc/services and /etc/protocols as anybody may have written them: the entries
 * that another reader finds.
 *
 * covers: names/services/services_db.c core/services_table.c */
#include <netdb.h>

#include "base/fd.h"
#include "core/name.h"
#include "fuzz.h"

/* The file is the input, and libc reads none. */
static const uint8_t *input;
static size_t input_size;
static bool no_database;

static char *read_input(const char *path, size_t limit, size_t *size)
{
	must(path != NULL && input_size <= limit);
	*size = input_size;
	return fuzz_text(input, input_size);
}

static struct servent *no_service(void)
{
	return NULL;
}

static bool is_builtin(void)
{
	return no_database;
}

#define fd_read_file	      read_input
#define getservent	      no_service
#define name_services_builtin is_builtin
#include "names/services/services_db.c"

enum { WORDS_MAX = 8 };

/* Take the next line of *TEXT, cut into WORDS; false: none, or it is too long to be judged. */
static bool take_line(const char **text, char line[256], char *words[WORDS_MAX + 1], size_t *count)
{
	size_t size = strcspn(*text, "\n"), length = size;
	const char *hash = memchr(*text, '#', size);

	if (hash)
		length = (size_t)(hash - *text);
	if (length >= 256)
		return false;
	memcpy(line, *text, length);
	line[length] = '\0';
	*count = 0;
	for (char *at = line + strspn(line, " \t\r"); *at && *count < WORDS_MAX;
		at += strspn(at, " \t\r")) {
		words[(*count)++] = at;
		at += strcspn(at, " \t\r");
		if (*at)
			*at++ = '\0';
	}
	*text += size + ((*text)[size] == '\n');
	return *count < WORDS_MAX;
}

/* Whether WORDS are an entry of KIND. */
static bool is_entry(char *words[], size_t count, enum service_kind kind, unsigned *number)
{
	const char *first = count > 1 ? words[1] + strspn(words[1], "0") : "";
	size_t digits = count > 1 ? strspn(words[1], "0123456789") : 0;

	if (digits == 0 || strspn(first, "0123456789") > 5 || strtoul(first, NULL, 10) > 65535)
		return false;
	*number = (unsigned)strtoul(first, NULL, 10);
	return kind == SERVICE_PORTS ? words[1][digits] == '/' && words[1][digits + 1]
				     : words[1][digits] == '\0';
}

static void compare(const struct service_list *list, const char *text, enum service_kind kind)
{
	char line[256], *words[WORDS_MAX + 1];
	size_t count, at = 0;
	unsigned number;

	while (*text) {
		if (!take_line(&text, line, words, &count))
			return;
		if (!is_entry(words, count, kind, &number))
			continue;
		const struct service *s = &list->items[at];
		must(!list->builtin && at++ < list->count && s->number == number);
		must(strcmp(s->name, words[0]) == 0 && !s->protocol == (kind != SERVICE_PORTS));
		must(!s->protocol || strcmp(s->protocol, strchr(words[1], '/') + 1) == 0);
		for (size_t i = 2; i < count; i++)
			must(service_is_called(s, words[i]));
		must(service_is_called(s, words[0]) && !service_is_called(s, ""));
	}
	must(list->builtin ? at == 0 : at == list->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct service_list list;

	input = data;
	input_size = size;
	for (int kind = 0; kind < 2; kind++) {
		no_database = size == 0;
		must(services_load(&list, (enum service_kind)kind, false) == 0);
		if (!no_database && strlen(text) == size)
			compare(&list, text, (enum service_kind)kind);
		services_release(&list);
	}
	struct services_line line;
	must(!services_table_find(&line, text, 0, "tcp") || strcmp(line.row.protocol, "tcp") == 0);
	free(text);
	return 0;
}
