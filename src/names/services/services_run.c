/* SPDX-License-Identifier: ISC */
/* services_run.c - services at work: print what is selected, as lines of text or JSON. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/log.h"
#include "base/status.h"
#include "base/text.h"
#include "core/opt/guess.h"
#include "core/results.h"
#include "names/services/services_private.h"

/* Whether TEXT contains PART, ignoring case. */
static bool has_part(const char *text, const char *part)
{
	size_t size = strlen(part);

	for (; *text; text++) {
		if (strncasecmp(text, part, size) == 0)
			return true;
	}
	return size == 0;
}

static bool is_protocol(const struct service *s, const char *name)
{
	return !name || (s->protocol && strcasecmp(s->protocol, name) == 0);
}

static bool is_selected(
	const struct services_run *r, struct services_selection *s, const struct service *one)
{
	const char *match = r->options->match;

	if (s->numbers && (one->number < s->low || one->number > s->high))
		return false;
	if (s->name.size > 0 && !service_is_called(one, bytes_text(&s->name)))
		return false;
	if (!is_protocol(one, s->protocol) || !is_protocol(one, r->options->protocol))
		return false;
	return !match || has_part(one->name, match) || has_part(one->aliases, match);
}

static void add_json_aliases(struct json *j, const char *aliases)
{
	struct bytes word = {0};

	json_begin_list(j, "aliases");
	while (*aliases) {
		size_t size = strcspn(aliases, " ");

		bytes_clear(&word);
		bytes_add(&word, aliases, size);
		json_add_text(j, NULL, bytes_text(&word));
		aliases += size + strspn(aliases + size, " ");
	}
	json_end_list(j);
	bytes_release(&word);
}

static void add_json(struct services_run *r, const struct service *s)
{
	bool whole = !r->options->port_only && !r->options->name_only;
	struct json j;

	json_begin(&j, &r->out);
	if (!r->options->port_only)
		json_add_text(&j, "name", s->name);
	if (!r->options->name_only)
		json_add_uint(&j, s->protocol ? "port" : "number", s->number);
	if (whole) {
		json_add_text(&j, "protocol", s->protocol);
		add_json_aliases(&j, s->aliases);
		json_add_text(&j, "source", r->list.builtin ? "builtin" : "system");
	}
	json_end(&j);
}

static void add_line(struct services_run *r, const struct service *s)
{
	if (r->options->port_only) {
		bytes_add_format(&r->out, "%u\n", s->number);
		return;
	}
	text_add_visible(&r->out, s->name, strlen(s->name));
	if (!r->options->name_only) {
		bytes_add_format(&r->out, " %u%s%s", s->number, s->protocol ? "/" : "",
			s->protocol ? s->protocol : "");
		if (*s->aliases)
			bytes_add_byte(&r->out, ' ');
		text_add_visible(&r->out, s->aliases, strlen(s->aliases));
	}
	bytes_add_byte(&r->out, '\n');
}

/* Whether the one field that is printed was already printed for BEFORE: tcp and udp may differ only
 * in what is left out. */
static bool is_repeated(
	const struct services_run *r, const struct service *before, const struct service *one)
{
	if (!before)
		return false;
	return (r->options->port_only && before->number == one->number) ||
		(r->options->name_only && strcmp(before->name, one->name) == 0);
}

/* Add the selected services. Returns whether anything was found. */
static bool add_selected(struct services_run *r, struct services_selection *s)
{
	const struct service *before = NULL;

	for (size_t i = 0; i < r->list.count; i++) {
		const struct service *one = &r->list.items[i];

		if (!is_selected(r, s, one))
			continue;
		if (!is_repeated(r, before, one))
			(r->config->common.json ? add_json : add_line)(r, one);
		before = one;
	}
	return before != NULL;
}

static int write_out(struct services_run *r)
{
	results_add(&r->out);
	return results_flush();
}

/* Whether one of the services is for the protocol NAME; if not, append the one that was probably
 * meant. */
static bool knows_protocol(const struct services_run *r, const char *name, struct bytes *why)
{
	struct guess guess;

	guess_begin(&guess, name, strlen(name));
	for (size_t i = 0; i < r->list.count; i++) {
		if (is_protocol(&r->list.items[i], name))
			return true;
		guess_offer(&guess, r->list.items[i].protocol);
	}
	bytes_add_format(why, ": no service uses the protocol \"%s\"", name);
	(void)guess_add(&guess, "", why);
	return false;
}

/* Append the name that was probably meant. For an alias, that is the name to which it belongs. */
static void guess_name(const struct services_run *r, const char *name, struct bytes *why)
{
	struct guess guess;

	guess_begin(&guess, name, strlen(name));
	for (size_t i = 0; i < r->list.count; i++)
		guess_offer(&guess, r->list.items[i].name);
	(void)guess_add(&guess, "", why);
}

static void add_json_error(
	struct services_run *r, const struct services_selection *s, const char *why)
{
	struct json j;

	json_begin(&j, &r->out);
	json_add_text(&j, "query", s->text ? s->text : r->options->match);
	json_add_text(&j, "error", why);
	json_add_int(&j, "status", STATUS_NOT_FOUND);
	json_end(&j);
}

static void report_missing(struct services_run *r, struct services_selection *s)
{
	const char *what = r->options->protocols ? "protocol" : "service";
	const char *protocol = s->protocol ? s->protocol : r->options->protocol;
	struct bytes why = {0};

	if (s->text)
		bytes_add_format(&why, "no such %s: \"%s\"", what, s->text);
	else if (r->options->match)
		bytes_add_format(&why, "no %s matches \"%s\"", what, r->options->match);
	else
		bytes_add_text(&why, "nothing found");
	if ((!protocol || knows_protocol(r, protocol, &why)) && s->name.size > 0)
		guess_name(r, bytes_text(&s->name), &why);
	if (r->config->common.json)
		add_json_error(r, s, bytes_reason(&why));
	else
		log_error("%s", bytes_reason(&why));
	bytes_release(&why);
}

/* Answer one operand, or NULL for all services. */
static enum status answer(struct services_run *r, const char *text)
{
	struct services_selection s = {0};
	enum status status = STATUS_DONE;

	if (text)
		UNCHECKED(services_selection_read(r->options, &s, text)); /* it has been checked */
	if (s.name.failed)
		results_failed(ENOMEM);
	else if (!add_selected(r, &s))
		status = STATUS_NOT_FOUND;
	/* Keeps the order of the operands on a terminal too. */
	if (status != STATUS_DONE && write_out(r) < 0)
		status = STATUS_FAILED;
	else if (status != STATUS_DONE)
		report_missing(r, &s);
	bytes_release(&s.name);
	return status;
}

static void log_source(const struct services_run *r)
{
	const char *what = r->options->protocols ? "protocols" : "services";
	bool asked = !r->options->builtin && !r->config->common.numeric;
	struct bytes text = {0};

	if (r->list.builtin)
		bytes_add_format(&text, "using the built-in table of %s%s", what,
			asked ? ": this host has no database of them" : "");
	else
		bytes_add_format(&text, "using this host's database of %s", what);
	log_event(&(struct log_event){.event = "source", .message = bytes_text(&text)}, "%s",
		bytes_text(&text));
	bytes_release(&text);
}

enum status services_go(struct services_run *r, const struct opt_words *words)
{
	log_source(r);
	enum status status = words->operand_count == 0 ? answer(r, NULL) : STATUS_DONE;

	for (size_t i = 0; i < words->operand_count; i++) {
		enum status one = answer(r, words->operands[i]);

		if (status == STATUS_DONE)
			status = one;
	}
	results_add(&r->out);
	return status;
}
