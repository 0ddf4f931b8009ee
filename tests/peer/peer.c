/* SPDX-License-Identifier: ISC */
/* peer.c - the other side of a connection, behaving as a test wants.
 *
 *     peer [OPTION...] STEP...
 *
 * Listens, and takes each connection through the steps; or connects, and does the same. What it saw
 * is on standard output, a line for each step; the lines are what tests look at.
 *
 *     --port-file FILE  write there the port, or the path, once it listens; connecting: how many
 *                       connections there are
 *     --host ADDRESS    to listen on (default 127.0.0.1)
 *     --port PORT       to listen on (default: any)
 *     --unix PATH       the path of a Unix socket to listen on instead
 *     --datagram        do not listen: the steps are for the socket, and the datagrams it gets
 *     --connect PLACE   connect there, from --unix where that is given: [ADDRESS:]PORT, unix:PATH,
 *                       packet:PATH, udp:[ADDRESS:]PORT, udp:unix:PATH; or fd:N, which is connected
 *     --times N         how many connections (default 1; 0: without end), all at once
 *     --backlog N       (default 128)
 *     --recv-buffer N   the size of the receive buffer
 *     --deaf SECONDS    refuse connections that long first
 *     --deaf-until FILE refuse connections until there is such a file
 *     --full            fill the backlog with connections of its own, so that nobody else gets an
 *                       answer; SIGUSR1 makes it accept, and hold, all that come
 *
 *     read              to the end: `end after N bytes` or `reset after N bytes`
 *     read:N            exactly N bytes
 *     read-until:TEXT   until TEXT has come
 *     slow:N            to the end, N bytes every 50 ms
 *     save:FILE         to the end, into FILE
 *     pieces            to the end, a line for each piece that came: `SECONDS BYTES`
 *     count             to the end, then answer with the number of bytes and a newline
 *     echo              to the end, sending everything back
 *     send:TEXT         with \n, \r, \t, \0, \xHH
 *     send-file:FILE    all of FILE
 *     drip:TEXT         one byte every 20 ms
 *     flood             send zeros until the other side has enough: `flooded N bytes, then REASON`
 *     take:N            N datagrams or packets, a line for each: its text, \xHH where it is none
 *     sizes:N           the same, but a line with the size
 *     reply:TEXT        send it to whom the last datagram came from
 *     burst:N,SIZE      send N datagrams of SIZE bytes
 *     wait:SECONDS      do nothing
 *     wait-for:FILE     do nothing until there is such a file
 *     touch:FILE        make one
 *     shutdown          end our sending side
 *     reset             close with a reset
 *     close             close now (the end of the steps does it, too)
 *     hold              do nothing until killed
 */
#define _DEFAULT_SOURCE /* getopt_long */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/place.h"
#include "lib/steps.h"

struct options {
	const char *port_file, *host, *port, *path, *connect, *deaf_until;
	unsigned times;
	int backlog, recv_buffer;
	double deaf;
	int full, datagram;
	char *const *steps;
};

/* One connection, for its thread. */
struct guest {
	int fd;
	char *const *steps;
	pthread_t thread;
};

static void *entertain(void *arg)
{
	struct guest *guest = arg;

	steps_go(guest->fd, guest->steps);
	return NULL;
}

/* The guests are waited for at the end, so each stays in its place. */
static void take_in(struct guest **guests, unsigned count, int fd, char *const *steps)
{
	struct guest *guest = get(NULL, sizeof(*guest));
	pthread_attr_t roomy;

	*guest = (struct guest){.fd = fd, .steps = steps};
	guests[count] = guest;
	/* The steps have pieces of 64 kB on the stack; a thread of musl has 128 kB. */
	if (pthread_attr_init(&roomy) != 0 || pthread_attr_setstacksize(&roomy, 1024 * 1024) != 0 ||
		pthread_create(&guest->thread, &roomy, entertain, guest) != 0)
		die("cannot make a thread");
	pthread_attr_destroy(&roomy);
}

static void see_off(struct guest **guests, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		pthread_join(guests[i]->thread, NULL);
		free(guests[i]);
	}
	free(guests);
}

/* Make connections until one has to wait; they remain open. */
static void fill(int server)
{
	struct sockaddr_storage to;
	socklen_t size = sizeof(to);
	struct pollfd last = {.events = POLLOUT};

	if (getsockname(server, (struct sockaddr *)&to, &size) < 0)
		die("getsockname: %s", strerror(errno));
	do {
		last.fd = socket(to.ss_family, SOCK_STREAM, 0);
		fcntl(last.fd, F_SETFL, O_NONBLOCK);
		/* For a Unix socket this is EAGAIN, and the connect does not go on in the
		 * background. */
		if (connect(last.fd, (struct sockaddr *)&to, size) < 0 && errno == EAGAIN)
			return;
	} while (poll(&last, 1, 100) > 0);
}

