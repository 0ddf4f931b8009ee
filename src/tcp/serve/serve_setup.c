/* SPDX-License-Identifier: ISC */
/* serve_setup.c - the command line of tcp-serve, read and checked. */

#include "tcp/serve/serve_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/os/tcp.h"
#include "tcp/server/server.h"
#include "tcp/services/collect.h"
#include "tcp/services/handlers.h"

static enum status workers_check(const struct serve_setup *s, struct bytes *why)
{
	uint64_t workers = s->config->listen.workers, most = s->config->serve.conns_max;
	bool together = workers && serve_way_service(s->way, s)->one_process;
	const char *what = together ? s->way->option : NULL;

	for (size_t i = 0; workers && !what && i < s->endpoint_count; i++)
		what = s->endpoints[i].kind == ENDPOINT_FD ? s->endpoints[i].text : NULL;
	if (what)
		bytes_add_format(why,
			"%s%s%s cannot be used with --workers (it cannot be divided among "
			"processes)",
			what, together && !s->way->service ? " " : "",
			together && !s->way->service ? handler_names[s->config->way.handler] : "");
	else if (workers && most && most < workers)
		bytes_add_format(why,
			"--max-conns %llu is too small for %llu workers (one connection each)",
			(unsigned long long)most, (unsigned long long)workers);
	else
		return STATUS_DONE;
	return STATUS_USAGE;
}

static enum status endpoints_read(
	struct serve_setup *s, const struct opt_words *words, struct bytes *why)
{
	const struct opt_texts *also = &s->config->listen.also;
	enum status status;

	s->endpoints = calloc(1 + also->count, sizeof *s->endpoints);
	if (!s->endpoints)
		return fail_memory(why);
	status = endpoint_read(
		s->endpoints, ENDPOINT_LOCAL, words->operands, words->operand_count, why);
	if (status != STATUS_DONE)
		return status;
	s->endpoint_count = 1;
	for (size_t i = 0; i < also->count; i++, s->endpoint_count++) {
		status = endpoint_read_option(&s->endpoints[s->endpoint_count], ENDPOINT_LOCAL,
			"--also", also->item[i], why);
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

/* Refuse options that are for other kinds of sockets than those in use. */
static enum status kind_check(const struct serve_setup *s, struct bytes *why)
{
	const struct serve_listen *c = &s->config->listen;
	bool has_unix = false;
	bool only_inet = !s->config->way.forward || s->target.kind == ENDPOINT_INET;

	for (size_t i = 0; i < s->endpoint_count; i++) {
		has_unix = has_unix || s->endpoints[i].kind == ENDPOINT_UNIX;
		only_inet = only_inet && s->endpoints[i].kind == ENDPOINT_INET;
	}
	if (c->unix_mode >= 0 && !has_unix)
		return fail_with(why, STATUS_USAGE, "--unix-mode requires a Unix socket");
	if (only_inet && tcp_type_values[c->type] != SOCK_STREAM)
		return fail_with(why, STATUS_USAGE, "--type seqpacket requires a Unix socket");
	return STATUS_DONE;
}

static enum status reply_read(struct serve_setup *s, struct bytes *why)
{
	const struct serve_config *c = s->config;

	if (!c->way.reply)
		return STATUS_DONE;
	return common_text_take(c->text.form, "--reply", c->way.reply, &s->reply, why);
}

static enum status exposure_check(const struct serve_setup *s, struct bytes *why)
{
	enum status status = STATUS_DONE;

	for (size_t i = 0; s->command.argv && i < s->endpoint_count && status == STATUS_DONE; i++)
		status = access_check_command(&s->access, &s->endpoints[i], why);
	return status;
}

/* Whether a command's connection is idle is known from the kernel's byte counts, which only TCP
 * has. With taps we count ourselves. */
static enum status idle_check(const struct serve_setup *s, struct bytes *why)
{
	for (size_t i = 0; i < s->endpoint_count; i++) {
		if (!s->command.argv || !s->config->limits.idle_ns ||
			taps_given(&s->config->taps) || s->config->way.pty ||
			(os_tcp_counts && s->endpoints[i].kind != ENDPOINT_UNIX &&
				s->endpoints[i].kind != ENDPOINT_VSOCK))
			continue;
		return fail_with(why, STATUS_USAGE,
			"--idle-timeout cannot be used with a command on %s (the kernel does not "
			"tell "
			"when it is idle)",
			s->endpoints[i].text);
	}
	return STATUS_DONE;
}

static enum status forward_read(struct serve_setup *s, struct bytes *why)
{
	const struct serve_config *c = s->config;
	const char *word = c->way.forward;
	enum status status;

	if (!word)
		return STATUS_DONE;
	status = endpoint_read_option(&s->target, ENDPOINT_PEER, "--forward", word, why);
	if (status != STATUS_DONE)
		return status;
	if (s->target.kind == ENDPOINT_FD)
		return fail_with(why, STATUS_USAGE,
			"--forward cannot be used with %s: it is a single connection", word);
	s->forward = (struct forward_service){.target = &s->target,
		.send_proxy = c->way.send_proxy,
		.dial = {.family = c->common.family,
			.type = tcp_type_values[c->listen.type],
			.numeric = c->common.numeric,
			.timeout_ns = c->way.connect_timeout_ns}};
	return STATUS_DONE;
}

/* A target that does not exist at all is a mistake; one that cannot be looked up now may become
 * known later. */
static enum status forward_check(struct serve_setup *s, struct bytes *why)
{
	struct name_query q = {.host = s->target.host,
		.port = s->target.port,
		.family = s->config->common.family,
		.type = SOCK_STREAM,
		.numeric = s->config->common.numeric};
	enum name_result found;

	if (!s->config->way.forward || s->target.kind != ENDPOINT_INET)
		return STATUS_DONE;
	found = name_lookup(&q, &s->known);
	/* In another root there is no resolver, so the present addresses are kept. A numeric
	 * address need not be parsed again for each connection, except that the number of a zone
	 * may change. */
	if (found == NAME_FOUND &&
		(s->config->privilege.chroot ||
			(name_is_immediate(&q) && !strchr(s->target.host, '%'))))
		s->forward.dial.known = &s->known;
	if (found != NAME_FOUND && (found != NAME_NO_ANSWER || s->config->privilege.chroot))
		return name_explain(found, &q, why);
	if (found == NAME_FOUND && addr_explain_zone(&s->known.addrs[0], EINVAL, why))
		return STATUS_USAGE;
	return STATUS_DONE;
}

static enum status reply_file_check(const struct serve_setup *s, struct bytes *why)
{
	const char *path = s->config->way.reply_file;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	struct stat st = {.st_mode = S_IFREG};

	if (!path)
		return STATUS_DONE;
	if (fd < 0 || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		int err = S_ISDIR(st.st_mode) ? EISDIR : errno;

		fd_close(fd);
		return fail_with(
			why, status_of_errno(err), "cannot read %s: %s", path, status_reason(err));
	}
	fd_close(fd);
	return STATUS_DONE;
}

enum status serve_check_files(const struct serve_setup *s, struct bytes *why)
{
	enum status status = s->command.argv ? child_check(s->command.argv[0], why) : STATUS_DONE;

	if (status == STATUS_DONE && s->config->way.collect_dir)
		status = collect_dir_check(s->config->way.collect_dir, why);
	if (status == STATUS_DONE && s->config->way.pty)
		status = taps_check_terminal(why);
	return status == STATUS_DONE ? reply_file_check(s, why) : status;
}

/* Standard input and output serve one connection after the other, whatever these options say. */
static enum status at_once_check(const struct serve_setup *s, struct bytes *why)
{
	const char *given = s->config->serve.conns_max ? "--max-conns"
		: s->config->serve.per_host	       ? "--max-per-host"
						       : NULL;

	if (!given || s->way->service != &stdio_service)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE,
		"%s cannot be used with standard input and output (they serve one connection at a "
		"time)",
		given);
}

/* Read and check the whole command line before anything is bound. */
static enum status read_all(struct serve_setup *s, const struct opt_words *words, struct bytes *why)
{
	const struct serve_config *c = s->config;
	enum status status = endpoints_read(s, words, why);

