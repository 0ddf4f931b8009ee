/* SPDX-License-Identifier: ISC */
/* sock_options.c - the -o options, checked and applied. */
#include "core/sock/sock.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/opt/guess.h"
#include "core/opt/opt_value.h"
#include "core/os/host.h"

enum { ROWS_MAX = 64, HELP_COLUMN = 36 };

/* Collect all rows, including the system's own. Returns their number. */
static size_t all_rows(const struct sock_option *rows[ROWS_MAX])
{
	size_t count = 0;

	for (const struct sock_option *row = sock_common_options; row->name; row++)
		rows[count++] = row;
	for (const struct sock_option *row = sock_system_options; row->name && count < ROWS_MAX;
		row++)
		rows[count++] = row;
	return count;
}

static const struct sock_option *find_row(const char *name, size_t size)
{
	const struct sock_option *rows[ROWS_MAX];
	size_t count = all_rows(rows);

	for (size_t i = 0; i < count; i++) {
		if (strlen(rows[i]->name) == size && memcmp(rows[i]->name, name, size) == 0)
			return rows[i];
	}
	return NULL;
}

/* TEXT in units of UNIT_NS, rounded up. */
static const char *parse_time(const char *text, int64_t unit_ns, uint64_t *number)
{
	int64_t ns;
	const char *reason = num_parse_time(text, &ns);

	if (!reason)
		*number = (uint64_t)((ns + unit_ns - 1) / unit_ns);
	return reason;
}

/* Find TEXT among WORDS, `A|B|C`. */
static const char *parse_word(const char *words, const char *text, uint64_t *number)
{
	for (*number = 0; *words; ++*number) {
		size_t size = strcspn(words, "|");

		if (strlen(text) == size && memcmp(words, text, size) == 0)
			return NULL;
		words += size + (words[size] == '|');
	}
	return "";
}

/* Read the int that TEXT stands for; 1 for a switch without a value (NULL). NULL, or the reason; ""
 * if the form is wrong. */
static const char *parse_int(const struct sock_option *row, const char *text, int *value)
{
	uint64_t number;
	const char *reason;

	if (!text) {
		*value = 1;
		return NULL;
	}
	switch (row->value) {
	case SOCK_ON:
	case SOCK_BOOL: reason = num_parse(text, 0, 1, &number); break;
	case SOCK_SIZE: reason = num_parse_size(text, &number); break;
	case SOCK_TIME_MS: reason = parse_time(text, NUM_NS_PER_MS, &number); break;
	case SOCK_TIME_S: reason = parse_time(text, NUM_NS_PER_S, &number); break;
	case SOCK_WORD: reason = parse_word(row->arg + 1, text, &number); break;
	default: reason = num_parse(text, (uint64_t)row->min, (uint64_t)row->max, &number);
	}
	if (reason)
		return reason;
	if (number > INT_MAX)
		return "(too large)";
	*value = (int)number;
	return NULL;
}

/* Check that TEXT is a good value for ROW: NULL, or the reason; "" if the form is wrong. */
static const char *check_value(const struct sock_option *row, const char *text)
{
	int value;

	if (row->value == SOCK_SPECIAL)
		return row->set(-1, AF_UNSPEC, text) < 0 ? "" : NULL;
	if (row->value == SOCK_TEXT) {
		bool fits = *text && strlen(text) <= (size_t)row->max;
		return fits ? NULL : "";
	}
	return parse_int(row, text, &value);
}

/* Whether it is an option that other systems have. */
static bool is_elsewhere(const char *name, size_t size)
{
	static const char *const names[] = {"congestion", "defer-accept", "device", "fastopen",
		"freebind", "mark", "mptcp", "mtu-discover", "notsent-lowat", "priority",
		"quickack", "transparent", "user-timeout"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
			return true;
	}
	return false;
}

