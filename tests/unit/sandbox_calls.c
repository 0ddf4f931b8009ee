/* SPDX-License-Identifier: ISC */
/* sandbox_calls.c - try in the sandbox what the manual calls forbidden, with plain calls. */
#ifdef __linux__
#define _GNU_SOURCE /* syscall, and numbers of calls */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/os/calls.h"
#include "core/os/sandbox/sandbox.h"
#include "tap.h"
#include "thread.h"

static char dir[] = "/tmp/sockit-calls-XXXXXX";
static char file[64];
static int early_socket; /* made before the sandbox is entered */
static struct sockaddr_un abstract = {.sun_family = AF_UNIX};

/* The errno of the plain system call NUMBER, 0 for success. */
static int call(long number, long a, long b, long c)
{
	return syscall(number, a, b, c, 0L, 0L, 0L) < 0 ? errno : 0;
}

/* Returns ERR if each of the COUNT calls fails with it. */
static int all_fail(const long *numbers, size_t count, int err)
{
	for (size_t i = 0; i < count; i++) {
		int got = call(numbers[i], -1, -1, -1);

		if (got != err) {
			printf("# %ld: %s\n", numbers[i], strerror(got));
			fflush(stdout);
			return got ? got : -1;
		}
	}
	return err;
}

/* Try each of the calls below, all of which are useless to a server; whatever their arguments, they
 * are refused before those are checked. A call that is not refused fails differently. */
static int forbidden_calls(void)
{
	static const long numbers[] = {SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
		SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns,
		SYS_keyctl, SYS_add_key, SYS_request_key, SYS_bpf, SYS_perf_event_open,
		SYS_userfaultfd, SYS_init_module, SYS_finit_module, SYS_delete_module,
		SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl,
		SYS_personality, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime,
		SYS_adjtimex, SYS_sethostname, SYS_setdomainname, SYS_open_by_handle_at,
		SYS_name_to_handle_at, SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat,
		SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr, SYS_mknodat,
		SYS_linkat, SYS_symlinkat, SYS_mkdirat, SYS_truncate, SYS_utimensat, SYS_setuid,
		SYS_setgid, SYS_setgroups, SYS_setresuid, SYS_setresgid, SYS_capset,
		SYS_setpriority, SYS_sched_setscheduler, SYS_prctl, SYS_memfd_create,
		SYS_inotify_init1, SYS_fanotify_init, SYS_syslog, SYS_vhangup, SYS_rt_sigqueueinfo,
		SYS_msgget, SYS_shmget, SYS_semget};

	return all_fail(numbers, sizeof numbers / sizeof *numbers, EPERM);
}

/* As forbidden_calls, for calls newer than Linux 5.0, which have the same number everywhere:
 * pidfd_send_signal, io_uring_..., open_tree, move_mount, fsopen, fsconfig, fsmount, fspick,
 * pidfd_open, clone3, pidfd_getfd, process_madvise, mount_setattr, quotactl_fd,
 * landlock_create_ruleset, memfd_secret, fchmodat2, setxattrat, open_tree_attr, and one that does
 * not exist yet. */
static int newer_calls(void)
{
	static const long numbers[] = {424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 435,
		438, 440, 442, 443, 444, 447, 452, 463, 467, 1000};

	return all_fail(numbers, sizeof numbers / sizeof *numbers, ENOSYS);
}

static int x32_call(void)
{
#ifdef __x86_64__
	return call(0x40000000L + SYS_getpid, 0, 0, 0);
#else
	return EPERM;
#endif
}

static int type_for_the_user(void)
{
	return ioctl(0, TIOCSTI, "x") < 0 && errno == EPERM ? call(SYS_ioctl, 0, 0x541c, 0) : 0;
}

/* The kernel looks only at the low half of a request. */
static int type_with_a_high_half(void)
{
	return sizeof(long) > 4 ? call(SYS_ioctl, 0, TIOCSTI | (long)(1ULL << 32), 0) : EPERM;
}

static int signal_another(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

static int signal_another_thread(void)
{
	return call(SYS_tkill, getppid(), 0, 0) == EPERM ? call(SYS_tgkill, getppid(), getppid(), 0)
							 : 0;
}

static int signal_ourselves(void)
{
	signal(SIGUSR1, SIG_IGN);
	return raise(SIGUSR1) != 0 ? errno : kill(getpid(), 0) < 0 ? errno : 0;
}

static int limit_another(void)
{
	return call(SYS_prlimit64, getppid(), 7, 0);
}

/* As in libc. */
static int inet_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : close(fd);
}

/* With the plain call, because libc may use socketcall(2), whose arguments a filter cannot see. */
static int open_socket(int family, int type, int protocol)
{
	return call(SYS_socket, family, type, protocol);
}

static int raw_socket(void)
{
	return open_socket(AF_INET, SOCK_RAW, 0) == EPERM ? open_socket(AF_INET6, SOCK_RAW, 0) : 0;
}

static int audit_socket(void)
{
	return open_socket(AF_NETLINK, SOCK_RAW, 9 /* NETLINK_AUDIT */);
}

