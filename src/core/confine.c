/* SPDX-License-Identifier: ISC */
/* confine.c - once the sockets are bound, drop rights that serving does not need. */
#include "core/confine.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/os/sandbox/sandbox.h"

/* The directory of the Unix socket file that we remove at the end, to be released with free(3);
 * NULL: none. */
static char *file_directory(const struct listener *l)
{
	const char *path = l->addr.u.un.sun_path, *slash;

	if (!l->owns_file)
		return NULL;
	slash = strrchr(path, '/');
	return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
}

void confine_enter(const struct confine *c)
{
	size_t files = c->listeners->count, count = 0;
	char **dirs;

	if (c->runs_commands || c->options->no_sandbox)
		return;
	dirs = calloc(files + 1, sizeof *dirs);
	if (!dirs)
		return;
	for (size_t i = 0; i < files; i++) {
		dirs[count] = file_directory(&c->listeners->item[i]);
		count += dirs[count] != NULL;
	}
	if (c->writable) {
		dirs[count] = strdup(c->writable);
		count += dirs[count] != NULL;
	}
	log_detail("sandbox: %s",
		sandbox_enter(&(struct sandbox){.writable = (const char *const *)dirs,
			.count = count,
			.sealed = c->sealed}));
	for (size_t i = 0; i < count; i++)
		free(dirs[i]);
	free(dirs);
}
