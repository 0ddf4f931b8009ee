/* SPDX-License-Identifier: ISC */
/* privilege.h - give up what is no longer needed once the sockets are bound: root, and the view of
 * the whole file system. */
#ifndef CORE_PRIVILEGE_H
#define CORE_PRIVILEGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/opt/opt.h"

struct bytes;

struct privilege_options {
	const char *user;   /* USER[:GROUP], names or numbers */
	const char *chroot; /* a directory */
	bool no_sandbox;
};

/* --user, --chroot and --no-sandbox, for a set over struct privilege_options. */
extern const struct opt privilege_opts[];

/* The user and group to become, looked up. */
struct privilege {
	const struct privilege_options *options;
	uid_t uid;
	gid_t gid;
};

/* Look up the user and the group of OPTIONS, which must outlive P, and check that the directory is
 * there. An exit status: STATUS_DONE; STATUS_NOT_FOUND, STATUS_USAGE with one line in WHY. */
enum status privilege_find(
	struct privilege *p, const struct privilege_options *options, struct bytes *why) CHECKED;

/* Enter the directory and become the user: chroot(2), then the supplementary groups, the group and
 * the user, in the order in which none of it can be undone; and make sure that root cannot be
 * regained. An exit status: STATUS_DONE; STATUS_NOT_PERMITTED and others with one line in WHY, and
 * then the process must end. What the options leave out is not changed. */
enum status privilege_drop(const struct privilege *p, struct bytes *why) CHECKED;

/* Add the probable reason of a refusal by the system, as one clause for the user: `needs
 * CAPABILITY` or, if the caller has that, that it has and what to suspect next (NEXT, such as "a
 * firewall rule"). */
void privilege_explain(const char *capability, const char *next, struct bytes *why);

/* As privilege_explain, in brackets after the reason that is already in WHY. */
void privilege_add_reason(const char *capability, const char *next, struct bytes *why);

#endif
