/* SPDX-License-Identifier: ISC */
/* collect_dir.c - a file for each connection. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/os/host.h"
#include "core/stream/relay.h"
#include "tcp/services/collect.h"
#include "tcp/services/service_kinds.h"

enum {
	NAME_ROOM = 32 + ADDR_TEXT,
	DIGITS_MAX = 15,   /* longer numbers in the directory are not ours */
	ALONE_AFTER = 256, /* files */
	TRIES = 1000,	   /* how many times to try another number if others take it in the
			    * meantime */
};

struct collected {
	struct relay relay; /* first, because relay_conn_stop and the like treat the state as a
			     * relay */
	uint64_t number;
};

/* The name of file NUMBER: `000001-192.0.2.1-48437`, `000002-unix`. The only parts that a peer can
 * choose are digits of its address and the name of an interface. */
static void file_name(const struct conn *c, uint64_t number, char name[NAME_ROOM])
{
	char host[ADDR_TEXT] = "unix";
	struct addr peer;
	int n;

	conn_peer(c, &peer);
	if (addr_family(&peer) != AF_UNIX)
		addr_text_host(&peer, host);
	for (char *at = host; *at; at++) {
		if (*at == '/')
			*at = '_';
	}
	n = snprintf(name, NAME_ROOM, "%06" PRIu64 "-%s", number, host);
	if (addr_family(&peer) != AF_UNIX)
		snprintf(name + n, NAME_ROOM - (size_t)n, "-%u", (unsigned)addr_port(&peer));
}

/* The number that NAME begins with, 0 if it is not one of our names. */
static uint64_t number_of(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits > 0 && digits <= DIGITS_MAX && name[digits] == '-' ? strtoull(name, NULL, 10)
									 : 0;
}

/* 0, or -1 with errno. */
static int find_highest(struct collect_dir *d)
{
	int fd = fcntl(d->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *one;
	int err;

	if (!dir) {
		fd_close(fd);
		return -1;
	}
	/* Its position is shared with D->fd, and is at the end after the first time. */
	rewinddir(dir);
	while (errno = 0, (one = readdir(dir)) != NULL) {
		uint64_t number = number_of(one->d_name);

		d->number = number > d->number ? number : d->number;
	}
	err = errno;
	closedir(dir);
	errno = err;
	return err ? -1 : 0;
}

/* Whether others may have created a file since D created its last. On some systems the directory's
 * time advances with the ticks of the clock, and does not tell whether another one was created in
 * the same tick; then only reading the directory tells, which is costly if there are many files. A
 * server that has been alone for long is assumed to remain so until another tick. */
static bool may_have_changed(const struct collect_dir *d, struct timespec changed)
{
	return changed.tv_sec != d->changed.tv_sec || changed.tv_nsec != d->changed.tv_nsec ||
		d->made < ALONE_AFTER;
}

/* Update the number if others create files here too: several servers may share the directory, which
 * is locked. 0, or -1 with errno. */
static int catch_up(struct collect_dir *d)
{
	uint64_t before = d->number;
	struct stat st;

	if (fstat(d->fd, &st) < 0)
		return -1;
	if (!may_have_changed(d, os_modified(&st)))
		return 0;
	if (find_highest(d) < 0)
		return -1;
	if (d->number > before)
		d->made = 0;
	return 0;
}

/* A file was created. */
static void remember(struct collect_dir *d)
{
	struct stat st;

	d->made++;
	if (fstat(d->fd, &st) == 0)
		d->changed = os_modified(&st);
}

/* Create a file for C. Returns its descriptor, or -1 with errno; NAME is set in any case. */
static int file_make(struct conn *c, char name[NAME_ROOM])
{
	struct collect_dir *d = c->server->config;
	struct collected *state = conn_state(c);
	int fd = -1, err;

	/* Without a lock (not every file system has them), or if the directory can no longer be
	 * read, others may use the same number, but never the same file. */
	if (os_lock(d->fd) < 0 || catch_up(d) < 0)
		log_detail("cannot lock %s (%s): other servers may use the same numbers", d->path,
			status_reason(errno));
	errno = EEXIST;
	for (int i = 0; i < TRIES && fd < 0 && errno == EEXIST; i++) {
		state->number = ++d->number;
		file_name(c, state->number, name);
		fd = openat(d->fd, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0666);
	}
	err = errno;
	if (fd >= 0)
		remember(d);
	os_unlock(d->fd);
	errno = err;
	return fd;
}

static void warn(struct conn *c, const char *verb, const char *name, int err)
{
	struct collect_dir *d = c->server->config;

	d->status = STATUS_FAILED;
	conn_warn(c, "cannot %s %s/%s: %s", verb, d->path, name, status_reason(err));
}

static void file_over(void *arg, struct relay *relay)
{
	struct conn *c = arg;
	bool unwritten = relay->reason == RELAY_FAILED && relay->failed_side == SIDE_TARGET;
	struct conn_result result = unwritten ? relay_result(relay) : relay_ended(c, relay);
	char name[NAME_ROOM];

	/* The client must not believe that data are stored that are not. */
	if (unwritten) {
		file_name(c, ((struct collected *)conn_state(c))->number, name);
		warn(c, "write", name, relay->error);
		result.ending = CONN_ABORT;
	}
	relay_release_watched(relay, c->fd);
	conn_end(c, &result);
}

static void file_start(struct conn *c)
{
	struct collected *state = conn_state(c);
	struct end end = conn_end_point(c);
	static const struct end none = {.fd = -1, .kind = END_NONE};
	struct relay_side client = {.in = end, .out = none}, file;
	char name[NAME_ROOM];
	int fd = file_make(c, name);

	if (fd < 0) {
		warn(c, "create", name, errno);
		conn_break(c);
		return;
	}
	file = (struct relay_side){.in = none, .out = {.fd = fd, .kind = END_FILE}};
	relay_init(&state->relay, c->server->loop, &c->server->plan->relay, &file, &client);
	relay_start(&state->relay, file_over, c);
}

const struct service collect_dir_service = {.one_process = true,
	.descriptors = 2,
	.size = sizeof(struct collected),
	.start = file_start,
	.stop = relay_conn_stop,
	.moved_ns = relay_conn_moved_ns,
	.measure = relay_conn_measure};

static enum status refuse(const char *path, int err, struct bytes *why)
{
	return fail_with(
		why, status_of_errno(err), "cannot collect into %s: %s", path, status_reason(err));
}

enum status collect_dir_check(const char *path, struct bytes *why)
{
	struct stat st;
	int err = stat(path, &st) < 0 ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;

	if (!err && access(path, W_OK | X_OK) < 0)
		err = errno;
	return err ? refuse(path, err, why) : STATUS_DONE;
}

enum status collect_dir_open(struct collect_dir *d, const char *path, struct bytes *why)
{
	enum status status = collect_dir_check(path, why);

	*d = (struct collect_dir){.path = path, .fd = -1};
	if (status != STATUS_DONE)
		return status;
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd < 0 || find_highest(d) < 0 ? refuse(path, errno, why) : STATUS_DONE;
}

void collect_dir_release(struct collect_dir *d)
{
	if (d->path)
		fd_close(d->fd);
}
