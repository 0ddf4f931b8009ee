/* SPDX-License-Identifier: ISC */
/* addr.h - socket addresses and endpoints, to and from text. Pure: nothing is looked up. */
#ifndef CORE_ADDR_ADDR_H
#define CORE_ADDR_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;

enum {
	ADDR_TEXT =
		2 * sizeof(struct sockaddr_un), /* room for any address as text, escapes included */
	ADDR_PORT_MAX = 65535,
	ADDR_HOST_TEXT = 256, /* room for a name of the DNS */
};

/* A socket address of any family. */
struct addr {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	} u;
	socklen_t size; /* 0: no address */
};

enum endpoint_kind { ENDPOINT_INET, ENDPOINT_UNIX, ENDPOINT_VSOCK, ENDPOINT_FD };

/* An endpoint as typed. HOST "" is the empty host (`*` or left out). */
struct endpoint {
	enum endpoint_kind kind;
	char *text;	  /* as typed, in one word; for messages */
	char *host;	  /* INET: without brackets, zone included. Owned */
	char *port;	  /* INET: a number, a service name, or a list where allowed. Owned */
	bool any_written; /* INET: the host was `*`, written out */
	struct addr addr; /* UNIX, VSOCK */
	int fd;		  /* FD */
};

/* How operands are read: for LOCAL, PORT alone means `:PORT`; for SCAN, a port may be a list. */
enum endpoint_form { ENDPOINT_PEER, ENDPOINT_LOCAL, ENDPOINT_SCAN };

/* Read an endpoint from the first words of WORDS, COUNT in all: `HOST PORT`, `HOST:PORT`, `:PORT`,
 * `PORT` (FORM LOCAL), `unix:PATH`, `unix:@NAME`, `vsock:CID:PORT`, `fd:N`. With SCAN two words are
 * HOST PORTS unless the second holds a colon. Returns how many words were used, 1 or 2; or 0 with
 * one line in WHY that says which part is wrong: `bad port: "99999" (0-65535 or a service name)`,
 * `missing port in "example.org"`, a Unix path over the limit with the limit, ... Only the form of
 * service names is checked. Release E after success. */
size_t endpoint_parse(struct endpoint *e, enum endpoint_form form, char *const words[],
	size_t count, struct bytes *why);
void endpoint_release(struct endpoint *e);

/* As endpoint_parse where WORDS must be one endpoint and nothing else. An exit status: STATUS_DONE,
 * or STATUS_USAGE and one line in WHY. */
enum status endpoint_read(struct endpoint *e, enum endpoint_form form, char *const words[],
	size_t count, struct bytes *why) CHECKED;

/* As endpoint_read for WORD alone, the value of OPTION (`--forward`), which the line in WHY
 * names. */
enum status endpoint_read_option(struct endpoint *e, enum endpoint_form form, const char *option,
	const char *word, struct bytes *why) CHECKED;

/* Whether TEXT is a PORT written as a number: 0 to 65535, decimal, with no sign, no blank and
 * nothing else. *PORT is in host order. */
bool addr_parse_port(const char *text, uint16_t *port) CHECKED;

/* HOST, or what is between its brackets, copied to OUT: any host may be written in brackets. */
const char *addr_unbracket(const char *host, char out[ADDR_HOST_TEXT]);

/* Parse HOST as a numeric address: dotted quad, IPv6 with an optional %zone (name or number),
 * <broadcast>, or a plain decimal number up to 2^32-1 (an IPv4 address in host byte order); all of
 * them in brackets too. 0, or -1: not numeric, look it up (errno ENODEV: numeric, but the zone does
 * not exist). PORT is in host order. */
int addr_parse_numeric(const char *host, uint16_t port, struct addr *addr) CHECKED;

/* The wildcard and the loopback address of FAMILY (AF_INET, AF_INET6). */
void addr_any(int family, uint16_t port, struct addr *addr);
void addr_loopback(int family, uint16_t port, struct addr *addr);

/* Write ADDR as text: `192.0.2.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`, `unix:/run/x`,
 * `unix:@name`, `unix:` (unnamed), `vsock:2:1024`. Returns OUT. */
const char *addr_text(const struct addr *addr, char out[ADDR_TEXT]);

/* As addr_text for a listening socket: the wildcard address is `*:80`. */
const char *addr_text_local(const struct addr *addr, char out[ADDR_TEXT]);

/* The IPv4 address of the four bytes at DATA alone: `192.0.2.1`. */
const char *addr_text_in(const void *data, char out[INET_ADDRSTRLEN]);

/* The host alone: `192.0.2.1`, `::1`, `fe80::1%eth0`; a Unix socket's path. */
const char *addr_text_host(const struct addr *addr, char out[ADDR_TEXT]);

int addr_family(const struct addr *addr);
uint16_t addr_port(const struct addr *addr); /* host order; 0: it has none */
void addr_set_port(struct addr *addr, uint16_t port);

/* The bytes of the host in network order, 4 or 16; their number in *SIZE. ADDR is IPv4 or IPv6. */
const void *addr_host_bytes(const struct addr *addr, size_t *size);

bool addr_equal(const struct addr *a, const struct addr *b);	  /* host and port */
bool addr_equal_host(const struct addr *a, const struct addr *b); /* host alone */
bool addr_is_any(const struct addr *addr);
bool addr_is_loopback(const struct addr *addr);
bool addr_is_multicast(const struct addr *addr);

/* A hash of what ADDR belongs to: an IPv4 host, or the /64 of an IPv6 host (RFC 6177: no site has
 * less); all addresses of another family have the same. Never 0. */
uint64_t addr_host_key(const struct addr *addr);

/* Whether ADDR is an IPv6 link-local address, of a host or a group, without the zone that
 * identifies the link (RFC 4007): alone it leads nowhere. */
bool addr_lacks_zone(const struct addr *addr);

/* If a socket failed with ERR because ADDR lacks its zone, add that to WHY and return true. */
bool addr_explain_zone(const struct addr *addr, int err, struct bytes *why);

/* Turn an IPv4-mapped IPv6 address into the IPv4 address it stands for; others stay. */
void addr_unmap(struct addr *addr);

/* Set IN to the IPv4 address to which the kernel or a router on the way translates the IPv6 address
 * ADDR: NAT64's 64:ff9b::/96 (RFC 6052), 6to4's 2002::/16 (RFC 3056), ::ffff:0:0:0/96 (RFC 7915)
 * and the IPv4-compatible ::/96. False: it stands for none. */
bool addr_embedded(const struct addr *addr, struct addr *in) CHECKED;

/* Set ADDR to the Unix socket PATH, `@NAME` being an abstract one. 0, or -1 with errno ENAMETOOLONG
 * (limit: addr_unix_limit() bytes), EINVAL (empty) or EOPNOTSUPP (abstract, which the system does
 * not support). */
int addr_set_unix(struct addr *addr, const char *path) CHECKED;
size_t addr_unix_limit(void);

#endif
