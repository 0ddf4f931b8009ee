/* SPDX-License-Identifier: ISC */
/* results.c - what a command prints on standard output: one writer, which keeps the reason. */
#include "core/results.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/num.h"
#include "base/screen.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/opt/opt.h"

enum { ENOUGH = 1 << 16 };

/* stdio does not keep the errno of a write that it does on its own, so here its stream prints only
 * into memory. */
static struct {
	struct bytes out; /* what is to be written */
	FILE *stream;	  /* into DATA, which follows OUT */
	char *data;
	size_t size;
	int error;
	struct loop *loop; /* the loop in which the reader is watched */
	void (*gone)(void *arg);
	void *gone_arg;
} results;

FILE *results_text(void)
{
	if (!results.stream)
		results.stream = open_memstream(&results.data, &results.size);
	if (results.stream)
		return results.stream;
	results_failed(ENOMEM);
	return stdout;
}

/* Move what was printed to the stream to what is to be written. */
static void take_text(void)
{
	if (!results.stream)
		return;
	/* Only the error indicator tells that something did not fit into memory. */
	if (fflush(results.stream) != 0 || ferror(results.stream))
		results_failed(ENOMEM);
	bytes_add(&results.out, results.data, results.size);
	rewind(results.stream);
	/* musl leaves it unchanged until something is written. */
	results.size = 0;
}

void results_add(struct bytes *b)
{
	if (b->failed || bytes_lost())
		results_failed(ENOMEM);
	if (b->size > 0 && !results.error) {
		take_text();
		bytes_join(&results.out, b);
		/* The failure is kept, and results_finish reports it. */
		if (results.out.failed)
			results_failed(ENOMEM);
		else if (results.out.size >= ENOUGH)
			UNCHECKED(results_flush());
	}
	bytes_clear(b);
}

static void add_endpoint(struct json *j, const struct endpoint *e)
{
	uint64_t port;

	json_add_text(j, "host", e->kind == ENDPOINT_INET ? e->host : e->text);
	if (e->kind == ENDPOINT_INET && !num_parse(e->port, 0, UINT16_MAX, &port))
		json_add_uint(j, "port", port);
}

static void add_failure(const struct endpoint *endpoint, enum status status, struct bytes *why)
{
	struct bytes line = {0};
	struct json j;

	json_begin(&j, &line);
	if (endpoint)
		add_endpoint(&j, endpoint);
	json_add_text(&j, "error", bytes_reason(why));
	json_add_int(&j, "status", status);
	json_end(&j);
	results_add(&line);
	bytes_release(&line);
}

enum status results_report(bool json, const struct endpoint *endpoint,
	const struct opt_words *words, enum status status, struct bytes *why)
{
	if (!json || status == STATUS_USAGE)
		return opt_report(words, status, why);
	add_failure(endpoint, status, why);
	return status;
}

void results_failed(int err)
{
	if (!results.error)
		results.error = err;
}

int results_error(void)
{
	return results.error;
}

int results_flush(void)
{
	struct bytes *out = &results.out;

	if (!results.error) {
		take_text();
		if (out->failed)
			results_failed(ENOMEM);
		screen_give_way_to_output(out->data, out->size);
		if (!results.error && fd_write_all(STDOUT_FILENO, out->data, out->size) < 0)
			results_failed(errno);
		bytes_clear(out);
	}
	errno = results.error;
	return results.error ? -1 : 0;
}

static void reader_gone(void *arg, int fd, unsigned ready)
{
	(void)arg, (void)ready;
	results_failed(EPIPE);
	loop_forget(results.loop, fd);
	results.gone(results.gone_arg);
}

int results_watch(struct loop *loop, void (*gone)(void *arg), void *arg)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) < 0 || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return 0;
	results.loop = loop;
	results.gone = gone;
	results.gone_arg = arg;
	return loop_watch(loop, STDOUT_FILENO, LOOP_GONE, reader_gone, NULL);
}

static void close_all(void)
{
	/* A failure is kept. */
	if (results_flush() == 0 && fd_close_stdout() < 0)
		results_failed(errno);
	if (results.stream)
		fclose(results.stream);
	free(results.data);
	bytes_release(&results.out);
	results.stream = NULL;
	results.data = NULL;
}

/* Whether the failure belongs to an end that was asked for: readers often get the same signal. */
static bool is_excused(void)
{
	return status_end_asked && (results.error == EINTR || results.error == EPIPE);
}

enum status results_finish(enum status status, int signo)
{
	close_all();
	if (!signo && (status != STATUS_DONE || results.error))
		signo = status_end_asked;
	if (results.error == EPIPE && !signo && !loop_signal_was_ignored(SIGPIPE))
		signo = SIGPIPE;
	if (results.error && signo != SIGPIPE && !is_excused())
		log_error("cannot write to standard output: %s", status_reason(results.error));
	if (signo)
		status_die_of(signo);
	return results.error ? STATUS_FAILED : status;
}
