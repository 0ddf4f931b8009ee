/* SPDX-License-Identifier: ISC */
/* services_db.c - the databases of services and of IP protocols. */

#include "names/services/services_db.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/grow.h"
#include "core/addr/addr.h"
#include "core/name.h"
#include "core/services_table.h"

static const char protocols_path[] = "/etc/protocols";

enum { FILE_LONGEST = 1 << 24 };

static int add(struct service_list *list, const struct services_row *row)
{
	struct service *grown = grow(list->items, &list->room, list->count + 1, sizeof *grown);

	if (!grown)
		return -1;
	list->items = grown;
	struct service *s = &list->items[list->count++];
	*s = (struct service){.number = row->number};
	s->name = strdup(row->name);
	s->protocol = row->protocol ? strdup(row->protocol) : NULL;
	s->aliases = strdup(row->aliases);
	return s->name && s->aliases && (s->protocol || !row->protocol) ? 0 : -1;
}

static void add_word(struct bytes *words, const char *word)
{
	if (words->size > 0)
		bytes_add_byte(words, ' ');
	bytes_add_text(words, word);
}

/* Add an entry whose aliases are WORDS, which are released. */
static int add_entry(struct service_list *list, struct services_row row, struct bytes *words)
{
	int result = -1;

	row.aliases = bytes_text(words);
	if (!words->failed)
		result = add(list, &row);
	bytes_release(words);
	return result;
}

/* Add an entry from libc. */
static int add_libc(struct service_list *list, struct services_row row, char **aliases)
{
	struct bytes words = {0};

	for (; aliases && *aliases; aliases++)
		add_word(&words, *aliases);
	return add_entry(list, row, &words);
}

static int load_services(struct service_list *list)
{
	const struct servent *entry;
	int result = 0;

	setservent(1);
	while (result == 0 && (entry = getservent()))
		result = add_libc(list,
			(struct services_row){.name = entry->s_name,
				.number = ntohs((uint16_t)entry->s_port),
				.protocol = entry->s_proto},
			entry->s_aliases);
	endservent();
	return result;
}

static int add_line(struct service_list *list, enum service_kind kind, char *line)
{
	char *rest;
	struct services_row row;
	struct bytes aliases = {0};

	if (!services_line_read(line, kind == SERVICE_PORTS, &row, &rest))
		return 0;
	for (char *alias; (alias = strtok_r(NULL, services_blanks, &rest));)
		add_word(&aliases, alias);
	return add_entry(list, row, &aliases);
}

/* Add the lines of TEXT, which is modified. */
static int load_text(struct service_list *list, enum service_kind kind, char *text)
{
	char *rest;
	int result = 0;

	for (char *line = strtok_r(text, "\n", &rest); line && result == 0;
		line = strtok_r(NULL, "\n", &rest))
		result = add_line(list, kind, line);
	return result;
}

static int load_file(struct service_list *list, enum service_kind kind)
{
	size_t size;
	const char *path = kind == SERVICE_PORTS ? NAME_SERVICES_FILE : protocols_path;
	char *text = fd_read_file(path, FILE_LONGEST, &size);

	if (!text)
		return errno == ENOMEM ? -1 : 0;
	int result = load_text(list, kind, text);
	free(text);
	return result;
}

static int load_table(struct service_list *list, enum service_kind kind)
{
	char *text = strdup(kind == SERVICE_PORTS ? services_table : services_protocols_table);

	list->builtin = true;
	int result = text ? load_text(list, kind, text) : -1;
	free(text);
	return result;
}

int services_load(struct service_list *list, enum service_kind kind, bool builtin)
{
	int result = 0;

	*list = (struct service_list){0};
	if (builtin || (kind == SERVICE_PORTS && name_services_builtin()))
		return load_table(list, kind);
	if (kind == SERVICE_PORTS)
		result = load_services(list);
	/* musl's getservent(3) finds nothing, whatever the file has, and its getprotoent(3) has
	 * built-in names instead of the file's. */
	if (result == 0 && list->count == 0)
		result = load_file(list, kind);
	if (result == 0 && list->count == 0)
		result = load_table(list, kind);
	return result;
}

void services_release(struct service_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].protocol);
		free(list->items[i].aliases);
	}
	free(list->items);
	*list = (struct service_list){0};
}

static bool have_word(const char *list, const char *word)
{
	size_t size = strlen(word);

	while (*list) {
		size_t length = strcspn(list, " ");

		if (length == size && memcmp(list, word, size) == 0)
			return true;
		list += length;
		list += strspn(list, " ");
	}
	return false;
}

bool service_is_called(const struct service *s, const char *word)
{
	return strcmp(s->name, word) == 0 || have_word(s->aliases, word);
}
