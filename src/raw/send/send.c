/* SPDX-License-Identifier: ISC */
/* send.c - raw-send: build packets layer by layer and send them. */
#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/results.h"
#include "raw/send/send_private.h"

static enum status list(const struct opt_words *words)
{
	if (words->operand_count > 0) {
		log_error("--layers lists all layers and takes no operand: \"%s\"",
			words->operands[0]);
		return STATUS_USAGE;
	}
	layers_print(results_text());
	return results_finish(STATUS_DONE, 0);
}

enum status raw_send_main(const void *arg, const struct opt_words *words)
{
	const struct raw_send_config *config = arg;
	struct raw_send_setup setup;
	struct bytes why = {0};
	enum status status;
	int signo = 0;

	log_setup("raw-send", config->common.level, config->common.json);
	if (config->send.list)
		return list(words);
	status = raw_send_setup(&setup, config, words, &why);
	if (status == STATUS_DONE)
		status = raw_send_run(&setup, &signo, &why);
	if (bytes_any(&why))
		status = results_report(
			config->common.json && !config->send.write, NULL, words, status, &why);
	bytes_release(&why);
	raw_send_release(&setup);
	return results_finish(status, signo);
}
