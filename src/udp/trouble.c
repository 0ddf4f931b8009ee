/* SPDX-License-Identifier: ISC */
/* trouble.c - warnings that strangers can cause at will, and therefore only a few of them. */
#include "udp/trouble.h"

#include <stdarg.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/log.h"

enum { WARNINGS = 10 };

void trouble_say(const char *format, ...)
{
	static uint64_t count;
	struct bytes text = {0};
	va_list args;

	if (count++ >= WARNINGS && !log_wants(LOG_EVENTS))
		return;
	va_start(args, format);
	bytes_add_vformat(&text, format, args);
	va_end(args);
	log_warning("%s%s", bytes_text(&text),
		count == WARNINGS && !log_wants(LOG_EVENTS) ? " (more of this only with -v)" : "");
	bytes_release(&text);
}
