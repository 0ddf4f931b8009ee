/* SPDX-License-Identifier: ISC */
/* transfer.c - read a whole zone from a DNS server, message by message. */
#include "names/dns/transfer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/os/host.h"
#include "names/dns/stream.h"
#include "names/dns/type.h"

struct transfer {
	struct dns_stream stream;
	int64_t silence_ns;
	struct loop_timer timer;
	struct dns_transfer_state state;
	struct dns_transfer_result result;
	dns_transfer_fn *fn;
	void *arg;
	unsigned char query[DNS_STREAM_QUERY];
	unsigned char room[DNS_STREAM_ROOM];
};

/* The zone begins and ends with its SOA record, and nothing follows. */
static const char *take_record(struct dns_transfer_state *s, const struct dns_record *record)
{
	bool is_soa =
		record->type == DNS_TYPE_SOA && dns_name_equal(&record->name, &s->question.name);

	if (s->ended)
		return "there are records after the end of the zone";
	if (!s->began && !is_soa)
		return "the zone does not begin with its SOA record";
	s->ended = s->began && is_soa;
	s->began = true;
	s->records++;
	return NULL;
}

const char *dns_transfer_take(
	struct dns_transfer_state *state, const struct dns_message *m, enum dns_code *code)
{
	struct dns_answers answers;
	struct dns_record record;
	const char *reason;

	*code = DNS_NO_ERROR;
	if (!dns_message_belongs(m, state->id))
		return "it answers another question";
	reason = dns_message_check_form(m);
	if (reason)
		return reason;
	*code = dns_message_code(m);
	if (*code != DNS_NO_ERROR)
		return NULL;
	dns_answers_begin(&answers, m);
	if (answers.left == 0)
		return "it has no record";
	while (!reason && dns_answers_next(&answers, &record))
		reason = take_record(state, &record);
	return reason;
}

static void end(struct transfer *t, enum dns_transfer_outcome outcome, int err)
{
	t->result.outcome = outcome;
	t->result.error = err;
	loop_stop(t->stream.loop);
}

static void take_message(void *arg, const struct dns_message *m)
{
	struct transfer *t = arg;

	t->result.reason = dns_transfer_take(&t->state, m, &t->result.code);
	if (t->result.reason)
		end(t, DNS_TRANSFER_MALFORMED, 0);
	else if (t->result.code != DNS_NO_ERROR)
		end(t, DNS_TRANSFER_REFUSED, 0);
	else if (!t->fn(t->arg, m))
		end(t, DNS_TRANSFER_STOPPED, 0);
	else if (t->state.ended)
		end(t, DNS_TRANSFER_DONE, 0);
}

static void ended(void *arg, int err)
{
	end(arg, DNS_TRANSFER_BROKEN, err);
}

static void moved(void *arg)
{
	struct transfer *t = arg;

	/* If there is no memory, silence goes unnoticed, but the zone is received. */
	UNCHECKED(loop_timer_set(t->stream.loop, &t->timer, t->silence_ns));
}

static void silent(void *arg)
{
	end(arg, DNS_TRANSFER_TIMED_OUT, 0);
}

/* 0, or -1 with errno. */
static int begin(struct transfer *t, const struct addr *addr)
{
	struct dns_stream *s = &t->stream;

	if (os_random(&t->state.id, sizeof(t->state.id)) < 0)
		return -1;
	s->query_size =
		DNS_LENGTH_SIZE + dns_stream_build(t->query, t->state.id, &t->state.question);
	loop_timer_init(&t->timer, silent, t);
	if (loop_timer_set(s->loop, &t->timer, t->silence_ns) < 0)
		return -1;
	return dns_stream_open(s, addr);
}

struct dns_transfer_result dns_transfer_run(struct loop *loop, const struct addr *addr,
	const struct dns_question *question, int64_t silence_ns, dns_transfer_fn *fn, void *arg)
{
	static const struct dns_stream_calls calls = {
		.moved = moved, .message = take_message, .ended = ended};
	struct transfer *t = calloc(1, sizeof *t);
	struct dns_transfer_result result = {.outcome = DNS_TRANSFER_BROKEN, .error = ENOMEM};

	if (!t)
		return result;
	t->stream = (struct dns_stream){.loop = loop,
		.calls = &calls,
		.arg = t,
		.fd = -1,
		.query = t->query,
		.room = t->room};
	t->silence_ns = silence_ns;
	t->state.question = *question;
	t->fn = fn;
	t->arg = arg;
	if (begin(t, addr) < 0 || loop_run(loop) < 0) {
		t->result.outcome = DNS_TRANSFER_BROKEN;
		t->result.error = errno;
	}
	result = t->result;
	result.records = t->state.records;
	loop_timer_stop(loop, &t->timer);
	dns_stream_close(&t->stream);
	free(t);
	return result;
}
