/* SPDX-License-Identifier: ISC */
/* roster.c - --handler roster: a name is read, and answered with all names so far. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/status.h"
#include "tcp/services/services.h"
#include "tcp/services/talker.h"

enum {
	ROSTER_MAX = 100000,
	ROSTER_MAX_BYTES = 32 * 1024 * 1024, /* of all members; so long may an answer be */
};

static void roster_entry_release(struct roster_entry *entry)
{
	free(entry->name);
	bytes_release(&entry->member);
}

void roster_release(struct roster *roster)
{
	for (size_t i = 0; i < roster->count; i++)
		roster_entry_release(&roster->entries[i]);
	free(roster->entries);
}

/* The member of NAME: `"NAME": {...}`. */
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
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->entries[i].name, name) == 0)
			return &r->entries[i];
	}
	return NULL;
}

/* A new entry, whose member is empty still. NULL: no room for it. */
static struct roster_entry *roster_add(struct roster *r, const char *name)
{
	struct roster_entry *grown;
	char *copy;

	if (r->count >= ROSTER_MAX)
		return NULL;
	grown = realloc(r->entries, (r->count + 1) * sizeof *grown);
	if (!grown)
		return NULL;
	r->entries = grown;
	copy = strdup(name);
	if (!copy)
		return NULL;
	grown[r->count] = (struct roster_entry){.name = copy};
	return &grown[r->count++];
}

/* The members stand in the order in which their names came first; a name that comes again has its
 * member replaced. */
static int roster_set(struct roster *r, const struct conn *c, const char *name)
{
	struct roster_entry *entry = roster_find(r, name);
	size_t others = r->size - (entry ? entry->member.size : 0);
	struct bytes member = {0};
	bool fits;

	add_member(&member, c, name);
	fits = !member.failed && others + member.size <= ROSTER_MAX_BYTES;
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

/* Enter the name in MESSAGE. NULL, or why not. */
static const char *enter(struct conn *c, const unsigned char *message, size_t size)
{
	bool whole = size < TALKER_MESSAGE_MAX || message[size - 1] == '\n';
	char *name;
	int done;

	if (!whole)
		return "a name of over 1 MiB is not taken";
	while (size > 0 && (message[size - 1] == '\n' || message[size - 1] == '\r'))
		size--;
	name = malloc(size + 1);
	if (!name)
		return status_reason(ENOMEM);
	/* A text has no NUL: it is shown like the other bytes that no text has. */
	for (size_t i = 0; i < size; i++)
		name[i] = message[i] ? (char)message[i] : '\xff';
	name[size] = '\0';
	done = roster_set(c->server->config, c, name);
	free(name);
	return done < 0 ? "the roster is full" : NULL;
}

static void answer_roster(struct conn *c, const unsigned char *message, size_t size)
{
	struct talker *t = conn_state(c);
	const struct roster *r = c->server->config;
	const char *why = enter(c, message, size);

	if (why)
		conn_warn(c, "%s", why);
	bytes_add_byte(&t->out, '{');
	for (size_t i = 0; i < r->count; i++) {
		if (i > 0)
			bytes_add_text(&t->out, ", ");
		bytes_add(&t->out, r->entries[i].member.data, r->entries[i].member.size);
	}
	bytes_add_text(&t->out, "}\n");
	t->finished = true;
}

static void roster_start(struct conn *c)
{
	talker_start(c, answer_roster);
}

const struct service roster_service = {.name = "roster",
	.size = sizeof(struct talker),
	.start = roster_start,
	.stop = talker_stop,
	.measure = talker_measure};
