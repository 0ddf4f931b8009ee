/* SPDX-License-Identifier: ISC */
/* serve_many.h - the ways to serve in which clients have to do with one another: --broker, --chat,
 * --collect, --collect-dir. */
#ifndef TCP_SERVE_SERVE_MANY_H
#define TCP_SERVE_SERVE_MANY_H

#include <stdbool.h>

#include "base/checked.h"
#include "tcp/serve/serve_options.h"
#include "tcp/services/broker.h"
#include "tcp/services/collect.h"

/* What they need while they serve, one of which is used. All zero before serve_many_open. */
struct serve_many {
	struct broker broker;
	struct collector collector;
	struct collect_dir dir;
};

/* The option that chose one of these ways, or NULL. */
const char *serve_many_way(const struct serve_way *way);

/* Set the service of S, if CONFIG has chosen one of these. */
void serve_many_choose(struct serve_many *m, const struct serve_config *config, struct server *s);

/* Open the directory of --collect-dir, which may stand in another root and belong to another user:
 * after both have changed. An exit status; if not STATUS_DONE, one line is in WHY. */
int serve_many_open(struct serve_many *m, const struct serve_way *way, struct bytes *why) CHECKED;

/* An exit status, once all is over. */
int serve_many_status(const struct serve_many *m);

/* Before S's loop is freed. */
void serve_many_release(struct serve_many *m);

#endif
