/* SPDX-License-Identifier: ISC */
/* handlers.c - the built-in services of --handler. */

#include "tcp/services/handlers.h"

#include <stddef.h>

#define NAME(name) #name,
const char *const handler_names[] = {HANDLERS(NAME) NULL};

#define SERVICE(name) &name##_service,
const struct service *const handlers[] = {HANDLERS(SERVICE)};
