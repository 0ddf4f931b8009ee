/* SPDX-License-Identifier: ISC */
/* resolve_transfer.c - print whole zones as they arrive. */

#include <inttypes.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/results.h"
#include "names/dns/transfer.h"
#include "names/dns/type.h"
#include "names/resolve/resolve_private.h"

/* A zone being printed. */
struct zone {
	struct resolve_run *run;
	const char *text;   /* as typed */
	const char *reason; /* why a record cannot be printed; NULL: it can */
	struct bytes out;
};

static const char *add_lines(struct bytes *out, const struct dns_message *m)
{
	struct dns_answers answers;
	struct dns_record record;
	const char *reason = NULL;

	dns_answers_begin(&answers, m);
	while (!reason && dns_answers_next(&answers, &record)) {
		size_t before = out->size;

		reason = print_zone_line(out, m, &record);
		if (reason)
			out->size = before;
	}
	return reason;
}

static bool take_message(void *arg, const struct dns_message *m)
{
	struct zone *z = arg;

	z->reason = z->run->style.json
		? print_json_records(&z->out, z->text, DNS_TYPE_AXFR, m, NULL, 0)
		: add_lines(&z->out, m);
	results_add(&z->out);
	/* A slow reader slows down the transfer, and one that has left ends it. */
	return results_flush() == 0 && !z->reason;
}

/* Append the outcome of the transfer from SERVER. Returns the exit status for it. */
static enum status explain(const struct zone *z, const struct dns_transfer_result *result,
	const char *server, struct bytes *why)
{
	char time[NUM_TEXT];
	enum status status = STATUS_FAILED;

	switch (result->outcome) {
	case DNS_TRANSFER_DONE: return STATUS_DONE;
	case DNS_TRANSFER_REFUSED: return resolve_explain_code(result->code, server, why);
	case DNS_TRANSFER_STOPPED:
	case DNS_TRANSFER_MALFORMED:
		bytes_add_format(why, "malformed answer from %s: %s", server,
			z->reason		 ? z->reason
				: result->reason ? result->reason
						 : "");
		break;
	case DNS_TRANSFER_BROKEN:
		if (result->records == 0 && result->error) {
			bytes_add_format(
				why, "cannot ask %s: %s", server, status_reason(result->error));
			return status_of_errno(result->error);
		}
		bytes_add_format(why, "the transfer from %s broke off", server);
		if (result->error)
			bytes_add_format(why, " (%s)", status_reason(result->error));
		break;
	case DNS_TRANSFER_TIMED_OUT:
		status = fail_with(why, STATUS_TIMED_OUT, "no answer from %s within %s", server,
			num_show_time(z->run->dns_timeout_ns, time));
		break;
	}
	if (result->records > 0)
		bytes_add_format(why, " after %" PRIu64 " record%s", result->records,
			num_plural(result->records));
	return status;
}

/* Whether the next server may provide what this one has not. */
static bool is_worth_asking_on(const struct zone *z, const struct dns_transfer_result *result)
{
	return result->outcome != DNS_TRANSFER_DONE && result->records == 0 && !z->reason &&
		!results_error();
}

static enum status transfer(struct zone *z, const struct dns_question *question, struct bytes *why)
{
	struct resolve_run *r = z->run;
	struct dns_transfer_result result = {.outcome = DNS_TRANSFER_BROKEN};
	char server[ADDR_TEXT];
	enum status status = STATUS_FAILED;

	for (size_t i = 0; i < r->servers.count; i++) {
		const struct addr *addr = &r->servers.addrs[i];

		bytes_clear(why);
		log_detail("asking %s (TCP)", addr_text(addr, server));
		result = dns_transfer_run(
			r->loop, addr, question, r->dns_timeout_ns, take_message, z);
		status = explain(z, &result, server, why);
		if (!is_worth_asking_on(z, &result))
			break;
	}
	if (result.outcome == DNS_TRANSFER_DONE)
		log_event(&(struct log_event){.event = "source", .peer = server},
			"%" PRIu64 " record%s of %s from %s", result.records,
			num_plural(result.records), z->text, server);
	return status;
}

static enum status print_zone(struct resolve_run *r, const char *text)
{
	struct zone z = {.run = r, .text = text};
	struct dns_question question = {.type = DNS_TYPE_AXFR,
		.class = r->options->class ? r->options->class : DNS_CLASS_IN,
		/* Old servers refuse a transfer with EDNS. */
		.plain = true};
	struct bytes why = {0};
	enum status status = STATUS_DONE;

	/* Checked before anything was asked. */
	if (!resolve_dns_name(text, DNS_TYPE_AXFR, &question.name))
		status = transfer(&z, &question, &why);
	if (status != STATUS_DONE && !results_error()) {
		bytes_add_format(&why, ": \"%s\"", text);
		if (r->style.json) {
			/* Without a message, nothing can be malformed. */
			UNCHECKED(print_json_records(
				&z.out, text, DNS_TYPE_AXFR, NULL, bytes_reason(&why), status));
		} else {
			log_error("%s", bytes_reason(&why));
		}
		results_add(&z.out);
	}
	bytes_release(&z.out);
	bytes_release(&why);
	return status;
}

enum status resolve_transfers(struct resolve_run *r, const struct batch_word *words, size_t count)
{
	enum status status = STATUS_DONE;

	r->result.asked = (int64_t)count;
	for (size_t i = 0; i < count; i++) {
		enum status one = print_zone(r, words[i].text);

		r->result.answered++;
		r->result.failed += one != STATUS_DONE;
		if (status == STATUS_DONE)
			status = one;
	}
	return status;
}
