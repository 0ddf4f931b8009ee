/* SPDX-License-Identifier: ISC */
/* privilege.c - give up root and the view of the whole file system. */
#define _DEFAULT_SOURCE /* chroot, setgroups */

#include "core/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/errout.h"
#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/host.h"

const struct opt privilege_opts[] = {
	{.kind = OPT_TEXT,
		.name = "user",
		.arg = "USER[:GROUP]",
		.help = "once listening, change to this user and group",
		.offset = OPT_FIELD(const char *, privilege_options, user),
		.value = OPT_USER},
	{.kind = OPT_TEXT,
		.name = "chroot",
		.arg = "DIR",
		.help = "once listening, confine the process to DIR (chroot(2))",
		.offset = OPT_FIELD(const char *, privilege_options, chroot),
		.value = OPT_FOLDER},
	{.kind = OPT_FLAG,
		.name = "no-sandbox",
		.help = "do not drop rights that serving does not need",
		.offset = OPT_FIELD(bool, privilege_options, no_sandbox)},
	{0},
};

/* The uid of NAME, a name or a number; *GID is set to the user's own group if the system knows the
 * user, else left alone. */
static bool find_user(const char *name, uid_t *uid, gid_t *gid)
{
	const struct passwd *entry = getpwnam(name);
	uint64_t number;

	if (!entry && num_parse(name, 0, UINT32_MAX - 1, &number) != NULL)
		return false;
	if (!entry)
		entry = getpwuid((uid_t)number);
	*uid = entry ? entry->pw_uid : (uid_t)number;
	if (entry)
		*gid = entry->pw_gid;
	return true;
}

static bool find_group(const char *name, gid_t *gid)
{
	const struct group *entry = getgrnam(name);
	uint64_t number;

	if (!entry && num_parse(name, 0, UINT32_MAX - 1, &number) != NULL)
		return false;
	*gid = entry ? entry->gr_gid : (gid_t)number;
	return true;
}

static enum status find_both(struct privilege *p, const char *text, struct bytes *why)
{
	const char *colon = strchr(text, ':');
	struct bytes user = {0};
	bool found;

	bytes_add(&user, text, colon ? (size_t)(colon - text) : strlen(text));
	p->gid = (gid_t)-1;
	found = find_user(bytes_text(&user), &p->uid, &p->gid);
	if (!found)
		bytes_add_format(why, "no such user: \"%s\"", bytes_text(&user));
	bytes_release(&user);
	if (!found)
		return STATUS_NOT_FOUND;
	if (colon && !find_group(colon + 1, &p->gid))
		return fail_with(why, STATUS_NOT_FOUND, "no such group: \"%s\"", colon + 1);
	if (p->gid != (gid_t)-1)
		return STATUS_DONE;
	return fail_with(
		why, STATUS_USAGE, "no group is known for user \"%s\": give USER:GROUP", text);
}

enum status privilege_find(
	struct privilege *p, const struct privilege_options *options, struct bytes *why)
{
	struct stat st;

	*p = (struct privilege){.options = options};
	if (options->chroot && stat(options->chroot, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (!options->chroot || stat(options->chroot, &st) == 0)
		return options->user ? find_both(p, options->user, why) : STATUS_DONE;
	return fail_with(why, status_of_errno(errno), "cannot change the root to %s: %s",
		options->chroot, status_reason(errno));
}

/* Report that WHAT failed, and return the exit status. */
static enum status refused(
	const char *what, const char *name, const char *capability, struct bytes *why)
{
	int err = errno;

	bytes_add_format(why, "cannot %s %s: %s", what, name, status_reason(err));
	if (err == EPERM)
		privilege_add_reason(capability, "a user namespace or a security module", why);
	return status_of_errno(err);
}

static enum status become(const struct privilege *p, struct bytes *why)
{
	const char *name = p->options->user;

	if (setgroups(1, &p->gid) < 0 || setgid(p->gid) < 0)
		return refused("change to the group of", name, "CAP_SETGID", why);
	if (setuid(p->uid) < 0)
		return refused("change to user", name, "CAP_SETUID", why);
	if (p->uid == 0 || (setuid(0) < 0 && seteuid(0) < 0))
		return STATUS_DONE;
	return fail_with(why, STATUS_FAILED,
		"cannot change to user %s for good: root could be regained", name);
}

enum status privilege_drop(const struct privilege *p, struct bytes *why)
{
	const char *dir = p->options->chroot;

	errout_open();
	if (dir && (chroot(dir) < 0 || chdir("/") < 0))
		return refused("change the root to", dir, "CAP_SYS_CHROOT", why);
	return p->options->user ? become(p, why) : STATUS_DONE;
}

void privilege_explain(const char *capability, const char *next, struct bytes *why)
{
	if (os_has_capability(capability))
		bytes_add_format(why, "%s is held; look at %s", os_privilege(capability), next);
	else
		bytes_add_format(why, "needs %s", os_privilege(capability));
}

void privilege_add_reason(const char *capability, const char *next, struct bytes *why)
{
	bytes_add_text(why, " (");
	privilege_explain(capability, next, why);
	bytes_add_text(why, ")");
}
