/* SPDX-License-Identifier: ISC */
/* scan.h - find out which ports of hosts are open: connect, send nothing, report. */
#ifndef TCP_CONNECT_SCAN_SCAN_H
#define TCP_CONNECT_SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "core/sock/sock.h"
#include "tcp/dial.h"
#include "tcp/proxy/proxy.h"

struct bytes;

struct scan_plan {
	int family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;   /* for a Unix socket */
	bool numeric;
	bool all;    /* report closed and filtered ones too */
	bool closed; /* wait or check that nothing is open */
	bool json;
	int output;		   /* descriptor for the report; -1: none */
	size_t parallel;	   /* connects in flight */
	int64_t timeout_ns;	   /* for one port, and for one name; 0: the system's */
	int64_t wait_ns;	   /* scan again until the goal is reached or this much time has
				    * passed; 0: scan once */
	const struct proxy *proxy; /* NULL: none */
	const struct meter_options *meter; /* --progress */
	const struct local *source;
	const struct sock_options *options;
};

/* Read the ports of TARGET (`22,80,8000-8010,http`; its form has been checked). Returns an array of
 * COUNT ports in the given order, to be released with free(3), or NULL with the exit status in
 * *STATUS and a line in WHY: a service that does not exist, or a range that runs backward. */
uint16_t *scan_ports(const struct endpoint *target, bool numeric, size_t *count,
	enum status *status, struct bytes *why);

/* Scan COUNT TARGETS (Unix sockets, or hosts with a list of ports) in LOOP, which it runs, and
 * write the report to standard output. Returns an exit status: STATUS_DONE if each target has an
 * open port (with CLOSED: if none has); else that of what went wrong, with a line logged for each
 * target. */
enum status scan_run(struct loop *loop, const struct endpoint *targets, size_t count,
	const struct scan_plan *plan) CHECKED;

#endif
