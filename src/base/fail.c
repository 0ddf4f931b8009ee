/* SPDX-License-Identifier: ISC */
/* fail.c - the line that explains a failure, and the exit status that goes with it. */
#include "base/fail.h"

#include <errno.h>
#include <stdarg.h>

#include "base/bytes.h"

enum status fail_with(struct bytes *why, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	bytes_add_vformat(why, format, args);
	va_end(args);
	return status;
}

enum status fail_memory(struct bytes *why)
{
	bytes_add_text(why, status_reason(ENOMEM));
	return STATUS_FAILED;
}
