/* SPDX-License-Identifier: ISC */
/* commands.h - the commands of this folder. */
#ifndef NAMES_COMMANDS_H
#define NAMES_COMMANDS_H

#include "core/opt/opt.h"

extern const struct command resolve_command, services_command;

#endif
