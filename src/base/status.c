/* SPDX-License-Identifier: ISC */
/* status.c - exit statuses, and the names of errors. */
#include "base/status.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

enum { REASON_TEXT = 128, SIGNAL_STATUS = 128 };

const char *const status_meanings[] = {
	[STATUS_DONE] = "done",
	[STATUS_FAILED] = "failed: broken transfer, I/O error, or anything not listed below",
	[STATUS_USAGE] = "usage: bad option, value or combination; nothing was done",
	[STATUS_NOT_FOUND] = "not found: no such name, service, interface, address or file",
	[STATUS_REFUSED] =
		"refused: connection refused, reset at connect, host or network unreachable",
	[STATUS_TIMED_OUT] = "timed out",
	[STATUS_NOT_PERMITTED] = "not permitted: a privilege or access right is missing",
	[STATUS_LOCAL_ADDRESS] = "local address in use, or not an address of this host",
};
const size_t status_count = sizeof(status_meanings) / sizeof(status_meanings[0]);

static const struct {
	int err;
	const char *text;
} reasons[] = {
	{E2BIG, "argument list too long"},
	{EACCES, "permission denied"},
	{EADDRINUSE, "address already in use"},
	{EADDRNOTAVAIL, "not an address of this host"},
	{EAFNOSUPPORT, "address family not supported"},
	{EAGAIN, "resource temporarily unavailable"},
	{EBADF, "bad file descriptor"},
	{EBUSY, "device or resource busy"},
	{ECONNABORTED, "connection aborted"},
	{ECONNREFUSED, "connection refused"},
	{ECONNRESET, "connection reset by peer"},
	{EDQUOT, "disk quota exceeded"},
	{EEXIST, "file exists"},
	{EFBIG, "file too large"},
	{EHOSTDOWN, "host is down"},
	{EHOSTUNREACH, "host is unreachable"},
	{EINTR, "interrupted"},
	{EINVAL, "invalid argument"},
	{EIO, "input/output error"},
	{EISCONN, "already connected"},
	{EISDIR, "is a directory"},
	{ELOOP, "too many levels of symbolic links"},
	{EMFILE, "too many open files"},
	{EMSGSIZE, "message too long"},
	{ENAMETOOLONG, "file name too long"},
	{ENETDOWN, "network is down"},
	{ENETUNREACH, "network is unreachable"},
	{ENFILE, "too many open files in the system"},
	{ENOBUFS, "no buffer space available"},
	{ENODEV, "no such device"},
	{ENOENT, "no such file or directory"},
	{ENOEXEC, "not an executable format (a script begins with #!, as in #!/bin/sh)"},
	{ENOMEM, "out of memory"},
	{ENOPROTOOPT, "protocol option not available"},
	{ENOSPC, "no space left on device"},
	{ENOSYS, "not supported by this system"},
	{ENOTCONN, "not connected"},
	{ENOTDIR, "not a directory"},
	{ENOTSOCK, "not a socket"},
	{ENXIO, "no such device or address"},
	{EOPNOTSUPP, "operation not supported"},
	{EPERM, "operation not permitted"},
	{EPIPE, "broken pipe"},
	{EPROTO, "protocol error"},
	{EPROTONOSUPPORT, "protocol not supported"},
	{EPROTOTYPE, "wrong socket type"},
	{EROFS, "read-only file system"},
	{ETIMEDOUT, "connection timed out"},
	{ETXTBSY, "text file busy"},
};

enum status status_of_errno(int err)
{
	switch (err) {
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENETDOWN: return STATUS_REFUSED;
	case ETIMEDOUT: return STATUS_TIMED_OUT;
	case EACCES:
	case EPERM: return STATUS_NOT_PERMITTED;
	case EADDRINUSE:
	case EADDRNOTAVAIL: return STATUS_LOCAL_ADDRESS;
	case ENOENT:
	case ENODEV:
	case ENXIO: return STATUS_NOT_FOUND;
	default: return STATUS_FAILED;
	}
}

const char *status_reason(int err)
{
	static _Thread_local char text[REASON_TEXT];

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].err == err)
			return reasons[i].text;
	}
	if (strerror_r(err, text, sizeof(text)) != 0)
		snprintf(text, sizeof(text), "error %d", err);
	/* Not the initials of `RPC ...`. */
	if (islower((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

volatile sig_atomic_t status_end_asked;

_Noreturn void status_die_of(int signo)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t set;

	log_finish();
	sigemptyset(&action.sa_mask);
	sigaction(signo, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, signo);
	/* The raised signal waits, if it was blocked, and ends us here. */
	raise(signo);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	/* Process 1 survives signals that it does not catch. */
	_exit(SIGNAL_STATUS + signo);
}
