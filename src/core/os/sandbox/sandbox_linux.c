/* SPDX-License-Identifier: ISC */
/* sandbox_linux.c - no_new_privs, Landlock and seccomp, through plain system calls. */
#define _GNU_SOURCE /* O_PATH, syscall */

#include "core/os/sandbox/sandbox.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fd.h"
#include "core/os/calls.h"
#include "core/os/sandbox/sandbox_calls.h"

/* The kernel's own header is not available with every libc, so this repeats what is needed of
 * <linux/landlock.h>. */

enum {
	LANDLOCK_VERSION = 1,
	LANDLOCK_PATH_BENEATH = 1,
};

/* The rights to execute and to change the file system, with the version that introduced them. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_ALL = 0x7f << 6, /* char, dir, reg, sock, fifo, block, sym */
	FS_REFER = 1 << 13,	 /* version 2 */
	FS_TRUNCATE = 1 << 14,	 /* version 3 */
	FS_IOCTL_DEV = 1 << 15,	 /* version 5 */
};

/* Binding and connecting TCP sockets (version 4); reaching abstract Unix sockets and sending
 * signals outside the sandbox (version 6). */
enum { NET_ALL = 3, SCOPE_ABSTRACT = 1, SCOPE_SIGNAL = 2 };

/* Members that an older kernel does not know are zero, and then it accepts the whole. */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

static uint64_t rights_of(long version)
{
	uint64_t rights = FS_EXECUTE | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_ALL;

	if (version >= 2)
		rights |= FS_REFER;
	if (version >= 3)
		rights |= FS_TRUNCATE;
	if (version >= 5)
		rights |= FS_IOCTL_DEV;
	return rights;
}

static struct ruleset_attr ruleset_of(const struct sandbox *sandbox, long version)
{
	struct ruleset_attr attr = {.handled_access_fs = rights_of(version)};

	if (version >= 4 && sandbox->sealed)
		attr.handled_access_net = NET_ALL;
	if (version >= 6)
		attr.scoped = SCOPE_SIGNAL | (sandbox->sealed ? SCOPE_ABSTRACT : 0);
	return attr;
}

/* False: the system refuses rules. A path that cannot be opened needs none. */
static bool allow_beneath(int ruleset, const char *path, uint64_t rights)
{
	struct path_beneath_attr rule = {
		.allowed_access = rights & ~(uint64_t)(FS_EXECUTE | FS_IOCTL_DEV)};
	bool added;

	rule.parent_fd = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (rule.parent_fd < 0)
		return true;
	added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0) == 0;
	fd_close(rule.parent_fd);
	return added;
}

static bool enter_landlock(const struct sandbox *sandbox)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_VERSION);
	struct ruleset_attr attr = ruleset_of(sandbox, version);
	int ruleset;
	bool entered = true;

	if (version < 1)
		return false;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < sandbox->count && entered; i++)
		entered = allow_beneath(ruleset, sandbox->writable[i], attr.handled_access_fs);
	entered = entered && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	fd_close(ruleset);
	return entered;
}

/* A leak checker must be able to stop our threads and read our memory at the end. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
enum { IS_WATCHED = true };
#else
enum { IS_WATCHED = false };
#endif

const char *sandbox_enter(const struct sandbox *sandbox)
{
	static char text[64];
	bool landlock, seccomp;

	if (IS_WATCHED || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return "nothing";
	prctl(PR_SET_DUMPABLE, 0);
	landlock = enter_landlock(sandbox);
	seccomp = sandbox_calls_limit(sandbox);
	snprintf(text, sizeof text, "no_new_privs%s%s", landlock ? ", landlock" : "",
		seccomp ? ", seccomp" : "");
	return text;
}
