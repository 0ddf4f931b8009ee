/* SPDX-License-Identifier: ISC */
/* group.c - multicast groups to join. */
#include "udp/group.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/status.h"
#include "core/opt/opt.h"
#include "core/os/dgram/dgram.h"

enum { WORDS = 3 };

/* Cut TEXT into words at each @. Returns their number; over WORDS: too many. */
static size_t cut(char *text, char *words[WORDS])
{
	size_t count = 0;

	for (char *next = text; next; count++) {
		char *word = next;

		next = strchr(word, '@');
		if (next)
			*next++ = '\0';
		if (count < WORDS)
			words[count] = word;
	}
	return count;
}

static enum status bad(const char *text, const char *reason, struct bytes *why)
{
	return fail_with(why, STATUS_USAGE, "bad --group: \"%s\" (%s)", text, reason);
}

static enum status read_interface(struct group *g, const char *name, struct bytes *why)
{
	unsigned zone = g->interface;

	g->interface = if_nametoindex(name);
	if (zone != 0 && g->interface != 0 && zone != g->interface)
		return bad(g->text, "the zone and the interface after the @ differ", why);
	if (g->interface != 0)
		return STATUS_DONE;
	return fail_with(why, STATUS_NOT_FOUND, "no such interface: \"%s\"", name);
}

static enum status read_address(
	struct addr *addr, const char *word, const char *text, struct bytes *why)
{
	if (addr_parse_numeric(word, 0, addr) == 0)
		return STATUS_DONE;
	if (errno != ENODEV)
		return bad(text, "GROUP[@IFNAME] or SOURCE@GROUP[@IFNAME], with numeric addresses",
			why);
	return fail_with(why, STATUS_NOT_FOUND, "no such interface in \"%s\"", word);
}

/* Read the words of one group: the first is the source, unless it is itself a group. */
static enum status read_words(struct group *g, char *const words[], size_t count, struct bytes *why)
{
	size_t at = 0;
	enum status status = read_address(&g->group, words[0], g->text, why);

	if (status == STATUS_DONE && !addr_is_multicast(&g->group) && count > 1) {
		g->source = g->group;
		at = 1;
		status = read_address(&g->group, words[1], g->text, why);
	}
	if (status != STATUS_DONE)
		return status;
	if (!addr_is_multicast(&g->group))
		return bad(g->text, "not a multicast address", why);
	if (g->source.size > 0 && addr_family(&g->source) != addr_family(&g->group))
		return bad(g->text, "source and group are of different families", why);
	if (addr_family(&g->group) == AF_INET6)
		g->interface = g->group.u.in6.sin6_scope_id;
	if (count > at + 2)
		return bad(g->text, "nothing may follow the interface", why);
	return count == at + 2 ? read_interface(g, words[at + 1], why) : STATUS_DONE;
}

static enum status read_one(struct group *g, const char *text, struct bytes *why)
{
	char *words[WORDS] = {0};
	char *copy = strdup(text);
	enum status status = STATUS_FAILED;

	g->text = text;
	if (copy) {
		size_t count = cut(copy, words);

		status = count > WORDS ? bad(text, "too many @", why)
				       : read_words(g, words, count, why);
	} else {
		bytes_add_text(why, status_reason(ENOMEM));
	}
	free(copy);
	return status;
}

enum status groups_read(struct groups *groups, const struct opt_texts *texts, struct bytes *why)
{
	*groups = (struct groups){.item = calloc(texts->count + 1, sizeof(*groups->item))};
	if (!groups->item)
		return fail_memory(why);
	for (size_t i = 0; i < texts->count; i++) {
		enum status status = read_one(&groups->item[i], texts->item[i], why);

		if (status != STATUS_DONE) {
			groups_release(groups);
			return status;
		}
		groups->count++;
	}
	return STATUS_DONE;
}

void groups_release(struct groups *groups)
{
	free(groups->item);
	*groups = (struct groups){0};
}

bool group_fits(const struct group *g, int family, bool dual)
{
	int wanted = addr_family(&g->group);

	return family == wanted || (dual && family == AF_INET6 && wanted == AF_INET);
}

static struct os_dgram_membership membership_of(const struct group *g)
{
	return (struct os_dgram_membership){.group = &g->group,
		.source = g->source.size > 0 ? &g->source : NULL,
		.interface = g->interface};
}

void group_leave(const struct group *g, int fd)
{
	const struct os_dgram_membership m = membership_of(g);

	os_dgram_leave(fd, &m);
}

enum status group_join(struct group *g, int fd, struct bytes *why)
{
	const struct os_dgram_membership m = membership_of(g);
	int err;

	if (os_dgram_join(fd, &m) == 0) {
		g->joined = true;
		return STATUS_DONE;
	}
	if (errno == EADDRINUSE)
		return STATUS_DONE;
	err = errno;
	bytes_add_format(why, "cannot join %s: %s", g->text, status_reason(err));
	if (err == ENODEV && g->interface == 0)
		bytes_add_text(why, " (there is no route to it: name an interface, GROUP@IFNAME)");
	if (err == ENOBUFS)
		bytes_add_text(why, " (the limit on memberships has been reached)");
	return status_of_errno(err);
}
