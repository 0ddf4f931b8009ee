/* SPDX-License-Identifier: ISC */
/* listen_secure.c - udp-listen gives up what receiving does not need. */

#include "udp/listen_secure.h"

#include <errno.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/child.h"
#include "core/sandbox.h"
#include "udp/listen.h"

int listen_command_check(const struct listen_run *r, struct bytes *why)
{
	if (!r->runner.argv || child_find(r->runner.argv[0]) == 0)
		return STATUS_DONE;
	bytes_add_format(why, "cannot run %s: %s", r->runner.argv[0], status_reason(errno));
	return (int)status_of_errno(errno);
}

int listen_secure_find(struct listen_run *r, struct bytes *why)
{
	int status = privilege_find(&r->privilege, &r->config->privilege, why);

	return status == STATUS_DONE && !r->config->privilege.chroot ? listen_command_check(r, why)
								     : status;
}

static bool may_be_boxed(const struct listen_run *r)
{
	return !r->config->privilege.no_sandbox && !r->runner.argv &&
		r->endpoint.kind != ENDPOINT_UNIX && r->target.kind != ENDPOINT_UNIX;
}

int listen_secure(struct listen_run *r, struct bytes *why)
{
	const struct sandbox sandbox = {.count = 0};
	int status = privilege_drop(&r->privilege, why);

	if (status == STATUS_DONE && r->config->privilege.chroot)
		status = listen_command_check(r, why);
	if (status == STATUS_DONE && may_be_boxed(r))
		log_detail("sandbox: %s", sandbox_enter(&sandbox));
	return status;
}
