/* SPDX-License-Identifier: ISC */
/* send_run.c - raw-send at work: send, show or write packets, and report replies. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/results.h"
#include "raw/packet/show.h"
#include "raw/send/replies.h"
#include "raw/send/send_private.h"
#include "raw/send/transmit.h"

enum {
	BROADCASTS = 64,
	LAST_TURNS = 64, /* together more than what the kernel keeps for us */
};

/* One run of raw-send. */
struct run {
	const struct raw_send_config *config;
	struct raw_send_setup *setup;
	struct bytes *why; /* a line for the user, once there is one */
	struct loop *loop;
	struct transmit_way way;
	struct transmit transmit;
	struct replies replies;
	struct loop_timer timer; /* --timeout, if not 0, once all is sent */
	struct meter meter;
	FILE *file;	    /* --write */
	int64_t started_ns; /* CLOCK_REALTIME, for the packets in FILE */
	uint64_t shown;
	struct loop_defer shown_some;
	uint32_t broadcasts[BROADCASTS]; /* with --replies */
	enum status status;
	int signo; /* the signal that ended the run; 0: none */
	bool over;
};

/* Show the packet that was just taken from the source. */
static void show(struct run *r, const struct raw_packet *p)
{
	const struct packet *packet = p->built;
	struct packet dissected;
	struct bytes out = {0};

	if (!packet) {
		packet_dissect(&dissected, r->setup->first, p->data, p->size);
		packet = &dissected;
	}
	r->shown++;
	if (r->config->common.json)
		show_packet_json(packet, r->shown, &out);
	else
		show_packet(packet, r->shown, &out);
	results_add(&out);
	bytes_release(&out);
}

static void stop(struct run *r, enum status status)
{
	if (r->over)
		return;
	r->over = true;
	r->status = status;
	transmit_stop(&r->transmit);
	loop_stop(r->loop);
}

static void flush(void *arg)
{
	/* A failure is kept, and ends the run. */
	if (results_flush() < 0)
		stop(arg, STATUS_FAILED);
}

static void packet_taken(void *arg, const struct raw_packet *p)
{
	struct run *r = arg;

	show(r, p);
	/* Everything shown in a turn is written before the loop waits. */
	loop_defer(r->loop, &r->shown_some, flush, r);
}

static void packet_sending(void *arg, const struct raw_packet *p)
{
	struct run *r = arg;

	replies_note(&r->replies, p);
}

/* How many replies are enough; UINT64_MAX: not known before everything is sent. */
static uint64_t wanted(const struct run *r)
{
	uint64_t replies = r->config->send.replies;

	if (replies != SEND_REPLIES_ALL)
		return replies;
	return r->transmit.over ? r->setup->source.number : UINT64_MAX;
}

/* Whether no more replies are needed. A second answer to one packet is not one to another. */
static bool has_enough(const struct run *r)
{
	bool all = r->config->send.replies == SEND_REPLIES_ALL;

	return (all ? r->replies.answered : r->replies.count) >= wanted(r);
}

static void replied(void *arg, const char *why)
{
	struct run *r = arg;

	if (why) {
		if (!results_error())
			bytes_add_format(r->why, "cannot read replies: %s", why);
		stop(r, STATUS_FAILED);
	} else if (has_enough(r)) {
		stop(r, STATUS_DONE);
	}
}

static void timed_out(void *arg)
{
	struct run *r = arg;
	char time[NUM_TEXT];

	/* On a busy interface, a reply that came in time may be behind more than a turn takes. */
	for (int i = 0; i < LAST_TURNS && !r->over && replies_take(&r->replies); i++)
		;
	if (r->over)
		return;
	if (r->replies.count > 0) {
		stop(r, STATUS_DONE);
		return;
	}
	stop(r,
		fail_with(r->why, STATUS_TIMED_OUT, "no reply within %s",
			num_show_time(r->config->send.timeout_ns, time)));
}

