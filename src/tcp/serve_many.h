/* SPDX-License-Identifier: ISC */
/* serve_many.h - the ways to serve in which clients have to do with one another: --broker, --chat,
 * --collect, --collect-dir. */
#ifndef TCP_SERVE_MANY_H
#define TCP_SERVE_MANY_H

#include <stdbool.h>

#include "tcp/broker.h"
#include "tcp/collect.h"
#include "tcp/serve_options.h"

/* What they need while they serve, one of which is used. All zero before serve_many_open. */
struct serve_many {
	struct broker broker;
	struct collector collector;
	struct collect_dir dir;
};

/* The option that chose one of these ways, or NULL. */
const char *serve_many_way(const struct serve_way *way);

/* Set the service of S, if CONFIG has chosen one of these. 0, or -1 with errno. */
int serve_many_open(struct serve_many *m, const struct serve_config *config, struct server *s);

/* An exit status, once all is over. */
int serve_many_status(const struct serve_many *m);

/* Before S's loop is freed. */
void serve_many_release(struct serve_many *m);

#endif
