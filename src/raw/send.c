/* SPDX-License-Identifier: ISC */
/* send.c - raw-send: build packets layer by layer and send them. */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/results.h"
#include "raw/commands.h"
#include "raw/plan.h"
#include "raw/replies.h"
#include "raw/send_options.h"
#include "raw/show.h"
#include "raw/transmit.h"

enum { BROADCASTS = 64 };

/* One run of raw-send. */
struct run {
	const struct send_config *config;
	struct plan plan;
	struct loop *loop;
	struct transmit_way way;
	struct transmit transmit;
	struct replies replies;
	struct loop_timer timer; /* --timeout, once all is sent */
	struct meter meter;
	FILE *file;	    /* --write */
	int64_t started_ns; /* CLOCK_REALTIME, for the packets in FILE */
	uint64_t shown;
	uint32_t broadcasts[BROADCASTS]; /* with --replies */
	int status;
	int signo; /* that ended us; 0 */
	bool over;
};

/* Show the packet that was just taken from the source. */
static void show(struct run *r, const struct source_packet *p)
{
	const struct packet *packet = p->built;
	struct packet dissected;
	struct bytes out = {0};

	if (!packet) {
		packet_dissect(&dissected, r->plan.first, p->data, p->size);
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

static void packet_taken(void *arg, const struct source_packet *p)
{
	struct run *r = arg;

	if (r->config->send.hexdump)
		show(r, p);
}

static void packet_sending(void *arg, const struct source_packet *p)
{
	struct run *r = arg;

	replies_note(&r->replies, p);
}

static void stop(struct run *r, int status)
{
	if (r->over)
		return;
	r->over = true;
	r->status = status;
	transmit_stop(&r->transmit);
	loop_stop(r->loop);
}

/* How many replies are enough; UINT64_MAX: not known before all is sent. */
static uint64_t wanted(const struct run *r)
{
	uint64_t replies = r->config->send.replies;

	if (replies != SEND_REPLIES_ALL)
		return replies;
	return r->transmit.over ? r->plan.source.number : UINT64_MAX;
}

/* Whether no more replies are waited for. A second answer to one packet is none to another. */
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
			log_error("cannot read replies: %s", why);
		stop(r, STATUS_FAILED);
	} else if (has_enough(r)) {
		stop(r, STATUS_DONE);
	}
}

static void timed_out(void *arg)
{
	struct run *r = arg;
	char time[NUM_TEXT];

	if (r->replies.count > 0) {
		stop(r, STATUS_DONE);
		return;
	}
	log_error("no reply within %s", num_show_time(r->config->send.timeout_ns, time));
	stop(r, STATUS_TIMED_OUT);
}

static void all_sent(void *arg, int status, const char *why)
{
	struct run *r = arg;

	if (status != STATUS_DONE) {
		log_error("%s", why);
		stop(r, status);
	} else if (!r->config->send.replies || has_enough(r)) {
		stop(r, STATUS_DONE);
	} else if (loop_timer_set(r->loop, &r->timer, r->config->send.timeout_ns) < 0) {
		log_error("%s", status_reason(errno));
		stop(r, STATUS_FAILED);
	}
}

static void end_by_signal(void *arg, int signo)
{
	struct run *r = arg;

	r->signo = signo;
	stop(r, STATUS_FAILED);
}

/* Why it ended. */
static const char *reason(const struct run *r)
{
	return r->signo				? "signal"
		: r->status == STATUS_TIMED_OUT ? "timeout"
		: r->status != STATUS_DONE	? "error"
						: "done";
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct run *r = arg;
	const struct source *source = &r->plan.source;

	f->sent_bytes = (int64_t)r->transmit.sent_bytes;
	f->sent_packets = (int64_t)r->transmit.sent_packets;
	if (source->skip_over || r->plan.sum.others)
		f->skipped_packets = (int64_t)(source->skipped + r->plan.capture.others);
	if (source->capture && source->rounds)
		f->total_bytes = (int64_t)(r->plan.sum.bytes * source->rounds);
	if (r->config->send.replies) {
		f->received_bytes = (int64_t)r->replies.bytes;
		f->received_packets = (int64_t)r->replies.count;
	}
	f->reason = f->reason_text = reason(r);
}

