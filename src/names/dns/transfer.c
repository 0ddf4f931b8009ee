/* SPDX-License-Identifier: ISC */
/* transfer.c - read a whole zone from a DNS server, message by message. */
#include "names/dns/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/checked.h"
#include "base/fd.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/os/host.h"
#include "core/sock/sock.h"
#include "names/dns/type.h"

enum { LENGTH_SIZE = 2 };

struct transfer {
	struct loop *loop;
	int fd;
	int64_t silence_ns;
	struct loop_timer timer;
	struct dns_transfer_state state;
	struct dns_transfer_result result;
	dns_transfer_fn *fn;
	void *arg;
	size_t query_size, sent, received;
	unsigned char query[LENGTH_SIZE + DNS_QUERY_MAX];
	unsigned char message[LENGTH_SIZE + DNS_MESSAGE_MAX];
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
	loop_stop(t->loop);
}

static void take_message(struct transfer *t)
{
	const struct dns_message m = {t->message + LENGTH_SIZE, t->received - LENGTH_SIZE};

	t->received = 0;
	t->result.reason = dns_transfer_take(&t->state, &m, &t->result.code);
	if (t->result.reason)
		end(t, DNS_TRANSFER_MALFORMED, 0);
	else if (t->result.code != DNS_NO_ERROR)
		end(t, DNS_TRANSFER_REFUSED, 0);
	else if (!t->fn(t->arg, &m))
		end(t, DNS_TRANSFER_STOPPED, 0);
	else if (t->state.ended)
		end(t, DNS_TRANSFER_DONE, 0);
}

/* How long the message is with its length before it, as far as that is known. */
static size_t wanted(const struct transfer *t)
{
	if (t->received < LENGTH_SIZE)
		return LENGTH_SIZE;
	return LENGTH_SIZE + be16_get(t->message);
}

static bool is_for_now(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == EINTR;
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct transfer *t = arg;
	ssize_t n = recv(fd, t->message + t->received, wanted(t) - t->received, 0);

	(void)ready;
	if (n < 0 && is_for_now(errno))
		return;
	if (n <= 0) {
		end(t, DNS_TRANSFER_BROKEN, n < 0 ? errno : 0);
		return;
	}
	t->received += (size_t)n;
	/* Without memory the silence is not noticed, but the zone comes. */
	UNCHECKED(loop_timer_set(t->loop, &t->timer, t->silence_ns));
	if (t->received >= LENGTH_SIZE && t->received == wanted(t))
		take_message(t);
}

static void writable(void *arg, int fd, unsigned ready)
{
	struct transfer *t = arg;
	ssize_t n = send(fd, t->query + t->sent, t->query_size - t->sent, MSG_NOSIGNAL);

	(void)ready;
	if (n < 0) {
		if (!is_for_now(errno))
			end(t, DNS_TRANSFER_BROKEN, errno);
		return;
	}
	t->sent += (size_t)n;
	if (t->sent == t->query_size && loop_watch(t->loop, fd, LOOP_READ, readable, t) < 0)
		end(t, DNS_TRANSFER_BROKEN, errno);
}

static void silent(void *arg)
{
	end(arg, DNS_TRANSFER_TIMED_OUT, 0);
}

/* 0, or -1 with errno. */
static int begin(struct transfer *t, const struct addr *addr)
{
	if (os_random(&t->state.id, sizeof(t->state.id)) < 0)
		return -1;
	size_t size = dns_query_build(t->query + LENGTH_SIZE, t->state.id, &t->state.question);
	be16_put(t->query, size);
	t->query_size = LENGTH_SIZE + size;
	t->fd = sock_open(addr_family(addr), SOCK_STREAM, NULL, NULL);
	if (t->fd < 0)
		return -1;
	if (connect(t->fd, &addr->u.sa, addr->size) < 0 && errno != EINPROGRESS)
		return -1;
	loop_timer_init(&t->timer, silent, t);
	if (loop_timer_set(t->loop, &t->timer, t->silence_ns) < 0)
		return -1;
	return loop_watch(t->loop, t->fd, LOOP_WRITE, writable, t);
}

struct dns_transfer_result dns_transfer_run(struct loop *loop, const struct addr *addr,
	const struct dns_question *question, int64_t silence_ns, dns_transfer_fn *fn, void *arg)
{
	struct transfer *t = calloc(1, sizeof *t);
	struct dns_transfer_result result = {.outcome = DNS_TRANSFER_BROKEN, .error = ENOMEM};

	if (!t)
		return result;
	t->loop = loop;
	t->fd = -1;
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
	if (t->fd >= 0) {
		loop_forget(loop, t->fd);
		fd_close(t->fd);
	}
	free(t);
	return result;
}
