/* SPDX-License-Identifier: ISC */
/* proxy_client_private.h - what the protocols of proxy_client share. */
#ifndef TCP_PROXY_PROXY_CLIENT_PRIVATE_H
#define TCP_PROXY_PROXY_CLIENT_PRIVATE_H

#include <stdbool.h>

#include "base/status.h"
#include "tcp/proxy/proxy_client.h"

/* Fail with the exit STATUS and the clause that FORMAT makes. */
void proxy_client_fail(struct proxy_client *c, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether the destination has been requested and nothing of the answer was received. */
bool proxy_socks_is_unanswered(const struct proxy_client *c);

/* The parts of proxy_client_start and proxy_client_feed for each protocol. */
void proxy_socks_start(struct proxy_client *c);
size_t proxy_socks_feed(struct proxy_client *c, const unsigned char *data, size_t size);
void proxy_http_start(struct proxy_client *c);
size_t proxy_http_feed(struct proxy_client *c, const unsigned char *data, size_t size);

#endif
