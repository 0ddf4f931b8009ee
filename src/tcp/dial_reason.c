/* SPDX-License-Identifier: ISC */
/* dial_reason.c - why a connection could not be made: one line for everything that went wrong. */

#include "tcp/dial_reason.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/local.h"
#include "core/sock/sock.h"
#include "core/unix_file.h"
#include "tcp/dial.h"

enum { RANK_NEVER = 1, RANK_UNREACHABLE, RANK_SILENCE, RANK_ANSWER };

int dial_reason_rank(int err)
{
	switch (err) {
	case EAFNOSUPPORT: return RANK_NEVER;
	case ENETUNREACH:
	case EHOSTUNREACH: return RANK_UNREACHABLE;
	case ETIMEDOUT: return RANK_SILENCE;
	default: return RANK_ANSWER;
	}
}

static void begin(struct dial_reason *r, int rank, enum status status)
{
	r->rank = rank;
	r->status = status;
	bytes_clear(&r->why);
}

static void begin_text(struct dial_reason *r, int rank, enum status status)
{
	begin(r, rank, status);
	bytes_add_format(&r->why, "cannot connect to %s: ", r->endpoint->text);
}

/* Whether the socket of ADDR accepts datagrams; nothing is sent to it. */
static bool takes_datagrams(const struct addr *addr)
{
	int fd = sock_open(AF_UNIX, SOCK_DGRAM, NULL, NULL);
	bool taken = fd >= 0 && (connect(fd, &addr->u.sa, addr->size) == 0 || errno == EPERM);

	fd_close(fd);
	return taken;
}

static void explain_unix(const struct addr *addr, int err, struct bytes *why)
{
	if (err == EPROTOTYPE && takes_datagrams(addr))
		bytes_add_text(why, " (the socket there takes datagrams: sockit udp-send)");
	else if (err == EPROTOTYPE)
		bytes_add_text(why, " (the socket there is of another --type)");
	else if (err == ECONNREFUSED && unix_file_is_other(addr))
		bytes_add_text(why, " (the file is not a socket)");
}

enum status dial_reason_explain(
	const struct addr *addr, int err, const struct local *source, struct bytes *why)
{
	if (local_lacks(source, addr_family(addr)))
		return local_explain(source, addr_family(addr), err, why);
	bytes_add_text(why, status_reason(err));
	if (addr_family(addr) == AF_UNIX)
		explain_unix(addr, err, why);
	else if (err == EPERM || err == EACCES)
		bytes_add_text(why, " (a firewall rule of this host, or a broadcast address)");
	return err == ECONNRESET ? STATUS_REFUSED : status_of_errno(err);
}

void dial_reason_address(struct dial_reason *r, const struct addr *addr, int err)
{
	char text[ADDR_TEXT];

	log_detail("%s: %s", addr_text(addr, text), status_reason(err));
	if (dial_reason_rank(err) < r->rank)
		return;
	begin_text(r, dial_reason_rank(err), STATUS_FAILED);
	r->status = dial_reason_explain(addr, err, r->plan->source, &r->why);
}

/* A failure of the local end is the same for every address of its family: report what was wrong
 * with it, not with the peer. */
void dial_reason_local(struct dial_reason *r, int family, int err)
{
	begin(r, RANK_ANSWER, STATUS_FAILED);
	r->status = local_explain(r->plan->source, family, err, &r->why);
}

void dial_reason_option(struct dial_reason *r, const struct sock_setting *bad, int err)
{
	begin(r, RANK_ANSWER, status_of_errno(err));
	sock_options_explain(bad, err, &r->why);
}

void dial_reason_name(
	struct dial_reason *r, enum name_result result, const struct name_query *query)
{
	begin(r, RANK_ANSWER, STATUS_FAILED);
	r->status = name_explain(result, query, &r->why);
}

void dial_reason_timeout(struct dial_reason *r, int64_t ns)
{
	char time[NUM_TEXT];

	begin_text(r, RANK_SILENCE, STATUS_TIMED_OUT);
	bytes_add_format(&r->why, "timed out after %s", num_show_time(ns, time));
}

void dial_reason_text(struct dial_reason *r, enum status status, const char *text)
{
	begin_text(r, RANK_ANSWER, status);
	bytes_add_text(&r->why, text);
}