static void complain_unknown(const char *name, size_t size, struct bytes *why)
{
	const struct sock_option *rows[ROWS_MAX];
	size_t count = all_rows(rows);
	struct bytes word = {0};
	struct guess guess;

	guess_begin(&guess, name, size);
	for (size_t i = 0; i < count; i++)
		guess_offer(&guess, rows[i]->name);
	bytes_add(&word, name, size);
	bytes_add_text(why, "unknown socket option: ");
	opt_add_quoted(bytes_text(&word), why);
	if (guess_made(&guess))
		(void)guess_add(&guess, "", why);
	else
		bytes_add_text(why, " (-o help lists them)");
	bytes_release(&word);
}

static bool is_stream(int type)
{
	return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

/* Whether VALUE (NULL: none) is right for ROW and a socket of TYPE; if not, add the reason to
 * WHY. */
static bool check_setting(
	const struct sock_option *row, const char *value, int type, struct bytes *why)
{
	if (row->type && is_stream(row->type) != is_stream(type)) {
		bytes_add_format(why, "socket option %s is for %s only", row->name,
			is_stream(row->type) ? "TCP" : "datagrams");
		return false;
	}
	if (!value && row->arg[0] == '=') {
		bytes_add_format(why, "socket option %s needs a value: %s%s", row->name, row->name,
			row->arg);
		return false;
	}
	const char *reason = check_value(row, value);
	if (!reason)
		return true;
	bytes_add_format(why, "bad socket option %s: ", row->name);
	opt_add_quoted(value ? value : "", why);
	if (*reason)
		bytes_add_format(why, " %s", reason);
	else if (value && row->arg[0] == '\0')
		bytes_add_format(why, " (%s takes no value)", row->name);
	else
		bytes_add_format(why, " (%s%s%s%s)", row->name, row->arg, row->limits ? ", " : "",
			row->limits ? row->limits : "");
	return false;
}

/* Insert a setting before all others, or append it. 0, or -1 with errno ENOMEM. */
static int insert(struct sock_options *options, const struct sock_option *row, const char *value,
	bool at_front)
{
	size_t size = sizeof(*options->settings);
	struct sock_setting *grown = realloc(options->settings, (options->count + 1) * size);
	int on = 0;

	if (!grown)
		return -1;
	options->settings = grown;
	if (at_front)
		memmove(grown + 1, grown, options->count * size);
	grown[at_front ? 0 : options->count] = (struct sock_setting){row, value};
	options->count++;
	if (strcmp(row->name, "mptcp") == 0 && !parse_int(row, value, &on))
		options->mptcp = on;
	return 0;
}

static int parse_one(struct sock_options *options, const char *text, int type, struct bytes *why)
{
	size_t size = strcspn(text, "=");
	const char *value = text[size] ? text + size + 1 : NULL;
	const struct sock_option *row = find_row(text, size);

	if (!row && is_elsewhere(text, size)) {
		bytes_add_format(why,
			"socket option %.*s is not available on this system (-o help lists what "
			"is)",
			(int)size, text);
		return -1;
	}
	if (!row) {
		complain_unknown(text, size, why);
		return -1;
	}
	if (!check_setting(row, value, type, why))
		return -1;
	if (insert(options, row, value, false) == 0)
		return 0;
	bytes_add_text(why, status_reason(ENOMEM));
	return -1;
}

int sock_options_parse(
	struct sock_options *options, const struct opt_texts *texts, int type, struct bytes *why)
{
	*options = (struct sock_options){0};
	for (size_t i = 0; i < texts->count; i++) {
		if (parse_one(options, texts->item[i], type, why) < 0) {
			sock_options_release(options);
			return -1;
		}
	}
	return 0;
}

void sock_options_release(struct sock_options *options)
{
	free(options->settings);
	*options = (struct sock_options){0};
}

int sock_options_add(struct sock_options *options, const char *name, const char *value)
{
	const struct sock_option *row = find_row(name, strlen(name));

	if (!row) {
		errno = ENOPROTOOPT;
		return -1;
	}
	return insert(options, row, value, true);
}

bool sock_options_has(const struct sock_options *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		if (strcmp(options->settings[i].option->name, name) == 0)
			return true;
	}
	return false;
}

const char *sock_options_value(const struct sock_options *options, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < options->count; i++) {
		if (strcmp(options->settings[i].option->name, name) == 0)
			value = options->settings[i].text;
	}
	return value;
}

