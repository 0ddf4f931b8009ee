/* SPDX-License-Identifier: ISC */
/* report.c - the results of a scan, a line for each port. */

#include "tcp/connect/scan/scan_private.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/errout.h"
#include "base/json.h"
#include "base/status.h"
#include "core/results.h"

enum { SERVICE_NAME_MAX = 64 };

static const char *const state_names[] = {"unknown", "open", "closed", "filtered"};

static void service_of(const struct scan_target *t, uint16_t port, char *out)
{
	if (t->scan->plan->numeric || !name_service(port, SOCK_STREAM, out, SERVICE_NAME_MAX))
		strcpy(out, "-");
}

static void report_json(const struct scan_target *t, size_t i, const char *service)
{
	const struct scan_result *r = &t->results[i];
	bool ip = t->endpoint->kind == ENDPOINT_INET;
	char text[ADDR_TEXT];
	struct json j;

	json_begin(&j, &t->scan->report);
	json_add_text(&j, "host", ip ? t->endpoint->host : t->endpoint->text);
	if (t->names.count)
		json_add_text(&j, "address", addr_text_host(&t->names.addrs[r->address], text));
	if (ip)
		json_add_uint(&j, "port", t->ports[i]);
	json_add_text(&j, "protocol", ip ? "tcp" : "unix");
	json_add_text(&j, "state", state_names[r->state]);
	json_add_text(&j, "service", strcmp(service, "-") == 0 ? NULL : service);
	json_add_seconds(&j, "seconds", r->ns);
	json_end(&j);
}

static void report_one(const struct scan_target *t, size_t i)
{
	const char *state = state_names[t->results[i].state];
	const struct endpoint *e = t->endpoint;
	char service[SERVICE_NAME_MAX] = "-";

	if (e->kind == ENDPOINT_INET)
		service_of(t, t->ports[i], service);
	if (t->scan->plan->json)
		report_json(t, i, service);
	else if (e->kind == ENDPOINT_INET)
		bytes_add_format(&t->scan->report, "%s %u/tcp %s %s\n", *e->host ? e->host : "*",
			(unsigned)t->ports[i], state, service);
	else
		bytes_add_format(&t->scan->report, "%s %s -\n", e->text, state);
}

void scan_report_failure(struct scan_target *t, enum status status)
{
	const struct endpoint *e = t->endpoint;
	bool ip = e->kind == ENDPOINT_INET;
	struct json j;

	json_begin(&j, &t->scan->report);
	json_add_text(&j, "host", ip ? e->host : e->text);
	if (ip && t->port_count == 1)
		json_add_uint(&j, "port", t->ports[0]);
	json_add_text(&j, "error", bytes_reason(&t->why));
	json_add_int(&j, "status", status);
	json_end(&j);
}

void scan_report(struct scan_target *t)
{
	for (; t->reported < t->port_count; t->reported++) {
		const struct scan_result *r = &t->results[t->reported];

		if (r->state == SCAN_UNKNOWN)
			break;
		if (t->scan->plan->output >= 0 && (r->state == SCAN_OPEN || t->scan->plan->all))
			report_one(t, t->reported);
	}
}

int scan_flush(struct scan *s)
{
	if (s->plan->output != STDOUT_FILENO) {
		/* This is standard error, which must not hold up the work. */
		errout_write(s->report.data, s->report.size, 0);
		bytes_clear(&s->report);
		return 0;
	}
	results_add(&s->report);
	if (results_flush() == 0)
		return 0;
	s->status = STATUS_FAILED;
	loop_stop(s->loop);
	return -1;
}
