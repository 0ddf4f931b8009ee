/* SPDX-License-Identifier: ISC */
/* sandbox_calls_linux.c - the system calls that serving needs, as a seccomp filter.
 *
 * The list has what several versions of glibc and musl use for what a server does once it serves.
 * Calls that are not on it fail with EPERM; but the newer ones, for which libc has a substitute on
 * older kernels, fail with ENOSYS. */
#define _GNU_SOURCE /* syscall numbers, CLONE_THREAD */

#include "core/os/sandbox/sandbox_calls.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/os/calls.h"
#include "core/os/sandbox/sandbox.h"

/* The kernel's own headers are not available with every libc, so this repeats what is needed of
 * <linux/seccomp.h>, <linux/filter.h> and <linux/audit.h>. AUDIT_ARCH_... is the machine number of
 * ELF, with one bit for 64 bits and one for little endian; ARM and AArch64 always have the
 * latter. */
#if defined __x86_64__
#define NATIVE_ARCH 0xc000003eU
#elif defined __i386__
#define NATIVE_ARCH 0x40000003U
#elif defined __aarch64__
#define NATIVE_ARCH 0xc00000b7U
#elif defined __arm__
#define NATIVE_ARCH 0x40000028U
#elif defined __riscv && __riscv_xlen == 64
#define NATIVE_ARCH 0xc00000f3U
#elif defined __s390x__
#define NATIVE_ARCH 0x80000016U
#elif defined __powerpc64__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_ARCH 0xc0000015U
#endif

#ifndef NATIVE_ARCH

bool sandbox_calls_limit(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}

#else

/* x32 has the architecture of x86-64, but its own numbers. */
#define X32_BIT 0x40000000U

/* From here on the numbers are the same everywhere, and no libc relies on the existence of a
 * call. */
#if defined __x86_64__ && defined __ILP32__
#define NEWER_CALLS (X32_BIT + 403)
#else
#define NEWER_CALLS 403
#endif

enum {
	CLONE_NEW_ALL = 0x7e020000, /* all namespaces */
	SECCOMP_FILTER = 2,	    /* mode of PR_SET_SECCOMP */
	TYPE_MASK = 0xf,	    /* of the type of socket(2); the rest are flags */

	/* The operations of socketcall(2): those below ACCEPT create, bind and connect sockets and
	 * listen. */
	SOCKETCALL_SOCKET = 1,
	SOCKETCALL_ACCEPT = 5,

	/* Offsets in struct seccomp_data; for an argument, of its low half. */
	DATA_NUMBER = 0,
	DATA_ARCH = 4,
	DATA_ARGS = 16,
	LOW_HALF = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4,

	/* Classic BPF. */
	LOAD = 0x20,	   /* BPF_LD | BPF_W | BPF_ABS */
	AND = 0x54,	   /* BPF_ALU | BPF_AND | BPF_K */
	JUMP_EQUAL = 0x15, /* BPF_JMP | BPF_JEQ | BPF_K */
	JUMP_GREATER_EQUAL = 0x35,
	JUMP_BITS = 0x45,
	RETURN = 0x06,
};

/* TCGETS, which some headers define with a struct that they lack. */
#ifdef __powerpc64__
#define GET_TERMINAL 0x402c7413U
#else
#define GET_TERMINAL 0x5401U
#endif

#define ALLOW	     0x7fff0000U
#define FAIL_WITH(n) (0x00050000U | (uint32_t)(n))

