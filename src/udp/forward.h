/* SPDX-License-Identifier: ISC */
/* forward.h - pass datagrams on: a session, which is a socket of its own, for each sender. */
#ifndef UDP_FORWARD_H
#define UDP_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/sock/sock.h"
#include "udp/format.h"
#include "udp/port.h"

struct forward_session;

typedef void forward_fn(void *arg);

struct forward {
	struct loop *loop;
	struct addr target;
	int64_t timeout_ns; /* of a session that is silent */
	size_t sessions_max;
	const struct sock_options *options;
	forward_fn *fn; /* it takes more, or a session has ended */
	void *arg;
	unsigned char *buffer;
	struct forward_session **buckets;
	size_t bucket_count, session_count;
	size_t blocked;	 /* sessions with a datagram that has to wait */
	uint64_t opened; /* sessions so far */
};

/* Prepare; LOOP to ARG are set already. 0, or -1 with errno ENOMEM. */
int forward_init(struct forward *f);
void forward_release(struct forward *f);

/* Pass D, which came through PORT, on. */
void forward_take(struct forward *f, struct port *port, const struct datagram *d);

/* Whether it takes no more for now. */
bool forward_is_blocked(const struct forward *f);

/* PORT can send again. */
void forward_resume(struct forward *f, const struct port *port);

#endif
