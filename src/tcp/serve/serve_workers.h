/* SPDX-License-Identifier: ISC */
/* serve_workers.h - tcp-serve --workers: what this process does, and what each worker does. */
#ifndef TCP_SERVE_SERVE_WORKERS_H
#define TCP_SERVE_SERVE_WORKERS_H

#include "base/checked.h"
#include "base/status.h"

struct bytes;
struct serve_run;

/* Listen, and start workers that serve; when they have ended, R->loop ends. An exit status; if it
 * is not STATUS_DONE, WHY has one line. */
enum status serve_workers_start(struct serve_run *r, struct bytes *why) CHECKED;

#endif
