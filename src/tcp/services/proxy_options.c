/* SPDX-License-Identifier: ISC */
/* proxy_options.c - the options of --proxy-server. */

#include "tcp/services/proxy_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"

static const char *const kind_names[] = {"socks", "http", NULL};

const struct opt proxy_opts[] = {
	{.kind = OPT_CHOICE,
		.name = "proxy-server",
		.arg = "socks|http",
		.help = "be a SOCKS 4, 4a and 5 or an HTTP CONNECT proxy",
		.offset = OPT_FIELD(int, proxy_options, kind),
		.choices = kind_names,
		.group = PROXY_GROUP_WAY},
	{.kind = OPT_TEXTS,
		.name = "to-allow",
		.arg = "NET[,NET...]",
		.help = "lead only to these targets (repeatable)",
		.offset = OPT_FIELD(struct opt_texts, proxy_options, to_allow),
		.value = OPT_NET},
	{.kind = OPT_TEXTS,
		.name = "to-deny",
		.arg = "NET[,NET...]",
		.help = "never lead to these targets (repeatable)",
		.offset = OPT_FIELD(struct opt_texts, proxy_options, to_deny),
		.value = OPT_NET},
	{.kind = OPT_TEXT,
		.name = "auth-file",
		.arg = "FILE",
		.help = "let only those in who are named there, a user:password a line",
		.offset = OPT_FIELD(const char *, proxy_options, auth_file),
		.value = OPT_FILE},
	{0},
};

/* This host and its links, by all their names. */
static const char *const inward = "127.0.0.0/8,0.0.0.0/8,169.254.0.0/16,::1,::,fe80::/10";

/* The lists of OPTIONS, with INWARD denied too. */
static int init_closed(struct proxy_service *service, const struct proxy_options *options,
	bool numeric, struct bytes *why)
{
	size_t count = options->to_deny.count;
	const char **deny = calloc(count + 1, sizeof *deny);
	struct access_sources sources = {.allow = options->to_allow, .deny = {deny, count + 1}};
	int status;

	if (!deny) {
		bytes_add_text(why, "out of memory");
		return STATUS_FAILED;
	}
	if (count)
		memcpy(deny, options->to_deny.item, count * sizeof *deny);
	deny[count] = inward;
	status = access_init(&service->closed, &sources, numeric, why);
	free(deny);
	return status;
}

int proxy_service_init(struct proxy_service *service, const struct proxy_options *options,
	bool numeric, struct bytes *why)
{
	struct access_sources sources = {.allow = options->to_allow, .deny = options->to_deny};
	int status = STATUS_DONE;

	*service = (struct proxy_service){.kind = (enum proxy_kind)options->kind};
	if (options->kind < 0) {
		if (!options->to_allow.count && !options->to_deny.count && !options->auth_file)
			return STATUS_DONE;
		bytes_add_text(why, "--to-allow, --to-deny and --auth-file need --proxy-server");
		return STATUS_USAGE;
	}
	service->is_aimed = options->to_allow.count > 0;
	status = access_init(&service->open, &sources, numeric, why);
	if (status == STATUS_DONE)
		status = init_closed(service, options, numeric, why);
	if (status == STATUS_DONE && options->auth_file) {
		service->has_users = true;
		status = proxy_users_read(&service->users, options->auth_file, why);
	}
	return status;
}

void proxy_service_release(struct proxy_service *service)
{
	access_release(&service->open);
	access_release(&service->closed);
	proxy_users_release(&service->users);
}

void proxy_service_aim(struct proxy_service *service, bool local_only)
{
	service->dial.targets = local_only || service->is_aimed ? &service->open : &service->closed;
}
