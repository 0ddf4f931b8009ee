/* SPDX-License-Identifier: ISC */
/* resolve.c - resolve: names to addresses and back, as programs on this host see them, or from DNS
 * itself. */

#include "base/bytes.h"
#include "base/log.h"
#include "core/loop/pool.h"
#include "core/results.h"
#include "names/resolve/resolve_private.h"

enum status resolve_main(const void *config, const struct opt_words *operands)
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
