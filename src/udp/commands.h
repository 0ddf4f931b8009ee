/* SPDX-License-Identifier: ISC */
/* commands.h - the commands of this folder. */
#ifndef UDP_COMMANDS_H
#define UDP_COMMANDS_H

#include "core/opt/opt.h"

extern const struct command udp_send_command, udp_listen_command;

#endif
