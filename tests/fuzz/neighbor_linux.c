/* SPDX-License-Identifier: ISC */
/* neighbor_linux.c - answers of the kernel, or of an impostor, to queries for a route and for a
 * neighbor: they are read within their bounds, and only what was asked for counts.
 *
 * covers: core/os/link/neighbor_linux.c */
#include <errno.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "core/os/os.h"
#include "fuzz.h"

/* The input consists of the answers, each a datagram; the first byte of each is its length in units
 * of 8 bytes. */
static const uint8_t *input;
static size_t input_size;
static int next_error;

static ssize_t receive_input(int fd, void *data, size_t size, int flags)
{
	(void)fd, (void)flags;
	size_t length = input_size > 0 ? 8U * *input : 0;

	if (input_size == 0) {
		errno = next_error;
		next_error = next_error == EINTR ? EIO : EINTR;
		return -1;
	}
	input++;
	input_size--;
	if (length > input_size)
		length = input_size;
	must(length <= size);
	memcpy(data, input, length);
	input += length;
	input_size -= length;
	return (ssize_t)length;
}

static ssize_t send_nowhere(int fd, const void *data, size_t size, int flags)
{
	(void)fd, (void)flags;
	must(size >= 16 && size <= 128);
	free(fuzz_copy(data, size));
	return (ssize_t)size;
}

static int open_nothing(int family, int type, int protocol)
{
	(void)type, (void)protocol;
	must(family == AF_NETLINK);
	return dup(STDIN_FILENO);
}

static int set_nothing(int fd, bool on)
{
	(void)fd, (void)on;
	return 0;
}

#define recv		receive_input
#define send		send_nowhere
#define os_socket	open_nothing
#define fd_set_nonblock set_nothing
#include "core/os/link/neighbor_linux.c"

static void ask_all(const uint8_t *data, size_t size, int family)
{
	const struct os_link link = {.index = 2};
	struct addr to, hop;
	unsigned char mac[OS_MAC_SIZE];
	bool broadcast = false;

	addr_loopback(family, 0, &to);
	input = data;
	input_size = size;
	next_error = EINTR;
	if (os_next_hop(&link, &to, &hop, &broadcast) == 0)
		must(addr_family(&hop) == family);
	else
		must(errno != 0);
	input = data;
	input_size = size;
	must(os_neighbor(&link, &to, mac) == 0 || errno != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ask_all(data, size, AF_INET);
	ask_all(data, size, AF_INET6);
	return 0;
}
