/* SPDX-License-Identifier: ISC */
/* session.h - carry standard input and output over one connection. */
#ifndef TCP_SESSION_H
#define TCP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/meter.h"
#include "core/stream/relay.h"
#include "tcp/taps/taps.h"

/* The parameters; shared, constant, outlives the session. */
struct session_plan {
	struct relay_plan relay;
	bool send_only; /* discard what comes; done when the peer's TCP acknowledged every byte */
	bool measured;	/* the kernel's figures are wanted too */
	bool recv_only; /* never read standard input */
	/* The user is at the input and ends it: a session that is cut short ends plainly, while
	 * otherwise the peer gets a reset. This also holds if the input is a terminal. */
	bool interactive;
	const void *first; /* bytes sent before standard input */
	size_t first_size;
	const struct taps *taps; /* NULL: none */
	/* The peer's name for messages; NULL: the socket's address, which is unknown after a
	 * reset. */
	const char *peer;
};

struct session;
/* Called once; the connection is closed by then. */
typedef void session_fn(void *arg, struct session *session);

struct session {
	struct loop *loop;
	const struct session_plan *plan;
	struct relay relay;	/* side 0 is ours, side 1 the connection */
	struct conn_taps *taps; /* NULL: none */
	int fd;			/* the connection; -1 once closed */
	char peer_text[ADDR_TEXT];
	session_fn *fn;
	void *arg;
	struct loop_timer settle;
	int64_t settle_ns; /* the pause before the next look */
	bool in_order;	   /* stopped because everything was sent and received */
	bool draining;	   /* only discarding what still comes is left to do */
	bool over;

	/* Valid once it is over, and for the figures while it runs: */
	int64_t started_ns;
	uint64_t sent_bytes, received_bytes; /* by and from the connection */
	int64_t rtt_ns, retransmits;	     /* -1: not known */
	enum status status;		     /* an exit status */
	const char *reason;		     /* done, reset, timeout, limit, signal, error */
	struct bytes why;		     /* one line for the user, if STATUS is not 0 */
	bool ours_failed;   /* standard input or output, or a tap's file, failed, not the peer */
	bool broken_output; /* the reader of standard output has left */
};

/* Carry INPUT to CONNECTION and what comes from it to OUTPUT until both are done, then wait until
 * what was sent is acknowledged, and close CONNECTION. INPUT and OUTPUT are passed to the relay,
 * which owns them in the sense of end.h. FN may be called before this returns. */
void session_start(struct session *s, struct loop *loop, const struct session_plan *plan,
	const struct end *connection, const struct end *input, const struct end *output,
	session_fn *fn, void *arg);

/* End now, with REASON (signal); FN is called before this returns. Harmless when it is over. */
void session_stop(struct session *s, const char *reason);

/* Everything is done: end with 0 now, but do not destroy what the peer has not read yet. FN may be
 * called before this returns. Harmless when it is over or about to be. */
void session_finish(struct session *s);

/* The reader of standard input for the session can no longer read it: end now as if the session
 * itself had failed to, with ERROR, an errno. FN may be called before this returns. Harmless when
 * it is over. */
void session_break(struct session *s, int error);

/* Bring sent_bytes, received_bytes and, if wanted, the kernel's figures up to date. */
void session_measure(struct session *s);

/* Fill in F for a progress line or a summary. */
void session_figures(struct session *s, struct meter_figures *f);

/* Free what belongs to S. */
void session_release(struct session *s);

#endif
