/* SPDX-License-Identifier: ISC */
/* secret.h - what is in the environment that no command we run may see. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/checked.h"

/* Take SOCKIT_PROXY_PASSWORD out of the environment and overwrite it there, so that neither a child
 * nor /proc/PID/environ has it. 0, or -1 with errno ENOMEM. Called once, first of all. */
int secret_take(void) CHECKED;

/* Its value, valid for the life of the process; NULL: it was not set. */
const char *secret_proxy_password(void);

#endif