static int start(struct run *r, int listener)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	const struct plan *p = &r->plan;
	struct transmit_hooks hooks = {.taken = packet_taken, .done = all_sent, .arg = r};
	struct replies_plan replies = {.link = p->start == PACKET_FRAME ? &p->link : NULL,
		.family = p->family,
		.first = p->first,
		.place = {.local = p->build.to ? &p->build.from : NULL,
			.remote = p->build.to,
			.broadcasts = r->broadcasts},
		.spec = p->source.spec,
		.several = !p->source.spec || p->spec.sweep_count > 0,
		.limit = r->config->send.replies,
		.json = r->config->common.json};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (loop_signal(r->loop, signals[i], false, end_by_signal, r) < 0)
			return -1;
	if (listener >= 0) {
		replies.place.broadcast_count = os_broadcasts(r->broadcasts, BROADCASTS);
		hooks.sending = packet_sending;
		if (replies_open(&r->replies, r->loop, listener, &replies, replied, r) < 0)
			return -1;
	}
	loop_timer_init(&r->timer, timed_out, r);
	if (meter_start(&r->meter, r->loop, "raw-send", &r->config->meter, figures, r) < 0)
		return -1;
	return transmit_start(&r->transmit, r->loop, &r->plan.source, &r->way, &hooks);
}

static void log_sent(const struct run *r)
{
	int64_t ns = clock_ns() - r->transmit.started_ns;
	const char *where = r->config->send.interface;
	char time[NUM_TEXT];

	log_event(&(struct log_event){.event = "closed",
			  .local = where,
			  .reason = reason(r),
			  .sent_bytes = r->transmit.sent_bytes,
			  .received_bytes = r->replies.bytes,
			  .ns = ns},
		"sent %" PRIu64 " packets, %" PRIu64 " bytes in %s%s%s", r->transmit.sent_packets,
		r->transmit.sent_bytes, num_show_time(ns, time), where ? " on " : "",
		where ? where : "");
	if (r->transmit.full > 0)
		log_detail(
			"waited %" PRIu64 " times for the system to have room", r->transmit.full);
}

