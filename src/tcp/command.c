/* SPDX-License-Identifier: ISC */
/* command.c - run a command with a connection as its standard input and output. */

#include "tcp/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/loop/child.h"
#include "core/os/os.h"
#include "core/sock/sock.h"

enum { VARIABLE_ROOM = ADDR_TEXT + 32, VARIABLES = 9 };

/* What an outer server may have set, and what is none of a command's business. */
static const char *const cleared[] = {"TCPREMOTEHOST", "TCPREMOTEINFO", "TCPREMOTEIP",
	"TCPREMOTEPORT", "TCPLOCALHOST", "TCPLOCALIP", "TCPLOCALPORT", "IPCREMOTEEUID",
	"IPCREMOTEEGID", "IPCREMOTEPATH", "IPCREMOTEINFO", "IPCLOCALPATH", "NOTIFY_SOCKET"};
enum { CLEARED = sizeof cleared / sizeof *cleared };

/* The environment of one command, under construction. */
struct variables {
	char text[VARIABLES][VARIABLE_ROOM];
	const char *list[CLEARED + VARIABLES];
	size_t set;
	size_t count;
};

void command_line_init(struct command_line *line, char *const *argv, const char *shell_text)
{
	*line = (struct command_line){.argv = argv};
	if (!shell_text)
		return;
	line->shell[0] = (char *)"/bin/sh";
	line->shell[1] = (char *)"-c";
	line->shell[2] = (char *)shell_text;
	line->argv = line->shell;
}

static void variable_add(struct variables *v, const char *name, const char *value)
{
	char *text = v->text[v->set++];

	snprintf(text, VARIABLE_ROOM, "%s=%s", name, value);
	v->list[v->count++] = text;
}

static void variable_add_number(struct variables *v, const char *name, unsigned long value)
{
	char text[24];

	snprintf(text, sizeof text, "%lu", value);
	variable_add(v, name, text);
}

static void add_inet(struct variables *v, const struct addr *local, const struct addr *peer)
{
	char text[ADDR_TEXT];

	variable_add(v, "PROTO", "TCP");
	variable_add(v, "TCPREMOTEIP", addr_text_host(peer, text));
	variable_add_number(v, "TCPREMOTEPORT", addr_port(peer));
	variable_add(v, "TCPLOCALIP", addr_text_host(local, text));
	variable_add_number(v, "TCPLOCALPORT", addr_port(local));
}

static void add_unix(struct variables *v, int fd, const struct addr *local, const struct addr *peer)
{
	char text[ADDR_TEXT];
	uid_t uid;
	gid_t gid;

	variable_add(v, "PROTO", "IPC");
	if (os_peer_user(fd, &uid, &gid) == 0) {
		variable_add_number(v, "IPCREMOTEEUID", (unsigned long)uid);
		variable_add_number(v, "IPCREMOTEEGID", (unsigned long)gid);
	}
	variable_add(v, "IPCREMOTEPATH", addr_text_host(peer, text));
	variable_add(v, "IPCLOCALPATH", addr_text_host(local, text));
}

pid_t command_start(char *const *argv, int fd, const struct command_peer *peer, bool own_group)
{
	struct variables v = {.count = CLEARED};
	struct child_command command = {.argv = argv, .in = fd, .out = fd, .own_group = own_group};
	char **environment;
	pid_t pid;

	memcpy(v.list, cleared, sizeof cleared);
	if (addr_family(peer->peer) == AF_INET || addr_family(peer->peer) == AF_INET6)
		add_inet(&v, peer->local, peer->peer);
	else
		add_unix(&v, peer->wire, peer->local, peer->peer);
	environment = child_environ(v.list, v.count);
	if (!environment)
		return -1;
	command.environ = environment;
	pid = child_start(&command);
	free(environment);
	return pid;
}
