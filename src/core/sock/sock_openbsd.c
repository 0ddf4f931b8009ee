/* SPDX-License-Identifier: ISC */
/* sock_openbsd.c - the -o options that OpenBSD has beyond those of every system (getsockopt(2)). */
#include "core/sock/sock.h"

static const struct sock_option rows[] = {
	{.name = "freebind",
		.arg = "",
		.help = "bind to an address this host does not have (needs root)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_BINDANY},
	{.name = "transparent",
		.arg = "",
		.help = "use foreign addresses (needs root)",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_BINDANY},
	{0},
};

const struct sock_option *const sock_system_options = rows;
