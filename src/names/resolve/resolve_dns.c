/* SPDX-License-Identifier: ISC */
/* resolve_dns.c - answer questions by querying DNS itself, for all types of a name at once. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "names/dns/type.h"
#include "names/resolve/resolve_private.h"

/* The query for one type of a name, and its result. */
struct part {
	struct job *job;
	uint16_t type;
	enum status status;
	bool lacks_type;     /* the name exists, but has no record of TYPE */
	struct bytes values; /* with JSON, the whole object */
	struct bytes why;
};

/* A question: its parts are in the order of the types. */
struct job {
	struct question *q;
	size_t count, left;
	struct part parts[];
};

/* The meaning of answer codes; those not listed are unspecific errors. */
static const struct {
	enum dns_code code;
	const char *name;
	enum status status;
} codes[] = {
	{DNS_FORMAT_ERROR, "FORMERR", STATUS_FAILED},
	{DNS_SERVER_FAILURE, "SERVFAIL", STATUS_TIMED_OUT},
	{DNS_NOT_IMPLEMENTED, "NOTIMP", STATUS_FAILED},
	{DNS_REFUSED, "REFUSED", STATUS_REFUSED},
	{DNS_NOT_AUTHORITATIVE, "NOTAUTH", STATUS_REFUSED},
	{DNS_BAD_VERSION, "BADVERS", STATUS_FAILED},
};

enum status resolve_explain_code(enum dns_code code, const char *server, struct bytes *why)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code != code)
			continue;
		bytes_add_format(why, "%s answers %s", server, codes[i].name);
		return codes[i].status;
	}
	return fail_with(why, STATUS_FAILED, "%s answers with the error %d", server, (int)code);
}

static enum status malformed(const char *server, const char *reason, struct bytes *why)
{
	return fail_with(why, STATUS_FAILED, "malformed answer from %s: %s", server, reason);
}

static const struct resolve_run *run_of(const struct part *p)
{
	return p->job->q->arg;
}

/* Keep the records of M, and ERROR if there is one, for printing. NULL, or the reason why M is
 * malformed. */
static const char *keep_records(struct part *p, const struct dns_message *m, const char *error)
{
	const struct resolve_run *r = run_of(p);

	if (r->style.json)
		return print_json_records(
			&p->values, bytes_text(&p->job->q->text), p->type, m, error, p->status);
	return print_values(&p->values, &r->style, p->type, m);
}

static void add_query(struct part *p)
{
	bytes_add_format(&p->why, ": \"%s\"", bytes_text(&p->job->q->text));
}

/* Explain why M, an answer from SERVER, has no record of the type. */
static void explain_nothing(struct part *p, const struct dns_message *m, const char *server)
{
	bool exists = dns_message_code(m) == DNS_NO_ERROR;

	if (exists && dns_message_refers(m, p->type)) {
		p->status = STATUS_REFUSED;
		bytes_add_format(&p->why, "%s only refers to other servers", server);
		return;
	}
	p->status = STATUS_NOT_FOUND;
	p->lacks_type = exists;
	bytes_add_text(&p->why, exists ? "no record of type " : "no such name");
	if (exists)
		dns_type_add(&p->why, p->type);
}

/* M has no record of the type. The aliases on the way are still shown. */
static const char *take_nothing(struct part *p, const struct dns_message *m, const char *server)
{
	struct dns_name target;

	explain_nothing(p, m, server);
	add_query(p);
	if (!dns_message_alias(m, &target))
		return NULL;
	bytes_add_text(&p->why, " (an alias of ");
	dns_name_add(&p->why, &target);
	bytes_add_byte(&p->why, ')');
	return keep_records(p, m, bytes_reason(&p->why));
}

