/* SPDX-License-Identifier: ISC */
/* taps.c - what can be put between a connection and its user. */

#include "tcp/taps/taps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/hexdump.h"
#include "base/log.h"
#include "base/screen.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/stream/tap.h"
#include "tcp/taps/crlf.h"
#include "tcp/taps/pace.h"
#include "tcp/taps/telnet.h"

struct interval_tap {
	struct tap tap;
	struct pace_lines lines;
};

struct crlf_tap {
	struct tap tap;
	struct crlf crlf;
};

struct telnet_tap {
	struct tap tap;
	struct telnet *telnet; /* for both directions */
};

struct rate_tap {
	struct tap tap;
	struct bucket bucket;
};

struct save_tap {
	struct tap tap;
	int fd;
};

struct dump_tap {
	struct tap tap;
	int fd;
	char direction;
	const char *after;
	uint64_t offset;
};

/* The taps of one connection; unwanted ones are in no chain. */
struct conn_taps {
	struct tap_chain sending, receiving;
	struct interval_tap interval;
	struct crlf_tap crlf;
	struct telnet_tap telnet_out, telnet_in;
	struct rate_tap rate;
	struct save_tap sent, received;
	struct dump_tap dump_out, dump_in;
	struct telnet telnet;
	char after[ADDR_TEXT + 1];
};

static size_t interval_allow(struct tap *tap, struct tap_question *question)
{
	return pace_lines_allow(&((struct interval_tap *)tap)->lines, question);
}

static int interval_look(struct tap *tap, const unsigned char *data, size_t size)
{
	pace_lines_spend(&((struct interval_tap *)tap)->lines, data, size);
	return 0;
}

static const struct tap_kind interval_kind = {.allow = interval_allow, .look = interval_look};

static void crlf_tap_change(
	struct tap *tap, const unsigned char *data, size_t size, struct bytes *out)
{
	crlf_change(&((struct crlf_tap *)tap)->crlf, data, size, out);
}

static const struct tap_kind crlf_kind = {.change = crlf_tap_change};

static void telnet_out_change(
	struct tap *tap, const unsigned char *data, size_t size, struct bytes *out)
{
	(void)tap;
	telnet_send(data, size, out);
}

static bool telnet_out_owes(const struct tap *tap)
{
	return ((const struct telnet_tap *)tap)->telnet->due > 0;
}

static void telnet_out_say(struct tap *tap, struct bytes *out)
{
	telnet_reply(((struct telnet_tap *)tap)->telnet, out);
}

static const struct tap_kind telnet_out_kind = {
	.change = telnet_out_change, .owes = telnet_out_owes, .say = telnet_out_say};

static void telnet_in_change(
	struct tap *tap, const unsigned char *data, size_t size, struct bytes *out)
{
	telnet_receive(((struct telnet_tap *)tap)->telnet, data, size, out);
}

static const struct tap_kind telnet_in_kind = {.change = telnet_in_change};

static size_t rate_allow(struct tap *tap, struct tap_question *question)
{
	return pace_rate_allow(&((struct rate_tap *)tap)->bucket, question);
}

static int rate_look(struct tap *tap, const unsigned char *data, size_t size)
{
	(void)data;
	bucket_spend(&((struct rate_tap *)tap)->bucket, (double)size);
	return 0;
}

static const struct tap_kind rate_kind = {.allow = rate_allow, .look = rate_look};

static int save_look(struct tap *tap, const unsigned char *data, size_t size)
{
	return fd_write_all(((struct save_tap *)tap)->fd, data, size);
}

static const struct tap_kind save_kind = {.look = save_look};

static int dump_look(struct tap *tap, const unsigned char *data, size_t size)
{
	struct dump_tap *dump = (struct dump_tap *)tap;
	char time[CLOCK_TEXT], before[CLOCK_TEXT + sizeof "> "];
	struct bytes lines = {0};
	int result = -1;

	snprintf(before, sizeof before, "%c %s ", dump->direction, clock_text(clock_wall(), time));
	hexdump_add(&lines, before, dump->offset, data, size, dump->after);
	dump->offset += size;
	/* At once, so that the lines of several connections are not mixed. */
	if (dump->fd == STDERR_FILENO)
		screen_give_way(lines.data, lines.size);
	errno = ENOMEM;
	if (!lines.failed)
		result = fd_write_all(dump->fd, lines.data, lines.size);
	bytes_release(&lines);
	return result;
}

static const struct tap_kind dump_kind = {.look = dump_look};

static void add(struct tap_chain *chain, bool wanted, struct tap *tap, const struct tap_kind *kind)
{
	tap->kind = kind;
	if (wanted)
		tap_chain_add(chain, tap);
}

static void add_sending(struct conn_taps *c, const struct taps_options *o)
{
	struct tap_chain *chain = &c->sending;

	add(chain, o->interval_ns > 0, &c->interval.tap, &interval_kind);
	add(chain, o->crlf, &c->crlf.tap, &crlf_kind);
	add(chain, o->telnet, &c->telnet_out.tap, &telnet_out_kind);
	add(chain, o->rate > 0, &c->rate.tap, &rate_kind);
	add(chain, o->save_sent != NULL, &c->sent.tap, &save_kind);
	add(chain, o->hexdump != NULL, &c->dump_out.tap, &dump_kind);
}

