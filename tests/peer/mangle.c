/* SPDX-License-Identifier: ISC */
/* mangle.c - two networks with a bad line between them (Linux).
 *
 *     mangle [OPTION]... SERVER CLIENT
 *
 * Runs the shell command SERVER in one network, at 10.9.0.1, and CLIENT in another, at 10.9.0.2; to
 * be started as root of a network of its own (`unshare -rn`). The packets between them go through
 * us: the line is a TUN interface at each end, so nothing of the kernel (tc netem) is needed.
 * SERVER is ended after CLIENT, whose exit status is ours; 77 if no TUN interface can be had.
 *
 * --loss PERCENT       are lost
 * --duplicate PERCENT  come twice
 * --reorder PERCENT    come 20 ms late
 * --corrupt PERCENT    have a wrong bit somewhere
 * --delay MS           all come so late
 * --mtu BYTES          of both interfaces (default 1500)
 * --flap MS            the client's interface is down for MS, up for MS, and so on
 *
 * What happens to which packet is the same in each run with the same packets.
 */
#ifdef __linux__
#define _GNU_SOURCE /* unshare, getopt_long */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/peer.h"

enum { PACKET = 65536, HELD = 4096, LATE_MS = 20, NO_TUN = 77 };

static struct {
	unsigned loss, duplicate, reorder, corrupt, delay_ms, mtu, flap_ms;
} line = {.mtu = 1500};

/* A packet in transit to TO. */
struct held {
	int64_t due_ms;
	int to;
	size_t size;
	unsigned char *data;
};
static struct held queue[HELD];
static size_t held;
static uint64_t chance = 1;

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static unsigned draw(unsigned most)
{
	chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(chance >> 33) % most;
}

static bool happens(unsigned percent)
{
	return draw(100) < percent;
}

static void set_flags(const char *name, short flags)
{
	struct ifreq r = {.ifr_flags = flags};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		die("cannot set %s up or down: %s", name, strerror(errno));
	close(fd);
}

/* Make a TUN interface NAME with ADDRESS/24, up, in the network where we are now; -1: not
 * possible. */
static int make_interface(const char *name, const char *address)
{
	struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	struct sockaddr_in in = {.sin_family = AF_INET};
	int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &r) < 0)
		return -1;
	inet_pton(AF_INET, address, &in.sin_addr);
	memcpy(&r.ifr_addr, &in, sizeof(in));
	if (ioctl(fd, SIOCSIFADDR, &r) < 0)
		die("cannot give %s its address: %s", name, strerror(errno));
	inet_pton(AF_INET, "255.255.255.0", &in.sin_addr);
	memcpy(&r.ifr_netmask, &in, sizeof(in));
	if (ioctl(fd, SIOCSIFNETMASK, &r) < 0)
		die("cannot give %s its mask: %s", name, strerror(errno));
	r.ifr_mtu = (int)line.mtu;
	if (ioctl(fd, SIOCSIFMTU, &r) < 0)
		die("cannot give %s its MTU: %s", name, strerror(errno));
	close(fd);
	set_flags(name, IFF_UP);
	set_flags("lo", IFF_UP);
	return tun;
}

static void hold(int to, const unsigned char *data, size_t size, int64_t due_ms)
{
	struct held *h;

	/* Like a router whose queue is full. */
	if (held == HELD)
		return;
	h = &queue[held++];
	*h = (struct held){.due_ms = due_ms, .to = to, .size = size, .data = get(NULL, size)};
	memcpy(h->data, data, size);
	if (happens(line.corrupt))
		h->data[draw((unsigned)size)] ^= (unsigned char)(1U << draw(8));
}

/* What has come from FROM is now in transit to TO. */
static void take(int from, int to)
{
	static unsigned char data[PACKET];
	ssize_t size;

	while ((size = read(from, data, sizeof(data))) > 0) {
		int64_t due = now_ms() + line.delay_ms + (happens(line.reorder) ? LATE_MS : 0);
		if (happens(line.loss))
			continue;
		hold(to, data, (size_t)size, due);
		if (happens(line.duplicate))
			hold(to, data, (size_t)size, due);
	}
}

/* Deliver what is due, in the order in which it came; returns how long until the next packet is
 * due, in ms. */
static int deliver(void)
{
	int64_t now = now_ms(), next = 50;
	size_t kept = 0;

	for (size_t i = 0; i < held; i++) {
		struct held h = queue[i];
		if (h.due_ms > now) {
			next = h.due_ms - now < next ? h.due_ms - now : next;
			queue[kept++] = h;
			continue;
		}
		/* An interface that is down accepts nothing. */
		if (write(h.to, h.data, h.size) < 0 && errno != EIO && errno != EINVAL)
			die("cannot deliver: %s", strerror(errno));
		free(h.data);
	}
	held = kept;
	return (int)next;
}

static void flap(void)
{
	static bool is_down;
	bool down = line.flap_ms && now_ms() / line.flap_ms % 2;

	if (down != is_down)
		set_flags("near", down ? 0 : IFF_UP);
	is_down = down;
}

static pid_t run(const char *command)
{
	pid_t pid = fork();

	if (pid < 0)
		die("cannot fork: %s", strerror(errno));
	if (pid > 0)
		return pid;
	peer_end();
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Carry until PID has ended; returns its status as in a shell. */
static int carry(int far, int near, pid_t pid)
{
	struct pollfd p[] = {{.fd = far, .events = POLLIN}, {.fd = near, .events = POLLIN}};
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		flap();
		int ms = deliver();
		poll(p, 2, ms < 20 ? ms : 20);
		take(far, near);
		take(near, far);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {{"loss", required_argument, NULL, 0},
		{"duplicate", required_argument, NULL, 1}, {"reorder", required_argument, NULL, 2},
		{"corrupt", required_argument, NULL, 3}, {"delay", required_argument, NULL, 4},
		{"mtu", required_argument, NULL, 5}, {"flap", required_argument, NULL, 6}, {0}};
	unsigned *const fields[] = {&line.loss, &line.duplicate, &line.reorder, &line.corrupt,
		&line.delay_ms, &line.mtu, &line.flap_ms};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			exit(2);
		*fields[option] = (unsigned)number(optarg, 100000);
	}
	if (argc - optind != 2)
		die("[OPTION]... SERVER CLIENT");
}

int main(int argc, char **argv)
{
	peer_begin("mangle");
	parse(argc, argv);
	int far = make_interface("far", "10.9.0.1");
	if (far < 0)
		return NO_TUN;
	pid_t server = run(argv[optind]);
	if (unshare(CLONE_NEWNET) < 0)
		die("cannot make a network: %s", strerror(errno));
	int near = make_interface("near", "10.9.0.2");
	if (near < 0)
		return NO_TUN;
	int status = carry(far, near, run(argv[optind + 1]));
	kill(-server, SIGTERM);
	waitpid(server, NULL, 0);
	return status;
}

#else

#include "lib/peer.h"

int main(void)
{
	peer_begin("mangle");
	die("only Linux can make a bad line of its own");
}

#endif
