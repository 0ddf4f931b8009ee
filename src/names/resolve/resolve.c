/* SPDX-License-Identifier: ISC */
/* resolve.c - resolve: names to addresses and back, as programs here see them, or from DNS itself.
 */

#include "base/bytes.h"
#include "base/log.h"
#include "core/loop/pool.h"
#include "core/results.h"
#include "names/commands.h"
#include "names/resolve/resolve_private.h"

static enum status resolve_main(const void *config, const struct opt_words *operands)
{
	struct resolve_run r = {.config = config};
	struct bytes why = {0};
	const char *reason;
	enum status status;

	r.options = &r.config->resolve;
	r.style.json = r.config->common.json;
	r.style.batch = r.options->batch != NULL;
	log_setup("resolve", r.config->common.level, r.config->common.json);
	reason = resolve_check(&r, operands->operand_count);
	if (reason)
		bytes_add_text(&why, reason);
	if (!reason && resolve_words_check(operands, &why) == STATUS_DONE)
		status = resolve_go(&r, operands);
	else
		status = opt_report(operands, STATUS_USAGE, &why);
	bytes_release(&why);
	pool_close();
	dns_client_free(r.dns);
	dns_servers_release(&r.servers);
	loop_free(r.loop);
	return results_finish(status, 0);
}

static const struct opt_hint hints[] = {
	{"-t", "did you mean --type?"},
	{"-x --reverse", "not needed: for an ADDRESS its name is printed"},
	{"-a", "use --all for every result, --type ANY for every record"},
	{"-p --port", "did you mean --server HOST:PORT?"},
	{"-s --dns --nameserver --resolver", "did you mean --server?"},
	{"-q --short", "not needed: without --type only addresses are printed"},
	{"--axfr", "did you mean --type AXFR?"},
	{"--mx --txt --ns --soa --srv --ptr", "did you mean --type?"},
	{"--ttl", "not needed: --type shows it"},
	{"--trace", "it asks one server at a time: --server HOST"},
	{"-f --file", "did you mean --batch=FILE?"},
	{0},
};

static const struct opt_example examples[] = {
	{"resolve example.org", "its addresses, in the order programs try them"},
	{"resolve 192.0.2.1", "its name"},
	{"resolve --type MX example.org", "query DNS"},
	{"resolve example.org https", "addresses with the port of a service"},
	{"resolve --server 127.0.0.1:5353 --type A example.org", "query one server"},
	{"resolve --batch --parallel 32 <names", "look up many names"},
	{0},
};

const struct command resolve_command = {
	.name = "resolve",
	.summary = "look up names as programs on this host do, or query DNS",
	.usage = "[OPTION...] [NAME|ADDRESS [SERVICE]]...",
	.examples = examples,
	.sets = resolve_sets,
	.rules = resolve_rules,
	.hints = hints,
	.config_size = sizeof(struct resolve_config),
	.defaults = &resolve_defaults,
	.run = resolve_main,
};