static int by_name(const void *a, const void *b)
{
	const struct sock_option *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void list_options(FILE *out)
{
	const struct sock_option *rows[ROWS_MAX];
	size_t count = all_rows(rows);

	qsort(rows, count, sizeof(rows[0]), by_name);
	for (size_t i = 0; i < count; i++) {
		int width = fprintf(out, "  %s%s", rows[i]->name, rows[i]->arg);
		fprintf(out, "%*s%s\n", width < HELP_COLUMN ? HELP_COLUMN - width : 1, "",
			rows[i]->help);
	}
}

const struct opt sock_opts[] = {
	{.kind = OPT_TEXTS,
		.letter = 'o',
		.name = "option",
		.arg = "NAME[=VALUE]",
		.help = "set a socket option (repeatable; -o help lists them)",
		.offset = OPT_FIELD(struct opt_texts, sock_texts, options),
		.value = OPT_SOCKET_OPTION,
		.list = list_options},
	{0},
};

/* Set the option that ROW has for any family other than IPv6. */
static int set_plain(int fd, const struct sock_option *row, const void *data, socklen_t size)
{
	unsigned char byte;

	if (!row->is_byte)
		return setsockopt(fd, row->level, row->option, data, size);
	byte = (unsigned char)*(const int *)data;
	return setsockopt(fd, row->level, row->option, &byte, sizeof(byte));
}

/* Set the option of ROW for FAMILY to the SIZE bytes at DATA. */
static int set_bytes(
	int fd, int family, const struct sock_option *row, const void *data, socklen_t size)
{
	bool ip = row->level == IPPROTO_IP;

	if (family == AF_INET6 && row->level6) {
		if (setsockopt(fd, row->level6, row->option6, data, size) < 0)
			return -1;
		if (ip)
			(void)set_plain(fd, row, data, size);
		return 0;
	}
	if (ip && family != AF_INET) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return set_plain(fd, row, data, size);
}

int sock_set_ip(int fd, int family, int option, int option6, int value)
{
	const struct sock_option row = {
		.level = IPPROTO_IP, .option = option, .level6 = IPPROTO_IPV6, .option6 = option6};

	return set_bytes(fd, family, &row, &value, sizeof(value));
}

static int apply_one(const struct sock_setting *setting, int fd, int family)
{
	const struct sock_option *row = setting->option;
	bool inet = family == AF_INET || family == AF_INET6;
	int value;

	/* Some systems accept SO_KEEPALIVE and the like for any family, without effect. */
	if (!inet && (row->type || row->level == IPPROTO_TCP)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (row->value == SOCK_SPECIAL)
		return row->set(fd, family, setting->text);
	if (row->value == SOCK_TEXT)
		return set_bytes(fd, family, row, setting->text, (socklen_t)strlen(setting->text));
	if (parse_int(row, setting->text, &value)) {
		errno = EINVAL;
		return -1;
	}
	return set_bytes(fd, family, row, &value, sizeof(value));
}

int sock_options_apply(const struct sock_options *options, enum sock_phase phase, int fd,
	int family, const struct sock_setting **bad)
{
	for (size_t i = 0; options && i < options->count; i++) {
		const struct sock_setting *setting = &options->settings[i];
		if (!(setting->option->phases & phase))
			continue;
		if (apply_one(setting, fd, family) < 0) {
			if (bad)
				*bad = setting;
			return -1;
		}
		log_detail("set %s%s%s", setting->option->name, setting->text ? "=" : "",
			setting->text ? setting->text : "");
	}
	return 0;
}

void sock_options_explain(const struct sock_setting *setting, int err, struct bytes *why)
{
	const char *value = setting->text;

	bytes_add_format(why, "cannot set socket option %s%s%s: %s", setting->option->name,
		value ? "=" : "", value ? value : "",
		err == EOPNOTSUPP || err == ENOPROTOOPT ? "not for a socket of this kind"
							: status_reason(err));
	if (err == EPERM || err == EACCES)
		bytes_add_format(why, " (needs %s)", os_privilege("CAP_NET_ADMIN or CAP_NET_RAW"));
}
