/* SPDX-License-Identifier: ISC */
/* taps.h - what tcp-connect and tcp-serve can put between a connection and its user.
 *
 * What is sent, in this order:
 *     --interval, --crlf, --telnet (255 doubled), --rate, --save-sent and --hexdump, the wire;
 * and what is received:
 *     the wire, --save-received and --hexdump, --telnet (commands out, refusals sent).
 * So files and dumps contain what goes over the wire. */
#ifndef TCP_TAPS_TAPS_H
#define TCP_TAPS_TAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/opt/opt.h"
#include "core/os/pty.h"
#include "core/stream/relay.h"

struct bytes;
struct conn_taps;

/* The options; all zero: none of them. */
struct taps_options {
	bool crlf, telnet;
	uint64_t rate;
	int64_t interval_ns;
	const char *hexdump; /* "": standard error */
	const char *save_sent, *save_received;
};
extern const struct opt taps_opts[], taps_interval_opts[];

/* The parameters for all connections; outlives them. All zero: no taps. */
struct taps {
	const struct taps_options *options;
	bool on;
	bool names_peer; /* dumps tell connections apart */
	int dump, sent, received;
	bool pty; /* a command gets a terminal, with this window */
	struct os_window window;
};

/* The first option given, or NULL; the first that only concerns what is sent. */
const char *taps_given(const struct taps_options *o);
const char *taps_given_for_sending(const struct taps_options *o);

/* Open the files that O names, truncating them; T refers to O from now on. An exit status, and WHY
 * has the reason. */
enum status taps_open(struct taps *t, const struct taps_options *o, struct bytes *why) CHECKED;

/* Give commands a terminal instead of a socket (--pty). Its window is that of our terminal, if
 * LIKE_OURS and there is one, else 80 columns by 24 rows. */
void taps_give_terminal(struct taps *t, bool like_ours);

/* Check that such a terminal can be opened at all. An exit status, and WHY has the reason. */
enum status taps_check_terminal(struct bytes *why) CHECKED;

/* Close the files. If that shows that something was lost, it is reported, and a STATUS of 0 becomes
 * 1. Returns the exit status. */
enum status taps_finish(struct taps *t, enum status status) CHECKED;

/* The taps of one connection with the peer PEER (text; copied). NULL with errno ENOMEM. */
struct conn_taps *conn_taps_new(const struct taps *t, const char *peer) CHECKED;
void conn_taps_free(struct conn_taps *c);

/* Make RELAY, which C must outlive, use C; its side WIRE is the connection. Only before
 * relay_prime. */
void conn_taps_attach(struct conn_taps *c, struct relay *relay, int wire);

#endif
