/* SPDX-License-Identifier: ISC */
/* telnet.c - what a telnet peer may send, however it is cut: same data, same refusals.
 *
 * covers: tcp/taps/telnet.c */
#include "tcp/taps/telnet.h"

#include "pieces.h"

enum { CUTS = 64 };

static struct telnet telnet;
static struct bytes replies;

static void begin(void)
{
	memset(&telnet, 0, sizeof telnet);
	bytes_clear(&replies);
}

static void take(const unsigned char *data, size_t size, struct bytes *out)
{
	telnet_receive(&telnet, data, size, out);
	if (telnet.due > 2 * TELNET_OPTIONS)
		abort();
}

static void end(struct bytes *out)
{
	size_t before = replies.size;

	telnet_reply(&telnet, &replies);
	if (telnet.due != 0 || (replies.size - before) % TELNET_REPLY != 0)
		abort();
	bytes_add(out, replies.data, replies.size);
}

static const struct pieces_subject telnet_subject = {begin, take, end};

/* What was sent must come back unchanged, without refusals due. */
static bool telnet_comes_back(const unsigned char *data, size_t size)
{
	struct bytes sent = {0}, back = {0};
	bool good;

	begin();
	telnet_send(data, size, &sent);
	telnet_receive(&telnet, (const unsigned char *)bytes_text(&sent), sent.size, &back);
	good = back.size == size && telnet.due == 0 &&
		(size == 0 || memcmp(back.data, data, size) == 0);
	bytes_release(&sent);
	bytes_release(&back);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!pieces_agree(&telnet_subject, data, size, CUTS) || !telnet_comes_back(data, size))
		abort();
	return 0;
}