static void all_sent(void *arg, enum status status, const char *why)
{
	struct run *r = arg;

	if (status != STATUS_DONE) {
		bytes_add_text(r->why, why);
		stop(r, status);
	} else if (!r->config->send.replies || has_enough(r)) {
		stop(r, STATUS_DONE);
	} else if (r->config->send.timeout_ns > 0 &&
		loop_timer_set(r->loop, &r->timer, r->config->send.timeout_ns) < 0) {
		stop(r, fail_with(r->why, STATUS_FAILED, "%s", status_reason(errno)));
	}
}

static void reader_gone(void *arg)
{
	stop(arg, STATUS_FAILED);
}

static void end_by_signal(void *arg, int signo)
{
	struct run *r = arg;

	r->signo = signo;
	stop(r, STATUS_FAILED);
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct run *r = arg;
	const struct raw_source *source = &r->setup->source;

	f->sent_bytes = (int64_t)r->transmit.sent_bytes;
	f->sent_packets = (int64_t)r->transmit.sent_packets;
	if (source->cut_over)
		f->fragmented_packets = (int64_t)source->fragmented;
	if (source->skip_over || r->setup->sum.others)
		f->skipped_packets = (int64_t)(source->skipped + r->setup->capture.others);
	if (source->capture && source->rounds)
		f->total_bytes = (int64_t)(r->setup->sum.bytes * source->rounds);
	if (r->config->send.replies) {
		f->received_bytes = (int64_t)r->replies.bytes;
		f->received_packets = (int64_t)r->replies.count;
	}
	f->reason = f->reason_text = meter_reason(r->signo, r->status);
}

static int start(struct run *r, int listener)
{
	const struct raw_send_setup *p = r->setup;
	struct transmit_hooks hooks = {
		.taken = r->config->send.hexdump ? packet_taken : NULL, .done = all_sent, .arg = r};
	const struct raw_pace *pace = &p->source.pace;
	int64_t timeout_ns = r->config->send.timeout_ns;
	struct replies_plan replies = {.link = p->start == PACKET_FRAME ? &p->link : NULL,
		.family = p->family,
		.first = p->first,
		.place = {.local = p->build.to ? &p->build.from : NULL,
			.remote = p->build.to,
			.broadcasts = r->broadcasts},
		.spec = p->source.spec,
		.several = !p->source.spec || p->spec.sweep_count > 0,
		.in_order = spec_sweeps_hops(&p->spec),
		.hold_ns = timeout_ns > 0 ? timeout_ns : NUM_NS_PER_S,
		.in_turn = pace->interval_ns <= 0 && !pace->rate && !pace->recorded &&
			p->spec.sweep_count > 0 && !spec_sweeps_hops(&p->spec),
		.limit = r->config->send.replies,
		.json = r->config->common.json};

	if (loop_signal_end(r->loop, end_by_signal, r) < 0)
		return -1;
	if (listener >= 0) {
		replies.place.broadcast_count = os_broadcasts(r->broadcasts, BROADCASTS);
		hooks.sending = packet_sending;
		if (replies_open(&r->replies, r->loop, listener, &replies, replied, r) < 0)
			return -1;
	}
	/* A run that only sends would never notice, and does not look. */
	if ((r->config->send.replies || r->config->send.hexdump) &&
		results_watch(r->loop, reader_gone, r) < 0)
		return -1;
	loop_timer_init(&r->timer, timed_out, r);
	if (meter_start(&r->meter, r->loop, "raw-send", &r->config->meter, figures, r) < 0)
		return -1;
	return transmit_start(&r->transmit, r->loop, &r->setup->source, &r->way, &hooks);
}

