/* SPDX-License-Identifier: ISC */
/* hand.c - become a command that finds a socket among its descriptors, as from inetd or systemd.
 *
 *     hand [OPTION...] COMMAND...
 *
 *     --kind KIND       listen (the default), accept: the first connection to it, or datagram
 *     --unix PATH       a Unix socket instead of a free port of 127.0.0.1
 *     --fd N            its number (default 3); an accepted connection is N and N+1
 *     --port-file FILE  write there the port, or the path, once it is bound
 *
 * LISTEN_FDS and LISTEN_PID are set as sd_listen_fds(3) has them.
 */
#define _DEFAULT_SOURCE /* getopt_long */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"

struct options {
	const char *kind, *path, *port_file;
	int fd;
};

static int make(const struct options *o)
{
	char text[256] = "0";
	bool datagram = strcmp(o->kind, "datagram") == 0;

	if (o->path)
		snprintf(text, sizeof(text), "%sunix:%s", datagram ? "udp:" : "", o->path);
	else if (datagram)
		snprintf(text, sizeof(text), "udp:0");
	struct place place = place_parse(text);
	int fd = place_bind(&place);
	if (!datagram && listen(fd, 128) < 0)
		die("cannot listen: %s", strerror(errno));
	if (o->port_file)
		place_publish(fd, o->port_file);
	return fd;
}

static void pass(int from, int to)
{
	if (dup2(from, to) < 0)
		die("no descriptor %d: %s", to, strerror(errno));
}

static struct options parse(int argc, char **argv)
{
	static const struct option words[] = {
		{"kind", required_argument, NULL, 'k'},
		{"unix", required_argument, NULL, 'u'},
		{"fd", required_argument, NULL, 'f'},
		{"port-file", required_argument, NULL, 'p'},
		{0},
	};
	struct options o = {.kind = "listen", .fd = 3};
	int letter;

	while ((letter = getopt_long(argc, argv, "+", words, NULL)) >= 0) {
		switch (letter) {
		case 'k': o.kind = optarg; break;
		case 'u': o.path = optarg; break;
		case 'f': o.fd = (int)number(optarg, 1000); break;
		case 'p': o.port_file = optarg; break;
		default: exit(2);
		}
	}
	if (!argv[optind])
		die("no command");
	return o;
}

int main(int argc, char **argv)
{
	char pid[32];

	peer_begin("hand");
	struct options o = parse(argc, argv);
	int fd = make(&o);
	if (strcmp(o.kind, "accept") == 0) {
		int connection = accept(fd, NULL, NULL);
		close(fd);
		if (connection < 0)
			die("cannot accept: %s", strerror(errno));
		fd = connection;
		pass(fd, o.fd + 1);
	}
	if (fd != o.fd) {
		pass(fd, o.fd);
		if (fd != o.fd + 1)
			close(fd);
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", pid, 1);
	peer_end();
	execvp(argv[optind], argv + optind);
	die("cannot run %s: %s", argv[optind], strerror(errno));
}
