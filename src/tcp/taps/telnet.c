/* SPDX-License-Identifier: ISC */
/* telnet.c - keep telnet's commands out of the data, and refuse every option. */

#include "tcp/taps/telnet.h"

#include <string.h>

#include "base/bytes.h"

enum {
	SE = 240,
	SB = 250,
	WILL = 251,
	WONT = 252,
	DO = 253,
	DONT = 254,
	IAC = 255,
};

enum state {
	DATA,
	COMMAND,    /* after IAC */
	OPTION,	    /* after IAC and a verb */
	SUB,	    /* in a subnegotiation, which is skipped */
	SUB_COMMAND /* after IAC there */
};

static void refuse(struct telnet *t, unsigned char option)
{
	bool will = t->verb == WILL;
	uint8_t *is_due = &t->is_due[will][option / 8];
	uint8_t bit = (uint8_t)(1U << (option % 8));

	if (*is_due & bit)
		return;
	*is_due |= bit;
	t->options[t->due] = option;
	t->verbs[t->due++] = will ? DONT : WONT;
}

static enum state command(struct telnet *t, unsigned char byte, struct bytes *out)
{
	switch (byte) {
	case IAC: bytes_add_byte(out, IAC); return DATA;
	case SB: return SUB;
	case WILL:
	case WONT:
	case DO:
	case DONT: t->verb = byte; return OPTION;
	default: return DATA;
	}
}

/* In a subnegotiation, any command other than IAC IAC means that its end was lost. */
static enum state sub_command(struct telnet *t, unsigned char byte, struct bytes *out)
{
	if (byte == IAC)
		return SUB;
	return byte == SE ? DATA : command(t, byte, out);
}

static enum state next(struct telnet *t, unsigned char byte, struct bytes *out)
{
	switch ((enum state)t->state) {
	case COMMAND: return command(t, byte, out);
	case OPTION:
		if (t->verb == WILL || t->verb == DO)
			refuse(t, byte);
		return DATA;
	case SUB: return byte == IAC ? SUB_COMMAND : SUB;
	case SUB_COMMAND: return sub_command(t, byte, out);
	case DATA: break;
	}
	return COMMAND;
}

void telnet_receive(struct telnet *t, const unsigned char *data, size_t size, struct bytes *out)
{
	const unsigned char *end = data + size;

	while (data < end) {
		const unsigned char *iac =
			t->state == DATA ? memchr(data, IAC, (size_t)(end - data)) : data;

		if (!iac)
			iac = end;
		bytes_add(out, data, (size_t)(iac - data));
		data = iac;
		if (data < end)
			t->state = (uint8_t)next(t, *data++, out);
	}
}

void telnet_reply(struct telnet *t, struct bytes *out)
{
	for (size_t i = 0; i < t->due; i++) {
		const unsigned char reply[TELNET_REPLY] = {IAC, t->verbs[i], t->options[i]};

		bytes_add(out, reply, sizeof reply);
	}
	t->due = 0;
	memset(t->is_due, 0, sizeof t->is_due);
}

void telnet_send(const unsigned char *data, size_t size, struct bytes *out)
{
	const unsigned char *end = data + size, *iac;

	for (; data < end && (iac = memchr(data, IAC, (size_t)(end - data))); data = iac + 1) {
		bytes_add(out, data, (size_t)(iac - data) + 1);
		bytes_add_byte(out, IAC);
	}
	bytes_add(out, data, (size_t)(end - data));
}
