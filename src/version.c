/* SPDX-License-Identifier: ISC */
/* version.c - what this binary is, how it was built, and what it can do here. */
#include "version.h"

#include <errno.h>
#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "base/bytes.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/os/features.h"

static void write_compiler(FILE *out)
{
#if defined __clang__
	fprintf(out, "compiler: clang %s\n", __clang_version__);
#elif defined __GNUC__
	fprintf(out, "compiler: gcc %s\n", __VERSION__);
#else
	fprintf(out, "compiler: unknown\n");
#endif
}

static void write_libc(FILE *out)
{
#ifdef __GLIBC__
	fprintf(out, "C library: glibc %s\n", gnu_get_libc_version());
#else
	fprintf(out, "C library: not glibc\n");
#endif
}

static void write_platform(FILE *out)
{
	struct utsname name;

	if (uname(&name) < 0)
		fprintf(out, "platform: %s\n", os_platform);
	else
		fprintf(out, "platform: %s (%s %s %s)\n", os_platform, name.sysname, name.release,
			name.machine);
}

/* Write which poller the loop would use, or why there is none. */
static void write_poller(FILE *out)
{
	const char *name = loop_poller_used(), *reason = name ? name : status_reason(errno);
	struct bytes why = {0};

	if (!name && !loop_poller_known(&why))
		reason = bytes_reason(&why);
	fprintf(out, "poller: %s%s\n", name ? "" : "none: ", reason);
	bytes_release(&why);
}

void version_write(FILE *out, bool verbose)
{
	fprintf(out, "sockit %s\n", SOCKIT_VERSION);
	if (!verbose)
		return;
	write_compiler(out);
	write_libc(out);
	write_platform(out);
	write_poller(out);
	for (const struct os_feature *f = os_features; f->name; f++) {
		char text[OS_FEATURE_TEXT];

		f->state(text);
		fprintf(out, "%s: %s\n", f->name, text);
	}
}
