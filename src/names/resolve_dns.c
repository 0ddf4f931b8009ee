/* SPDX-License-Identifier: ISC */
/* resolve_dns.c - answer questions by asking DNS itself. */

#include <errno.h>
#include <inttypes.h>

#include "base/status.h"
#include "core/addr/addr.h"
#include "names/batch.h"
#include "names/dns_message.h"
#include "names/dns_type.h"
#include "names/resolve_run.h"

/* What an answer's code means; what is not here is an error as such. */
static const struct {
	enum dns_code code;
	const char *name;
	int status;
} codes[] = {
	{DNS_FORMAT_ERROR, "FORMERR", STATUS_FAILED},
	{DNS_SERVER_FAILURE, "SERVFAIL", STATUS_TIMED_OUT},
	{DNS_NOT_IMPLEMENTED, "NOTIMP", STATUS_FAILED},
	{DNS_REFUSED, "REFUSED", STATUS_REFUSED},
};

static int explain_code(enum dns_code code, const char *server, struct bytes *why)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code != code)
			continue;
		bytes_add_format(why, "%s answers %s", server, codes[i].name);
		return codes[i].status;
	}
	bytes_add_format(why, "%s answers with the error %d", server, (int)code);
	return STATUS_FAILED;
}

/* Whether M has a record of TYPE among its answers. */
static bool has_type(const struct dns_message *m, uint16_t type)
{
	struct dns_answers answers;
	struct dns_record record;

	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		if (record.type == type || type == DNS_TYPE_ANY)
			return true;
	}
	return false;
}

static int malformed(const char *server, const char *reason, struct bytes *why)
{
	bytes_add_format(why, "malformed answer from %s: %s", server, reason);
	return STATUS_FAILED;
}

/* Print what M has into Q, or say in WHY what is wrong. Returns an exit status. */
static int take_message(
	struct question *q, const struct dns_message *m, const char *server, struct bytes *why)
{
	const struct resolve_run *r = q->arg;
	const char *text = bytes_text(&q->text);
	struct print_style style = r->style;
	enum dns_code code = dns_message_code(m);
	const char *reason;

	if (code == DNS_NO_SUCH_NAME) {
		bytes_add_text(why, "no such name");
		return STATUS_NOT_FOUND;
	}
	if (code != DNS_NO_ERROR)
		return explain_code(code, server, why);
	style.type = resolve_dns_type(r, text);
	if (!has_type(m, style.type)) {
		bytes_add_text(why, "no record of type ");
		dns_type_add(why, style.type);
		return STATUS_NOT_FOUND;
	}
	reason = print_records(&q->out, &style, text, m);
	return reason ? malformed(server, reason, why) : STATUS_DONE;
}

static int take_result(struct question *q, const struct dns_result *result, struct bytes *why)
{
	char server[ADDR_TEXT];

	addr_text(result->server, server);
	switch (result->outcome) {
	case DNS_ANSWERED: return take_message(q, &result->message, server, why);
	case DNS_MALFORMED: return malformed(server, result->reason, why);
	case DNS_UNREACHABLE:
		bytes_add_format(why, "cannot ask %s: %s", server, status_reason(result->error));
		return (int)status_of_errno(result->error);
	case DNS_NO_ANSWER: break;
	}
	bytes_add_format(why, "no answer from %s", server);
	if (result->error)
		bytes_add_format(why, ", it could not be asked: %s", status_reason(result->error));
	if (result->foreign > 0)
		bytes_add_format(
			why, " (%" PRIu64 " that fit no question were ignored)", result->foreign);
	return STATUS_TIMED_OUT;
}

static void answered(void *arg, const struct dns_result *result)
{
	struct question *q = arg;
	struct bytes why = {0};
	int status = take_result(q, result, &why);

	if (status == STATUS_DONE) {
		question_done(q);
	} else {
		bytes_add_format(&why, ": \"%s\"", bytes_text(&q->text));
		resolve_fail(q, status, bytes_text(&why));
	}
	bytes_release(&why);
}

uint16_t resolve_dns_type(const struct resolve_run *r, const char *text)
{
	struct addr addr;

	if (r->options->type)
		return r->options->type;
	return addr_parse_numeric(text, 0, &addr) == 0 ? DNS_TYPE_PTR : DNS_TYPE_A;
}

const char *resolve_dns_name(const struct resolve_run *r, const char *text, struct dns_name *name)
{
	char plain[ADDR_HOST_TEXT];
	struct addr addr;

	if (resolve_dns_type(r, text) != DNS_TYPE_PTR || addr_parse_numeric(text, 0, &addr) < 0)
		return dns_name_parse(addr_unbracket(text, plain), name);
	addr_unmap(&addr);
	dns_name_of_address(&addr, name);
	return NULL;
}

static void refuse_name(struct question *q, const char *reason)
{
	struct bytes why = {0};

	bytes_add_format(&why, "the name %s", reason);
	resolve_fail(q, STATUS_NOT_FOUND, bytes_text(&why));
	bytes_release(&why);
}

void resolve_dns_start(struct question *q)
{
	const char *text = bytes_text(&q->text), *reason;
	const struct resolve_run *r = q->arg;
	struct dns_name name;

	if (q->bad) {
		resolve_fail(q, STATUS_NOT_FOUND, q->bad);
		return;
	}
	reason = resolve_dns_name(r, text, &name);
	if (reason)
		refuse_name(q, reason);
	else if (dns_ask(r->dns, &name, resolve_dns_type(r, text), answered, q) < 0)
		resolve_fail(q, STATUS_FAILED, status_reason(errno));
}
