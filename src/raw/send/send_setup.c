/* SPDX-License-Identifier: ISC */
/* send_setup.c - everything that raw-send is to do, checked as a whole before anything is sent. */
#include "raw/send/send_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/name.h"
#include "core/opt/opt_value.h"

bool raw_send_sends(const struct raw_send_config *config)
{
	return !config->send.dry_run && !config->send.write;
}

/* Whether the file PATH is that of standard output, by whatever name; a device may be used for
 * both. */
static bool is_standard_output(const char *path)
{
	struct stat out, file;

	return strcmp(path, "-") == 0 ||
		(stat(path, &file) == 0 && fstat(STDOUT_FILENO, &out) == 0 &&
			file.st_dev == out.st_dev && file.st_ino == out.st_ino &&
			!S_ISCHR(file.st_mode));
}

static enum status check_options(
	const struct raw_send_config *c, const struct opt_words *words, struct bytes *why)
{
	const struct raw_send_options *o = &c->send;

	if (o->replay && words->operand_count > 0) {
		bytes_add_text(why, "unexpected operand ");
		opt_add_quoted(words->operands[0], why);
		return fail_with(why, STATUS_USAGE, " (--replay takes its packets from the file)");
	}
	if (!o->replay && words->operand_count == 0)
		return fail_with(
			why, STATUS_USAGE, "missing operand: LAYER (raw-send --layers lists them)");
	if (o->hexdump && o->write && is_standard_output(o->write)) {
		bytes_add_format(why, "--write %s", o->write);
		return fail_with(why, STATUS_USAGE,
			" cannot be used with --hexdump (both are for standard output)");
	}
	if (o->write && o->count == 0)
		return fail_with(why, STATUS_USAGE,
			"--count 0 cannot be used with --write (it would never end)");
	return STATUS_DONE;
}

static enum status resolve_to(struct raw_send_setup *p, struct bytes *why)
{
	const struct raw_send_config *c = p->config;
	int family = layer_family(p->first);
	struct name_query q = {.host = c->send.to,
		.family = family ? family : c->common.family,
		.type = SOCK_DGRAM,
		.numeric = c->common.numeric};
	struct name_answer a;
	enum name_result r;

	if (family && c->common.family && family != c->common.family)
		return fail_with(why, STATUS_USAGE, "%s cannot be used with -%c", p->first->name,
			c->common.family == AF_INET ? '4' : '6');
	r = name_lookup(&q, &a);
	if (r != NAME_FOUND)
		return name_explain(r, &q, why);
	p->to = a.addrs[0];
	name_answer_release(&a);
	p->family = addr_family(&p->to);
	p->build.to = &p->to;
	return STATUS_DONE;
}

/* Choose the way for a packet without a header that has its destination. */
static enum status place_inner(struct raw_send_setup *p, struct bytes *why)
{
	const struct raw_send_options *o = &p->config->send;

	if (o->to && o->write)
		return fail_with(why, STATUS_USAGE,
			"--write requires a packet that begins with eth, ip or ip6");
	if (o->to && p->first->protocol <= 0 && p->first->kind != LAYER_CONTENT)
		return fail_with(why, STATUS_USAGE, "%s requires %s before it", p->first->name,
			p->first->protocol == 0	 ? "ip6"
				: p->first->port ? "udp"
						 : "eth");
	if (o->to)
		return resolve_to(p, why);
	/* Bytes may be anything, for example a whole frame. */
	if (p->first->kind == LAYER_CONTENT && (o->interface || !raw_send_sends(p->config))) {
		p->start = PACKET_FRAME;
		return STATUS_DONE;
	}
	if (p->first->ethertype || p->first->kind == LAYER_PAD || p->first->kind == LAYER_CRC)
		bytes_add_format(why, "%s requires eth before it", p->first->name);
	else
		bytes_add_format(
			why, "%s requires ip or ip6 before it, or --to HOST", p->first->name);
	return STATUS_USAGE;
}

static enum status read_words(
	struct raw_send_setup *p, const struct opt_words *words, struct bytes *why)
{
	const struct raw_send_config *c = p->config;
	struct spec_reading reading = {.form = c->text.form, .numeric = c->common.numeric};
	enum status status =
		spec_read(&p->spec, words->operands, words->operand_count, &reading, why);

