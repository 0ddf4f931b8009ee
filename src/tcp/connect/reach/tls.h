/* SPDX-License-Identifier: ISC */
/* tls.h - TLS spoken by openssl(1) over an existing connection.
 *
 * openssl cannot be given a connected socket, so it connects to a Unix socket that we make, in a
 * folder that nobody else can enter and that is removed as soon as it has connected. What passes
 * there is carried to the connection and back; plain text goes through openssl's standard input and
 * output:
 *
 *     session <-> our end | openssl s_client | Unix socket <-> relay <-> the connection */
#ifndef TCP_CONNECT_REACH_TLS_H
#define TCP_CONNECT_REACH_TLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/relay.h"
#include "tcp/connect/reach/via.h"

/* What is verified; shared, constant. */
struct tls_plan {
	bool on;
	bool verify;
	const char *ca;	  /* file with the certificates to trust; NULL: the system's */
	const char *name; /* the server's, a host name or an address; NULL: none */
};

/* All zero: no TLS. */
struct tls {
	struct loop *loop;
	pid_t pid; /* 0: it has ended */
	int wait_status;
	bool signalled;	 /* it ends because we sent a signal */
	int wire;	 /* the connection */
	int wire_error;	 /* its errno if it broke before the last bytes were acknowledged; 0 */
	int local_error; /* errno if openssl's connection could not be accepted, or the end of
			    everything not be waited for; 0 */
	int listener;	 /* -1: openssl has connected */
	int said_fd;	 /* its standard error; -1: closed */
	char *folder;	 /* NULL: gone */
	struct bytes said;
	struct relay relay;
	bool relaying;
	bool all_given;	  /* the connection has taken all that openssl wrote, up to its end */
	bool broke_first; /* the connection broke before we ended openssl */
	struct loop_timer timer;
	via_fn *fn;
	void *arg;
	struct bytes why;
};

/* Where the socket is made through which openssl is reached: TMPDIR, or /tmp where that is not set
 * or too long for a socket's path. */
const char *tls_directory(void);

/* Speak TLS over WIRE, a connected and non-blocking stream socket that belongs to TLS from now on,
 * also on failure. Returns our end of the plain text, a non-blocking socket that the caller owns;
 * or -1 with errno. The handshake goes on in the background; if it fails, the plain text ends, and
 * tls_finish explains it. */
int tls_start(struct tls *tls, struct loop *loop, int wire, const struct tls_plan *plan) CHECKED;

/* Our end of the plain text is closed: call FN, maybe at once, when everything is sent and
 * acknowledged and openssl has ended. As via_finish. */
void tls_finish(struct tls *tls, bool patiently, via_fn *fn, void *arg);

void tls_release(struct tls *tls);

#endif
