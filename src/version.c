/* SPDX-License-Identifier: ISC */
/* version.c - what this binary is, what it was built with, and what it can do here. */
#include "version.h"

#include <stdlib.h>
#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "core/loop/poller.h"
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

void version_write(FILE *out, bool verbose)
{
	const char *poller = getenv("SOCKIT_POLLER");

	fprintf(out, "sockit %s\n", SOCKIT_VERSION);
	if (!verbose)
		return;
	write_compiler(out);
	write_libc(out);
	write_platform(out);
	fprintf(out, "poller: %s\n", poller && *poller ? poller : pollers[0]->name);
	for (const struct os_feature *f = os_features; f->name; f++) {
		char text[OS_FEATURE_TEXT];

		f->state(text);
		fprintf(out, "%s: %s\n", f->name, text);
	}
}
