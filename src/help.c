/* SPDX-License-Identifier: ISC */
/* help.c - what every command shares, explained without a manual page. sockit(1) explains the same
 * at greater length; a test compares the two. */
#include "help.h"

#include <string.h>

#include "base/text.h"
#include "core/meter.h"
#include "core/opt/opt.h"

static const char endpoints_text[] =
	"An ENDPOINT is written the same way for every command:\n"
	"\n"
	"  HOST PORT          two words\n"
	"  HOST:PORT          one word; IPv6 in brackets: [::1]:80, [fe80::1%eth0]:80\n"
	"  :PORT, *:PORT      every interface when listening, this host when connecting\n"
	"  PORT               when listening: the same as :PORT\n"
	"  unix:PATH          a Unix socket; unix:@NAME in Linux's abstract namespace\n"
	"  vsock:CID:PORT     between virtual machine and host (Linux); CID is a number,\n"
	"                     any, host or local\n"
	"  fd:N               a socket inherited as descriptor N (fd:3 from systemd)\n"
	"\n"
	"HOST is a name, an IPv4 or IPv6 address (with %ZONE where it needs one),\n"
	"<broadcast> for 255.255.255.255, or a number: 2130706433 is 127.0.0.1; any of\n"
	"them may stand in brackets.\n"
	"PORT is 0 to 65535, or the name of a service. A list of ports, where one is\n"
	"allowed, is 22,80,8000-8010,http.\n"
	"\n"
	"-4 and -6 restrict the address family; -n does not look up names or services.\n"
	"Shells expand * and [...]; quote them: '*:7000', '[::1]:80'.\n";

static const char values_text[] =
	"TIME   250ms, 2, 2s, 1.5s, 5m, 1h; a bare number is seconds\n"
	"SIZE   bytes: 1400, 64k, 10M, 1G; powers of 1024\n"
	"RATE   for streams a SIZE per second; for datagrams and packets a number per\n"
	"       second: 500, 10k, 1M; powers of 1000\n"
	"TEXT   taken literally, byte for byte; with -E the escapes \\n \\r \\t \\0 \\\\ \\xHH\n"
	"       stand for bytes; with --hex it is hex digits, two per byte\n"
	"NET    192.0.2.0/24, 2001:db8::/32, one address, a name (all its addresses), or\n"
	"       uid:N for the user at the other end of a Unix socket\n"
	"\n"
	"An option's optional value, shown as [=VALUE], is joined to it: -x=FILE, -r=2.\n";

/* {} stands for meter_keys. */
static const char json_text[] =
	"With --json results (on standard output) and, with -v, events (on standard\n"
	"error) are JSON Lines: one object per line. A key without a value is left out.\n"
	"time is UTC; bytes that are not UTF-8 are in data_base64 instead of data.\n"
	"\n"
	"event         time event command id local peer message; when closed also\n"
	"              received_bytes sent_bytes seconds reason\n"
	"--stats=json  {}"
	"scan (-z)     host address port protocol state service seconds\n"
	"--collect     time peer data\n"
	"datagram      time source port destination size truncated data; for a\n"
	"              reply also seconds\n"
	"raw-send      time source kind seconds mac detail packet fields\n"
	"resolve       query addresses name canonical; --all: query family type protocol\n"
	"              address port canonical; --type: query type records (name ttl type\n"
	"              data)\n"
	"services      name port protocol aliases source\n"
	"failure       query, or host and port; error status\n"
	"\n"
	"event is one of listening connected connection closed denied warning error\n"
	"detail source; reason is one of done reset timeout limit signal error.\n";

static const struct {
	const char *name, *what, *text; /* no TEXT: the table of exit statuses */
} topics[] = {
	{"endpoints", "how hosts, ports and sockets are written", endpoints_text},
	{"values", "TIME, SIZE, RATE, TEXT and NET", values_text},
	{"exit", "exit statuses", NULL},
	{"json", "the keys of --json", json_text},
};
enum { TOPICS = sizeof(topics) / sizeof(topics[0]) };

const char *const help_topics[] = {"endpoints", "values", "exit", "json", NULL};

static void write_text(const char *text, FILE *out)
{
	enum { COLUMN = 14, WIDTH = 80 };
	const char *hole = strstr(text, "{}");

	if (hole) {
		fwrite(text, 1, (size_t)(hole - text), out);
		text_write_wrapped(out, meter_keys, COLUMN, WIDTH);
		text = hole + strlen("{}");
	}
	fputs(text, out);
}

bool help_topic(const char *topic, FILE *out)
{
	for (size_t i = 0; i < TOPICS; i++) {
		if (strcmp(topics[i].name, topic) != 0)
			continue;
		if (topics[i].text)
			write_text(topics[i].text, out);
		else
			opt_help_statuses(out, opt_help_width());
		return true;
	}
	return false;
}

static void write_row(const char *name, const char *what, FILE *out)
{
	int column = fprintf(out, "  %-12s ", name);

	text_write_wrapped(out, what, column, opt_help_width());
}

void help_overview(const struct command *const *commands, size_t count, FILE *out)
{
	fprintf(out,
		"usage: sockit COMMAND [OPTION...] [ARG...]\n"
		"       sockit COMMAND -h | sockit COMMAND --help | sockit help TOPIC\n\n");
	opt_help_heading("Commands", out);
	for (size_t i = 0; i < count; i++)
		write_row(commands[i]->name, commands[i]->summary, out);
	fputc('\n', out);
	opt_help_heading("Topics", out);
	for (size_t i = 0; i < TOPICS; i++)
		write_row(topics[i].name, topics[i].what, out);
	fprintf(out, "\nManual: man sockit\nComing from nc, ncat, socat: man sockit-from-netcat\n");
}
