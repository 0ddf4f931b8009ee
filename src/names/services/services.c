/* SPDX-License-Identifier: ISC */
/* services.c - services: names to ports and back, from the system's database or the built-in one.
 */

#include <errno.h>

#include "base/log.h"
#include "base/status.h"
#include "core/results.h"
#include "names/services/services_private.h"

enum status services_main(const void *config, const struct opt_words *words)
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
