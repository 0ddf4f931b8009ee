/* SPDX-License-Identifier: ISC */
/* proxy_request_http.h - the HTTP half of proxy_request.h: CONNECT and its answers. */
#ifndef TCP_PROXY_PROXY_REQUEST_HTTP_H
#define TCP_PROXY_PROXY_REQUEST_HTTP_H

#include "base/checked.h"
#include "base/status.h"
#include "tcp/proxy/proxy_request.h"

/* As proxy_request_feed for the whole header: a request line and fields up to an empty line (RFC
 * 9112); empty lines before it are ignored. */
enum proxy_step http_connect_feed(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out) CHECKED;

/* As proxy_answer. */
void http_connect_answer(struct proxy_request *r, enum status status, struct bytes *out);

#endif
