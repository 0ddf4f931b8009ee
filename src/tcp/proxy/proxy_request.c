/* SPDX-License-Identifier: ISC */
/* proxy_request.c - the requests of a proxy's clients: SOCKS 4, 4a and 5. */

#include "tcp/proxy/proxy_request.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/bytes.h"
#include "base/status.h"
#include "tcp/proxy/proxy_request_http.h"
#include "tcp/proxy/proxy_users.h"
#include "tcp/proxy/socks.h"

enum stage { GREETING, PASSWORD, REQUEST };

static const char malformed[] = "a malformed request";
static const char not_connect[] = "a request other than CONNECT";
const char proxy_wrong_login[] = "a wrong user or password";

static enum proxy_step refuse(struct proxy_request *r, const char *refusal)
{
	r->refusal = refusal;
	return PROXY_REFUSED;
}

/* Keep a host name of SIZE bytes; false: it is not one. */
static bool keep_name(struct proxy_request *r, const unsigned char *name, size_t size)
{
	if (size == 0 || size > PROXY_HOST_MAX || memchr(name, '\0', size))
		return false;
	memcpy(r->host, name, size);
	r->host[size] = '\0';
	return true;
}

static void reply4(struct bytes *out, int code)
{
	bytes_add_byte(out, 0);
	bytes_add_byte(out, (unsigned char)code);
	bytes_add(out, "\0\0\0\0\0", 6);
}

static enum proxy_step refuse4(
	struct proxy_request *r, struct bytes *out, int code, const char *refusal)
{
	reply4(out, code);
	return refuse(r, refusal);
}

/* 04, command, port, address, user, NUL; for 4a (an address of 0.0.0.x), also a name and a NUL. */
static enum proxy_step feed4(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out)
{
	enum { FIXED = 8 };
	const unsigned char *user = data + FIXED, *end, *name;
	bool named;

	if (size <= FIXED || !(end = memchr(user, '\0', size - FIXED)))
		return PROXY_MORE;
	named = data[4] == 0 && data[5] == 0 && data[6] == 0 && data[7] != 0;
	name = end + 1;
	if (named) {
		end = memchr(name, '\0', size - (size_t)(name - data));
		if (!end)
			return PROXY_MORE;
	}
	*used = (size_t)(end - data) + 1;
	r->port = be16_get(data + 2);
	/* SOCKS 4 has no password to check. */
	if (r->users)
		return refuse4(r, out, SOCKS4_OTHER_USER, "SOCKS 4, which has no password");
	if (data[1] != SOCKS_CONNECT)
		return refuse4(r, out, SOCKS4_REFUSED, not_connect);
	if (!named)
		snprintf(
			r->host, sizeof r->host, "%d.%d.%d.%d", data[4], data[5], data[6], data[7]);
	else if (!keep_name(r, name, (size_t)(end - name)))
		return refuse4(r, out, SOCKS4_REFUSED, malformed);
	return PROXY_READY;
}

/* 05, number of methods, methods. */
static enum proxy_step feed_greeting(struct proxy_request *r, const unsigned char *data,
	size_t size, size_t *used, struct bytes *out)
{
	int wanted = r->users ? SOCKS5_LOGIN : SOCKS5_NO_LOGIN;
	bool offered;

	if (size < 2 || size < 2U + data[1])
		return PROXY_MORE;
	*used = 2U + data[1];
	offered = memchr(data + 2, wanted, data[1]) != NULL;
	bytes_add_byte(out, SOCKS5);
	bytes_add_byte(out, (unsigned char)(offered ? wanted : SOCKS5_NO_METHOD));
	r->stage = r->users ? PASSWORD : REQUEST;
	if (offered)
		return PROXY_GO_ON;
	return refuse(r, r->users ? "no login was given" : "no acceptable authentication method");
}

/* RFC 1929: 01, length, user, length, password. */
static enum proxy_step feed_password(struct proxy_request *r, const unsigned char *data,
	size_t size, size_t *used, struct bytes *out)
{
	size_t user_size, password_size;
	bool good;

	if (size < 2 || size < 3U + data[1])
		return PROXY_MORE;
	user_size = data[1];
	password_size = data[2 + user_size];
	if (size < 3 + user_size + password_size)
		return PROXY_MORE;
	*used = 3 + user_size + password_size;
	good = data[0] == SOCKS5_LOGIN_VERSION &&
		proxy_users_permit(
			r->users, data + 2, user_size, data + 3 + user_size, password_size);
	bytes_add_byte(out, SOCKS5_LOGIN_VERSION);
	bytes_add_byte(out, good ? 0 : 1);
	r->stage = REQUEST;
	r->wrong_login = !good;
	return good ? PROXY_GO_ON : refuse(r, proxy_wrong_login);
}

