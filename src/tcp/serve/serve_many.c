/* SPDX-License-Identifier: ISC */
/* serve_many.c - the ways to serve in which clients have to do with one another. */

#include "tcp/serve/serve_many.h"

#include <stddef.h>

#include "base/status.h"

const char *serve_many_way(const struct serve_way *way)
{
	return way->broker	   ? "--broker"
		: way->chat	   ? "--chat"
		: way->collect	   ? "--collect"
		: way->collect_dir ? "--collect-dir"
				   : NULL;
}

void serve_many_choose(struct serve_many *m, const struct serve_config *config, struct server *s)
{
	const struct serve_way *way = &config->way;

	if (way->broker || way->chat) {
		broker_init(&m->broker, s, way->chat);
		s->service = &broker_service;
		s->config = &m->broker;
	} else if (way->collect) {
		collector_init(&m->collector, s, config->common.json);
		s->service = &collect_service;
		s->config = &m->collector;
	} else if (way->collect_dir) {
		s->service = &collect_dir_service;
		s->config = &m->dir;
	}
}

int serve_many_open(struct serve_many *m, const struct serve_way *way, struct bytes *why)
{
	return way->collect_dir ? collect_dir_open(&m->dir, way->collect_dir, why) : STATUS_DONE;
}

int serve_many_status(const struct serve_many *m)
{
	return m->collector.status ? m->collector.status : m->dir.status;
}

void serve_many_release(struct serve_many *m)
{
	broker_release(&m->broker);
	collector_release(&m->collector);
	collect_dir_release(&m->dir);
}
