/* SPDX-License-Identifier: ISC */
/* sock_posix.c - an unknown system has no -o options of its own. */
#include "core/sock/sock.h"

static const struct sock_option rows[] = {{0}};

const struct sock_option *const sock_system_options = rows;
