/* SPDX-License-Identifier: ISC */
/* guess.c - unit test: which word was probably meant. */

#include <string.h>

#include "base/bytes.h"
#include "core/opt/guess.h"

#include "tap.h"

static const char *const names[] = {
	"tcp-connect", "tcp-serve", "udp-send", "udp-listen", "help", "MX", NULL};
static struct bytes said;

/* The guess for WORD. */
static const char *of(const char *word)
{
	bytes_clear(&said);
	guess_among(word, names, &said);
	return bytes_text(&said);
}

#define MEANT(word, meant) OK(tap_same(of(word), " (did you mean " meant "?)"), "%s", word)
#define LOST(word)	   OK(tap_same(of(word), ""), "no guess for \"%s\"", word)

int main(void)
{
	struct guess g;

	MEANT("tcp-conect", "tcp-connect");
	MEANT("hlep", "help");
	MEANT("serve", "tcp-serve");
	MEANT("udp-l", "udp-listen");
	MEANT("TCP-SERVE", "tcp-serve");
	MEANT("mxx", "MX");
	MEANT("tcp", "tcp-connect or tcp-serve");
	LOST("");
	LOST("h");
	LOST("frobnicate");
	LOST("tcp-connecttcp-connecttcp-connecttcp-connecttcp-connecttcp-connect");

	guess_begin(&g, "helo=5", strlen("helo"));
	guess_offer(&g, "help");
	guess_offer(&g, "help");
	OK(tap_same(guess_made(&g), "help"), "a part of a word");
	guess_begin(&g, "udp-", strlen("udp-"));
	guess_offer(&g, "udp-send");
	guess_offer(&g, "udp-send");
	OK(tap_same(guess_made(&g), "udp-send"), "the same candidate twice is one");
	bytes_release(&said);
	return tap_end();
}
