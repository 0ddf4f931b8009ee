/* SPDX-License-Identifier: ISC */
/* sock_posix.c - a system that is not known has no -o options of its own. */
#include "core/sock/sock.h"

static const struct sock_option rows[] = {{0}};

const struct sock_option *const sock_system_options = rows;