static int unused_socket(void)
{
	return open_socket(AF_PACKET, SOCK_RAW, 0);
}

/* If the call exists, for unsealed processes; with neither arguments nor a name it does nothing. */
static int socketcall_as_libc(void)
{
#if defined __i386__ || defined __s390x__
	return call(SYS_socketcall, 1 /* socket */, 0, 0) == EFAULT ? EFAULT : 0;
#else
	return EFAULT;
#endif
}

/* Create, bind and connect a socket, and listen; and an operation that does not exist. */
static int socketcalls(void)
{
#if defined __i386__ || defined __s390x__
	for (long number = 0; number < 5; number++) {
		int err = call(SYS_socketcall, number, 0, 0);

		if (err != EPERM)
			return err ? err : -1;
	}
#endif
	return EPERM;
}

static int connect_anywhere(void)
{
	return connect(early_socket, (struct sockaddr *)&abstract, sizeof abstract) < 0 ? errno : 0;
}

static int reach_abstract(void)
{
	return sendto(early_socket, "x", 1, 0, (struct sockaddr *)&abstract, sizeof abstract) < 0
		? errno
		: 0;
}

static int remove_file(void)
{
	return unlink(file) < 0 ? errno : 0;
}

/* What ACT returns in a separate process, in SANDBOX. */
static int within_that(const struct sandbox *sandbox, int (*act)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		sandbox_enter(sandbox);
		_exit(act());
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int within(int (*act)(void))
{
	const char *const writable[] = {NULL, dir};

	return within_that(&(struct sandbox){.writable = writable, .count = 2}, act);
}

static int within_sealed(int (*act)(void))
{
	return within_that(&(struct sandbox){.sealed = true}, act);
}

static bool enters(const char *what)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(strstr(sandbox_enter(&(struct sandbox){.count = 0}), what) ? 0 : 1);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Prepare a file, an abstract socket, and a socket from before the sandbox. */
static bool prepare(void)
{
	int there = socket(AF_UNIX, SOCK_DGRAM, 0), fd;

	if (!mkdtemp(dir))
		return false;
	snprintf(file, sizeof file, "%s/file", dir);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	snprintf(abstract.sun_path + 1, sizeof abstract.sun_path - 1, "%s", dir);
	early_socket = socket(AF_UNIX, SOCK_DGRAM, 0);
	return fd >= 0 && early_socket >= 0 &&
		bind(there, (struct sockaddr *)&abstract, sizeof abstract) == 0;
}

static void test_calls(void)
{
	OK(within(raw_socket) == EPERM, "no raw IP socket");
	OK(within(unused_socket) == EAFNOSUPPORT, "no socket of a family that is never used");
	OK(within(audit_socket) == EPROTONOSUPPORT, "of netlink nothing but routes");
	OK(within(forbidden_calls) == EPERM, "no call that serving does not need");
	OK(within(newer_calls) == ENOSYS, "newer calls seem to be missing, clone3 too");
	OK(within(x32_call) == EPERM, "no call by a number of x32");
	OK(within(type_for_the_user) == EPERM, "nothing is typed into the terminal");
	OK(within(type_with_a_high_half) == EPERM, "not by a request with a high half either");
	OK(within(signal_another) == EPERM, "no other process is signalled");
	OK(within(signal_another_thread) == EPERM, "nor its threads");
	OK(within(signal_ourselves) == 0, "but we are");
	OK(within(limit_another) == EPERM, "no limit of another process is changed");
	OK(within(start_thread) == 0 && within(inet_socket) == 0, "threads and sockets are made");
	OK(within_sealed(inet_socket) == EPERM, "sealed: no socket is made");
	OK(within(socketcall_as_libc) == EFAULT, "a libc may make sockets by socketcall");
	OK(within_sealed(socketcalls) == EPERM, "sealed: not by socketcall either");
	OK(within_sealed(connect_anywhere) == EPERM, "sealed: none is connected");
	OK(within_sealed(start_thread) != 0, "sealed: no thread is started");
	OK(within_sealed(remove_file) == EPERM, "where nothing is written, no file is removed");
}

/* Landlock's scopes came with its version 6. */
static bool has_scopes(void)
{
	return syscall(444 /* landlock_create_ruleset */, NULL, 0, 1 /* its version */) >= 6;
}

int main(void)
{
	if (!prepare())
		return 1;
	if (enters("seccomp"))
		test_calls();
	else
		OK(true, "seccomp # SKIP the system has none, or a checker is watching");
	if (enters("landlock") && has_scopes()) {
		OK(within(reach_abstract) == 0, "an abstract socket can be sent to");
		OK(within_sealed(reach_abstract) == EPERM, "but not when sealed");
	}
	OK(within(remove_file) == 0, "files are removed where it was said");
	rmdir(dir);
	return tap_end();
}

#else

#include "tap.h"

int main(void)
{
	OK(true, "sandbox # SKIP there is none on this system");
	return tap_end();
}

#endif
