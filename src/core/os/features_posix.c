/* SPDX-License-Identifier: ISC */
/* features_posix.c - POSIX alone has few features that could be missing. */
#include "core/os/features.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/fd.h"

const char *const os_platform = SOCKIT_PLATFORM;

static void ipv6(char text[OS_FEATURE_TEXT])
{
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	snprintf(text, OS_FEATURE_TEXT, "%s", fd >= 0 ? "yes" : "no");
	fd_close(fd);
}

const struct os_feature os_features[] = {
	{"IPv6", ipv6},
	{0},
};