/* First what a busy server calls all the time: the list is checked in this order. */
static const uint32_t always[] = {
	SYS_read,
	SYS_write,
	SYS_recvfrom,
	SYS_sendto,
	SYS_recvmsg,
	SYS_sendmsg,
	SYS_splice,
	SYS_epoll_pwait,
	SYS_epoll_ctl,
	SYS_accept4,
	SYS_close,
	SYS_shutdown,
	SYS_setsockopt,
	SYS_getsockopt,
	SYS_getsockname,
	SYS_getpeername,
	SYS_recvmmsg,
	SYS_sendmmsg,
	SYS_futex,
	SYS_readv,
	SYS_writev,
	SYS_ppoll,
	SYS_fcntl,
	/* Descriptors and files. */
	SYS_openat,
	SYS_lseek,
	SYS_pread64,
	SYS_pwrite64,
	SYS_preadv,
	SYS_pwritev,
	SYS_preadv2,
	SYS_pwritev2,
	SYS_readlinkat,
	SYS_faccessat,
	SYS_getdents64,
	SYS_fstat,
	SYS_flock,
	SYS_statx,
	SYS_dup,
	SYS_dup3,
	SYS_pipe2,
	SYS_socketpair,
	SYS_pselect6,
	SYS_epoll_create1,
	SYS_close_range,
	SYS_faccessat2,
	SYS_epoll_pwait2,
	/* Memory. */
	SYS_brk,
	SYS_munmap,
	SYS_mremap,
	SYS_mprotect,
	SYS_madvise,
	SYS_membarrier,
	/* Time. */
	SYS_nanosleep,
#ifdef SYS_clock_gettime32
	/* The names in musl where times have 64 bits. */
	SYS_clock_gettime32,
	SYS_clock_getres_time32,
	SYS_clock_nanosleep_time32,
	SYS_gettimeofday_time32,
#else
	SYS_clock_gettime,
	SYS_clock_getres,
	SYS_clock_nanosleep,
	SYS_gettimeofday,
#endif
	/* Threads, signals, and the end. */
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
#ifdef SYS_sigreturn
	SYS_sigreturn,
#endif
	SYS_sigaltstack,
	SYS_restart_syscall,
	SYS_wait4,
	SYS_exit,
	SYS_exit_group,
	SYS_set_robust_list,
	SYS_get_robust_list,
	SYS_set_tid_address,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_futex_wake,
	SYS_futex_wait,
	SYS_futex_requeue,
	/* Identity and environment of the process. */
	SYS_getpid,
	SYS_getppid,
	SYS_gettid,
	SYS_getpgid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getgroups,
	SYS_uname,
	SYS_sysinfo,
	SYS_getrandom,
	SYS_rseq,
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_mmap
	SYS_mmap,
#endif
#ifdef SYS_getrlimit
	SYS_getrlimit,
#endif
#ifdef SYS_accept
	SYS_accept,
#endif
#ifdef SYS_arch_prctl
	SYS_arch_prctl,
#endif
#ifdef SYS_set_thread_area
	SYS_set_thread_area,
#endif
#ifdef SYS_time
	SYS_time,
#endif
#ifdef SYS__newselect
	SYS__newselect,
#endif
#ifdef SYS_select
	SYS_select,
#endif
#ifdef SYS_fadvise64
	SYS_fadvise64,
#endif
#ifdef SYS_open
	/* Calls whose names have an "at" or a number at the end on newer architectures. */
	SYS_open,
	SYS_stat,
	SYS_lstat,
	SYS_access,
	SYS_readlink,
	SYS_getdents,
	SYS_poll,
	SYS_pipe,
	SYS_dup2,
	SYS_epoll_wait,
	SYS_epoll_create,
	SYS_getpgrp,
#endif
#ifdef SYS_mmap2
	/* For 32-bit systems where file sizes and times have 64 bits. */
	SYS_mmap2,
	SYS_fcntl64,
	SYS__llseek,
	SYS_stat64,
	SYS_lstat64,
	SYS_fstat64,
	SYS_fstatat64,
	SYS_ugetrlimit,
	SYS_getuid32,
	SYS_geteuid32,
	SYS_getgid32,
	SYS_getegid32,
	SYS_getgroups32,
#endif
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
	SYS_clock_getres_time64,
	SYS_clock_nanosleep_time64,
	SYS_pselect6_time64,
	SYS_ppoll_time64,
	SYS_recvmmsg_time64,
	SYS_futex_time64,
#endif
#ifdef SYS_send
	SYS_send,
	SYS_recv,
#endif
};