	if (status != STATUS_DONE)
		return status;
	p->source.spec = &p->spec;
	p->start = build_start(&p->spec);
	p->first = p->spec.layers[0]->layer;
	p->family = p->start == PACKET_IP ? layer_family(p->first) : AF_UNSPEC;
	if (p->start == PACKET_INNER)
		return place_inner(p, why);
	if (c->send.to)
		return fail_with(why, STATUS_USAGE,
			"--to cannot be used with a packet that begins with %s", p->first->name);
	return STATUS_DONE;
}

static enum status read_file(struct raw_send_setup *p, struct bytes *why)
{
	const char *write = p->config->send.write;
	enum status status = capture_open(&p->capture, p->config->send.replay, why);
	const char *are;

	if (status == STATUS_DONE && write && capture_is_at(&p->capture, write)) {
		bytes_add_text(why, "--write ");
		opt_add_quoted(write, why);
		return fail_with(why, STATUS_USAGE,
			" is the file of --replay (it would be emptied before it is read)");
	}
	p->capture.cutting =
		p->config->send.fragment || p->config->send.oversize == SEND_OVERSIZE_FRAGMENT;
	if (status == STATUS_DONE)
		status = capture_sum(&p->capture, &p->sum, why);
	if (status != STATUS_DONE)
		return status;
	are = p->sum.others == 1 ? "is" : "are";
	if (p->sum.cut)
		log_warning("packet %" PRIu64 " of %s was truncated when it was captured",
			p->sum.cut, p->capture.path);
	if (p->sum.others)
		log_warning("%" PRIu64 " packet%s of %s %s not IP and %s left out", p->sum.others,
			num_plural(p->sum.others), p->capture.path, are, are);
	if (p->sum.fault && raw_send_sends(p->config))
		return fail_with(why, STATUS_FAILED, "packet %" PRIu64 " of %s %s",
			p->sum.fault_number, p->capture.path, p->sum.fault);
	p->source.capture = &p->capture;
	p->start = p->capture.start;
	p->first = p->start == PACKET_FRAME ? &layer_eth : &layer_ip;
	p->family = AF_UNSPEC;
	return STATUS_DONE;
}

/* Refuse values instead of which a raw IP socket would send others. */
static enum status check_kernel_fields(const struct raw_send_setup *p, struct bytes *why)
{
	const struct spec_layer *l = p->source.spec ? p->spec.layers[0] : NULL;

	if (!l || p->start != PACKET_IP)
		return STATUS_DONE;
	for (const struct field *f = l->layer->fields; f->name; f++) {
		const struct spec_setting *s = spec_setting(l, f);
		bool zero = s && !s->sweep.random && s->sweep.now.low == 0;

		if (!s || !(f->flags & FIELD_KERNEL || (zero && f->flags & FIELD_KERNEL0)))
			continue;
		return fail_with(why, STATUS_USAGE,
			"%s of %s is set by the kernel when it routes the packet (begin with eth "
			"and give -I IFNAME to send it as it is)",
			f->name, l->layer->name);
	}
	return STATUS_DONE;
}

/* The kernel puts these into headers that it builds, and leaves others alone. */
static enum status check_header_options(const struct raw_send_setup *p, struct bytes *why)
{
	static const char *const names[] = {"dscp", "multicast-ttl", "ttl"};

	for (size_t i = 0; p->start == PACKET_IP && i < sizeof(names) / sizeof(names[0]); i++)
		if (sock_options_has(&p->options, names[i]))
			return fail_with(why, STATUS_USAGE,
				"-o %s cannot be used with packets that have their own IP header "
				"(set its field instead)",
				names[i]);
	return STATUS_DONE;
}

static enum status find_link(struct raw_send_setup *p, struct bytes *why)
{
	const char *name = p->config->send.interface;
	bool sends = raw_send_sends(p->config);

