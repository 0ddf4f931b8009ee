/* SPDX-License-Identifier: ISC */
/* commands.h - the command of this folder. */
#ifndef RAW_COMMANDS_H
#define RAW_COMMANDS_H

#include "core/opt/opt.h"

extern const struct command raw_send_command;

#endif
