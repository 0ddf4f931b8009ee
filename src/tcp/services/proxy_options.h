/* SPDX-License-Identifier: ISC */
/* proxy_options.h - the options of --proxy-server, and the service made from them. */
#ifndef TCP_SERVICES_PROXY_OPTIONS_H
#define TCP_SERVICES_PROXY_OPTIONS_H

#include "base/checked.h"
#include "base/status.h"
#include "core/opt/opt.h"
#include "tcp/services/service_kinds.h"

struct bytes;

/* The group of the ways to serve, which cannot be used together. */
enum { PROXY_GROUP_WAY = 1 };

struct proxy_options {
	int kind; /* enum proxy_server_kind; -1: no proxy */
	struct opt_texts to_allow, to_deny;
	const char *auth_file;
};

/* For a set over struct proxy_options. */
extern const struct opt proxy_opts[];

/* Read what OPTIONS name into SERVICE (the caller fills in its dial plan). An exit status; if it is
 * not STATUS_DONE, WHY has one line. Does nothing if no proxy is asked for. Release SERVICE in any
 * case. */
enum status proxy_service_init(struct proxy_service *service, const struct proxy_options *options,
	bool numeric, struct bytes *why) CHECKED;
void proxy_service_release(struct proxy_service *service);

/* Choose where the proxy may connect: if other hosts can reach it (not LOCAL_ONLY), neither to this
 * host nor to its links, unless --to-allow has the address. */
void proxy_service_aim(struct proxy_service *service, bool local_only);

#endif
