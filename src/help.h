/* SPDX-License-Identifier: ISC */
/* help.h - what `sockit help` shows besides the options of a command. */
#ifndef HELP_H
#define HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct command;

/* The topics of `sockit help TOPIC`; ends with NULL. */
extern const char *const help_topics[];

/* Write TOPIC to OUT. False: there is no such topic. */
bool help_topic(const char *topic, FILE *out);

/* Write the list of the COUNT COMMANDS, and of the topics. */
void help_overview(const struct command *const *commands, size_t count, FILE *out);

#endif
