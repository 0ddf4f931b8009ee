/* SPDX-License-Identifier: ISC */
/* dictionary.c - the words that a parser knows, for a fuzzer (libFuzzer's -dict): from the tables
 * of options, layers and record types where they have them.
 *
 *     dictionary TARGET */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"
#include "names/commands.h"
#include "names/dns/type.h"
#include "raw/commands.h"
#include "raw/layers/layers.h"
#include "tcp/commands.h"
#include "udp/commands.h"

static void put(const void *word, size_t size)
{
	const unsigned char *at = word;

	putchar('"');
	for (size_t i = 0; i < size; i++)
		printf(isalnum(at[i]) || (ispunct(at[i]) && !strchr("\"\\", at[i])) ? "%c"
										    : "\\x%02x",
			at[i]);
	puts("\"");
}

static void put_text(const char *before, const char *word, const char *behind)
{
	char text[256];
	int size = snprintf(text, sizeof text, "%s%s%s", before, word, behind);

	if (size > 0 && (size_t)size < sizeof text)
		put(text, (size_t)size);
}

/* Options as lines of the input: the target cuts it into words at newlines. */
static void put_options(void)
{
	static const struct command *const commands[] = {&tcp_connect_command, &tcp_serve_command,
		&udp_send_command, &udp_listen_command, &raw_send_command, &resolve_command,
		&services_command};

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		struct opt_at at = {0};

		while (opt_next(commands[i], &at)) {
			put_text(
				"--", at.opt->name, at.opt->arg && *at.opt->arg != '[' ? "\n" : "");
			if (at.opt->letter)
				put_text("-", (char[]){at.opt->letter, '\0'}, "");
			for (const char *const *c = at.opt->choices; c && *c; c++)
				put_text("", *c, "");
		}
		for (const struct opt_hint *h = commands[i]->hints; h && h->names; h++)
			put_text("", h->names, "");
	}
}

static void put_layers(void)
{
	for (size_t i = 0; i < layer_count; i++) {
		put_text("", layers[i]->name, " ");
		if (layers[i]->variant)
			put_text("", layers[i]->variant, " ");
		for (const struct field *f = layers[i]->fields; f && f->name; f++) {
			put_text(" ", f->name, "=");
			for (const struct field_name *n = f->names; n && n->name; n++)
				put_text("", n->name, "");
		}
	}
}

static void put_records(void)
{
	for (unsigned number = 0; number <= UINT16_MAX; number++) {
		struct bytes name = {0};
		const char data[] = {(char)(number >> 8), (char)number, 0, 1};

		dns_type_add(&name, (uint16_t)number);
		if (strncmp(bytes_text(&name), "TYPE", 4) != 0) {
			put_text("", bytes_text(&name), "");
			put(data, sizeof data);
		}
		bytes_release(&name);
	}
}

/* A constant with all its bytes, even NULs. */
#define WORD(text)                                                                                 \
	{                                                                                          \
		text, sizeof text - 1                                                              \
	}

struct word {
	const char *data;
	size_t size;
};

static const struct word header_words[] = {WORD("PROXY TCP4 "), WORD("PROXY TCP6 "),
	WORD("PROXY UNKNOWN\r\n"), WORD("\r\n\r\n\0\r\nQUIT\n"), WORD("\x21\x11\0\x0c"),
	WORD("\x21\x21\0\x24"), WORD("\x20\0\0\0"), WORD("\x21\x31\0\xd8"), {0}};
static const struct word request_words[] = {WORD("CONNECT "), WORD(" HTTP/1.1\r\n"),
	WORD("Proxy-Authorization: Basic "), WORD("Host: "), WORD("\r\n\r\n"), WORD("\4\1\0\x50"),
	WORD("\0\0\0\1"), WORD("\5\1\0"), WORD("\5\1\2"), WORD("\5\1\0\1"), WORD("\5\1\0\3"),
	WORD("\5\1\0\4"), WORD("Ym9iOnNlY3JldA=="), WORD("\1\3bob\6secret"), {0}};
