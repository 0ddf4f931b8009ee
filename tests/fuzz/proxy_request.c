/* SPDX-License-Identifier: ISC */
/* proxy_request.c - untrusted requests to a proxy, however they are cut: the same verdict, answers
 * and target, no byte too many. The first byte tells the kind of proxy, whether it has users, and
 * whether the request goes on until it is too long.
 *
 * covers: tcp/proxy/proxy_request.c tcp/proxy/proxy_request_http.c */
#include "tcp/proxy/proxy_request.h"

#include "pieces.h"
#include "tcp/proxy/proxy_users.h"

enum { REQUEST_CUTS = 64, REQUEST_STEP = 1000 };
enum { REQUEST_HTTP = 1, REQUEST_LOGIN = 2, REQUEST_LONG = 4 };

static struct proxy_users request_users;

static struct proxy_request request;
static enum proxy_step request_step;
static struct bytes request_in; /* not used yet */
static size_t request_used;
static int request_choice;

static void request_begin(void)
{
	if (request_users.count == 0 &&
		proxy_users_parse(&request_users, strdup("bob:secret\n")) != 0)
		abort();
	request = (struct proxy_request){
		.kind = request_choice & REQUEST_HTTP ? PROXY_SERVER_HTTP : PROXY_SERVER_SOCKS,
		.users = request_choice & REQUEST_LOGIN ? &request_users : NULL};
	request_step = PROXY_MORE;
	request_used = 0;
	bytes_clear(&request_in);
}

/* One message, from its own memory, so that a checker detects reads beyond it. */
static size_t request_feed(struct bytes *out)
{
	unsigned char *copy = malloc(request_in.size ? request_in.size : 1);
	size_t size = request_in.size, used;

	must(copy != NULL);
	if (size)
		memcpy(copy, request_in.data, size);
	request_step = proxy_request_feed(&request, copy, size, &used, out);
	if (used > size || (request_step == PROXY_MORE && used > 0) ||
		(request_step == PROXY_GO_ON && used == 0))
		abort();
	free(copy);
	return used;
}

static void request_take(const unsigned char *data, size_t size, struct bytes *out)
{
	bytes_add(&request_in, data, size);
	while (request_step == PROXY_MORE || request_step == PROXY_GO_ON) {
		size_t used = request_feed(out);

		bytes_drop(&request_in, used);
		request_used += used;
		if (request_step == PROXY_MORE)
			return;
	}
}

static void request_end(struct bytes *out)
{
	if ((request_step == PROXY_REFUSED) != (request.refusal != NULL))
		abort();
	if (request_step == PROXY_READY &&
		(request.host[0] == '\0' || strlen(request.host) > PROXY_HOST_MAX))
		abort();
	bytes_add_format(out, " %d", (int)request_step);
	/* If it is refused, more or less of it may have been looked at. */
	if (request_step == PROXY_REFUSED)
		bytes_add_format(out, " %s %d", request.refusal, request.wrong_login);
	else
		bytes_add_format(
			out, " %zu %s %u", request_used, request.host, (unsigned)request.port);
}

static const struct pieces_subject request_subject = {request_begin, request_take, request_end};

/* A request whose last byte is repeated until it is too long must be refused. */
static void try_long(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(PROXY_REQUEST_MAX + size);
	struct bytes out = {0};

	must(copy != NULL);
	memcpy(copy, data, size);
	memset(copy + size, data[size - 1], PROXY_REQUEST_MAX);
	for (size_t step = 0; step <= REQUEST_STEP; step += REQUEST_STEP) {
		pieces_run(&request_subject, copy, PROXY_REQUEST_MAX + size, 0, step, &out);
		must(request_step != PROXY_MORE || request_used > 0);
	}
	bytes_release(&out);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	request_choice = data[0];
	if (!pieces_agree(&request_subject, data + 1, size - 1, REQUEST_CUTS))
		abort();
	if (request_choice & REQUEST_LONG && size > 1)
		try_long(data + 1, size - 1);
	/* Whatever the outcome of the connect, it can be answered. */
	for (int i = 0; i < 16 && request_step == PROXY_READY; i++) {
		struct bytes out = {0};
		struct addr local;

		addr_loopback(i % 2 ? AF_INET : AF_INET6, 80, &local);
		proxy_answer(&request, (enum status)(i / 2), &local, &out);
		must(out.size > 0);
		bytes_release(&out);
	}
	bytes_release(&request_in);
	return 0;
}
