/* SPDX-License-Identifier: ISC */
/* services.c - services: names to ports and back, from the system's database or one built in. */

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "base/text.h"
#include "core/addr/addr.h"
#include "core/opt/guess.h"
#include "core/results.h"
#include "names/commands.h"
#include "names/services_db.h"
#include "names/services_options.h"

/* 255 is the last that an IP header can have; MPTCP's is for socket(2) alone. */
enum { PROTOCOL_MAX = 262 };

/* One run. */
struct run {
	const struct services_config *config;
	const struct services_options *options;
	struct service_list list;
	struct bytes out;
};

/* What an operand asks for; all that is zero asks for everything. */
struct selection {
	const char *text;  /* as typed; NULL: no operand */
	struct bytes name; /* empty: any */
	bool numbers;	   /* only those from LOW to HIGH */
	uint16_t low, high;
	const char *protocol; /* behind the slash; NULL: any */
};

static const char *bad_number(const struct run *r)
{
	return r->options->protocols ? "(0-262 or a protocol name)" : "(0-65535 or a service name)";
}

/* Read NUMBER or NUMBER-NUMBER. NULL, or the reason. */
static const char *read_numbers(const struct run *r, struct selection *s)
{
	uint64_t most = r->options->protocols ? PROTOCOL_MAX : ADDR_PORT_MAX, low, high;
	const char *text = bytes_text(&s->name), *dash = strchr(text, '-');
	struct bytes first = {0};

	bytes_add(&first, text, dash ? (size_t)(dash - text) : strlen(text));
	const char *reason = num_parse(bytes_text(&first), 0, most, &low);
	bytes_release(&first);
	if (!reason && !dash)
		high = low;
	else if (!reason)
		reason = num_parse(dash + 1, 0, most, &high);
	if (reason)
		return bad_number(r);
	if (low > high)
		return "(the first number is the greater)";
	s->numbers = true;
	s->low = (uint16_t)low;
	s->high = (uint16_t)high;
	bytes_clear(&s->name);
	return NULL;
}

/* Read [NAME|PORT|PORT-PORT][/PROTO]. NULL, or the reason. */
static const char *selection_read(const struct run *r, struct selection *s, const char *text)
{
	const char *slash = strchr(text, '/');

	*s = (struct selection){.text = text};
	if (!*text)
		return bad_number(r);
	bytes_add(&s->name, text, slash ? (size_t)(slash - text) : strlen(text));
	if (slash)
		s->protocol = slash + 1;
	if (slash && (!*s->protocol || r->options->protocols))
		return r->options->protocols ? bad_number(r) : "(no protocol behind the slash)";
	const char *name = bytes_text(&s->name);
	if (s->name.size > 0 && strspn(name, "0123456789-") == s->name.size)
		return read_numbers(r, s);
	return NULL;
}

/* Whether TEXT has PART in it, case aside. */
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

static bool is_selected(const struct run *r, struct selection *s, const struct service *one)
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

static void add_json(struct run *r, const struct service *s)
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

static void add_line(struct run *r, const struct service *s)
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

/* Whether the one field that is printed was printed for BEFORE already: tcp and udp differ in what
 * is left out. */
static bool is_repeated(
	const struct run *r, const struct service *before, const struct service *one)
{
	if (!before)
		return false;
	return (r->options->port_only && before->number == one->number) ||
		(r->options->name_only && strcmp(before->name, one->name) == 0);
}

/* Whether anything was found. */
static bool add_selected(struct run *r, struct selection *s)
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

static int write_out(struct run *r)
{
	results_add(&r->out);
	return results_flush();
}

/* Whether one of the services is for the protocol NAME; if not, append which was probably meant. */
static bool knows_protocol(const struct run *r, const char *name, struct bytes *why)
{
	struct guess guess;

	guess_begin(&guess, name, strlen(name));
	for (size_t i = 0; i < r->list.count; i++) {
		if (is_protocol(&r->list.items[i], name))
			return true;
		guess_offer(&guess, r->list.items[i].protocol);
	}
	bytes_add_format(why, ": no service is for the protocol \"%s\"", name);
	(void)guess_add(&guess, "", why);
	return false;
}