static void log_sent(const struct run *r)
{
	int64_t ns = clock_ns() - r->transmit.started_ns;
	const char *where = r->config->send.interface;
	char time[NUM_TEXT];

	log_event(&(struct log_event){.event = "closed",
			  .local = where,
			  .reason = meter_reason(r->signo, r->status),
			  .sent_bytes = r->transmit.sent_bytes,
			  .received_bytes = r->replies.bytes,
			  .ns = ns},
		"sent %" PRIu64 " packet%s, %" PRIu64 " byte%s in %s%s%s", r->transmit.sent_packets,
		num_plural(r->transmit.sent_packets), r->transmit.sent_bytes,
		num_plural(r->transmit.sent_bytes), num_show_time(ns, time), where ? " on " : "",
		where ? where : "");
	if (r->transmit.full > 0)
		log_detail("waited %" PRIu64 " time%s for buffer space", r->transmit.full,
			num_plural(r->transmit.full));
}

static enum status run_sending(struct run *r, struct bytes *why)
{
	int listener;
	enum status status = raw_send_open(r->setup, &r->way, &listener, why);

	if (status != STATUS_DONE) {
		fd_close(listener);
		return status;
	}
	r->loop = loop_new(NULL);
	r->status = STATUS_FAILED;
	if (!r->loop || start(r, listener) < 0 || loop_run(r->loop) < 0)
		return fail_with(why, STATUS_FAILED, "cannot send: %s", status_reason(errno));
	log_sent(r);
	meter_finish(&r->meter);
	return r->status;
}

static enum status write_packet(struct run *r, const struct raw_packet *p, struct bytes *why)
{
	int64_t at_ns = r->started_ns + p->due_ns;

	if (!r->file || capture_write(r->file, at_ns, p->data, p->size) == 0)
		return STATUS_DONE;
	return fail_with(why, STATUS_FAILED, "cannot write %s: %s", r->config->send.write,
		status_reason(errno));
}

/* Show or write all packets, without sending: nothing to wait for. */
static enum status run_packets(struct run *r, struct bytes *why)
{
	const struct raw_send_options *o = &r->config->send;
	struct raw_packet packet;

	for (;;) {
		switch (raw_source_next(&r->setup->source, &packet, why)) {
		case RAW_END: return STATUS_DONE;
		case RAW_FAILED:
			return r->setup->source.status ? r->setup->source.status : STATUS_FAILED;
		case RAW_FULL: raw_source_release(&r->setup->source); continue;
		case RAW_PACKET: break;
		}
		if (o->dry_run || o->hexdump)
			show(r, &packet);
		if (write_packet(r, &packet, why) != STATUS_DONE || results_error())
			return STATUS_FAILED;
	}
}

static enum status run_writing(struct run *r, struct bytes *why)
{
	const char *path = r->config->send.write;
	struct timespec now = clock_wall();
	enum status status;

	r->started_ns = (int64_t)now.tv_sec * NUM_NS_PER_S + now.tv_nsec;
	if (path) {
		bool frame = r->setup->start == PACKET_FRAME;

		r->file = capture_create(path, frame ? PCAP_ETHERNET : PCAP_IP);
		if (!r->file) {
			int err = errno;

			return fail_with(why, status_of_errno(err), "cannot write %s: %s", path,
				status_reason(err));
		}
	}
	status = run_packets(r, why);
	if (r->file && fclose(r->file) != 0 && status == STATUS_DONE)
		status = fail_with(
			why, STATUS_FAILED, "cannot write %s: %s", path, status_reason(errno));
	return status;
}

static void run_release(struct run *r)
{
	if (r->loop) {
		loop_defer_cancel(r->loop, &r->shown_some);
		transmit_release(&r->transmit);
		replies_close(&r->replies);
	}
	for (size_t i = 0; i < 2; i++)
		if (r->way.fd[i] > 0)
			fd_close(r->way.fd[i]);
	loop_free(r->loop);
}

enum status raw_send_run(struct raw_send_setup *setup, int *signo, struct bytes *why)
{
	struct run r = {.config = setup->config, .setup = setup, .why = why};
	enum status status =
		raw_send_sends(setup->config) ? run_sending(&r, why) : run_writing(&r, why);

	run_release(&r);
	*signo = r.signo;
	return status;
}