static int start(const struct options *o)
{
	char text[256];
	const char *kind = o->datagram ? "udp:" : "";

	if (o->path)
		snprintf(text, sizeof(text), "%sunix:%s", kind, o->path);
	else
		snprintf(text, sizeof(text), "%s%s:%s", kind, o->host, o->port);
	struct place place = place_parse(text);
	int fd = place_bind(&place);
	if (o->recv_buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &o->recv_buffer, sizeof(o->recv_buffer));
	return fd;
}

static void hear(const struct options *o, int server)
{
	if (o->deaf > 0)
		nap(o->deaf);
	while (o->deaf_until && access(o->deaf_until, F_OK) < 0)
		nap(0.01);
	if (listen(server, o->backlog) < 0)
		die("cannot listen: %s", strerror(errno));
}

/* Without --deaf it listens before the port is published, with --deaf afterwards. */
static void serve(const struct options *o)
{
	struct guest **guests = NULL;
	unsigned count = 0;
	int server = start(o);
	bool deaf = o->deaf > 0 || o->deaf_until;
	sigset_t go;

	sigemptyset(&go);
	sigaddset(&go, SIGUSR1);
	sigprocmask(SIG_BLOCK, &go, NULL);
	if (!deaf)
		hear(o, server);
	if (o->full)
		fill(server);
	if (o->port_file)
		place_publish(server, o->port_file);
	if (deaf)
		hear(o, server);
	for (int none; o->full && sigwait(&go, &none) != 0;)
		;
	while (o->times == 0 || count < o->times) {
		int fd = accept(server, NULL, NULL);
		if (fd < 0)
			die("cannot accept: %s", strerror(errno));
		guests = get(guests, (count + 1) * sizeof(*guests));
		take_in(guests, count++, fd, o->steps);
	}
	see_off(guests, count);
}

static void receive(const struct options *o)
{
	int fd = start(o);

	if (o->port_file)
		place_publish(fd, o->port_file);
	steps_go(fd, o->steps);
}

static int connection(const struct options *o)
{
	if (strncmp(o->connect, "fd:", 3) == 0)
		return (int)number(o->connect + 3, INT32_MAX);
	struct place to = place_parse(o->connect);
	if (!o->path)
		return place_dial(&to);
	int fd = start(o);
	if (connect(fd, (const struct sockaddr *)&to.address, to.size) < 0)
		die("cannot connect: %s", strerror(errno));
	return fd;
}

static void dial(const struct options *o)
{
	struct guest **guests = get(NULL, o->times * sizeof(*guests));

	for (unsigned i = 0; i < o->times; i++)
		take_in(guests, i, connection(o), o->steps);
	if (o->port_file)
		publish(o->port_file, "%u", o->times);
	see_off(guests, o->times);
}

static const struct option words[] = {
	{"port-file", required_argument, NULL, 'f'},
	{"host", required_argument, NULL, 'h'},
	{"port", required_argument, NULL, 'p'},
	{"unix", required_argument, NULL, 'u'},
	{"connect", required_argument, NULL, 'c'},
	{"times", required_argument, NULL, 't'},
	{"backlog", required_argument, NULL, 'b'},
	{"recv-buffer", required_argument, NULL, 'r'},
	{"deaf", required_argument, NULL, 'd'},
	{"deaf-until", required_argument, NULL, 'D'},
	{"full", no_argument, NULL, 'F'},
	{"datagram", no_argument, NULL, 'g'},
	{0},
};

static void take_option(struct options *o, int letter)
{
	switch (letter) {
	case 'f': o->port_file = optarg; break;
	case 'h': o->host = optarg; break;
	case 'p': o->port = optarg; break;
	case 'u': o->path = optarg; break;
	case 'c': o->connect = optarg; break;
	case 't': o->times = (unsigned)number(optarg, 100000); break;
	case 'b': o->backlog = (int)number(optarg, INT32_MAX); break;
	case 'r': o->recv_buffer = (int)number(optarg, INT32_MAX); break;
	case 'd': o->deaf = seconds(optarg); break;
	case 'D': o->deaf_until = optarg; break;
	case 'F': o->full = 1; break;
	case 'g': o->datagram = 1; break;
	default: exit(2);
	}
}

int main(int argc, char **argv)
{
	struct options o = {.host = "127.0.0.1", .port = "0", .times = 1, .backlog = 128};
	int letter;

	peer_begin("peer");
	while ((letter = getopt_long(argc, argv, "+", words, NULL)) >= 0)
		take_option(&o, letter);
	o.steps = argv + optind;
	if (!*o.steps)
		die("no step");
	steps_check(o.steps);
	if (o.connect)
		dial(&o);
	else if (o.datagram)
		receive(&o);
	else
		serve(&o);
	return 0;
}
