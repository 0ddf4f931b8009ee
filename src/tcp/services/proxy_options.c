/* SPDX-License-Identifier: ISC */
/* proxy_options.c - the options of --proxy-server. */

#include "tcp/services/proxy_options.h"

#include <sys/stat.h>

#include "base/log.h"
#include "base/status.h"

static const char *const kind_names[] = {"socks", "http", NULL};

const struct opt proxy_opts[] = {
	{.kind = OPT_CHOICE,
		.name = "proxy-server",
		.arg = "socks|http",
		.help = "be a SOCKS 4, 4a and 5 proxy, or an HTTP CONNECT proxy",
		.offset = OPT_FIELD(int, proxy_options, kind),
		.choices = kind_names,
		.group = PROXY_GROUP_WAY},
	{.kind = OPT_TEXTS,
		.name = "to-allow",
		.arg = "NET[,NET...]",
		.help = "connect only to these targets (repeatable)",
		.offset = OPT_FIELD(struct opt_texts, proxy_options, to_allow),
		.value = OPT_NET},
	{.kind = OPT_TEXTS,
		.name = "to-deny",
		.arg = "NET[,NET...]",
		.help = "never connect to these targets (repeatable)",
		.offset = OPT_FIELD(struct opt_texts, proxy_options, to_deny),
		.value = OPT_NET},
	{.kind = OPT_TEXT,
		.name = "auth-file",
		.arg = "FILE",
		.help = "admit only users listed in FILE (user:password per line)",
		.offset = OPT_FIELD(const char *, proxy_options, auth_file),
		.value = OPT_FILE},
	{0},
};

/* Warn if every user of this host can read the passwords. */
static void warn_of_readers(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & S_IROTH))
		log_notice("%s can be read by every user of this host (chmod o-r %s)", path, path);
}

enum status proxy_service_init(struct proxy_service *service, const struct proxy_options *options,
	bool numeric, struct bytes *why)
{
	struct access_sources sources = {.allow = options->to_allow, .deny = options->to_deny};
	enum status status;

	*service = (struct proxy_service){.kind = (enum proxy_server_kind)options->kind};
	if (options->kind < 0)
		return STATUS_DONE;
	status = access_init(&service->targets, &sources, numeric, why);
	if (status == STATUS_DONE && options->auth_file) {
		service->has_users = true;
		status = proxy_users_read(&service->users, options->auth_file, why);
		if (status == STATUS_DONE)
			warn_of_readers(options->auth_file);
	}
	return status;
}

void proxy_service_release(struct proxy_service *service)
{
	access_release(&service->targets);
	proxy_users_release(&service->users);
}

void proxy_service_aim(struct proxy_service *service, bool local_only)
{
	service->targets.closed = !local_only;
	service->dial.targets = &service->targets;
}
