/* SPDX-License-Identifier: ISC */
/* proxy.h - the proxy that --proxy names. */
#ifndef TCP_PROXY_PROXY_H
#define TCP_PROXY_PROXY_H

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "tcp/proxy/proxy_client.h"

struct bytes;

struct proxy {
	enum proxy_kind kind;
	struct endpoint endpoint; /* where it is */
	char *user, *password;	  /* NULL: none. Owned */
};

/* The beginnings of URLs that the manual names; ends with NULL. */
extern const char *const proxy_urls[];

/* Read URL: `socks5://`, `socks4://`, `socks4a://` or `http://` with `[USER[:PASSWORD]@]HOST:PORT`,
 * with percent-encoding in the login decoded. If the URL has a user but no password, PASSWORD
 * (NULL: none) is used. An exit status: STATUS_DONE, or one line in WHY, which never contains a
 * password. Release PROXY whatever the outcome; all zero is fine. */
enum status proxy_parse(
	struct proxy *proxy, const char *url, const char *password, struct bytes *why) CHECKED;
void proxy_release(struct proxy *proxy);

#endif