/* Append which name was probably meant. Aliases are guessed by the name they stand with. */
static void guess_name(const struct run *r, const char *name, struct bytes *why)
{
	struct guess guess;

	guess_begin(&guess, name, strlen(name));
	for (size_t i = 0; i < r->list.count; i++)
		guess_offer(&guess, r->list.items[i].name);
	(void)guess_add(&guess, "", why);
}

static void report_missing(const struct run *r, struct selection *s)
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
	log_error("%s", bytes_text(&why));
	bytes_release(&why);
}

/* One operand, or NULL for all there are. */
static int answer(struct run *r, const char *text)
{
	struct selection s = {0};
	int status = STATUS_DONE;

	if (text)
		selection_read(r, &s, text);
	if (!add_selected(r, &s))
		status = STATUS_NOT_FOUND;
	/* In the order of the operands on a terminal too. */
	if (status != STATUS_DONE && write_out(r) < 0)
		status = STATUS_FAILED;
	else if (status != STATUS_DONE)
		report_missing(r, &s);
	bytes_release(&s.name);
	return status;
}

static int check(const struct run *r, const struct opt_words *words)
{
	struct bytes why = {0};
	int status = STATUS_DONE;

	for (size_t i = 0; i < words->operand_count && status == STATUS_DONE; i++) {
		struct selection s;
		const char *reason = selection_read(r, &s, words->operands[i]);

		if (reason) {
			bytes_add_format(&why, "bad %s: \"%s\" %s",
				r->options->protocols ? "protocol" : "port", words->operands[i],
				reason);
			status = opt_report(words, STATUS_USAGE, &why);
		}
		bytes_release(&s.name);
	}
	bytes_release(&why);
	return status;
}

static void log_source(const struct run *r)
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

static int answer_all(struct run *r, const struct opt_words *words)
{
	int status = words->operand_count == 0 ? answer(r, NULL) : STATUS_DONE;

	for (size_t i = 0; i < words->operand_count; i++) {
		int one = answer(r, words->operands[i]);

		if (status == STATUS_DONE)
			status = one;
	}
	results_add(&r->out);
	return status;
}

static int services_run(const void *config, const struct opt_words *words)
{
	struct run r = {.config = config};
	enum service_kind kind;
	int status;

	r.options = &r.config->services;
	kind = r.options->protocols ? SERVICE_PROTOCOLS : SERVICE_PORTS;
	log_setup("services", r.config->common.level, r.config->common.json);
	status = check(&r, words);
	if (status != STATUS_DONE)
		return status;
	if (services_load(&r.list, kind, r.options->builtin || r.config->common.numeric) < 0) {
		log_error("cannot read the services database: %s", status_reason(errno));
		status = STATUS_FAILED;
	} else {
		log_source(&r);
		status = answer_all(&r, words);
	}
	services_release(&r.list);
	bytes_release(&r.out);
	return (int)results_finish((enum status)status, 0);
}

static const struct opt_hint hints[] = {
	{"-t --tcp", "did you mean --proto tcp?"},
	{"-u --udp", "did you mean --proto udp?"},
	{"-p", "--port prints the port alone, --proto names the protocol"},
	{"-l --list --all", "not needed: without an operand all are listed"},
	{0},
};

static const struct opt_example examples[] = {
	{"services ssh 53 8000-8100/tcp", "by name, port and range"},
	{"services --port https", "print the port number alone"},
	{"services --match sql", "search names and aliases"},
	{"services --protocols", "list IP protocol numbers"},
	{0},
};

const struct command services_command = {
	.name = "services",
	.summary = "list services and their port numbers",
	.usage = "[OPTION...] [NAME|PORT|PORT-PORT][/PROTO]...",
	.examples = examples,
	.sets = services_sets,
	.rules = services_rules,
	.hints = hints,
	.config_size = sizeof(struct services_config),
	.defaults = &services_defaults,
	.run = services_run,
};