static int run_sending(struct run *r, struct bytes *why)
{
	int listener;
	int status = plan_open(&r->plan, &r->way, &listener, why);

	if (status != STATUS_DONE) {
		fd_close(listener);
		return status;
	}
	r->loop = loop_new(NULL);
	r->status = STATUS_FAILED;
	if (!r->loop || start(r, listener) < 0 || loop_run(r->loop) < 0) {
		bytes_add_format(why, "cannot send: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	log_sent(r);
	meter_finish(&r->meter);
	return r->status;
}

static int write_packet(struct run *r, const struct source_packet *p, struct bytes *why)
{
	int64_t at_ns = r->started_ns + p->due_ns;

	if (!r->file || capture_write(r->file, at_ns, p->data, p->size) == 0)
		return STATUS_DONE;
	bytes_add_format(why, "cannot write %s: %s", r->config->send.write, status_reason(errno));
	return STATUS_FAILED;
}

/* All packets, shown or written, not sent: nothing to wait for. */
static int run_packets(struct run *r, struct bytes *why)
{
	const struct send_options *o = &r->config->send;
	struct source_packet packet;

	for (;;) {
		switch (raw_source_next(&r->plan.source, &packet, why)) {
		case SOURCE_END: return STATUS_DONE;
		case SOURCE_FAILED: return STATUS_FAILED;
		case SOURCE_FULL: raw_source_release(&r->plan.source); continue;
		case SOURCE_PACKET: break;
		}
		if (o->dry_run || o->hexdump)
			show(r, &packet);
		if (write_packet(r, &packet, why) != STATUS_DONE || results_error())
			return STATUS_FAILED;
	}
}

static int run_writing(struct run *r, struct bytes *why)
{
	const char *path = r->config->send.write;
	struct timespec now = clock_wall();
	int status;

	r->started_ns = (int64_t)now.tv_sec * NUM_NS_PER_S + now.tv_nsec;
	if (path) {
		bool frame = r->plan.start == PACKET_FRAME;

		r->file = capture_create(path, frame ? PCAP_ETHERNET : PCAP_IP);
		if (!r->file) {
			int err = errno;

			bytes_add_format(why, "cannot write %s: %s", path, status_reason(err));
			return (int)status_of_errno(err);
		}
	}
	status = run_packets(r, why);
	if (r->file && fclose(r->file) != 0 && status == STATUS_DONE) {
		bytes_add_format(why, "cannot write %s: %s", path, status_reason(errno));
		status = STATUS_FAILED;
	}
	return status;
}

static void run_release(struct run *r)
{
	if (r->loop) {
		transmit_release(&r->transmit);
		replies_close(&r->replies);
	}
	for (size_t i = 0; i < 2; i++)
		if (r->way.fd[i] > 0)
			fd_close(r->way.fd[i]);
	plan_release(&r->plan);
	loop_free(r->loop);
}

static int finish(struct run *r, int status)
{
	run_release(r);
	return (int)results_finish((enum status)status, r->signo);
}

static int list(struct run *r, const struct opt_words *words)
{
	if (words->operand_count > 0) {
		log_error("--layers lists all layers and takes no operand: \"%s\"",
			words->operands[0]);
		return STATUS_USAGE;
	}
	layers_print(results_text());
	return finish(r, STATUS_DONE);
}

static int send_run(const void *config, const struct opt_words *words)
{
	struct run r = {.config = config};
	struct bytes why = {0};
	int status;

	log_setup("raw-send", r.config->common.level, r.config->common.json);
	if (r.config->send.list)
		return list(&r, words);
	status = plan_make(&r.plan, config, words, &why);
	if (status == STATUS_DONE)
		status = plan_sends(config) ? run_sending(&r, &why) : run_writing(&r, &why);
	if (why.size > 0)
		opt_report(words, status, &why);
	bytes_release(&why);
	return finish(&r, status);
}

static const struct opt_hint hints[] = {
	{"-i", "-I IFNAME is the interface, --interval TIME the pause"},
	{"-c", "did you mean --count?"},
	{"-t --ttl", "the field ttl of ip: ip dst=192.0.2.1 ttl=3"},
	{"-p --port", "the field dport of udp and tcp: tcp dport=80"},
	{"-s --source", "the field src of eth, ip and ip6: ip src=192.0.2.1"},
	{0},
};

static const struct opt_example examples[] = {
	{"raw-send -r ip dst=192.0.2.1 icmp echo", "ping"},
	{"raw-send -r -I eth0 eth arp request target=192.0.2.7", "ask who has an address"},
	{"raw-send -r ip dst=192.0.2.1 tcp dport=1-1024 flags=syn", "probe ports"},
	{"raw-send --dry-run ip dst=192.0.2.1 udp dport=53", "show a packet, send nothing"},
	{"raw-send -I eth0 --replay FILE.pcap --rate max", "send a capture again"},
	{"raw-send --layers", "list the layers and their fields"},
	{0},
};

const struct command raw_send_command = {
	.name = "raw-send",
	.summary = "build packets layer by layer and send them; replay captures",
	.usage = "[OPTION...] LAYER [FIELD=VALUE...] [LAYER ...]",
	.examples = examples,
	.sets = raw_send_sets,
	.rules = raw_send_rules,
	.hints = hints,
	.config_size = sizeof(struct send_config),
	.defaults = &raw_send_defaults,
	.run = send_run,
};
