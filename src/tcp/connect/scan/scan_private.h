/* SPDX-License-Identifier: ISC */
/* scan_private.h - what the parts of a scan share: targets, their ports and the results. */
#ifndef TCP_CONNECT_SCAN_SCAN_PRIVATE_H
#define TCP_CONNECT_SCAN_SCAN_PRIVATE_H

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/name.h"
#include "tcp/connect/scan/scan.h"
#include "tcp/retry.h"

enum scan_state { SCAN_UNKNOWN, SCAN_OPEN, SCAN_CLOSED, SCAN_FILTERED };

/* The result of one port. */
struct scan_result {
	int64_t ns;
	int error;	  /* errno; for several addresses, the most informative one */
	uint16_t address; /* index of the address that answered */
	uint8_t state;	  /* enum scan_state */
};

struct scan_target {
	struct scan *scan;
	const struct endpoint *endpoint;
	struct name_answer names; /* where to connect; the port is set for each probe */
	struct name_request *request;
	uint16_t *ports;
	size_t port_count;
	struct scan_result *results; /* one for each port */
	bool ready;		     /* its name was looked up, or need not be */
	size_t started;		     /* probes of this round */
	size_t reported;	     /* results written, in order */
	size_t open, closed, filtered;
	enum status status; /* for a target that cannot be probed at all; WHY has one line for the
			     * user */
	struct bytes why;
	struct bytes proxy_why; /* the result of the last port, through a proxy */
	bool fulfilled;
	unsigned far; /* successive connects that were not over at once */
};

/* Sockets of a family whose connect was refused. */
struct scan_spares {
	int *fds;
	size_t count, room;
};

struct scan {
	struct loop *loop;
	const struct scan_plan *plan;
	struct scan_target *targets;
	size_t target_count;
	size_t current; /* no target before this one has a port to start */
	size_t in_flight;
	size_t unresolved;
	size_t done;		      /* ports of this round */
	struct scan_spares spares[2]; /* for IPv4 and IPv6 */
	struct loop_defer more;
	struct retry retry;
	struct meter meter;
	struct bytes report; /* not written yet */
	enum status status;  /* STATUS_FAILED: the report cannot be written */
};

/* Start probes until PARALLEL are in flight or no port is left. */
void scan_fill(struct scan *scan);

/* Connect to a port through the proxy. FN is called from the loop, with errno or 0 and one line in
 * WHY, which is valid until it returns; the probe no longer exists then. NULL with errno. */
struct scan_proxied;
typedef void scan_proxied_fn(void *arg, int err, const char *why);
struct scan_proxied *scan_proxied_start(
	struct scan_target *t, uint16_t port, scan_proxied_fn *fn, void *arg);

/* A socket to connect to ADDR, according to the plan: a new one or, if the system lets a socket
 * connect again after it was refused, such a used one, which saves creating and closing a socket
 * for each closed port. -1 with errno, and in TROUBLE what failed unless it was socket(2)
 * itself. */
struct scan_trouble {
	const struct sock_setting *bad; /* the option that could not be set; NULL: none */
	bool unbound;			/* the source could not be bound */
};
int scan_socket_open(
	struct scan *scan, const struct addr *addr, struct scan_trouble *trouble) CHECKED;

/* Connect FD, of T, to ADDR. 0: a server listens there; EINPROGRESS: wait until FD is writable; or
 * another errno. And the result of a connect that was in progress, reported in the same way. */
int scan_socket_connect(struct scan_target *t, int fd, const struct addr *addr) CHECKED;
int scan_socket_result(const struct scan *scan, int fd, const struct addr *addr) CHECKED;

/* FD is no longer needed: its connect to ADDR failed with ERR, or succeeded (0). */
void scan_socket_leave(struct scan *scan, int fd, const struct addr *addr, int err);

/* Close the sockets that are kept for another use. */
void scan_sockets_close(struct scan *scan);

/* Called by the probes: the port INDEX of T has its result; and no port is left and none is in
 * flight. */
void scan_port_done(struct scan_target *t, size_t index);
void scan_round_done(struct scan *scan);

/* Add the known results of T to the report, in the order of its ports, up to the first one that is
 * missing. */
void scan_report(struct scan_target *t);

/* Add an object (--json) with the reason why T failed and its exit status. */
void scan_report_failure(struct scan_target *t, enum status status);

/* Write the report so far to standard output. 0; or -1: then the user has been told why, and the
 * loop was stopped. */
int scan_flush(struct scan *scan) CHECKED;

#endif