static void take_message(struct part *p, const struct dns_message *m, const char *server)
{
	enum dns_code code = dns_message_code(m);
	const char *reason = NULL;

	if (code != DNS_NO_ERROR && code != DNS_NO_SUCH_NAME) {
		p->status = resolve_explain_code(code, server, &p->why);
		add_query(p);
		return;
	}
	if (code == DNS_NO_ERROR && dns_message_has(m, p->type))
		reason = keep_records(p, m, NULL);
	else
		reason = take_nothing(p, m, server);
	if (reason) {
		bytes_clear(&p->why);
		p->status = malformed(server, reason, &p->why);
		add_query(p);
	}
}

static void explain_silence(struct part *p, const struct dns_result *result, const char *server)
{
	p->status = STATUS_TIMED_OUT;
	bytes_add_format(&p->why, "no answer from %s", server);
	if (result->error)
		bytes_add_format(&p->why, " (the query could not be sent: %s)",
			status_reason(result->error));
	if (result->foreign > 0)
		bytes_add_format(&p->why, " (%" PRIu64 " answer%s to other questions %s ignored)",
			result->foreign, num_plural(result->foreign),
			result->foreign == 1 ? "was" : "were");
}

static void log_source(const struct part *p, const struct dns_message *m, const char *server)
{
	const char *checked = !run_of(p)->options->dnssec ? ""
		: dns_message_authentic(m)		  ? ", signatures checked"
							  : ", signatures not checked";
	struct bytes text = {0};

	if (log_wants(LOG_EVENTS)) {
		bytes_add_format(&text, "answer for %s ", bytes_text(&p->job->q->text));
		dns_type_add(&text, p->type);
		bytes_add_format(&text, " from %s%s", server, checked);
		log_event(
			&(struct log_event){
				.event = "source", .peer = server, .message = bytes_text(&text)},
			"%s", bytes_text(&text));
	}
	bytes_release(&text);
}

static void take_result(struct part *p, const struct dns_result *result)
{
	char server[ADDR_TEXT];

	addr_text(result->server, server);
	switch (result->outcome) {
	case DNS_ANSWERED:
		log_source(p, &result->message, server);
		take_message(p, &result->message, server);
		return;
	case DNS_MALFORMED: p->status = malformed(server, result->reason, &p->why); break;
	case DNS_UNREACHABLE:
		bytes_add_format(
			&p->why, "cannot ask %s: %s", server, status_reason(result->error));
		p->status = status_of_errno(result->error);
		break;
	case DNS_NO_ANSWER: explain_silence(p, result, server); break;
	}
	add_query(p);
}

/* The part whose failure counts for the whole: the first that failed; but if some parts have
 * records, the first that does not merely lack them. NULL: none. */
static struct part *failed_part(struct job *job)
{
	struct part *failed = NULL;
	bool any = false;

	for (size_t i = 0; i < job->count; i++) {
		struct part *p = &job->parts[i];

		any = any || p->status == STATUS_DONE;
		if (p->status == STATUS_DONE)
			continue;
		if (!failed || failed->status == STATUS_NOT_FOUND)
			failed = p;
	}
	return failed && failed->status == STATUS_NOT_FOUND && any ? NULL : failed;
}

/* Add why nothing was found: the name has no records of several types, or what is wrong with
 * FAILED. */
static void add_why(struct bytes *out, const struct job *job, struct part *failed)
{
	if (job->count == 1 || !failed->lacks_type) {
		bytes_add_text(out, bytes_reason(&failed->why));
		return;
	}
	bytes_add_text(out, "no record of type ");
	for (size_t i = 0; i < job->count; i++) {
		bytes_add_text(out, i == 0 ? "" : i + 1 < job->count ? ", " : " or ");
		dns_type_add(out, job->parts[i].type);
	}
	bytes_add_format(out, ": \"%s\"", bytes_text(&job->q->text));
}

/* Print all parts into the question. In a batch each name has one line: its records, or why there
 * are none. */
