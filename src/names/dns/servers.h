/* SPDX-License-Identifier: ISC */
/* servers.h - which DNS servers to ask. */
#ifndef NAMES_DNS_SERVERS_H
#define NAMES_DNS_SERVERS_H

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/opt/opt.h"

struct bytes;

struct dns_servers {
	struct addr *addrs;
	size_t count;
};

/* Find the servers: those that TEXTS name (HOST[:PORT]; a name is looked up, which may block), or
 * if there are none, those of /etc/resolv.conf; only those of FAMILY (AF_UNSPEC: any). STATUS_DONE,
 * or another exit status with one line in WHY. Release SERVERS after any outcome. */
enum status dns_servers_find(struct dns_servers *servers, const struct opt_texts *texts, int family,
	struct bytes *why) CHECKED;
void dns_servers_release(struct dns_servers *servers);

#endif
