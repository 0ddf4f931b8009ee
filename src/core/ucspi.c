/* SPDX-License-Identifier: ISC */
/* ucspi.c - the command line and the environment of a command that serves a peer (UCSPI). */
#include "core/ucspi.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/loop/child.h"
#include "core/os/peer.h"

enum { VARIABLE_ROOM = ADDR_TEXT + 32, VARIABLES = 9 };

/* Variables that an outer server may have set, and those that are not for a command. */
static const char *const cleared[] = {"TCPREMOTEHOST", "TCPREMOTEINFO", "TCPREMOTEIP",
	"TCPREMOTEPORT", "TCPLOCALHOST", "TCPLOCALIP", "TCPLOCALPORT", "UDPREMOTEIP",
	"UDPREMOTEPORT", "UDPLOCALIP", "UDPLOCALPORT", "IPCREMOTEEUID", "IPCREMOTEEGID",
	"IPCREMOTEPATH", "IPCREMOTEINFO", "IPCLOCALPATH", "NOTIFY_SOCKET"};
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

/* PREFIX and NAME are the variable's name. */
static void variable_add(
	struct variables *v, const char *prefix, const char *name, const char *value)
{
	char *text = v->text[v->set++];

	snprintf(text, VARIABLE_ROOM, "%s%s=%s", prefix, name, value);
	v->list[v->count++] = text;
}

static void variable_add_number(
	struct variables *v, const char *prefix, const char *name, unsigned long value)
{
	char text[24];

	snprintf(text, sizeof text, "%lu", value);
	variable_add(v, prefix, name, text);
}

static void add_inet(struct variables *v, const struct ucspi *u)
{
	char text[ADDR_TEXT];

	variable_add(v, "", "PROTO", u->proto);
	variable_add(v, u->proto, "REMOTEIP", addr_text_host(u->peer, text));
	variable_add_number(v, u->proto, "REMOTEPORT", addr_port(u->peer));
	variable_add(v, u->proto, "LOCALIP", addr_text_host(u->local, text));
	variable_add_number(v, u->proto, "LOCALPORT", addr_port(u->local));
}

static void add_unix(struct variables *v, const struct ucspi *u)
{
	char text[ADDR_TEXT];
	uid_t uid;
	gid_t gid;

	variable_add(v, "", "PROTO", "IPC");
	if (u->wire >= 0 && os_peer_user(u->wire, &uid, &gid) == 0) {
		variable_add_number(v, "", "IPCREMOTEEUID", (unsigned long)uid);
		variable_add_number(v, "", "IPCREMOTEEGID", (unsigned long)gid);
	}
	variable_add(v, "", "IPCREMOTEPATH", u->peer->size ? addr_text_host(u->peer, text) : "");
	variable_add(v, "", "IPCLOCALPATH", addr_text_host(u->local, text));
}

char **ucspi_environ(const struct ucspi *u)
{
	struct variables v = {.count = CLEARED};
	int family = addr_family(u->peer);

	memcpy(v.list, cleared, sizeof cleared);
	if (family == AF_INET || family == AF_INET6)
		add_inet(&v, u);
	else
		add_unix(&v, u);
	return child_environ(v.list, v.count);
}
