/* SPDX-License-Identifier: ISC */
/* sandbox_openbsd.c - the sandbox with unveil(2) and pledge(2). */
#include "core/os/sandbox/sandbox.h"

#include <unistd.h>

/* Files may still be read; they may be created, written and removed only beneath the given
 * directories. Connecting to a Unix socket requires write access to its file, wherever it is: a
 * process that is not sealed has that right, but does not promise to open files for writing. */
static bool veil(const struct sandbox *sandbox)
{
	if (unveil("/", sandbox->sealed ? "r" : "rw") < 0)
		return false;
	for (size_t i = 0; i < sandbox->count; i++) {
		/* A directory that does not exist needs no right. */
		if (sandbox->writable[i])
			(void)unveil(sandbox->writable[i], "rwc");
	}
	return unveil(NULL, NULL) == 0;
}

/* accept(2) needs inet and unix, so even a sealed process may create sockets; where a proxy may
 * connect depends on the addresses of this host, which getifaddrs(3) must ask for. With "error", a
 * call that was not promised fails with ENOSYS, as elsewhere, and does not end the process. */
static bool promise(const struct sandbox *sandbox)
{
	return pledge(sandbox->sealed
			       ? "error stdio rpath wpath cpath flock tty inet unix mcast"
			       : "error stdio rpath cpath flock tty inet unix mcast dns route",
		       NULL) == 0;
}

const char *sandbox_enter(const struct sandbox *sandbox)
{
	bool veiled = veil(sandbox), promised = promise(sandbox);

	if (veiled && promised)
		return "unveil, pledge";
	return veiled ? "unveil" : promised ? "pledge" : "nothing";
}
