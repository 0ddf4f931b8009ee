/* SPDX-License-Identifier: ISC */
/* resolve_setup.c - check what was typed, and prepare the run. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "core/name.h"
#include "core/opt/opt_value.h"
#include "names/dns/type.h"
#include "names/resolve/block.h"
#include "names/resolve/resolve_private.h"

static const int64_t dns_timeout_ns = 5 * NUM_NS_PER_S;

static bool asks_dns(const struct resolve_options *o)
{
	return o->types.count > 0 || o->servers.count > 0 || o->tcp || o->dnssec || o->class;
}

bool resolve_transfers_zone(const struct resolve_options *o)
{
	return o->types.count > 0 && o->types.list[0] == DNS_TYPE_AXFR;
}

bool resolve_find_service(
	const struct resolve_run *r, const char *word, struct resolve_service *service)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

	*service = (struct resolve_service){.type = SOCK_STREAM};
	if (addr_parse_port(word, &service->port))
		return true;
	if (r->config->common.numeric)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		service->type = types[i];
		if (name_port(word, types[i], false, &service->port) == NAME_FOUND) {
			service->known = !name_services_builtin();
			return true;
		}
	}
	return false;
}

size_t resolve_words(
	const struct resolve_run *r, const struct opt_words *operands, struct batch_word *words)
{
	struct resolve_service service;
	size_t count = 0;

	for (size_t i = 0; i < operands->operand_count; i++) {
		const char *text = operands->operands[i];
		bool after_name = count > 0 && !words[count - 1].service && !asks_dns(r->options);

		if (after_name && resolve_find_service(r, text, &service))
			words[count - 1].service = text;
		else
			words[count++] = (struct batch_word){text, NULL, after_name};
	}
	return count;
}

const char *resolve_check(const struct resolve_run *r, size_t operands)
{
	const struct resolve_options *o = r->options;

	if (operands > 0 && o->batch)
		return "--batch reads names from its input, not from operands";
	if (o->fqdn && operands > 0)
		return "--fqdn is about this host and takes no name";
	if (operands == 0 && !o->batch && (o->all || o->canonical || asks_dns(o)))
		return "missing operand: NAME";
	if (o->batch && resolve_transfers_zone(o))
		return "--batch cannot be used with --type AXFR";
	if (o->parallel && !o->batch && operands == 0)
		return "--parallel requires names to look up";
	return NULL;
}

enum status resolve_words_check(const struct opt_words *operands, struct bytes *why)
{
	for (size_t i = 0; i < operands->operand_count; i++) {
		const char *word = operands->operands[i];

		if (word[0] != '@' && word[0] != '+')
			continue;
		bytes_add_text(why, "bad name ");
		opt_add_quoted(word, why);
		if (word[0] == '@')
			bytes_add_format(why, " (did you mean --server %s?)", word + 1);
		else if (strcmp(word, "+short") == 0)
			bytes_add_text(why, " (not needed: only the data is printed)");
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

/* Check WORD as far as that is possible without a look-up. */
static enum status check_word(const struct resolve_run *r, const char *word, struct bytes *why)
{
	const struct common_options *c = &r->config->common;
	struct name_query q = {
		.host = word, .family = c->family, .type = SOCK_STREAM, .numeric = c->numeric};
	struct name_answer answer = {0};
	struct dns_name name;
	struct block block;

	if (block_read(&block, word) != BLOCK_NONE)
		return fail_with(why, STATUS_USAGE,
			"\"%s\" is a block of addresses, which requires --batch (echo %s | sockit "
			"resolve --batch)",
			word, word);
	if (asks_dns(r->options)) {
		const char *reason =
			resolve_dns_name(word, resolve_dns_types(r, word).list[0], &name);

		if (reason)
			bytes_add_format(why, "bad name: \"%s\" %s", word, reason);
		return reason ? STATUS_USAGE : STATUS_DONE;
	}
	if (strcmp(word, "*") == 0 || !name_is_immediate(&q))
		return STATUS_DONE;
	enum name_result found = name_lookup(&q, &answer);
	if (found == NAME_FOUND)
		name_answer_release(&answer);
	else if (found == NAME_WRONG_FAMILY || found == NAME_NOT_ALLOWED)
		return name_explain(found, &q, why);
	return STATUS_DONE;
}

/* Prepare for querying DNS itself. */
static enum status prepare_dns(struct resolve_run *r, struct bytes *why)
{
	const struct resolve_options *o = r->options;

	r->dns_timeout_ns = o->timeout_ns > 0 ? o->timeout_ns : dns_timeout_ns;
	enum status status =
		dns_servers_find(&r->servers, &o->servers, r->config->common.family, why);

	if (status != STATUS_DONE)
		return status;
	r->dns = dns_client_new(r->loop, &r->servers, o->tcp, r->dns_timeout_ns);
	if (r->dns)
		return STATUS_DONE;
	return fail_memory(why);
}

static enum status open_input(const char *path, int *fd, struct bytes *why)
{
	*fd = STDIN_FILENO;
	if (strcmp(path, "-") == 0)
		return STATUS_DONE;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*fd >= 0)
		return STATUS_DONE;
	int err = errno;
	return fail_with(why, status_of_errno(err), "cannot open %s: %s", path, status_reason(err));
}

enum status resolve_prepare(struct resolve_run *r, const struct batch_word *words, size_t count,
	int *fd, struct bytes *why)
{
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < count && status == STATUS_DONE; i++)
		status = check_word(r, words[i].text, why);
	if (status == STATUS_DONE && r->options->batch)
		status = open_input(r->options->batch, fd, why);
	if (status == STATUS_DONE && asks_dns(r->options))
		status = prepare_dns(r, why);
	return status;
}
