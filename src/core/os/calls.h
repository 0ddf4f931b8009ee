/* SPDX-License-Identifier: ISC */
/* calls.h - Linux system calls by number, some of which <sys/syscall.h> may be too old to know.
 *
 * Those that it does not know get a number that no kernel knows: calling them fails with ENOSYS, as
 * on a kernel that lacks them, and the caller does what it does on such a kernel. */
#ifndef CORE_OS_CALLS_H
#define CORE_OS_CALLS_H

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>

/* Whether the errno ERR may mean that the call itself is refused: by an older kernel (ENOSYS), or
 * by a filter that does not know it, such as those of containers (EPERM). */
static inline bool os_calls_refused(int err)
{
	return err == ENOSYS || err == EPERM;
}

/* Not -1: ARM answers numbers beyond its range with SIGILL. */
#define OS_CALLS_NONE 0xffff

/* On 32-bit systems musl hides the short names, so that no program passes a 64-bit time_t to
 * them. */
#ifdef SYS_clock_gettime32
#define SYS_clock_gettime   SYS_clock_gettime32
#define SYS_clock_getres    SYS_clock_getres_time32
#define SYS_clock_nanosleep SYS_clock_nanosleep_time32
#define SYS_clock_settime   SYS_clock_settime32
#define SYS_gettimeofday    SYS_gettimeofday_time32
#define SYS_settimeofday    SYS_settimeofday_time32
#endif

#ifndef SYS_getrandom
#define SYS_getrandom OS_CALLS_NONE
#endif
#ifndef SYS_membarrier
#define SYS_membarrier OS_CALLS_NONE
#endif
#ifndef SYS_preadv2
#define SYS_preadv2  OS_CALLS_NONE
#define SYS_pwritev2 OS_CALLS_NONE
#endif
#ifndef SYS_statx
#define SYS_statx OS_CALLS_NONE
#endif
#ifndef SYS_rseq
#define SYS_rseq OS_CALLS_NONE
#endif
#ifndef SYS_close_range
#define SYS_close_range OS_CALLS_NONE
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 OS_CALLS_NONE
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 OS_CALLS_NONE
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset OS_CALLS_NONE
#define SYS_landlock_add_rule	    OS_CALLS_NONE
#define SYS_landlock_restrict_self  OS_CALLS_NONE
#endif
#ifndef SYS_futex_wait
#define SYS_futex_wake	  OS_CALLS_NONE
#define SYS_futex_wait	  OS_CALLS_NONE
#define SYS_futex_requeue OS_CALLS_NONE
#endif

#endif
