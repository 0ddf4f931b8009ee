/* SPDX-License-Identifier: ISC */
/* commands.h - the commands of this folder. */
#ifndef TCP_COMMANDS_H
#define TCP_COMMANDS_H

#include "core/opt/opt.h"

extern const struct command tcp_connect_command, tcp_serve_command;

#endif
