/* SPDX-License-Identifier: ISC */
/* telnet.h - keep telnet's commands (RFC 854, 855) out of the data, and refuse every option. Pure.
 */
#ifndef TCP_TAPS_TELNET_H
#define TCP_TAPS_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;

enum {
	TELNET_OPTIONS = 256,
	TELNET_REPLY = 3, /* IAC, DONT or WONT, the option */
};

/* One connection; all zero is the beginning. */
struct telnet {
	uint8_t state;
	uint8_t verb; /* WILL or DO, whose option is still to come */
	/* The refusals that are due, in order. One that already waits also answers the next request
	 * like it, so there is room for all possible ones, whatever a peer sends. */
	uint16_t due;
	unsigned char options[2 * TELNET_OPTIONS];
	unsigned char verbs[2 * TELNET_OPTIONS];
	uint8_t is_due[2][TELNET_OPTIONS / 8];
};

/* Append the data among the SIZE received bytes at DATA to OUT: commands and subnegotiations are
 * left out, IAC IAC is one byte 255. WILL and DO are refused (telnet_reply); WONT and DONT, being
 * refusals themselves, are not answered (RFC 1143). */
void telnet_receive(
	struct telnet *telnet, const unsigned char *data, size_t size, struct bytes *out);

/* Append the refusals that are due to OUT, and forget them. */
void telnet_reply(struct telnet *telnet, struct bytes *out);

/* Append SIZE bytes at DATA to OUT for sending: each 255 twice. */
void telnet_send(const unsigned char *data, size_t size, struct bytes *out);

#endif