	if (status == STATUS_DONE)
		status = workers_check(s, why);
	if (status == STATUS_DONE)
		status = at_once_check(s, why);
	if (status == STATUS_DONE &&
		sock_options_parse(&s->options, &c->socket.options, SOCK_STREAM, why) < 0)
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = forward_read(s, why);
	if (status == STATUS_DONE)
		status = kind_check(s, why);
	if (status == STATUS_DONE)
		status = proxy_service_init(&s->proxy, &c->proxy, c->common.numeric, why);
	s->proxy.dial = (struct dial_plan){.family = c->common.family,
		.numeric = c->common.numeric,
		.timeout_ns = c->way.connect_timeout_ns};
	if (status == STATUS_DONE)
		status = access_init(&s->access, &c->access, c->common.numeric, why);
	if (status == STATUS_DONE)
		status = exposure_check(s, why);
	if (status == STATUS_DONE)
		status = idle_check(s, why);
	if (status == STATUS_DONE)
		status = privilege_find(&s->privilege, &c->privilege, why);
	if (status == STATUS_DONE && !c->privilege.chroot)
		status = serve_check_files(s, why);
	if (status == STATUS_DONE)
		status = reply_read(s, why);
	if (status == STATUS_DONE)
		status = forward_check(s, why);
	if (status == STATUS_DONE)
		status = taps_open(&s->taps, &c->taps, why);
	if (status == STATUS_DONE && c->way.pty)
		taps_give_terminal(&s->taps, false);
	return status;
}

enum status serve_prepare(struct serve_setup *s, const struct serve_config *config,
	const struct opt_words *words, struct bytes *why)
{
	*s = (struct serve_setup){.config = config};
	command_line_init(&s->command, words->command, config->way.shell);
	s->way = serve_way_of(s);
	return read_all(s, words, why);
}

void serve_setup_release(struct serve_setup *s)
{
	for (size_t i = 0; i < s->endpoint_count; i++)
		endpoint_release(&s->endpoints[i]);
	free(s->endpoints);
	if (s->target.text)
		endpoint_release(&s->target);
	name_answer_release(&s->known);
	sock_options_release(&s->options);
	access_release(&s->access);
	proxy_service_release(&s->proxy);
	bytes_release(&s->reply);
}
