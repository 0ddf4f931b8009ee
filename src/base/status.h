/* SPDX-License-Identifier: ISC */
/* status.h - the exit statuses, the same for every command. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <signal.h>
#include <stddef.h>

enum status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,    /* the transfer broke, an I/O error, anything not below */
	STATUS_USAGE = 2,     /* bad option, value or combination; nothing was done */
	STATUS_NOT_FOUND = 3, /* no such name, service, interface, address or file */
	STATUS_REFUSED = 4,   /* connection refused, host or network unreachable */
	STATUS_TIMED_OUT = 5,
	STATUS_NOT_PERMITTED = 6, /* a privilege or access right is missing */
	STATUS_LOCAL_ADDRESS = 7, /* local address in use, or not an address of this host */
};

/* The meaning of each status, in order, as --help shows it; COUNT entries. */
extern const char *const status_meanings[];
extern const size_t status_count;

/* The status for ERR, the errno of a failed system call: ECONNREFUSED and the unreachable ones are
 * STATUS_REFUSED, ETIMEDOUT is STATUS_TIMED_OUT, EACCES and EPERM are STATUS_NOT_PERMITTED,
 * EADDRINUSE and EADDRNOTAVAIL are STATUS_LOCAL_ADDRESS, ENOENT, ENODEV and ENXIO are
 * STATUS_NOT_FOUND, anything else is STATUS_FAILED. */
enum status status_of_errno(int err);

/* What ERR is called in messages: strerror(3) with a lower-case first letter, and worded the same
 * for every libc for the errors that users meet every day ("connection refused", "connection timed
 * out", "address already in use", ...). Static storage or libc's. */
const char *status_reason(int err);

/* The signal by which this process was asked to end; 0: none. The loop's handler sets it. */
extern volatile sig_atomic_t status_end_asked;

/* End the process the way signal SIGNO ends programs that do not catch it, so that a shell sees
 * 128+SIGNO. Standard streams must have been flushed. Does not return. */
_Noreturn void status_die_of(int signo);

#endif
