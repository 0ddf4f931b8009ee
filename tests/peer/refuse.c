/* SPDX-License-Identifier: ISC */
/* refuse.c - run a command as on a kernel that refuses some system calls, with a seccomp(2) filter.
 *
 *     refuse ERRNO:CALL[,CALL]... -- COMMAND [ARG...]
 *
 * ERRNO is ENOSYS (an older kernel) or EPERM (the filter of a container). CALL is a name, or one of
 *
 *     newer       all calls that came after Linux 5.0
 *     docker      what Docker's default profile refuses to a container without added capabilities
 *     filters     the setting of one more filter, by seccomp(2) or prctl(2)
 *
 * What glibc does through socketcall(2) (on i386 and s390x) is not refused. */
#ifdef __linux__
#define _DEFAULT_SOURCE /* syscall numbers */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/os/calls.h"
#include "lib/peer.h"

/* Classic BPF, and what is needed of <linux/seccomp.h>, which is not available with every libc. */
enum {
	LOAD = 0x20,
	JUMP_EQUAL = 0x15,
	JUMP_GREATER_EQUAL = 0x35,
	RETURN = 0x06,
	ALLOW = 0x7fff0000,
	FAIL = 0x00050000,
	SECCOMP_FILTER = 2,
	DATA_NUMBER = 0,
	DATA_FIRST_ARG = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 16 : 20,
};

/* From here on the numbers are the same on every architecture, and headers may lack the names. */
enum { NEWER = 403, CLONE3 = 435 };

static const struct call {
	const char *name;
	unsigned number;
} calls[] = {
	{"accept4", SYS_accept4},
	{"capget", SYS_capget},
	{"clone3", CLONE3},
	{"close_range", 436},
	{"epoll_create1", SYS_epoll_create1},
	{"epoll_ctl", SYS_epoll_ctl},
	{"epoll_pwait", SYS_epoll_pwait},
	{"epoll_pwait2", 441},
	{"faccessat2", 439},
	{"flock", SYS_flock},
	{"getrandom", SYS_getrandom},
	{"landlock_add_rule", 445},
	{"landlock_create_ruleset", 444},
	{"landlock_restrict_self", 446},
	{"membarrier", SYS_membarrier},
	{"pidfd_open", 434},
	{"pidfd_send_signal", 424},
	{"pipe2", SYS_pipe2},
	{"ppoll", SYS_ppoll},
	{"prctl", SYS_prctl},
	{"preadv2", SYS_preadv2},
	{"prlimit64", SYS_prlimit64},
	{"pwritev2", SYS_pwritev2},
	{"recvmmsg", SYS_recvmmsg},
	{"sendmmsg", SYS_sendmmsg},
	{"socketpair", SYS_socketpair},
	{"splice", SYS_splice},
	{"statx", SYS_statx},
#ifdef SYS_epoll_wait
	{"epoll_wait", SYS_epoll_wait},
#endif
#ifdef SYS_recvmmsg_time64
	{"recvmmsg", SYS_recvmmsg_time64},
	{"ppoll", SYS_ppoll_time64},
#endif
};

/* What the profile of Docker 28 leaves out of its list of allowed calls: the administration of the
 * system, of memory on several nodes, of other processes and of keys; namespaces; bpf, io_uring,
 * userfaultfd. clone3 fails with ENOSYS, and sockets of AF_ALG and AF_VSOCK with EPERM. */
static const unsigned docker[] = {SYS_acct, SYS_add_key, SYS_bpf, SYS_clock_settime,
	SYS_delete_module, SYS_fanotify_init, SYS_finit_module, SYS_get_mempolicy, SYS_init_module,
	SYS_kcmp, SYS_kexec_load, SYS_keyctl, SYS_mbind, SYS_migrate_pages, SYS_mount,
	SYS_move_pages, SYS_open_by_handle_at, SYS_perf_event_open, SYS_pivot_root, SYS_quotactl,
	SYS_reboot, SYS_request_key, SYS_set_mempolicy, SYS_setdomainname, SYS_sethostname,
	SYS_setns, SYS_settimeofday, SYS_swapoff, SYS_swapon, SYS_syslog, SYS_umount2, SYS_unshare,
	SYS_userfaultfd, SYS_vhangup,
	/* io_uring_setup, io_uring_enter, io_uring_register */
	425, 426, 427,
	/* open_tree, move_mount, fsopen, fsconfig, fsmount, fspick */
	428, 429, 430, 431, 432, 433,
	/* pidfd_getfd, process_madvise, mount_setattr, quotactl_fd, set_mempolicy_home_node */
	438, 440, 442, 443, 450};

