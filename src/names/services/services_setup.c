/* SPDX-License-Identifier: ISC */
/* services_setup.c - check the operands of services. */

#include <string.h>

#include "base/num.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "names/services/services_private.h"

/* 255 is the last that fits into an IP header; that of MPTCP is only for socket(2). */
enum { PROTOCOL_MAX = 262 };

static const char *bad_number(const struct services_options *o)
{
	return o->protocols ? "(0-262 or a protocol name)" : "(0-65535 or a service name)";
}

/* Read NUMBER or NUMBER-NUMBER. NULL, or the reason. */
static const char *read_numbers(const struct services_options *o, struct services_selection *s)
{
	uint64_t most = o->protocols ? PROTOCOL_MAX : ADDR_PORT_MAX, low, high;
	const char *text = bytes_text(&s->name), *dash = strchr(text, '-');
	struct bytes first = {0};

	bytes_add(&first, text, dash ? (size_t)(dash - text) : strlen(text));
	const char *reason = num_parse(bytes_text(&first), 0, most, &low);
	bytes_release(&first);
	if (!reason && !dash)
		high = low;
	else if (!reason)
		reason = num_parse(dash + 1, 0, most, &high);
	if (reason)
		return bad_number(o);
	if (low > high)
		return "(the first number must not be greater than the second)";
	s->numbers = true;
	s->low = (uint16_t)low;
	s->high = (uint16_t)high;
	bytes_clear(&s->name);
	return NULL;
}

const char *services_selection_read(
	const struct services_options *o, struct services_selection *s, const char *text)
{
	const char *slash = strchr(text, '/');

	*s = (struct services_selection){.text = text};
	if (!*text)
		return bad_number(o);
	bytes_add(&s->name, text, slash ? (size_t)(slash - text) : strlen(text));
	if (slash)
		s->protocol = slash + 1;
	if (slash && (!*s->protocol || o->protocols))
		return o->protocols ? bad_number(o) : "(no protocol behind the slash)";
	const char *name = bytes_text(&s->name);
	if (s->name.size > 0 && strspn(name, "0123456789-") == s->name.size)
		return read_numbers(o, s);
	return NULL;
}

enum status services_check(const struct services_run *r, const struct opt_words *words)
{
	struct bytes why = {0};
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < words->operand_count && status == STATUS_DONE; i++) {
		struct services_selection s;
		const char *reason = services_selection_read(r->options, &s, words->operands[i]);

		if (reason) {
			bytes_add_format(&why, "bad %s: \"%s\" %s",
				r->options->protocols ? "protocol" : "port", words->operands[i],
				reason);
			status = opt_report(words, STATUS_USAGE, &why);
		}
		bytes_release(&s.name);
	}
	bytes_release(&why);
	return status;
}
