/* SPDX-License-Identifier: ISC */
/* words_unknown.c - a word that is not a layer, field or value: what may have been meant. */
#include <string.h>

#include "base/fail.h"
#include "base/status.h"
#include "core/opt/guess.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"
#include "raw/packet/words_private.h"

/* Offer the names that are allowed where a word of LAYER (NULL: none yet) is. */
static void offer_names(struct guess *guess, const struct layer *layer)
{
	for (size_t i = 0; i < layer_count; i++)
		guess_offer(guess, layers[i]->name);
	for (size_t i = 0; layer && i < layer_count; i++)
		if (layers[i]->variant && strcmp(layers[i]->name, layer->name) == 0)
			guess_offer(guess, layers[i]->variant);
	for (const struct field *f = layer ? layer->fields : NULL; f && f->name; f++) {
		guess_offer(guess, f->name);
		if (f->flags & FIELD_BARE)
			field_offer_names(f, guess);
	}
}

/* What people who know another program type for a layer. */
static const struct opt_hint layer_hints[] = {
	{"ping", "did you mean: ip dst=HOST icmp echo?"},
	{"arping", "did you mean: eth arp request target=HOST?"},
	{"traceroute", "did you mean: ip dst=HOST ttl=1-20 icmp echo?"},
	{"ipv4 ip4 inet", "did you mean ip?"},
	{"ipv6 inet6", "did you mean ip6?"},
	{"icmpv6 ping6", "did you mean icmp6?"},
	{"ethernet ether mac", "did you mean eth?"},
	{"dot1q 802.1q vlan-tag", "did you mean vlan?"},
	{"who-has", "did you mean: arp request target=ADDRESS?"},
	{"is-at", "did you mean: arp reply sender=ADDRESS?"},
	{"lldp", "did you mean: eth dst=01:80:c2:00:00:0e type=0x88cc bytes HEX?"},
	{"dns dhcp ntp http snmp syslog tftp", "what goes over UDP and TCP is a payload, or bytes"},
	{"raw hex", "did you mean bytes?"},
	{"group-record", "did you mean record?"},
	{"data text message", "did you mean payload?"},
	{0},
};

/* If WORD is the name of a field of LAYER, explain how its value is given. */
static bool add_field_form(struct reader *r, const struct layer *layer, const char *word)
{
	const char *value = r->next < r->count ? r->words[r->next] : NULL;

	if (!layer_field(layer, word, strlen(word)))
		return false;
	if (value && !strchr(value, '=') && !layer_find(value, strlen(value)))
		bytes_add_format(r->why, " (did you mean %s=%s?)", word, value);
	else
		bytes_add_format(r->why, " (a field has a value: %s=VALUE)", word);
	return true;
}

enum status words_unknown_layer(struct reader *r, const char *word)
{
	const struct spec_layer *l = words_current(r);
	const char *hint = opt_hint(layer_hints, word, strlen(word));
	struct guess guess;

	if (l) {
		bytes_add_text(r->why, "bad word ");
		opt_add_quoted(word, r->why);
		bytes_add_format(r->why, " after %s", l->layer->name);
	} else {
		bytes_add_text(r->why, "unknown layer ");
		opt_add_quoted(word, r->why);
	}
	if (l && add_field_form(r, l->layer, word))
		return STATUS_USAGE;
	if (hint)
		return fail_with(r->why, STATUS_USAGE, " (%s)", hint);
	guess_begin(&guess, word, strlen(word));
	offer_names(&guess, l ? l->layer : NULL);
	(void)guess_add(&guess, "", r->why);
	if (!l && strstr(word, ".pcap"))
		bytes_add_format(r->why, " (did you mean --replay %s?)", word);
	else if (!l && !guess_made(&guess))
		bytes_add_text(r->why, " (raw-send --layers lists them)");
	return STATUS_USAGE;
}

/* List the layers that have the field NAME. False: none has. */
static bool add_owners(struct reader *r, const char *name)
{
	const char *last = NULL;
	bool any = false;

	for (size_t i = 0; i < layer_count; i++) {
		const char *owner = layers[i]->name;

		if (!layer_field(layers[i], name, strlen(name)) ||
			(last && strcmp(owner, last) == 0))
			continue;
		if (any)
			bytes_add_format(r->why, ", %s", owner);
		else
			bytes_add_format(r->why, " (%s is a field of %s", name, owner);
		any = true;
		last = owner;
	}
	if (any)
		bytes_add_byte(r->why, ')');
	return any;
}

enum status words_unknown_field(struct reader *r, const struct layer *layer, const char *word)
{
	size_t length = strcspn(word, "=");
	struct bytes name = {0};
	struct guess guess;

	bytes_add(&name, word, length);
	bytes_add_text(r->why, "bad field ");
	opt_add_quoted(bytes_text(&name), r->why);
	bytes_add_format(r->why, " of %s", layer->name);
	guess_begin(&guess, word, length);
	for (const struct field *f = layer->fields; f->name; f++)
		guess_offer(&guess, f->name);
	if (!add_owners(r, bytes_text(&name)) && !guess_add(&guess, "", r->why))
		bytes_add_text(r->why, " (raw-send --layers lists them)");
	bytes_release(&name);
	return STATUS_USAGE;
}
