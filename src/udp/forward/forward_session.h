/* SPDX-License-Identifier: ISC */
/* forward_session.h - one sender's sockets for all targets; only for forward.c. */
#ifndef UDP_FORWARD_FORWARD_SESSION_H
#define UDP_FORWARD_FORWARD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "udp/forward/forward.h"
#include "udp/outgoing.h"

struct forward_session {
	struct table_node node; /* first, so that a node's address is its session's */
	struct forward *forward;
	struct forward_session *older, *newer;
	struct port *port;
	struct addr peer;   /* the sender */
	struct addr answer; /* the address that it used, from which it is answered */
	uint64_t id;
	uint64_t sent_bytes, received_bytes; /* to and from the sender */
	int64_t started_ns, moved_ns;
	bool stalled; /* it waits until the port can send */
	size_t count;
	struct upstream {
		struct forward_session *session;
		const struct target *target;
		struct target socket;
		struct outgoing out;
		bool reopening;
		bool refused; /* the last datagram was refused */
	} upstream[];
};

/* Open the sockets of a new session for the sender of D. NULL with errno. */
struct forward_session *session_new(
	struct forward *f, struct port *port, const struct datagram *d) CHECKED;
void session_free(struct forward_session *s);

/* Pass D on to all targets. */
void session_take(struct forward_session *s, const struct datagram *d);

/* Resume carrying answers back; 0, or -1 with errno. */
int session_resume(struct forward_session *s) CHECKED;

/* Whether no target of S will answer: each has refused the last datagram, and nothing waits. */
bool session_is_refused(const struct forward_session *s);

/* Datagrams of S have moved: forward.c keeps sessions in order of age. */
void forward_moved(struct forward_session *s);

/* A target has refused what a session of F sent. */
void forward_refused(struct forward *f);

#endif
