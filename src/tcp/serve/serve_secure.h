/* SPDX-License-Identifier: ISC */
/* serve_secure.h - tcp-serve gives up what serving does not need. */
#ifndef TCP_SERVE_SERVE_SECURE_H
#define TCP_SERVE_SERVE_SECURE_H

#include "base/checked.h"

struct bytes;
struct serve_run;

/* Once bound: change the root and the user, and open what is needed from there. An exit status; if
 * not STATUS_DONE, one line is in WHY. */
int serve_settle(struct serve_run *r, struct bytes *why) CHECKED;

/* Give up writing files and starting programs, unless commands are run: their rights are their own
 * affair. */
void serve_confine(const struct serve_run *r);

#endif
