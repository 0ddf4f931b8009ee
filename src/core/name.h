/* SPDX-License-Identifier: ISC */
/* name.h - names to addresses and services to ports, through libc's getaddrinfo(3).
 *
 * Blocking, for use at start; or in the background, on a few threads, once a loop runs. */
#ifndef CORE_NAME_H
#define CORE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"

struct addrinfo;
struct loop;
struct bytes;

enum name_result {
	NAME_FOUND,
	NAME_NO_HOST,	   /* no such host */
	NAME_NO_ADDRESS,   /* the host has no address of the family asked for */
	NAME_NO_SERVICE,   /* no such service */
	NAME_WRONG_FAMILY, /* a numeric address of the other family, with -4 or -6 */
	NAME_NO_ZONE,	   /* no such interface (%zone) */
	NAME_NOT_ALLOWED,  /* a name, but -n forbids look-ups */
	NAME_NO_ANSWER,	   /* no answer from the name service for now */
	NAME_LATE,	   /* the look-up took longer than it may */
	NAME_NOT_ASCII,	   /* an internationalized name that libc cannot encode */
	NAME_FAILED,	   /* anything else; errno */
};

/* The query. HOST "" is the wildcard when PASSIVE, else this host (loopback). */
struct name_query {
	const char *host;
	const char *port;     /* a number or a service; NULL: PORT_NUMBER */
	uint16_t port_number; /* host order */
	int family;	      /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;	      /* SOCK_STREAM, SOCK_DGRAM */
	bool numeric;	      /* -n */
	bool passive;	      /* for bind(2) */

	/* Only for name_start: how long the look-up may take, counted from when it begins, not
	 * while it waits for others (0: as long as the resolver takes); and on whose behalf it is
	 * done, a hash such as addr_host_key() of the client's address (0: the program itself).
	 * Slow names of one owner do not hold up those of others. */
	int64_t time_ns;
	uint64_t owner;
};

struct name_answer {
	struct addr *addrs; /* in the order of getaddrinfo (RFC 6724), each once */
	size_t count;
};

/* Whether Q can be answered without looking up a host name, so without blocking for long. */
bool name_is_immediate(const struct name_query *q);

/* Answer Q; may block as long as the resolver does. Names under .invalid do not exist, and
 * localhost and the names under it are the loopback addresses (RFC 6761 section 6), unless
 * /etc/hosts says otherwise; no server is asked for either. Release A after NAME_FOUND. */
CHECKED enum name_result name_lookup(const struct name_query *q, struct name_answer *a);
void name_answer_release(struct name_answer *a);

/* getaddrinfo(3), also for names that are not ASCII: they are UTF-8, and libc encodes them if it
 * can (AI_IDN). Returns its error code, or NAME_EAI_NOT_ASCII if libc cannot encode the name.
 * Release *LIST with freeaddrinfo(3). */
enum { NAME_EAI_NOT_ASCII = 1 << 16 };
int name_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
	struct addrinfo **list) CHECKED;

#define NAME_SERVICES_FILE "/etc/services"

/* Whether this system's services database has no entries at all, so that every command uses the
 * built-in table instead. */
bool name_services_builtin(void);

/* The port of SERVICE for SOCK_STREAM or SOCK_DGRAM: a number or a name of the services database.
 * NAME_FOUND, NAME_NO_SERVICE or NAME_NOT_ALLOWED. *PORT in host order. */
enum name_result name_port(const char *service, int type, bool numeric, uint16_t *port) CHECKED;

/* Write the service name of PORT to OUT; false: unknown. */
bool name_service(uint16_t port, int type, char *out, size_t size) CHECKED;

/* Add one line for the user to WHY: `no such host: "nosuch.example"`, `no IPv6 address for
 * "example.org"`, ... Returns the exit status for R. */
enum status name_explain(enum name_result r, const struct name_query *q, struct bytes *why);

/* Append `no such service: "SERVICE"`, and the service with the protocol of TYPE (SOCK_DGRAM: UDP)
 * that was probably meant. Not for use in threads. */
void name_add_no_service(const char *service, int type, struct bytes *why);

/* A look-up in the background. */
struct name_request;
typedef void name_fn(void *arg, enum name_result r, struct name_answer *a);

/* Look up Q (copied) on behalf of LOOP; FN is called once from the loop, never from within
 * name_start, and owns A's addresses if R is NAME_FOUND. NAME_LATE if Q's time has passed. For how
 * many run at once, see core/loop/pool.h. NULL with errno if it cannot be started. */
CHECKED struct name_request *name_start(
	struct loop *loop, const struct name_query *q, name_fn *fn, void *arg);

/* From now on FN will not be called. The thread, which cannot be stopped, is left behind. NULL does
 * nothing. */
void name_cancel(struct name_request *request);

#endif
