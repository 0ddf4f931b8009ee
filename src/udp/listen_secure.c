/* SPDX-License-Identifier: ISC */
/* listen_secure.c - udp-listen gives up what receiving does not need. */

#include "udp/listen_secure.h"

#include "base/log.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/os/sandbox.h"
#include "udp/listen.h"

static int command_check(const struct listen_run *r, struct bytes *why)
{
	return r->runner.argv ? child_check(r->runner.argv[0], why) : STATUS_DONE;
}

int listen_secure_find(struct listen_run *r, struct bytes *why)
{
	int status = privilege_find(&r->privilege, &r->config->privilege, why);

	return status == STATUS_DONE && !r->config->privilege.chroot ? command_check(r, why)
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
		status = command_check(r, why);
	if (status == STATUS_DONE && may_be_boxed(r))
		log_detail("sandbox: %s", sandbox_enter(&sandbox));
	return status;
}
