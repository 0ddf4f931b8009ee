/* SPDX-License-Identifier: ISC */
/* keep_source.c - pass datagrams on as if they came from their senders. */
#include "udp/forward/keep_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/be.h"
#include "base/bytes.h"
#include "base/checksum.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/privilege.h"

/* RFC 768: source port, destination port, length, checksum, two bytes each. */
enum { HEADER = 8, AT_LENGTH = 4, AT_CHECKSUM = 6, LENGTH_MAX = 65535 };

static uint64_t add_address(uint64_t sum, const struct addr *addr)
{
	size_t size;
	const void *host = addr_host_bytes(addr, &size);

	return checksum_add(sum, host, size);
}

/* The checksum of PACKET and its pseudo-header (RFC 768; RFC 8200, 8.1); never 0, which means
 * none. */
static uint16_t checksum_of(
	const struct addr *from, const struct addr *to, const unsigned char *packet, size_t size)
{
	uint64_t sum = add_address(add_address(0, from), to);
	uint16_t checksum;

	sum = checksum_add_number(sum, (uint32_t)size);
	sum = checksum_add_number(sum, IPPROTO_UDP);
	checksum = checksum_finish(checksum_add(sum, packet, size));
	return checksum ? checksum : UINT16_MAX;
}

/* Write the header for SIZE bytes of payload, which already follow it. */
static void write_header(
	unsigned char *packet, const struct addr *from, const struct addr *to, size_t size)
{
	be16_put(packet, addr_port(from));
	be16_put(packet + 2, addr_port(to));
	be16_put(packet + AT_LENGTH, HEADER + size);
	be16_put(packet + AT_CHECKSUM, 0);
	be16_put(packet + AT_CHECKSUM, checksum_of(from, to, packet, HEADER + size));
}

static void on_done(void *arg, const struct outgoing_datagram *d, int err)
{
	struct keep_source_way *way = arg;
	char from[ADDR_TEXT], to[ADDR_TEXT];

	if (!err)
		return;
	way->totals->errors++;
	log_warning("cannot forward from %s to %s: %s", addr_text_host(d->route.from, from),
		addr_text_host(d->route.peer, to), status_reason(err));
}

static enum status explain(int err, struct bytes *why)
{
	bytes_add_text(why, "cannot forward with the sender's address: ");
	if (err == ENOSYS)
		bytes_add_text(why, "this system cannot");
	else
		bytes_add_text(why, status_reason(err));
	if (err == EPERM || err == EACCES)
		privilege_add_reason("CAP_NET_RAW", "the network namespace", why);
	return status_of_errno(err);
}

static enum status open_way(
	struct keep_source_way *way, int family, const struct forward *f, struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	int err;

	way->family = family;
	way->fd = os_dgram_open_raw(family);
	if (way->fd < 0)
		return explain(errno, why);
	if (sock_options_apply(f->options, SOCK_CREATED, way->fd, family, &bad) < 0) {
		err = errno;
		sock_options_explain(bad, err, why);
		return status_of_errno(err);
	}
	/* target_find has checked that this was allowed if necessary. */
	if (target_allow_broadcast(way->fd) < 0)
		return explain(errno, why);
	return STATUS_DONE;
}

static struct keep_source_way *way_of(struct keep_source *k, int family)
{
	for (size_t i = 0; i < 2; i++) {
		if (k->ways[i].family == family)
			return &k->ways[i];
	}
	return NULL;
}

enum status keep_source_open(struct keep_source *k, const struct forward *f, struct bytes *why)
{
	size_t used = 0;
	enum status status = STATUS_DONE;

	k->forward = f;
	k->packet = malloc(HEADER + LENGTH_MAX);
	if (!k->packet)
		return explain(ENOMEM, why);
	for (size_t i = 0; i < f->target_count && status == STATUS_DONE; i++) {
		int family = addr_family(&f->targets[i].peer);

		if (!way_of(k, family))
			status = open_way(&k->ways[used++], family, f, why);
	}
	return status;
}

void keep_source_init(struct keep_source *k, struct loop *loop, struct gate *gate)
{
	static const struct outgoing_calls calls = {.done = on_done};

	for (size_t i = 0; i < 2 && k->ways[i].family; i++) {
		outgoing_init(&k->ways[i].out, loop, k->ways[i].fd, &calls, &k->ways[i]);
		k->ways[i].out.gate = gate;
	}
}

void keep_source_release(struct keep_source *k)
{
	for (size_t i = 0; i < 2 && k->ways[i].family; i++) {
		outgoing_release(&k->ways[i].out);
		fd_close(k->ways[i].fd);
	}
	free(k->packet);
	*k = (struct keep_source){0};
}

static void send_to(struct keep_source *k, struct keep_source_way *way, const struct target *target,
	const struct addr *from, size_t size)
{
	struct addr to = target->peer, source = *from;
	struct outgoing_datagram d = {
		.route = {.peer = &to, .from = &source, .interface = target->interface},
		.part = {.iov_base = k->packet, .iov_len = HEADER + size}};

	write_header(k->packet, from, &to, size);
	/* A raw socket would interpret the port as a protocol. */
	addr_set_port(&to, 0);
	outgoing_put(&way->out, &d);
}

void keep_source_take(struct keep_source *k, struct port *port, const struct datagram *d)
{
	struct addr from = *d->peer;
	size_t size = d->size <= LENGTH_MAX - HEADER ? d->size : LENGTH_MAX - HEADER;
	char text[ADDR_TEXT], target_text[ADDR_TEXT];

	addr_unmap(&from);
	memcpy(k->packet + HEADER, d->data, size);
	for (size_t i = 0; i < k->forward->target_count; i++) {
		const struct target *target = &k->forward->targets[i];
		struct keep_source_way *way = way_of(k, addr_family(&target->peer));

		way->totals = port->totals;
		if (addr_family(&from) == addr_family(&target->peer)) {
			send_to(k, way, target, &from, size);
			continue;
		}
		port->totals->errors++;
		log_warning("cannot forward from %s to %s with the sender's address: one is IPv4, "
			    "the other IPv6",
			addr_text(&from, text), addr_text(&target->peer, target_text));
	}
}
