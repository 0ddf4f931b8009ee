/* SPDX-License-Identifier: ISC */
/* sandbox_linux.c - no_new_privs, Landlock and seccomp, by plain system calls. */
#define _GNU_SOURCE /* O_PATH, syscall */

#include "core/os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

/* The kernel's own headers are not there for every libc: what is needed of <linux/landlock.h>,
 * <linux/seccomp.h>, <linux/filter.h> and <linux/audit.h> stands here. */

enum {
	LANDLOCK_CREATE_RULESET = 444,
	LANDLOCK_ADD_RULE = 445,
	LANDLOCK_RESTRICT_SELF = 446,
	LANDLOCK_VERSION = 1,
	LANDLOCK_PATH_BENEATH = 1,
};

/* The rights to execute and to change the file system, by the version that brought them. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_ALL = 0x7f << 6, /* char, dir, reg, sock, fifo, block, sym */
	FS_REFER = 1 << 13,	 /* version 2 */
	FS_TRUNCATE = 1 << 14,	 /* version 3 */
};

struct ruleset_attr {
	uint64_t handled_access_fs;
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
	return rights;
}

static void allow_beneath(int ruleset, const char *path, uint64_t rights)
{
	struct path_beneath_attr rule = {.allowed_access = rights & ~(uint64_t)FS_EXECUTE};

	rule.parent_fd = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (rule.parent_fd < 0)
		return;
	syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0);
	fd_close(rule.parent_fd);
}

static bool enter_landlock(const struct sandbox *sandbox)
{
	long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_VERSION);
	struct ruleset_attr attr = {.handled_access_fs = rights_of(version)};
	int ruleset;
	bool entered;

	if (version < 1)
		return false;
	ruleset = (int)syscall(LANDLOCK_CREATE_RULESET, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < sandbox->count; i++)
		allow_beneath(ruleset, sandbox->writable[i], attr.handled_access_fs);
	entered = syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0;
	fd_close(ruleset);
	return entered;
}

#if defined __x86_64__
#define NATIVE_ARCH 0xc000003eU
#elif defined __aarch64__
#define NATIVE_ARCH 0xc00000b7U
#endif

#ifdef NATIVE_ARCH

enum {
	X32_BIT = 0x40000000,
	SECCOMP_FILTER = 2, /* mode of PR_SET_SECCOMP */
	/* Offsets in struct seccomp_data. */
	DATA_NUMBER = 0,
	DATA_ARCH = 4,
	DATA_ARG0 = 16,
	/* Classic BPF. */
	LOAD = 0x20,	   /* BPF_LD | BPF_W | BPF_ABS */
	JUMP_EQUAL = 0x15, /* BPF_JMP | BPF_JEQ | BPF_K */
	JUMP_GREATER_EQUAL = 0x35,
	JUMP_BITS = 0x45,
	RETURN = 0x06,
};

#define ALLOW	     0x7fff0000U
#define FAIL_WITH(n) (0x00050000U | (uint32_t)(n))

struct instruction {
	uint16_t code;
	uint8_t if_true, if_false;
	uint32_t value;
};

struct program {
	unsigned short length;
	const struct instruction *filter;
};

/* What is never needed once we serve. */
static const uint32_t denied[] = {
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_bpf,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_unshare,
	SYS_setns,
	SYS_kexec_load,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_personality,
	SYS_reboot,
	SYS_swapon,
	SYS_swapoff,
	SYS_acct,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_open_by_handle_at,
	SYS_quotactl,
	425, /* io_uring_setup, _enter, _register: the same number everywhere */
	426,
	427,
#ifdef SYS_fork
	SYS_fork,
	SYS_vfork,
#endif
};

/* Families that names and connections need. */
static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, 40 /* AF_VSOCK */};

enum {
	DENIED = sizeof denied / sizeof *denied,
	FAMILIES = sizeof families / sizeof *families,
	PROGRAM_MAX = 16 + 2 * DENIED + 2 * FAMILIES,
	CLONE3 = 435,
};

struct builder {
	struct instruction code[PROGRAM_MAX];
	unsigned short length;
};

static void add(struct builder *b, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value)
{
	b->code[b->length++] = (struct instruction){code, if_true, if_false, value};
}

/* If the number is NUMBER, fail with ERR. */
static void deny(struct builder *b, uint32_t number, int err)
{
	add(b, JUMP_EQUAL, 0, 1, number);
	add(b, RETURN, 0, 0, FAIL_WITH(err));
}

/* socket(2): the families above, and nothing else. */
static void check_family(struct builder *b)
{
	add(b, JUMP_EQUAL, 0, 2 + 2 * FAMILIES, SYS_socket);
	add(b, LOAD, 0, 0, DATA_ARG0);
	for (size_t i = 0; i < FAMILIES; i++) {
		add(b, JUMP_EQUAL, 0, 1, families[i]);
		add(b, RETURN, 0, 0, ALLOW);
	}
	add(b, RETURN, 0, 0, FAIL_WITH(EAFNOSUPPORT));
}

/* clone(2): threads, not processes. clone3's flags cannot be seen, so libc is made to use clone. */
static void check_clone(struct builder *b)
{
	deny(b, CLONE3, ENOSYS);
	add(b, JUMP_EQUAL, 0, 4, SYS_clone);
	add(b, LOAD, 0, 0, DATA_ARG0);
	add(b, JUMP_BITS, 0, 1, CLONE_THREAD);
	add(b, RETURN, 0, 0, ALLOW);
	add(b, RETURN, 0, 0, FAIL_WITH(EPERM));
}

static bool enter_seccomp(void)
{
	struct builder b = {.length = 0};
	struct program program = {.filter = b.code};

	add(&b, LOAD, 0, 0, DATA_ARCH);
	add(&b, JUMP_EQUAL, 1, 0, NATIVE_ARCH);
	add(&b, RETURN, 0, 0, FAIL_WITH(EPERM));
	add(&b, LOAD, 0, 0, DATA_NUMBER);
	add(&b, JUMP_GREATER_EQUAL, 0, 1, X32_BIT);
	add(&b, RETURN, 0, 0, FAIL_WITH(EPERM));
	for (size_t i = 0; i < DENIED; i++)
		deny(&b, denied[i], EPERM);
	check_clone(&b);
	check_family(&b);
	add(&b, RETURN, 0, 0, ALLOW);
	program.length = b.length;
	return prctl(PR_SET_SECCOMP, SECCOMP_FILTER, &program) == 0;
}

#else

static bool enter_seccomp(void)
{
	return false;
}

#endif

/* A checker of leaks wants to stop our threads and look into our memory at the end. */
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
	seccomp = enter_seccomp();
	snprintf(text, sizeof text, "no_new_privs%s%s", landlock ? ", landlock" : "",
		seccomp ? ", seccomp" : "");
	return text;
}
