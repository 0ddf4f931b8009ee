/* SPDX-License-Identifier: ISC */
/* connect_path.h - how the peer is reached: the options --proxy, --via, --send-proxy, --tls. */
#ifndef TCP_CONNECT_CONNECT_PATH_H
#define TCP_CONNECT_CONNECT_PATH_H

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/opt/opt.h"
#include "tcp/connect/reach/reach.h"
#include "tcp/dial.h"
#include "tcp/proxy/proxy.h"

struct connect_config;

struct connect_path_options {
	const char *proxy;
	const char *via;
	int send_proxy; /* enum proxy_header_version; -1: none */
	bool tls;
	bool tls_no_verify;
	const char *tls_ca;
	const char *tls_name;
};

extern const struct opt connect_path_opts[];
extern const struct opt connect_tls_opts[];

/* What the options mean; the plan points into it. */
struct connect_path {
	struct proxy proxy;
	struct bytes via;
	struct tls_plan tls;
	struct reach_plan plan;
};

/* Check for options that cannot be used together. An exit status; if it is not STATUS_DONE, WHY has
 * one line. */
enum status connect_path_check(const struct connect_config *c, struct bytes *why) CHECKED;

/* Fill in T for the way to E; DIAL is how connections are made. An exit status as above. Release T
 * in any case; all zero is fine. T must not be moved afterwards. */
enum status connect_path_read(struct connect_path *t, const struct connect_config *c,
	const struct endpoint *e, const struct dial_plan *dial, struct bytes *why) CHECKED;
/* As connect_path_read for --tls, to be called after it. */
enum status connect_tls_read(struct connect_path *t, const struct connect_config *c,
	const struct endpoint *e, struct bytes *why) CHECKED;
void connect_path_release(struct connect_path *t);

#endif
