/* SPDX-License-Identifier: ISC */
/* host_linux.c - locks, ports, capabilities and random bytes of Linux. */
#define _GNU_SOURCE /* flock, syscall */
#include "core/os/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/num.h"
#include "core/os/calls.h"

/* From the kernel's headers, which may not be installed. */
enum {
	KERNEL_CAPABILITY_VERSION = 0x20080522,
	PORTS_TEXT = 64,
	WORTH_READING = 16, /* calls per second: reading costs several system calls */
};

const int os_siginfo = 0;

int os_lock(int fd)
{
	return flock(fd, LOCK_EX);
}

void os_unlock(int fd)
{
	flock(fd, LOCK_UN);
}

struct timespec os_modified(const struct stat *st)
{
	return st->st_mtim;
}

/* The range of ports from LOW to HIGH, read at SINCE_NS or later. */
static struct {
	int64_t since_ns;
	unsigned asked; /* since then */
	uint16_t low, high;
} ports;

static void read_ports(void)
{
	size_t size;
	char *text = fd_read_file("/proc/sys/net/ipv4/ip_local_port_range", PORTS_TEXT, &size);

	if (!text || sscanf(text, "%" SCNu16 "%" SCNu16, &ports.low, &ports.high) != 2) {
		ports.low = 0;
		ports.high = UINT16_MAX;
	}
	free(text);
}

bool os_may_choose_port(uint16_t port)
{
	int64_t now = clock_ns();

	if (now - ports.since_ns >= NUM_NS_PER_S) {
		ports.since_ns = now;
		ports.asked = 0;
	}
	if (++ports.asked < WORTH_READING)
		return true;
	if (ports.asked == WORTH_READING)
		read_ports();
	return port >= ports.low && port <= ports.high;
}

static const struct capability {
	const char *name;
	unsigned number;
} capabilities[] = {
	{"CAP_CHOWN", 0},
	{"CAP_DAC_OVERRIDE", 1},
	{"CAP_SETGID", 6},
	{"CAP_SETUID", 7},
	{"CAP_NET_BIND_SERVICE", 10},
	{"CAP_NET_BROADCAST", 11},
	{"CAP_NET_ADMIN", 12},
	{"CAP_NET_RAW", 13},
	{"CAP_SYS_CHROOT", 18},
	{"CAP_SYS_ADMIN", 21},
	{"CAP_SYS_RESOURCE", 24},
};

static bool is_effective(unsigned number)
{
	struct {
		uint32_t version;
		int pid;
	} header = {KERNEL_CAPABILITY_VERSION, 0};
	struct {
		uint32_t effective, permitted, inheritable;
	} sets[2];
	if (syscall(SYS_capget, &header, sets) != 0)
		return geteuid() == 0;
	return sets[number / 32].effective >> (number % 32) & 1;
}

bool os_has_capability(const char *name)
{
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		if (strcmp(capabilities[i].name, name) == 0)
			return is_effective(capabilities[i].number);
	}
	return false;
}

/* By number: getrandom(2) has been in glibc only since 2.25, and in Linux since 3.17. */
int os_random(void *data, size_t size)
{
	ssize_t n = syscall(SYS_getrandom, data, size, 0u);

	if (n < 0)
		return os_calls_refused(errno) ? os_read_random(data, size) : -1;
	if ((size_t)n == size)
		return 0;
	errno = EIO;
	return -1;
}

const char *os_privilege(const char *capability)
{
	return capability;
}