	if (!name && sends && p->start == PACKET_FRAME)
		return fail_with(why, STATUS_USAGE, "%s requires -I IFNAME",
			p->source.spec ? p->first->name : "a capture of Ethernet frames");
	if (!name)
		return STATUS_DONE;
	if (os_link_find(name, &p->link) < 0) {
		int err = errno;

		if (err == ENOSYS && !(sends && p->start == PACKET_FRAME))
			return STATUS_DONE;
		if (err == ENODEV)
			bytes_add_text(why, "no such interface: ");
		else
			bytes_add_format(why, "cannot use an interface (%s): ",
				err == ENOSYS ? "this system has no AF_PACKET"
					      : status_reason(err));
		opt_add_quoted(name, why);
		return err == ENOSYS ? STATUS_FAILED : status_of_errno(err);
	}
	p->build.link = &p->link;
	p->hops.link = &p->link;
	if (!sends || p->start != PACKET_FRAME)
		return STATUS_DONE;
	if (p->link.ethernet && p->link.up)
		return STATUS_DONE;
	return fail_with(why, STATUS_FAILED, "interface %s is %s", name,
		p->link.ethernet ? "down (ip link set it up)" : "not an Ethernet interface");
}

/* The destination of the packets, or of the one whose route matters. False: none. */
static bool find_target(struct raw_send_setup *p, struct addr *to)
{
	const struct field *dst;

	/* In a file, the longest packet is the one that may not fit. */
	if (!p->source.spec) {
		*to = p->sum.longest_to;
		return to->size > 0;
	}
	if (p->start == PACKET_INNER) {
		*to = p->to;
		return true;
	}
	dst = layer_own_field(p->first, "dst");
	value_to_addr(dst, spec_setting(p->spec.layers[0], dst)->sweep.now, to);
	if (p->build.link && p->family == AF_INET6)
		to->u.in6.sin6_scope_id = p->link.index;
	return true;
}

/* Find the source address of packets and the MTU on their way. */
static enum status find_route(struct raw_send_setup *p, struct bytes *why)
{
	char text[ADDR_TEXT];
	struct addr to;
	int err;

	if (!find_target(p, &to))
		return STATUS_DONE;
	if (os_route(&to, p->config->send.interface, &p->build.from, &p->mtu) == 0)
		return STATUS_DONE;
	err = errno;
	addr_any(addr_family(&to), 0, &p->build.from);
	/* A packet without a source address may still be sent, and can always be shown. */
	if (!p->source.spec || !raw_send_sends(p->config) ||
		(err != ENETUNREACH && err != EHOSTUNREACH))
		return STATUS_DONE;
	return fail_with(why, status_of_errno(err), "cannot reach %s: %s",
		addr_text_host(&to, text), status_reason(err));
}

static void set_source(struct raw_send_setup *p)
{
	const struct raw_send_options *o = &p->config->send;

	p->build.tracing = spec_sweeps_hops(&p->spec);
	p->source.build = &p->build;
	p->source.rounds = o->count;
	if (o->interval_ns > 0)
		p->source.pace.interval_ns = o->interval_ns;
	else if (o->rate && o->rate != SEND_RATE_MAX)
		p->source.pace.rate = o->rate;
	else
		p->source.pace.recorded = o->replay && o->interval_ns < 0 && !o->rate;
	p->source.pace.gap_ns = o->gap_ns < 0 ? INT64_MAX : o->gap_ns;
}

enum status raw_send_setup(struct raw_send_setup *setup, const struct raw_send_config *config,
	const struct opt_words *words, struct bytes *why)
{
	enum status status;

	*setup = (struct raw_send_setup){.config = config,
		.capture = {.fd = -1},
		.build = {.random = (uint64_t)clock_ns() ^ (uint64_t)getpid() << 32,
			.asking = config->send.replies != 0}};
	setup->build.hops = &setup->hops;
	setup->build.id = (uint16_t)(random_next(&setup->build.random) | 1);
	status = check_options(config, words, why);
	if (status == STATUS_DONE &&
		sock_options_parse(&setup->options, &config->socket.options, SOCK_RAW, why) < 0)
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status =
			config->send.replay ? read_file(setup, why) : read_words(setup, words, why);
	if (status == STATUS_DONE && raw_send_sends(config))
		status = check_kernel_fields(setup, why);
	if (status == STATUS_DONE)
		status = check_header_options(setup, why);
	if (status == STATUS_DONE)
		status = find_link(setup, why);
	if (status == STATUS_DONE && setup->start != PACKET_FRAME)
		status = find_route(setup, why);
	if (status == STATUS_DONE)
		status = raw_send_check_length(setup, why);
	set_source(setup);
	return status;
}

void raw_send_release(struct raw_send_setup *setup)
{
	raw_source_close(&setup->source);
	spec_release(&setup->spec);
	capture_close(&setup->capture);
	sock_options_release(&setup->options);
}