enum { AF_ALG_NUMBER = 38, AF_VSOCK_NUMBER = 40 };

struct instruction {
	uint16_t code;
	uint8_t if_true, if_false;
	uint32_t value;
};

static struct {
	unsigned short length;
	struct instruction *filter;
} program;

static void add(uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value)
{
	program.filter = get(program.filter, (program.length + 1U) * sizeof(struct instruction));
	program.filter[program.length++] = (struct instruction){code, if_true, if_false, value};
}

static void refuse(unsigned number, int err)
{
	add(JUMP_EQUAL, 0, 1, number);
	add(RETURN, 0, 0, FAIL | (uint32_t)err);
}

static void refuse_docker(void)
{
	for (size_t i = 0; i < sizeof(docker) / sizeof(docker[0]); i++)
		refuse(docker[i], EPERM);
	refuse(CLONE3, ENOSYS);
	add(JUMP_EQUAL, 0, 6, SYS_socket);
	add(LOAD, 0, 0, DATA_FIRST_ARG);
	refuse(AF_ALG_NUMBER, EPERM);
	refuse(AF_VSOCK_NUMBER, EPERM);
	add(LOAD, 0, 0, DATA_NUMBER);
}

static void refuse_filters(int err)
{
	refuse(SYS_seccomp, err);
	add(JUMP_EQUAL, 0, 4, SYS_prctl);
	add(LOAD, 0, 0, DATA_FIRST_ARG);
	refuse(PR_SET_SECCOMP, err);
	add(LOAD, 0, 0, DATA_NUMBER);
}

static void refuse_named(const char *name, int err)
{
	size_t found = 0;

	if (strcmp(name, "filters") == 0) {
		refuse_filters(err);
		return;
	}
	if (strcmp(name, "docker") == 0) {
		refuse_docker();
		return;
	}
	if (strcmp(name, "newer") == 0) {
		add(JUMP_GREATER_EQUAL, 0, 1, NEWER);
		add(RETURN, 0, 0, FAIL | (uint32_t)err);
		return;
	}
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, name) == 0) {
			refuse(calls[i].number, err);
			found++;
		}
	}
	if (found == 0)
		die("%s is not among the calls known here", name);
}

/* ERRNO:CALL,CALL... */
static void refuse_listed(char *words)
{
	char *list = strchr(words, ':');
	int err;

	if (!list)
		die("ERRNO:CALL[,CALL]... -- COMMAND [ARG...]");
	*list++ = '\0';
	if (strcmp(words, "ENOSYS") == 0)
		err = ENOSYS;
	else if (strcmp(words, "EPERM") == 0)
		err = EPERM;
	else
		die("%s is neither ENOSYS nor EPERM", words);
	for (const char *name = strtok(list, ","); name; name = strtok(NULL, ","))
		refuse_named(name, err);
}

int main(int argc, char **argv)
{
	int i = 1;

	peer_begin("refuse");
	add(LOAD, 0, 0, DATA_NUMBER);
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		refuse_listed(argv[i]);
	if (i == 1 || i + 1 >= argc)
		die("ERRNO:CALL[,CALL]... -- COMMAND [ARG...]");
	add(RETURN, 0, 0, ALLOW);
	peer_end();
	/* If prctl(2) is refused, this is the last one. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_FILTER, &program) < 0)
		die("cannot set a filter: %s", strerror(errno));
	execvp(argv[i + 1], argv + i + 1);
	die("%s: %s", argv[i + 1], strerror(errno));
}

#else

#include "lib/peer.h"

int main(void)
{
	peer_begin("refuse");
	die("only Linux has filters of system calls");
}

#endif
