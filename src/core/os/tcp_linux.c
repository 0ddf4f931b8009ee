/* SPDX-License-Identifier: ISC */
/* tcp_linux.c - what Linux knows about a connection (tcp(7)). */
#include "core/os/tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/num.h"

const bool os_tcp_counts = true;
const int os_tcp_keepalive[OS_KEEPALIVE] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
const int os_tcp_linger = SO_LINGER;

int os_unsent(int fd)
{
	int count;
	/* SIOCOUTQ, by the name that needs no kernel header. */
	return ioctl(fd, TIOCOUTQ, &count) == 0 ? count : -1;
}

/* The beginning of the kernel's struct tcp_info; libc's own may end before the byte counts. */
struct kernel_tcp_info {
	uint8_t states[8];
	uint32_t before_silence[9];
	uint32_t sent_ms_ago, acked_ms_ago, received_ms_ago;
	uint32_t before_rtt[3];
	uint32_t rtt_us;
	uint32_t after_rtt[7];
	uint32_t total_retransmits;
	uint64_t pacing_rates[2];
	uint64_t acked_bytes;
	uint64_t received_bytes;
	uint32_t segments[2];
	uint32_t unsent_bytes;
	uint32_t after_unsent[3];
	uint64_t rates[4];
	uint32_t delivered[2];
	/* Linux 4.19: */
	uint64_t transmitted_bytes, retransmitted_bytes;
};

/* The states of <net/tcp_states.h>. */
enum { FIN_WAIT1 = 4, TIME_WAIT = 6, CLOSED = 7, CLOSE_WAIT = 8, LAST_ACK = 9, CLOSING = 11 };

static bool has_error(int fd)
{
	struct pollfd one = {.fd = fd};

	return poll(&one, 1, 0) > 0 && (one.revents & POLLERR);
}

/* Whether the peer has ended: its FIN was counted as a byte. A connection that is closed without an
 * error ended properly. */
static bool peer_has_ended(int fd, uint8_t state)
{
	return state == TIME_WAIT || state == CLOSE_WAIT || state == LAST_ACK || state == CLOSING ||
		(state == CLOSED && !has_error(fd));
}

/* The bytes that were given to the socket: those sent, each counted once, and those not sent yet,
 * without an end that is not sent yet. */
static uint64_t given_bytes(const struct kernel_tcp_info *k)
{
	uint8_t state = k->states[0];
	bool ended = state == FIN_WAIT1 || state == CLOSING || state == LAST_ACK;
	uint64_t unsent = k->unsent_bytes;

	unsent -= ended && unsent > 0;
	return k->transmitted_bytes - k->retransmitted_bytes + unsent;
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	struct kernel_tcp_info k = {0};
	socklen_t size = sizeof(k);
	uint32_t silent_ms;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &k, &size) != 0)
		return -1;
	silent_ms = k.sent_ms_ago < k.received_ms_ago ? k.sent_ms_ago : k.received_ms_ago;
	*info = (struct os_tcp_info){
		.rtt_ns = (int64_t)k.rtt_us * 1000,
		.retransmits = k.total_retransmits,
		.received_bytes = k.received_bytes,
		.acked_bytes = k.acked_bytes,
		.sent_bytes = size < sizeof(k) ? k.acked_bytes : given_bytes(&k),
		.silent_ns = (int64_t)silent_ms * NUM_NS_PER_MS,
	};
	info->received_bytes -= info->received_bytes > 0 && peer_has_ended(fd, k.states[0]);
	return 0;
}