static const struct word answer_words[] = {WORD("HTTP/1.1 "), WORD("HTTP/1.0 200 "), WORD("100 "),
	WORD("407 "), WORD("503 "), WORD("\r\n\r\n"), WORD("\5\0\5\0\0\1"), WORD("\5\2\1\0"),
	WORD("\0\x5a"), WORD("\0\x5b"), {0}};
static const struct word url_words[] = {WORD("socks5://"), WORD("socks5h://"), WORD("socks4://"),
	WORD("socks4a://"), WORD("http://"), WORD("@"), WORD("%40"), WORD("[::1]"), {0}};
static const struct word telnet_words[] = {WORD("\xff\xff"), WORD("\xff\xfb"), WORD("\xff\xfc"),
	WORD("\xff\xfd"), WORD("\xff\xfe"), WORD("\xff\xfa"), WORD("\xff\xf0"), WORD("\r\0"), {0}};
static const struct word expect_words[] = {WORD("[[:space:]]"), WORD("[^a]"), WORD("(|)"),
	WORD("{2,3}"), WORD("\\."), WORD(".*"), WORD("$"), WORD("^"), WORD("\n"), {0}};
static const struct word address_words[] = {WORD("::ffff:"), WORD("fe80::1%lo"), WORD("[::1]"),
	WORD("64:ff9b::"), WORD("2002:"), WORD("0x7f.1"), WORD("unix:@"), WORD("vsock:any:"),
	WORD("fd:"), {0}};
static const struct word file_words[] = {WORD("nameserver "), WORD("options "), WORD("search "),
	WORD("localhost"), WORD(".invalid"), WORD("127.0.0.1 "), WORD("::1 "), WORD("uid:"),
	WORD("/24\n"), WORD("/tcp\n"), WORD("/udp "), WORD("#"), {0}};
static const struct word capture_words[] = {WORD("\n\r\r\n"), WORD("\x4d\x3c\x2b\x1a"),
	WORD("\x1a\x2b\x3c\x4d"), WORD("\xd4\xc3\xb2\xa1"), WORD("\xa1\xb2\xc3\xd4"),
	WORD("\x4d\x3c\xb2\xa1"), WORD("\x06\0\0\0"), WORD("\x03\0\0\0"), WORD("\x09\0\1\0"),
	WORD("\x0e\0\x08\0"), WORD("\x14\1"), {0}};

static const struct {
	const char *target;
	void (*put)(void);
	const struct word *words;
} dictionaries[] = {
	{"access", NULL, file_words},
	{"access", NULL, address_words},
	{"address", NULL, address_words},
	{"batch", NULL, address_words},
	{"capture", NULL, capture_words},
	{"dns", put_records, NULL},
	{"dns_client", put_records, NULL},
	{"dns_print", put_records, NULL},
	{"dns_transfer", put_records, NULL},
	{"endpoint", NULL, address_words},
	{"expect", NULL, expect_words},
	{"handlers", NULL, header_words},
	{"options", put_options, NULL},
	{"pcap", NULL, capture_words},
	{"proxy_client", NULL, answer_words},
	{"proxy_header", NULL, header_words},
	{"proxy_request", NULL, request_words},
	{"proxy_url", NULL, url_words},
	{"resolv_conf", NULL, file_words},
	{"services_file", NULL, file_words},
	{"telnet", NULL, telnet_words},
	{"words", put_layers, NULL},
};

int main(int argc, char **argv)
{
	/* A dictionary must not be empty. */
	printf("# %s\n", argc > 1 ? argv[1] : "");
	for (size_t i = 0; argc > 1 && i < sizeof dictionaries / sizeof *dictionaries; i++) {
		if (strcmp(dictionaries[i].target, argv[1]) != 0)
			continue;
		if (dictionaries[i].put)
			dictionaries[i].put();
		for (const struct word *w = dictionaries[i].words; w && w->data; w++)
			put(w->data, w->size);
	}
	return 0;
}