/* Allowed if sockets are still to be created. */
static const uint32_t connecting[] = {SYS_connect, SYS_bind};

/* Allowed if files are still to be created and removed; Landlock decides which ones. */
static const uint32_t writing[] = {
	SYS_unlinkat,
#ifdef SYS_unlink
	SYS_unlink,
#endif
};

/* Requests that only ask and change nothing. TIOCSTI and TIOCLINUX, which can type in the name of a
 * terminal's user, are not among them. */
static const uint32_t requests[] = {
	FIONREAD,					 /* SIOCINQ, TIOCINQ too */
	TIOCOUTQ,					 /* SIOCOUTQ */
	TIOCGWINSZ, TIOCGPGRP, GET_TERMINAL, 0x802c542a, /* TCGETS2 */
	0x8910,						 /* SIOCGIFNAME */
	0x8933,						 /* SIOCGIFINDEX */
};

/* Families needed for names and connections; of netlink, only routes and addresses. */
static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, 40 /* AF_VSOCK */};

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
	PROGRAM_MAX = 128 +
		2 *
			(COUNT(always) + COUNT(connecting) + COUNT(writing) + COUNT(requests) +
				COUNT(families)),
};

struct instruction {
	uint16_t code;
	uint8_t if_true, if_false;
	uint32_t value;
};

struct program {
	unsigned short length;
	const struct instruction *filter;
};

struct builder {
	struct instruction code[PROGRAM_MAX];
	unsigned short length;
};

static void add(struct builder *b, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value)
{
	b->code[b->length++] = (struct instruction){code, if_true, if_false, value};
}

static void load_argument(struct builder *b, unsigned number)
{
	add(b, LOAD, 0, 0, DATA_ARGS + 8 * number + LOW_HALF);
}

/* If the loaded value is VALUE, return RESULT. */
static void decide(struct builder *b, uint32_t value, uint32_t result)
{
	add(b, JUMP_EQUAL, 0, 1, value);
	add(b, RETURN, 0, 0, result);
}

static void allow_all(struct builder *b, const uint32_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		decide(b, values[i], ALLOW);
}

/* Begin a part that applies only to the call NUMBER: it must end in a decision, and is skipped for
 * other calls. Returns its position, for end_call. */
static size_t begin_call(struct builder *b, uint32_t number)
{
	add(b, JUMP_EQUAL, 0, 0, number);
	return b->length;
}

static void end_call(struct builder *b, size_t begun, int err)
{
	add(b, RETURN, 0, 0, FAIL_WITH(err));
	b->code[begun - 1].if_false = (uint8_t)(b->length - begun);
}

/* Check the architecture and with it the numbers: one process may use several. */
static void check_numbers(struct builder *b)
{
	add(b, LOAD, 0, 0, DATA_ARCH);
	add(b, JUMP_EQUAL, 1, 0, NATIVE_ARCH);
	add(b, RETURN, 0, 0, FAIL_WITH(EPERM));
	add(b, LOAD, 0, 0, DATA_NUMBER);
}

/* Decide about everything else; first about numbers of x32 on x86-64, and vice versa. */
static void end_numbers(struct builder *b)
{
#ifdef __x86_64__
	if (NEWER_CALLS > X32_BIT)
		add(b, JUMP_GREATER_EQUAL, 1, 0, X32_BIT);
	else
		add(b, JUMP_GREATER_EQUAL, 0, 1, X32_BIT);
	add(b, RETURN, 0, 0, FAIL_WITH(EPERM));
#endif
	add(b, JUMP_GREATER_EQUAL, 0, 1, NEWER_CALLS);
	add(b, RETURN, 0, 0, FAIL_WITH(ENOSYS));
	add(b, RETURN, 0, 0, FAIL_WITH(EPERM));
}

