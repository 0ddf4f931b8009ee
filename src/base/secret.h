/* SPDX-License-Identifier: ISC */
/* secret.h - what the environment says that no command we run may learn. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/* Take SOCKIT_PROXY_PASSWORD out of the environment and overwrite it there, so that neither a child
 * nor /proc/PID/environ has it. 0, or -1 with errno ENOMEM. Called once, first of all. */
int secret_take(void);

/* Its value, valid for the life of the process; NULL: it was not set. */
const char *secret_proxy_password(void);

#endif