static void print_job(struct job *job, struct part *failed)
{
	struct question *q = job->q;
	const struct resolve_run *r = q->arg;
	struct bytes values = {0}, why = {0};

	for (size_t i = 0; i < job->count; i++)
		bytes_join(&values, &job->parts[i].values);
	if (failed)
		add_why(&why, job, failed);
	if (r->style.json)
		bytes_join(&q->out, &values);
	else if (failed && r->style.batch)
		print_error(
			&q->out, &r->style, bytes_text(&q->text), q->status, bytes_reason(&why));
	else
		print_answer(&q->out, &r->style, bytes_text(&q->text), &values);
	if (failed && !r->style.json && !r->style.batch)
		bytes_add_text(&q->why, bytes_reason(&why));
	q->out.failed |= values.failed;
	bytes_release(&values);
	bytes_release(&why);
}

static void job_done(struct job *job)
{
	struct question *q = job->q;
	struct part *failed = failed_part(job);

	q->status = failed ? failed->status : STATUS_DONE;
	print_job(job, failed);
	for (size_t i = 0; i < job->count; i++) {
		bytes_release(&job->parts[i].values);
		bytes_release(&job->parts[i].why);
	}
	free(job);
	question_done(q);
}

static void part_done(struct part *p)
{
	struct question *q = p->job->q;

	if (p->status != STATUS_DONE && p->values.size == 0 && run_of(p)->style.json) {
		/* Without a message, nothing can be malformed. */
		UNCHECKED(print_json_records(&p->values, bytes_text(&q->text), p->type, NULL,
			bytes_reason(&p->why), p->status));
	}
	if (--p->job->left == 0)
		job_done(p->job);
}

static void answered(void *arg, const struct dns_result *result)
{
	struct part *p = arg;

	take_result(p, result);
	part_done(p);
}

struct resolve_types resolve_dns_types(const struct resolve_run *r, const char *text)
{
	struct resolve_types types = {.count = 1};
	struct addr addr;

	if (r->options->types.count > 0)
		return r->options->types;
	types.list[0] = addr_parse_numeric(text, 0, &addr) == 0 ? DNS_TYPE_PTR : DNS_TYPE_A;
	return types;
}

const char *resolve_dns_name(const char *text, uint16_t type, struct dns_name *name)
{
	char plain[ADDR_HOST_TEXT];
	struct addr addr;

	if (type != DNS_TYPE_PTR || addr_parse_numeric(text, 0, &addr) < 0)
		return dns_name_parse(addr_unbracket(text, plain), name);
	addr_unmap(&addr);
	dns_name_of_address(&addr, name);
	return NULL;
}

/* Query DNS for part P. */
static void part_start(struct part *p)
{
	const struct resolve_run *r = run_of(p);
	struct dns_question question = {.type = p->type,
		.class = r->options->class ? r->options->class : DNS_CLASS_IN,
		.dnssec = r->options->dnssec};
	const char *reason =
		resolve_dns_name(bytes_text(&p->job->q->text), p->type, &question.name);

	if (reason) {
		p->status = fail_with(&p->why, STATUS_NOT_FOUND, "the name %s", reason);
	} else if (dns_ask(r->dns, &question, answered, p) == 0) {
		return;
	} else {
		p->status = fail_with(&p->why, STATUS_FAILED, "%s", status_reason(errno));
	}
	part_done(p);
}

void resolve_dns_start(struct question *q)
{
	const struct resolve_run *r = q->arg;
	struct resolve_types types = resolve_dns_types(r, bytes_text(&q->text));
	struct job *job;

	if (q->bad) {
		resolve_fail(q, STATUS_NOT_FOUND, q->bad);
		return;
	}
	job = calloc(1, sizeof(*job) + types.count * sizeof(job->parts[0]));
	if (!job) {
		resolve_fail(q, STATUS_FAILED, status_reason(ENOMEM));
		return;
	}
	job->q = q;
	job->count = types.count;
	/* One more, so that an answer that comes at once does not end the job before the others
	 * have been asked. */
	job->left = types.count + 1;
	for (size_t i = 0; i < types.count; i++) {
		job->parts[i] = (struct part){.job = job, .type = types.list[i]};
		part_start(&job->parts[i]);
	}
	if (--job->left == 0)
		job_done(job);
}
