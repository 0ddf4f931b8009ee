/* SPDX-License-Identifier: ISC */
/* mountover.c - mount a file over another, in a private mount namespace.
 *
 *     mountover FILE PATH
 *
 * If PATH does not exist, its folder is replaced with one that has the same entries, as links, and
 * PATH. */
#ifdef __linux__
#define _DEFAULT_SOURCE /* mkdtemp */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "lib/peer.h"

static void put(const char *what, const char *where, const char *kind, unsigned long flags)
{
	if (mount(what, where, kind, flags, NULL) < 0)
		die("cannot mount %s at %s: %s", what, where, strerror(errno));
}

/* In FOLDER, make a link to each entry of BELOW except EXCEPT. */
static void link_entries(const char *below, const char *folder, const char *except)
{
	char from[PATH_MAX * 2], to[PATH_MAX * 2];
	DIR *entries = opendir(below);
	const struct dirent *entry;

	if (!entries)
		die("cannot read %s: %s", below, strerror(errno));
	while ((entry = readdir(entries))) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, except) == 0)
			continue;
		snprintf(from, sizeof(from), "%s/%s", below, name);
		snprintf(to, sizeof(to), "%s/%s", folder, name);
		if (symlink(from, to) < 0)
			die("cannot link %s: %s", to, strerror(errno));
	}
	closedir(entries);
}

static void make_room(const char *path)
{
	char one[PATH_MAX], other[PATH_MAX], here[PATH_MAX], below[PATH_MAX + 32];

	snprintf(one, sizeof(one), "%s", path);
	snprintf(other, sizeof(other), "%s", path);
	const char *folder = dirname(one), *name = basename(other);
	if (!getcwd(here, sizeof(here)))
		die("no working directory: %s", strerror(errno));
	snprintf(below, sizeof(below), "%s/below.XXXXXX", here);
	if (!mkdtemp(below))
		die("cannot make %s: %s", below, strerror(errno));
	put(folder, below, NULL, MS_BIND | MS_REC);
	put("tmpfs", folder, "tmpfs", 0);
	link_entries(below, folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (fd < 0)
		die("cannot make %s: %s", path, strerror(errno));
	close(fd);
}

int main(int argc, char **argv)
{
	peer_begin("mountover");
	if (argc != 3)
		die("FILE PATH");
	if (access(argv[2], F_OK) < 0)
		make_room(argv[2]);
	put(argv[1], argv[2], NULL, MS_BIND);
	return 0;
}

#else
#include "lib/peer.h"

int main(void)
{
	peer_begin("mountover");
	die("only for Linux");
}
#endif
