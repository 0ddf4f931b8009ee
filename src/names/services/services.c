/* SPDX-License-Identifier: ISC */
/* services.c - services: names to ports and back, from the system's database or the built-in one.
 */

#include <errno.h>

#include "base/log.h"
#include "base/status.h"
#include "core/results.h"
#include "names/commands.h"
#include "names/services/services_private.h"

static enum status services_main(const void *config, const struct opt_words *words)
{
	struct services_run r = {.config = config};
	enum service_kind kind;

	r.options = &r.config->services;
	kind = r.options->protocols ? SERVICE_PROTOCOLS : SERVICE_PORTS;
	log_setup("services", r.config->common.level, r.config->common.json);
	enum status status = services_check(&r, words);
	if (status != STATUS_DONE)
		return status;
	if (services_load(&r.list, kind, r.options->builtin || r.config->common.numeric) < 0) {
		log_error("cannot read the services database: %s", status_reason(errno));
		status = STATUS_FAILED;
	} else {
		status = services_go(&r, words);
	}
	services_release(&r.list);
	bytes_release(&r.out);
	return results_finish(status, 0);
}

static const struct opt_hint hints[] = {
	{"-t --tcp", "did you mean --proto tcp?"},
	{"-u --udp", "did you mean --proto udp?"},
	{"-p", "--port prints only port numbers, --proto names the protocol"},
	{"-l --list --all", "not needed: without an operand all are listed"},
	{0},
};

static const struct opt_example examples[] = {
	{"services ssh 53 8000-8100/tcp", "by name, port and range"},
	{"services --port https", "print only the port number"},
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
	.run = services_main,
};
