/* SPDX-License-Identifier: ISC */
/* features_linux.c - which of the features that sockit can use this Linux has. */
#define _GNU_SOURCE /* syscall, pipe2 */
#include "core/os/features.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "core/os/calls.h"
#include "core/os/os.h"

/* From the kernel's headers, which may not be installed or older than the kernel. */
enum {
	KERNEL_UDP_SEGMENT = 103,
	KERNEL_AF_VSOCK = 40,
	KERNEL_LANDLOCK_VERSION = 1,
	SEGMENT = 1000,
};

const char *const os_platform = "linux";

static void say(char text[OS_FEATURE_TEXT], bool yes)
{
	snprintf(text, OS_FEATURE_TEXT, "%s", yes ? "yes" : "no");
}

static bool can_open(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	fd_close(fd);
	return fd >= 0;
}

static void ipv6(char text[OS_FEATURE_TEXT])
{
	say(text, can_open(AF_INET6, SOCK_STREAM, 0));
}

/* Trying to move bytes out of an empty pipe shows whether that is supported. */
static void splices(char text[OS_FEATURE_TEXT])
{
	int one[2], two[2];
	bool works = false;

	if (os_pipe(one) == 0) {
		if (os_pipe(two) == 0) {
			works = os_splice(one[0], two[1], 1, false) >= 0 || errno == EAGAIN;
			fd_close(two[0]);
			fd_close(two[1]);
		}
		fd_close(one[0]);
		fd_close(one[1]);
	}
	say(text, works);
}

static void segments(char text[OS_FEATURE_TEXT])
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = SEGMENT;

	say(text, setsockopt(fd, IPPROTO_UDP, KERNEL_UDP_SEGMENT, &size, sizeof size) == 0);
	fd_close(fd);
}

static void landlock(char text[OS_FEATURE_TEXT])
{
	long version = syscall(
		SYS_landlock_create_ruleset, NULL, (size_t)0, (unsigned)KERNEL_LANDLOCK_VERSION);

	if (version > 0)
		snprintf(text, OS_FEATURE_TEXT, "version %ld", version);
	else
		say(text, false);
}

static void seccomp(char text[OS_FEATURE_TEXT])
{
	say(text, prctl(PR_GET_SECCOMP) >= 0);
}

static void mptcp(char text[OS_FEATURE_TEXT])
{
	int fd = os_socket(AF_INET, SOCK_STREAM, OS_MPTCP);

	say(text, fd >= 0);
	fd_close(fd);
}

static void vsock(char text[OS_FEATURE_TEXT])
{
	say(text, can_open(KERNEL_AF_VSOCK, SOCK_STREAM, 0));
}

const struct os_feature os_features[] = {
	{"IPv6", ipv6},
	{"splice", splices},
	{"UDP segments", segments},
	{"MPTCP", mptcp},
	{"vsock", vsock},
	{"Landlock", landlock},
	{"seccomp", seccomp},
	{0},
};
