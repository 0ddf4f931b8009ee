/* SPDX-License-Identifier: ISC */
/* place.c - where a peer listens, or connects to. */
#include "place.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "peer.h"

static bool begins(const char **text, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(*text, word, size) != 0)
		return false;
	*text += size;
	return true;
}

static void parse_unix(struct place *p, const char *path)
{
	struct sockaddr_un *to = (struct sockaddr_un *)&p->address;
	size_t size = strlen(path);

	if (size >= sizeof(to->sun_path))
		die("a path that is too long: %s", path);
	to->sun_family = AF_UNIX;
	memcpy(to->sun_path, path, size);
	if (path[0] == '@')
		to->sun_path[0] = '\0';
	/* The NUL is not part of an abstract name. */
	p->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + (path[0] != '@'));
}

/* An empty host is 127.0.0.1; brackets do not matter. */
static void parse_internet(struct place *p, const char *text)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&p->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&p->address;
	const char *colon = strrchr(text, ':');
	uint16_t port = htons((uint16_t)number(colon ? colon + 1 : text, UINT16_MAX));
	char host[INET6_ADDRSTRLEN + 2] = "127.0.0.1";

	if (colon && colon > text)
		snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
	char *bare = host[0] == '[' ? host + 1 : host;
	bare[strcspn(bare, "]")] = '\0';
	if (inet_pton(AF_INET, bare, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = port;
		p->size = sizeof(*v4);
	} else if (inet_pton(AF_INET6, bare, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = port;
		p->size = sizeof(*v6);
	} else {
		die("not an address: %s", text);
	}
}

struct place place_parse(const char *text)
{
	struct place p = {.type = SOCK_STREAM};
	bool packet = begins(&text, "packet:");

	if (packet)
		p.type = SOCK_SEQPACKET;
	else if (begins(&text, "udp:"))
		p.type = SOCK_DGRAM;
	if (begins(&text, "unix:") || packet)
		parse_unix(&p, text);
	else
		parse_internet(&p, text);
	return p;
}

int place_socket(const struct place *p)
{
	int fd = socket(p->address.ss_family, p->type, 0);

	if (fd < 0)
		die("cannot make a socket: %s", strerror(errno));
	return fd;
}

int place_bind(const struct place *p)
{
	int on = 1, fd = place_socket(p);

	if (p->type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&p->address, p->size) < 0)
		die("cannot bind: %s", strerror(errno));
	return fd;
}

int place_dial(const struct place *p)
{
	int fd = place_socket(p);

	if (connect(fd, (const struct sockaddr *)&p->address, p->size) < 0)
		die("cannot connect: %s", strerror(errno));
	return fd;
}

static struct sockaddr_storage name_of(int fd)
{
	struct sockaddr_storage name = {0};
	socklen_t size = sizeof(name);

	if (getsockname(fd, (struct sockaddr *)&name, &size) < 0)
		die("getsockname: %s", strerror(errno));
	return name;
}

unsigned place_port(int fd)
{
	struct sockaddr_storage name = name_of(fd);

	if (name.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&name)->sin_port);
	return name.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&name)->sin6_port) : 0;
}

void place_publish(int fd, const char *path)
{
	struct sockaddr_storage name = name_of(fd);

	if (name.ss_family == AF_UNIX)
		publish(path, "%s", ((struct sockaddr_un *)&name)->sun_path);
	else
		publish(path, "%u", place_port(fd));
}
