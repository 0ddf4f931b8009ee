/* SPDX-License-Identifier: ISC */
/* sock.h - making, binding and connecting sockets, and their -o options. */
#ifndef CORE_SOCK_SOCK_H
#define CORE_SOCK_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "core/opt/opt.h"

/* When in a socket's life an option is set; an option may belong to several. */
enum sock_phase {
	SOCK_CREATED = 1,   /* before bind and connect */
	SOCK_LISTENING = 2, /* before listen */
	SOCK_CONNECTED = 4, /* once there is a peer (accepted ones too) */
};

/* How the text of an option becomes the bytes of setsockopt(2). */
enum sock_value {
	SOCK_ON,      /* no value, or 0 or 1: int */
	SOCK_BOOL,    /* 0 or 1: int */
	SOCK_NUMBER,  /* int, MIN to MAX */
	SOCK_SIZE,    /* SIZE: int */
	SOCK_TIME_MS, /* TIME: int, milliseconds */
	SOCK_TIME_S,  /* TIME: int, seconds */
	SOCK_WORD,    /* one of the words of ARG, `=dont|do`: its number, from 0 */
	SOCK_TEXT,    /* bytes of the text */
	SOCK_SPECIAL, /* SET handles it */
};

/* One row of the table. LEVEL and NAME for IPv4 (or any family), LEVEL6 and NAME6 where IPv6 has an
 * option of its own (LEVEL6 0: it has none). */
struct sock_option {
	const char *name;
	const char *arg; /* as help shows it, "=N"; "" if it takes none */
	const char *help;
	enum sock_value value;
	unsigned phases;
	int level, option;
	int level6, option6;
	bool is_byte; /* OPTION takes an unsigned char on all systems; some refuse an int */
	int min, max;
	int type; /* SOCK_STREAM, SOCK_DGRAM; 0: any */
	/* Check TEXT (FD -1: nothing else), or set it on FD of FAMILY. 0, or -1 with errno; EINVAL:
	 * bad value, EOPNOTSUPP: not for this socket. */
	int (*set)(int fd, int family, const char *text);
	const char *limits; /* with SET: which values are good, for the error message; or NULL */
};

/* For SET: setsockopt(2) of an int, OPTION of IPPROTO_IP or, for AF_INET6, OPTION6 of IPPROTO_IPV6
 * and, because a dual-stack socket has IPv4 peers too, also OPTION if that succeeds. 0, or -1 with
 * errno (EOPNOTSUPP: FAMILY is neither). */
int sock_set_ip(int fd, int family, int option, int option6, int value) CHECKED;

/* The rows that every system has, and those that only this system has (sock_linux.c, sock_posix.c,
 * ...); each ends with a NULL name. */
extern const struct sock_option sock_common_options[];
extern const struct sock_option *const sock_system_options;

/* -o; `-o help` lists them all. */
struct sock_texts {
	struct opt_texts options;
};
extern const struct opt sock_opts[];

/* What -o gave, checked, in order. */
struct sock_options {
	struct sock_setting {
		const struct sock_option *option;
		const char *text; /* the value; NULL: none */
	} * settings;
	size_t count;
	bool mptcp; /* applied already at socket(2) */
};

/* Check TEXTS (the -o words) for sockets of TYPE. 0, or -1 with one line in WHY: an unknown option
 * and the closest known one, or a missing or bad value and its range. Release after success. */
int sock_options_parse(struct sock_options *options, const struct opt_texts *texts, int type,
	struct bytes *why) CHECKED;
void sock_options_release(struct sock_options *options);

/* Add a setting as if -o NAME=VALUE had been given before all others. VALUE must outlive OPTIONS.
 * NAME must be in the table. 0, or -1 with errno. */
int sock_options_add(struct sock_options *options, const char *name, const char *value) CHECKED;

/* Whether -o NAME was given. */
bool sock_options_has(const struct sock_options *options, const char *name);

/* The value of -o NAME, the last one if several were given; NULL: none. */
const char *sock_options_value(const struct sock_options *options, const char *name);

/* Add one line for the user to WHY: why SETTING could not be set; ERR is the errno. */
void sock_options_explain(const struct sock_setting *setting, int err, struct bytes *why);

/* Set those of OPTIONS (NULL: none) that belong to PHASE on FD, whose family is FAMILY. 0, or -1
 * with errno and the setting that failed in *BAD ("ttl=300"; may be NULL). Logged with -vv. */
int sock_options_apply(const struct sock_options *options, enum sock_phase phase, int fd,
	int family, const struct sock_setting **bad) CHECKED;

/* A new socket: close-on-exec, non-blocking, above descriptor 2; with the OPTIONS (may be NULL) of
 * SOCK_CREATED set. -1 with errno; *BAD as above, NULL if socket(2) itself failed. */
int sock_open(int family, int type, const struct sock_options *options,
	const struct sock_setting **bad) CHECKED;

/* A listening socket at ADDR with SO_REUSEADDR (unless -o reuseaddr=0), for IPv6 with IPV6_V6ONLY
 * as given. -1 with errno; *BAD as above. */
struct sock_listen {
	int type;
	int backlog;
	bool v6only;
	const struct sock_options *options;
};
int sock_listen(const struct addr *addr, const struct sock_listen *how,
	const struct sock_setting **bad) CHECKED;

/* Restrict the socket FD to the interface that the zone of ADDR names (`%eth0`) if the kernel does
 * not do so itself: it honors zones only for link-local addresses and groups (RFC 4007). Call
 * before bind(2) and connect(2), and for a group before sending. 0, or -1 with errno. */
int sock_bind_zone(int fd, const struct addr *addr) CHECKED;

/* connect(2), through that interface. */
int sock_connect(int fd, const struct addr *addr) CHECKED;

/* What the error ERR of a connect to ADDR really means. A host without IPv6 has no source address
 * for it, so a connect to an IPv6 address fails with the same error as if the given local address
 * were wrong; for the former the result is ENETUNREACH. A datagram socket, which sends nothing,
 * finds out which it is: whether it finds a route. */
int sock_connect_errno(const struct addr *addr, int err);

/* Two connected Unix sockets, close-on-exec and non-blocking. 0, or -1 with errno. */
int sock_pair(int type, int fds[2]) CHECKED;

/* getsockname and getpeername, with IPv4-mapped addresses turned into IPv4. 0, or -1 with errno. */
int sock_local(int fd, struct addr *addr) CHECKED;
int sock_peer(int fd, struct addr *addr) CHECKED;

/* Whether the socket FD, connected to PORT (0: of a family without ports), met itself: on loopback,
 * a connect to a port of the ephemeral range may do that (simultaneous open), and then nobody
 * listens there. */
bool sock_met_itself(int fd, uint16_t port);

/* The result of a connect of FD that was in progress, once FD is ready: 0, or its errno. If the
 * peer sent something and reset the connection before anybody looked, the connect succeeded: 0, and
 * its data can be read, followed by the reset. */
int sock_connect_result(int fd);

/* The SO_TYPE of FD, its pending SO_ERROR (which the call clears), and whether it is a socket, and
 * a listening one. */
int sock_type(int fd);
int sock_error(int fd);
bool sock_is_socket(int fd);
bool sock_is_listening(int fd);

#endif
