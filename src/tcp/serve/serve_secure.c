/* SPDX-License-Identifier: ISC */
/* serve_secure.c - tcp-serve gives up what serving does not need. */

#include "tcp/serve/serve_secure.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/os/sandbox.h"
#include "tcp/serve/serve.h"

/* The directory of the Unix socket's file that is ours to remove at the end, for free(3); NULL:
 * none. */
static char *file_directory(const struct listener *l)
{
	const char *slash = strrchr(l->addr.u.un.sun_path, '/');

	if (!l->owns_file)
		return NULL;
	if (!slash)
		return strdup(".");
	return strndup(l->addr.u.un.sun_path, (size_t)(slash - l->addr.u.un.sun_path) + 1);
}

static void enter_sandbox(const struct serve_run *r)
{
	const struct listeners *l = &r->server.listeners;
	const char *collect = r->config->way.collect_dir;
	char **dirs = calloc(l->count + 1, sizeof *dirs);
	struct sandbox sandbox = {.writable = (const char *const *)dirs,
		.count = l->count + 1,
		.sealed = !r->server.service->dials};

	if (!dirs)
		return;
	dirs[l->count] = collect ? strdup(collect) : NULL;
	for (size_t i = 0; i < l->count; i++)
		dirs[i] = file_directory(&l->item[i]);
	log_detail("sandbox: %s", sandbox_enter(&sandbox));
	for (size_t i = 0; i <= l->count; i++)
		free(dirs[i]);
	free(dirs);
}

int serve_settle(struct serve_run *r, struct bytes *why)
{
	const struct privilege_options *options = &r->config->privilege;
	int status = privilege_drop(&r->set.privilege, why);

	if (status == STATUS_DONE && options->chroot)
		status = serve_check_files(&r->set, why);
	if (status == STATUS_DONE && r->set.way->open)
		status = r->set.way->open(r, why);
	return status;
}

void serve_confine(const struct serve_run *r)
{
	if (!r->config->privilege.no_sandbox && !r->set.command.argv)
		enter_sandbox(r);
}
