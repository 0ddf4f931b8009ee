/* SPDX-License-Identifier: ISC */
/* tls.h - TLS spoken by openssl(1) over a connection that is there already.
 *
 * openssl cannot be given a connected socket, so it connects to a Unix socket of ours, in a folder
 * that nobody else can enter and that is gone as soon as it has done so. What passes there is
 * carried to the connection and back; plain text goes through its standard input and output:
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
	const char *name; /* of the server, a host name or an address; NULL: none */
};

/* All zero is none. */
struct tls {
	struct loop *loop;
	pid_t pid; /* 0: it has ended */
	int wait_status;
	bool signalled;	 /* it ends because we said so */
	int wire;	 /* the connection */
	int wire_error;	 /* that broke before the last bytes were acknowledged; 0 */
	int local_error; /* openssl's connection could not be accepted, or the end of all not be
			    waited for; 0 */
	int listener;	 /* -1: openssl has connected */
	int said_fd;	 /* its standard error; -1 */
	char *folder;	 /* NULL: gone */
	struct bytes said;
	struct relay relay;
	bool relaying;
	bool all_given;	  /* the connection has taken all that openssl wrote, to its end */
	bool broke_first; /* the connection, before we ended openssl */
	struct loop_timer timer;
	via_fn *fn;
	void *arg;
	struct bytes why;
};

/* Speak TLS over WIRE, a connected and non-blocking stream socket that belongs to TLS from now on,
 * also on failure. Our end of the plain text, a non-blocking socket which the caller owns; or -1
 * with errno. The handshake goes on in the background; its failure is an end of the plain text and
 * explained by tls_finish. */
int tls_start(struct tls *tls, struct loop *loop, int wire, const struct tls_plan *plan) CHECKED;

/* Our end of the plain text is closed: call FN, maybe at once, when all is sent and acknowledged
 * and openssl has ended. As via_finish. */
void tls_finish(struct tls *tls, bool patiently, via_fn *fn, void *arg);

void tls_release(struct tls *tls);

#endif
