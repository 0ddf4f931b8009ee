/* SPDX-License-Identifier: ISC */
/* collect.h - --collect: the lines of many clients, whole, on standard output; --collect-dir: a
 * file for each connection. */
#ifndef TCP_SERVICES_COLLECT_H
#define TCP_SERVICES_COLLECT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"
#include "tcp/server/server.h"
#include "tcp/services/lines.h"

/* The configuration of collect_service, and what its clients share. */
struct collector {
	struct server *server;
	bool json; /* an object for each line */
	struct end output;
	struct bytes lines; /* not written yet from WRITTEN on */
	size_t written;
	struct lines_total begun;
	struct loop_defer write;
	bool full;	    /* clients are not read until output has been written */
	bool kept;	    /* the server waits until output is written */
	bool waits;	    /* until output is writable */
	bool broken;	    /* the reader of standard output has left */
	enum status status; /* STATUS_FAILED once output could not be written */
};

/* Nothing is lost: when standard output is slow, clients are not read; what they sent before they
 * ended or broke off is written. When it cannot be written to, the server ends. */
extern const struct service collect_service;

/* Prepare C, whose server is S. */
void collector_init(struct collector *c, struct server *s, bool json);
void collector_release(struct collector *c);

/* The configuration of collect_dir_service. */
struct collect_dir {
	const char *path;
	int fd;			 /* the directory; -1: not open */
	uint64_t number;	 /* of the file created last */
	struct timespec changed; /* the directory's modification time after that */
	uint64_t made;		 /* files created by this process since others did */
	enum status status;	 /* STATUS_FAILED once a file could not be created or written */
};

/* A client whose file cannot be created or written is cut off, with a message; others go on. */
extern const struct service collect_dir_service;

/* Whether files can be created in PATH: an exit status, and if it is not STATUS_DONE, one line in
 * WHY. */
enum status collect_dir_check(const char *path, struct bytes *why) CHECKED;

/* Open PATH and find the highest number there, so that the files of one run follow those of
 * another. As collect_dir_check. */
enum status collect_dir_open(struct collect_dir *d, const char *path, struct bytes *why) CHECKED;
void collect_dir_release(struct collect_dir *d);

#endif
