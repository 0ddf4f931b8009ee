/* SPDX-License-Identifier: ISC */
/* send_open.c - the sockets through which packets are sent. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "core/os/link/packet.h"
#include "core/privilege.h"
#include "raw/send/send_private.h"

enum { PATH_ROOM = 4096 };

/* The path of this program, for a command line that the user may copy. */
static const char *own_path(char out[PATH_ROOM])
{
	ssize_t size = readlink("/proc/self/exe", out, PATH_ROOM - 1);

	if (size <= 0)
		return ".../sockit";
	out[size] = '\0';
	return out;
}

static enum status cannot_open(const char *what, int err, struct bytes *why)
{
	char path[PATH_ROOM];

	bytes_add_format(why, "cannot %s: ", what);
	if (err == ENOSYS) {
		bytes_add_text(why, "this system has no sockets for it");
	} else if (err == EPERM || err == EACCES) {
		size_t start = why->size;

		privilege_explain("CAP_NET_RAW", "the network namespace", why);
		if (!why->failed && strncmp((char *)why->data + start, "needs", 5) == 0)
			bytes_add_format(why, " (run as root, or: setcap cap_net_raw+ep %s)",
				own_path(path));
	} else {
		bytes_add_text(why, status_reason(err));
	}
	return status_of_errno(err);
}

static enum status set_options(
	const struct raw_send_setup *p, int fd, int family, struct bytes *why)
{
	const struct sock_setting *bad;
	int err;

	if (sock_options_apply(&p->options, SOCK_CREATED, fd, family, &bad) == 0)
		return STATUS_DONE;
	err = errno;
	sock_options_explain(bad, err, why);
	return status_of_errno(err);
}

static enum status open_frames(
	const struct raw_send_setup *p, struct transmit_way *way, struct bytes *why)
{
	way->fd[0] = os_frame_open(&p->link);
	if (way->fd[0] < 0)
		return cannot_open("send Ethernet frames", errno, why);
	return set_options(p, way->fd[0], AF_UNSPEC, why);
}

static enum status open_ip(
	const struct raw_send_setup *p, struct transmit_way *way, struct bytes *why)
{
	static const int families[] = {AF_INET, AF_INET6};
	enum status status = STATUS_DONE;
	int protocol = OS_RAW_HEADER;
	bool inner = p->start == PACKET_INNER;

	if (inner)
		protocol = p->first->protocol > 0 ? p->first->protocol : LAYER_PROTOCOL_OTHER;
	for (size_t i = 0; i < 2 && status == STATUS_DONE; i++) {
		int *fd = &way->fd[inner ? 0 : i];

		if (p->family != AF_UNSPEC && p->family != families[i])
			continue;
		*fd = os_raw_open(families[i], protocol, p->config->send.interface);
		/* A file may have packets of only one family, and the system may have only that
		 * one. */
		if (*fd < 0 && p->family == AF_UNSPEC && i > 0 &&
			(errno == EAFNOSUPPORT || errno == ENOSYS))
			break;
		if (*fd < 0)
			return cannot_open("send IP packets", errno, why);
		if (inner && p->first->hops && os_raw_hops(*fd, families[i], p->first->hops) < 0)
			return cannot_open("set the hop limit", errno, why);
		status = set_options(p, *fd, families[i], why);
	}
	return status;
}

enum status raw_send_open(
	struct raw_send_setup *setup, struct transmit_way *way, int *listener, struct bytes *why)
{
	const struct os_link *link = setup->start == PACKET_FRAME ? &setup->link : NULL;
	enum status status;

	*way = (struct transmit_way){.start = setup->start,
		.fd = {-1, -1},
		.to = setup->build.to,
		.scope = setup->build.link ? setup->link.index : 0};
	*listener = -1;
	setup->hops.asks = true;
	status = link ? open_frames(setup, way, why) : open_ip(setup, way, why);
	if (status != STATUS_DONE || !setup->config->send.replies)
		return status;
	*listener = os_capture_open(link, setup->family == AF_INET6 ? AF_INET6 : AF_INET);
	return *listener < 0 ? cannot_open("listen for replies", errno, why) : STATUS_DONE;
}