static void reply5(struct bytes *out, int code)
{
	bytes_add_byte(out, SOCKS5);
	bytes_add_byte(out, (unsigned char)code);
	bytes_add(out, "\0\1\0\0\0\0\0", 8);
}

static enum proxy_step refuse5(
	struct proxy_request *r, struct bytes *out, int code, const char *refusal)
{
	reply5(out, code);
	return refuse(r, refusal);
}

/* The size of the address at DATA, which begins with its type; 0: no such type. */
static size_t address_size(const unsigned char *data)
{
	switch (data[0]) {
	case SOCKS5_IPV4: return 1 + 4;
	case SOCKS5_IPV6: return 1 + 16;
	case SOCKS5_NAME: return 2U + data[1];
	default: return 0;
	}
}

static bool keep_address(struct proxy_request *r, const unsigned char *data)
{
	if (data[0] == SOCKS5_NAME)
		return keep_name(r, data + 2, data[1]);
	return inet_ntop(data[0] == SOCKS5_IPV4 ? AF_INET : AF_INET6, data + 1, r->host,
		       sizeof r->host) != NULL;
}

/* 05, command, 00, address, port. */
static enum proxy_step feed_request(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out)
{
	enum { FIXED = 3 };
	size_t address;

	if (size < FIXED + 2)
		return PROXY_MORE;
	address = address_size(data + FIXED);
	*used = size;
	if (data[0] != SOCKS5)
		return refuse5(r, out, SOCKS5_FAILED, malformed);
	if (address == 0)
		return refuse5(r, out, SOCKS5_BAD_ADDRESS, malformed);
	*used = 0;
	if (size < FIXED + address + 2)
		return PROXY_MORE;
	*used = FIXED + address + 2;
	if (data[1] != SOCKS_CONNECT)
		return refuse5(r, out, SOCKS5_BAD_COMMAND, not_connect);
	if (!keep_address(r, data + FIXED))
		return refuse5(r, out, SOCKS5_FAILED, malformed);
	r->port = be16_get(data + FIXED + address);
	return PROXY_READY;
}

static enum proxy_step feed5(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out)
{
	switch ((enum stage)r->stage) {
	case GREETING: return feed_greeting(r, data, size, used, out);
	case PASSWORD: return feed_password(r, data, size, used, out);
	case REQUEST: break;
	}
	return feed_request(r, data, size, used, out);
}

enum proxy_step proxy_request_feed(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out)
{
	enum proxy_step step = PROXY_MORE;

	*used = 0;
	if (size == 0)
		return PROXY_MORE;
	if (r->kind == PROXY_SERVER_SOCKS && !r->version)
		r->version = data[0];
	if (r->kind == PROXY_SERVER_HTTP)
		step = http_connect_feed(r, data, size, used, out);
	else if (r->version == SOCKS4)
		step = feed4(r, data, size, used, out);
	else if (r->version == SOCKS5)
		step = feed5(r, data, size, used, out);
	else
		/* No answer would be understood. */
		step = refuse(r, "a request that is not SOCKS");
	if (step == PROXY_MORE && size >= PROXY_REQUEST_MAX)
		step = refuse(r, "a request that is too long");
	return step;
}

static int code5_of(enum status status)
{
	switch (status) {
	case STATUS_DONE: return SOCKS5_DONE;
	case STATUS_NOT_PERMITTED: return SOCKS5_NOT_ALLOWED;
	case STATUS_NOT_FOUND: return SOCKS5_HOST_UNREACHABLE;
	case STATUS_REFUSED: return SOCKS5_REFUSED;
	case STATUS_TIMED_OUT: return SOCKS5_EXPIRED;
	default: return SOCKS5_FAILED;
	}
}

static void answer5(enum status status, const struct addr *local, struct bytes *out)
{
	static const unsigned char head[] = {SOCKS5, SOCKS5_DONE, 0};
	int family = local ? addr_family(local) : AF_UNSPEC;

	if (status != STATUS_DONE || (family != AF_INET && family != AF_INET6)) {
		reply5(out, code5_of(status));
		return;
	}
	bytes_add(out, head, sizeof head);
	socks5_add_address(out, local);
}

void proxy_answer(
	struct proxy_request *r, enum status status, const struct addr *local, struct bytes *out)
{
	if (r->kind == PROXY_SERVER_HTTP)
		http_connect_answer(r, status, out);
	else if (r->version == SOCKS4)
		reply4(out, status == STATUS_DONE ? SOCKS4_GRANTED : SOCKS4_REFUSED);
	else
		answer5(status, local, out);
}
