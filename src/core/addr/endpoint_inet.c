/* SPDX-License-Identifier: ISC */
/* endpoint_inet.c - hosts and ports as people type them. */

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/addr/endpoint_private.h"

enum {
	HOST_MAX = 253,	  /* for a name in the DNS; addresses are shorter */
	SERVICE_MAX = 63, /* far more than the 15 of RFC 6335 */
};

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"

/* The parts of a word. */
struct parts {
	const char *host;
	size_t host_size;
	const char *port; /* NULL: none */
	bool address;	  /* the host is an address, judging by its brackets or its form */
};

static bool is_ipv6(const char *text, size_t size)
{
	char copy[INET6_ADDRSTRLEN];
	struct addr addr;
	const char *zone = memchr(text, '%', size);
	size_t length = zone ? (size_t)(zone - text) : size;

	/* The zone is looked up when the address is used. */
	if (length >= sizeof(copy) || !memchr(text, ':', length))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return addr_parse_numeric(copy, 0, &addr) == 0;
}

static bool is_dotted_quad(const char *text)
{
	struct addr addr;

	return strchr(text, '.') && addr_parse_numeric(text, 0, &addr) == 0;
}

/* WORD has no port: add what to type. An IPv6 address with a port but without brackets looks like
 * that too. */
static void complain_port_missing(enum endpoint_form form, const char *word, struct bytes *why)
{
	enum { REPEATED_MAX = 120 };
	const char *colon = strrchr(word, ':');
	size_t size = strlen(word);
	uint16_t port;

	endpoint_complain(why, "missing port in", word, size, "");
	if (word[0] != '[' && colon && is_ipv6(word, (size_t)(colon - word)))
		bytes_add_format(why, " (an IPv6 address goes in brackets: [%.*s]:%s)",
			(int)(colon - word), word, colon + 1);
	else if (word[0] != '[' && colon && is_ipv6(word, size))
		bytes_add_format(why, " (an IPv6 address goes in brackets: [%s]:PORT)", word);
	else if (form == ENDPOINT_SCAN && strspn(word, DIGITS ",-") == size)
		bytes_add_text(why, " (a list of ports is one word: 22,80)");
	else if (size > REPEATED_MAX || size < 2)
		bytes_add_text(why, " (HOST:PORT or HOST PORT)");
	else if (addr_parse_port(word, &port))
		bytes_add_format(why, " (HOST:%s or HOST %s)", word, word);
	else
		bytes_add_format(why, " (%.*s:PORT)", (int)(size - (word[size - 1] == ':')), word);
}

static bool split_brackets(const char *word, struct parts *parts, struct bytes *why)
{
	const char *end = strchr(word, ']');

	if (!end) {
		endpoint_complain(why, "missing ] in", word, strlen(word), "");
		return false;
	}
	if (end[1] != '\0' && end[1] != ':') {
		endpoint_complain(why, "missing : after ] in", word, strlen(word), "");
		return false;
	}
	*parts = (struct parts){word + 1, (size_t)(end - word - 1), end[1] ? end + 2 : NULL, true};
	if (memchr(parts->host, ':', parts->host_size) && !is_ipv6(parts->host, parts->host_size)) {
		endpoint_complain(
			why, "bad host:", parts->host, parts->host_size, " (not an IPv6 address)");
		return false;
	}
	return true;
}

static bool split(const char *word, struct parts *parts, struct bytes *why)
{
	const char *colon = strchr(word, ':');

	if (word[0] == '[')
		return split_brackets(word, parts, why);
	if (colon && strchr(colon + 1, ':')) {
		*parts = (struct parts){word, strlen(word), NULL, true};
		if (is_ipv6(word, parts->host_size))
			return true;
		const char *last = strrchr(word, ':');
		if (is_ipv6(word, (size_t)(last - word)))
			complain_port_missing(ENDPOINT_PEER, word, why);
		else
			endpoint_complain(why, "bad host:", word, (size_t)(last - word),
				" (a name or an address; IPv6 in brackets)");
		return false;
	}
	size_t size = colon ? (size_t)(colon - word) : strlen(word);
	*parts = (struct parts){word, size, colon ? colon + 1 : NULL, is_dotted_quad(word)};
	return true;
}

/* Whether the SIZE bytes at HOST can be a host; if not, add the reason to WHY. */
static bool check_host(const char *host, size_t size, struct bytes *why)
{
	static const char never[] = " \"'/\\[]";
	const char *problem = NULL;
	char number[HOST_MAX + 1];
	struct addr addr;

	if (size > HOST_MAX) {
		endpoint_complain(why, "bad host:", host, size, " (over 253 bytes)");
		return false;
	}
	memcpy(number, host, size);
	number[size] = '\0';
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)host[i] < ' ' || strchr(never, host[i]))
			problem = " (a name or an address)";
	}
	/* Digits alone are an address, not a name. */
	if (size > 0 && strspn(number, DIGITS) == size && addr_parse_numeric(number, 0, &addr) < 0)
		problem = " (as a number, an IPv4 address is at most 4294967295)";
	if (problem)
		endpoint_complain(why, "bad host:", host, size, problem);
	return !problem;
}

