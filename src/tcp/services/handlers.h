/* SPDX-License-Identifier: ISC */
/* handlers.h - the built-in services of --handler. To add one, write its file, with a `const struct
 * service NAME_service`, and add its NAME to this list. */
#ifndef TCP_SERVICES_HANDLERS_H
#define TCP_SERVICES_HANDLERS_H

#include "tcp/server/server.h"

/* RFC 862, 863, 864, 867, 868; then those that answer messages (talker.h). */
#define HANDLERS(X)                                                                                \
	X(echo) X(discard) X(chargen) X(daytime) X(time) X(timestamp) X(reverse) X(roster)

#define HANDLER_DECLARE(name) extern const struct service name##_service;
HANDLERS(HANDLER_DECLARE)

/* Their names, for OPT_CHOICE, and the services in the same order. */
extern const char *const handler_names[];
extern const struct service *const handlers[];

#endif
