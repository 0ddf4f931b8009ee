/* SPDX-License-Identifier: ISC */
/* secret.h - what no command that we run may see of our environment. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/checked.h"

/* Take SOCKIT_PROXY_PASSWORD out of the environment and overwrite it there, so that neither a child
 * nor /proc/PID/environ has it. 0, or -1 with errno ENOMEM. To be called once, before anything
 * else. */
int secret_take(void) CHECKED;

/* Its value, valid until the process ends; NULL: it was not set. */
const char *secret_proxy_password(void);

#endif