/* socket(2): streams and datagrams of the families above; no raw ones. */
static void check_socket(struct builder *b)
{
	size_t begun = begin_call(b, SYS_socket), netlink;

	load_argument(b, 0);
	netlink = begin_call(b, AF_NETLINK);
	load_argument(b, 2);
	decide(b, 0 /* NETLINK_ROUTE */, ALLOW);
	end_call(b, netlink, EPROTONOSUPPORT);
	for (size_t i = 0; i < COUNT(families); i++)
		add(b, JUMP_EQUAL, (uint8_t)(COUNT(families) - i), 0, families[i]);
	add(b, RETURN, 0, 0, FAIL_WITH(EAFNOSUPPORT));
	load_argument(b, 1);
	add(b, AND, 0, 0, TYPE_MASK);
	decide(b, SOCK_STREAM, ALLOW);
	decide(b, SOCK_DGRAM, ALLOW);
	decide(b, SOCK_SEQPACKET, ALLOW);
	end_call(b, begun, EPERM);
}

/* Where kernels before 4.3 had no other socket calls, glibc uses socketcall(2) for all of them. The
 * operation can be checked, its arguments cannot: a socket may be of any family. */
static void check_socketcall(struct builder *b, bool sealed)
{
#if defined __i386__ || defined __s390x__
	size_t begun = begin_call(b, SYS_socketcall);

	load_argument(b, 0);
	add(b, JUMP_GREATER_EQUAL, 0, 1, sealed ? SOCKETCALL_ACCEPT : SOCKETCALL_SOCKET);
	add(b, RETURN, 0, 0, ALLOW);
	end_call(b, begun, EPERM);
#else
	(void)b;
	(void)sealed;
#endif
}

/* clone(2): threads, not processes. clone3(2), whose flags cannot be checked, is one of the newer
 * calls that appear to be missing, so that libc uses this one. */
static void check_clone(struct builder *b)
{
	size_t begun = begin_call(b, SYS_clone);
#ifdef __s390x__
	load_argument(b, 1);
#else
	load_argument(b, 0);
#endif
	add(b, JUMP_BITS, 0, 1, CLONE_NEW_ALL);
	add(b, RETURN, 0, 0, FAIL_WITH(EPERM));
	add(b, JUMP_BITS, 0, 1, CLONE_THREAD);
	add(b, RETURN, 0, 0, ALLOW);
	end_call(b, begun, EPERM);
}

/* Allow the call NUMBER only if its first argument is OURS. */
static void check_target(struct builder *b, uint32_t number, uint32_t ours)
{
	size_t begun = begin_call(b, number);

	load_argument(b, 0);
	decide(b, ours, ALLOW);
	end_call(b, begun, EPERM);
}

static void check_ioctl(struct builder *b)
{
	size_t begun = begin_call(b, SYS_ioctl);

	load_argument(b, 1);
	allow_all(b, requests, COUNT(requests));
	end_call(b, begun, EPERM);
}

bool sandbox_calls_limit(const struct sandbox *sandbox)
{
	struct builder b = {.length = 0};
	struct program program = {.filter = b.code};
	uint32_t self = (uint32_t)getpid();

	check_numbers(&b);
	check_socketcall(&b, sandbox->sealed);
	allow_all(&b, always, COUNT(always));
	if (!sandbox->sealed) {
		allow_all(&b, connecting, COUNT(connecting));
		check_socket(&b);
		check_clone(&b);
	}
	if (sandbox->count > 0)
		allow_all(&b, writing, COUNT(writing));
	check_ioctl(&b);
	/* Ending by our own signal, including abort(3). */
	check_target(&b, SYS_kill, self);
	check_target(&b, SYS_tkill, self);
	check_target(&b, SYS_tgkill, self);
	check_target(&b, SYS_prlimit64, 0);
	end_numbers(&b);
	program.length = b.length;
	return prctl(PR_SET_SECCOMP, SECCOMP_FILTER, &program) == 0;
}

#endif