static void add_receiving(struct conn_taps *c, const struct taps_options *o)
{
	struct tap_chain *chain = &c->receiving;

	add(chain, o->save_received != NULL, &c->received.tap, &save_kind);
	add(chain, o->hexdump != NULL, &c->dump_in.tap, &dump_kind);
	add(chain, o->telnet, &c->telnet_in.tap, &telnet_in_kind);
}

struct conn_taps *conn_taps_new(const struct taps *t, const char *peer)
{
	const struct taps_options *o = t->options;
	const char *dump_noun = o->hexdump && *o->hexdump ? o->hexdump : "standard error";
	struct conn_taps *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	if (t->names_peer)
		snprintf(c->after, sizeof c->after, " %s", peer);
	c->interval.lines.pause_ns = o->interval_ns;
	c->rate.bucket = pace_rate_bucket(o->rate);
	c->telnet_out.telnet = c->telnet_in.telnet = &c->telnet;
	c->sent = (struct save_tap){.tap.noun = o->save_sent, .fd = t->sent};
	c->received = (struct save_tap){.tap.noun = o->save_received, .fd = t->received};
	c->dump_out = (struct dump_tap){
		.tap.noun = dump_noun, .fd = t->dump, .direction = '>', .after = c->after};
	c->dump_in = (struct dump_tap){
		.tap.noun = dump_noun, .fd = t->dump, .direction = '<', .after = c->after};
	add_sending(c, o);
	add_receiving(c, o);
	return c;
}

void conn_taps_free(struct conn_taps *c)
{
	if (!c)
		return;
	tap_chain_release(&c->sending);
	tap_chain_release(&c->receiving);
	free(c);
}

void conn_taps_attach(struct conn_taps *c, struct relay *relay, int wire)
{
	relay_tap(relay, wire, &c->sending);
	relay_tap(relay, 1 - wire, &c->receiving);
}

const char *taps_given_for_sending(const struct taps_options *o)
{
	return o->crlf		 ? "--crlf"
		: o->rate	 ? "--rate"
		: o->interval_ns ? "--interval"
		: o->save_sent	 ? "--save-sent"
				 : NULL;
}

const char *taps_given(const struct taps_options *o)
{
	const char *sending = taps_given_for_sending(o);

	return sending		   ? sending
		: o->telnet	   ? "--telnet"
		: o->hexdump	   ? "--hexdump"
		: o->save_received ? "--save-received"
				   : NULL;
}

/* Open the file PATH (NULL: none). Several connections, or both directions, may share one. */
static enum status open_file(const char *path, int *fd, struct bytes *why)
{
	if (!path)
		return STATUS_DONE;
	*fd = fd_create(path, 0666);
	if (*fd >= 0)
		return STATUS_DONE;
	return fail_with(
		why, status_of_errno(errno), "cannot write to %s: %s", path, status_reason(errno));
}

enum status taps_open(struct taps *t, const struct taps_options *o, struct bytes *why)
{
	bool to_file = o->hexdump && *o->hexdump;
	enum status status;

	*t = (struct taps){.options = o,
		.on = taps_given(o) != NULL,
		.dump = o->hexdump && !to_file ? STDERR_FILENO : -1,
		.sent = -1,
		.received = -1};
	status = open_file(to_file ? o->hexdump : NULL, &t->dump, why);
	if (status == STATUS_DONE)
		status = open_file(o->save_sent, &t->sent, why);
	if (status == STATUS_DONE)
		status = open_file(o->save_received, &t->received, why);
	return status;
}

void taps_give_terminal(struct taps *t, bool like_ours)
{
	t->on = t->pty = true;
	if (like_ours &&
		(os_pty_window(STDERR_FILENO, &t->window) == 0 ||
			os_pty_window(STDIN_FILENO, &t->window) == 0))
		return;
	t->window = (struct os_window){.rows = 24, .columns = 80};
}

enum status taps_check_terminal(struct bytes *why)
{
	int fds[2], err;

	if (os_pty_open((struct os_window){.rows = 24, .columns = 80}, fds) == 0) {
		fd_close(fds[0]);
		fd_close(fds[1]);
		return STATUS_DONE;
	}
	err = errno;
	bytes_add_format(why, "cannot open a pseudo-terminal for --pty: %s", status_reason(err));
	if (err == ENOENT || err == ENODEV || err == ENXIO)
		bytes_add_text(why, " (/dev/pts must be mounted)");
	return status_of_errno(err);
}

static bool close_file(const char *path, int fd)
{
	if (fd < 0 || fd == STDERR_FILENO || close(fd) == 0 || errno == EINTR)
		return true;
	log_error("cannot write to %s: %s", path, status_reason(errno));
	return false;
}

enum status taps_finish(struct taps *t, enum status status)
{
	const struct taps_options *o = t->options;
	bool good;

	if (!o)
		return status;
	good = close_file(o->hexdump, t->dump);
	good = close_file(o->save_sent, t->sent) && good;
	good = close_file(o->save_received, t->received) && good;
	*t = (struct taps){.options = NULL};
	return good || status != STATUS_DONE ? status : STATUS_FAILED;
}