/* A name that begins with a digit is more likely a mistyped number (80x, 0x50). */
static bool is_service_name(const char *text)
{
	size_t size = strlen(text);

	return size > 0 && size <= SERVICE_MAX && strspn(text, LETTERS) > 0 &&
		strspn(text, LETTERS DIGITS "-_+.") == size;
}

static bool check_port(const char *port, struct bytes *why)
{
	uint16_t number;

	if (addr_parse_port(port, &number) || is_service_name(port))
		return true;
	endpoint_complain(why, "bad port:", port, strlen(port), " (0-65535 or a service name)");
	return false;
}

/* One part of a list: a port, or FIRST-LAST in numbers. PART is modified and restored. */
static bool check_port_range(char *part, struct bytes *why)
{
	char *dash = part + strspn(part, DIGITS);
	uint16_t first, last;

	if (dash == part || *dash != '-')
		return check_port(part, why);
	*dash = '\0';
	bool good = check_port(part, why) && check_port(dash + 1, why);
	bool numbers = addr_parse_port(part, &first) && addr_parse_port(dash + 1, &last);
	*dash = '-';
	if (good && (!numbers || first > last)) {
		endpoint_complain(
			why, "bad port range:", part, strlen(part), " (FIRST-LAST in numbers)");
		good = false;
	}
	return good;
}

static bool check_port_list(char *list, struct bytes *why)
{
	for (char *part = list;;) {
		char *comma = strchr(part, ',');
		if (comma)
			*comma = '\0';
		bool good = check_port_range(part, why);
		if (comma)
			*comma = ',';
		if (!good || !comma)
			return good;
		part = comma + 1;
	}
}

/* Find the port of WORDS[0]: in that word, in the next one, or the whole word is a port. Returns
 * how many words that uses; 0: there is no port. */
static size_t find_port(
	struct parts *parts, enum endpoint_form form, char *const words[], size_t count)
{
	if (parts->port)
		return *parts->port ? 1 : 0;
	if (count > 1 && !(form == ENDPOINT_SCAN && strchr(words[1], ':'))) {
		parts->port = words[1];
		return 2;
	}
	if (form != ENDPOINT_LOCAL || parts->address || strcmp(words[0], "*") == 0)
		return 0;
	*parts = (struct parts){.host = "", .port = words[0]};
	return 1;
}

/* What was typed as two words, joined into one. NULL: no memory. */
static char *join(const struct parts *parts)
{
	struct bytes text = {0};
	bool colons = memchr(parts->host, ':', parts->host_size);

	bytes_add_format(&text, "%s%.*s%s:%s", colons ? "[" : "", (int)parts->host_size,
		parts->host, colons ? "]" : "", parts->port);
	if (text.failed)
		bytes_release(&text);
	bytes_text(&text);
	return (char *)text.data;
}

/* Fill in E from PARTS, which came from USED words, WORD being the first. */
static bool set_inet(struct endpoint *e, const struct parts *parts, size_t used, const char *word)
{
	e->kind = ENDPOINT_INET;
	e->any_written = parts->host_size == 1 && *parts->host == '*';
	e->host = strndup(parts->host, e->any_written ? 0 : parts->host_size);
	e->port = strdup(parts->port);
	e->text = used == 2 ? join(parts) : strdup(word);
	return e->host && e->port && e->text;
}

size_t endpoint_parse_inet(struct endpoint *e, enum endpoint_form form, char *const words[],
	size_t count, struct bytes *why)
{
	struct parts parts;

	if (words[0][0] == '\0' && count < 2) {
		bytes_add_text(why, "empty endpoint (HOST:PORT or HOST PORT)");
		return 0;
	}
	if (!split(words[0], &parts, why))
		return 0;
	size_t used = find_port(&parts, form, words, count);
	if (used == 0) {
		if (check_host(parts.host, parts.host_size, why))
			complain_port_missing(form, words[0], why);
		return 0;
	}
	if (!check_host(parts.host, parts.host_size, why))
		return 0;
	if (!set_inet(e, &parts, used, words[0])) {
		bytes_add_text(why, status_reason(ENOMEM));
		return 0;
	}
	bool good =
		form == ENDPOINT_SCAN ? check_port_list(e->port, why) : check_port(e->port, why);
	return good ? used : 0;
}
