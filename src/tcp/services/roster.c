/* SPDX-License-Identifier: ISC */
/* roster.c - --handler roster: a name is read, and answered with all names so far. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/grow.h"
#include "base/json.h"
#include "base/status.h"
#include "base/text.h"
#include "core/os/host.h"
#include "tcp/services/handlers.h"
#include "tcp/services/service_kinds.h"
#include "tcp/services/talker.h"

enum {
	NAME_SIZE_MAX = 1024,
	ROSTER_MAX = 100000,
	ROSTER_MAX_BYTES = 32 * 1024 * 1024, /* of all members, and so the longest answer */
	PART = 4096,			     /* the part of an answer that is copied for one client
					      * at a time */
};

struct roster_entry {
	struct table_node node; /* first, so that a node's address is its entry's */
	struct bytes member;	/* member of the JSON object: `"NAME": {...}` */
	char name[];
};

/* A client: how much it has been sent of the roster as of when it asked. */
struct visitor {
	struct talker talker;
	size_t next, count;
};

void roster_release(struct roster *roster)
{
	for (size_t i = 0; i < roster->count; i++) {
		bytes_release(&roster->entries[i]->member);
		free(roster->entries[i]);
	}
	free(roster->entries);
	table_release(&roster->names, NULL);
}

/* Append the member for NAME: `"NAME": {...}`. */
static void add_member(struct bytes *out, const struct conn *c, const char *name)
{
	struct addr peer;
	char text[ADDR_TEXT];
	struct json j = {.out = out};

	conn_peer(c, &peer);
	json_begin_object(&j, name);
	json_add_text(&j, "name", name);
	json_add_text(&j, "address", addr_text_host(&peer, text));
	if (addr_family(&peer) != AF_UNIX)
		json_add_uint(&j, "port", addr_port(&peer));
	json_end_object(&j);
}

static struct roster_entry *roster_find(const struct roster *r, const char *name)
{
	struct table_node *node = table_find(&r->names, table_hash(&r->names, name, strlen(name)));

	while (node && strcmp(((struct roster_entry *)node)->name, name) != 0)
		node = table_next(node);
	return (struct roster_entry *)node;
}

/* Make room for one more entry. */
static int roster_reserve(struct roster *r)
{
	struct roster_entry **grown =
		grow(r->entries, &r->room, r->count + 1, sizeof(struct roster_entry *));

	if (!grown)
		return -1;
	r->entries = grown;
	return 0;
}

/* Add an entry, whose member is still empty. NULL with errno: ENOSPC (no room for it) or ENOMEM. */
static struct roster_entry *roster_add(struct roster *r, const char *name)
{
	size_t size = strlen(name);
	struct roster_entry *entry;

	if (r->count >= ROSTER_MAX) {
		errno = ENOSPC;
		return NULL;
	}
	entry = roster_reserve(r) == 0 ? calloc(1, sizeof *entry + size + 1) : NULL;
	if (!entry)
		return NULL;
	memcpy(entry->name, name, size);
	/* With a guessable salt, clients could slow us down, but no more than that. */
	if (r->count == 0)
		UNCHECKED(os_random(&r->names.salt, sizeof r->names.salt));
	table_add(&r->names, &entry->node, table_hash(&r->names, name, size));
	r->entries[r->count++] = entry;
	return entry;
}

/* Members are in the order in which their names first came; if a name comes again, its member is
 * replaced. */
static int roster_set(struct roster *r, const struct conn *c, const char *name)
{
	struct roster_entry *entry = roster_find(r, name);
	size_t others = r->size - (entry ? entry->member.size : 0);
	struct bytes member = {0};
	bool fits;

	add_member(&member, c, name);
	fits = others + member.size <= ROSTER_MAX_BYTES;
	if (!fits)
		errno = ENOSPC;
	if (member.failed) {
		errno = ENOMEM;
		fits = false;
	}
	if (fits && !entry)
		entry = roster_add(r, name);
	if (!fits || !entry) {
		bytes_release(&member);
		return -1;
	}
	bytes_release(&entry->member);
	entry->member = member;
	r->size = others + member.size;
	return 0;
}

/* Append the name in MESSAGE in a form for JSON. Bytes that are not valid text, and NUL, become
 * \xHH, so that different names remain different. */
static void add_name(struct bytes *out, const unsigned char *message, size_t size)
{
	uint32_t code;

	for (size_t n; size > 0; message += n, size -= n) {
		n = text_utf8_next(message, size, &code);
		if (n > 0 && code != 0) {
			bytes_add(out, message, n);
			continue;
		}
		n = 1;
		bytes_add_format(out, "\\x%02x", *message);
	}
}

/* Enter the name in MESSAGE. NULL, or why it cannot be entered. */
static const char *enter(struct conn *c, const unsigned char *message, size_t size)
{
	struct bytes name = {0};
	const char *why = NULL;

	while (size > 0 && (message[size - 1] == '\n' || message[size - 1] == '\r'))
		size--;
	if (size > NAME_SIZE_MAX)
		return "name refused: longer than 1 KiB";
	add_name(&name, message, size);
	if (name.failed)
		why = status_reason(ENOMEM);
	else if (roster_set(c->server->config, c, bytes_text(&name)) < 0)
		why = errno == ENOSPC ? "name refused: the roster is full" : status_reason(errno);
	bytes_release(&name);
	return why;
}

/* Send the next members; for a name that came again meanwhile, its newest one. */
static void answer_part(struct conn *c)
{
	struct visitor *v = conn_state(c);
	const struct roster *r = c->server->config;
	struct bytes *out = &v->talker.out;

	while (v->next < v->count && out->size < PART) {
		const struct bytes *member = &r->entries[v->next++]->member;

		bytes_join(out, member);
		bytes_add_text(out, v->next < v->count ? ", " : "}\n");
	}
}

static void answer_roster(struct conn *c, const unsigned char *message, size_t size)
{
	struct visitor *v = conn_state(c);
	const struct roster *r = c->server->config;
	const char *why = enter(c, message, size);

	if (why)
		conn_warn(c, "%s", why);
	v->count = r->count;
	bytes_add_text(&v->talker.out, v->count > 0 ? "{" : "{}\n");
	v->talker.more = answer_part;
	v->talker.finished = true;
}

static void roster_start(struct conn *c)
{
	talker_start(c, answer_roster);
}

const struct service roster_service = {.one_process = true,
	.size = sizeof(struct visitor),
	.start = roster_start,
	.stop = talker_stop,
	.measure = talker_measure};
