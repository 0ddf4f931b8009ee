/* SPDX-License-Identifier: ISC */
/* main.c - pick the command, and run it.
 *
 * The map of src/, top to bottom. A file includes only from its own folder or from one further down
 * (tests/lint/layers.sh lists the layers), and the four protocols never include each other:
 *
 *   main.c          the list of commands; help, version
 *   meant/          what command lines of socat, nc and dig mean, for hints
 *   tcp/connect/    tcp-connect: expect, prompt, raw; above reach/ (--proxy, --via, --tls, --wait)
 *                   and scan/ (-z)
 *   tcp/serve/      tcp-serve: options, ways to serve, workers, what is given up
 *   tcp/services/   the services for a connection, a file each: text, relay, command, broker, ...
 *   tcp/server/     accept connections, limits, workers
 *   tcp/            what both share: dial (address race), session (standard input and output over
 *                   one connection), retry (--wait), command
 *   tcp/taps/       what is put in between: telnet, CRLF, pace, hex dump, copies
 *   tcp/proxy/      SOCKS and HTTP CONNECT, both halves; the PROXY header
 *   udp/send/       udp-send: input divided into messages, replies
 *   udp/listen/     udp-listen: ports, commands run for datagrams
 *   udp/forward/    datagrams forwarded, and the answers sent back
 *   udp/            what these share: batches, targets, groups, output formats
 *   raw/send/       raw-send: where packets come from, sending, replies
 *   raw/capture/    capture files
 *   raw/packet/     from words to packets and back, fragments, next hops
 *   raw/layers/     the layers and their fields, as tables
 *   names/resolve/  resolve: through libc, from DNS, in batches with answers in order
 *   names/services/ services
 *   names/dns/      DNS itself: messages, records, a client, transfers of zones
 *   core/           knows no protocol and no command: names and services looked up, listener,
 *                   local, access, inward, unix_file, confine, ucspi, ready, privilege, meter,
 *                   results
 *   core/stream/    bytes in one direction (flow) and both (relay), half-close, taps, drain
 *   core/loop/      descriptors, timers, signals, children, other threads; the pollers
 *   core/sock/      sockets and their -o options
 *   core/opt/       command lines as tables: parsing, help, guesses, the options that are shared
 *   core/os/        what differs between systems, X_linux.c and X_posix.c next to X.h; in folders
 *                   of their own: dgram/ (datagrams), link/ (interfaces and packets), sandbox/
 *   core/addr/      addresses and endpoints, to and from text
 *   base/           knows only libc: log, num, text, json, bytes, checksum, clock, fd, screen,
 *                   status
 *
 * A command is a struct command, found here by its name; its file is named after it, tcp-serve in
 * tcp/serve/serve.c.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/errout.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/opt/guess.h"
#include "core/opt/opt.h"
#include "core/opt/opt_value.h"
#include "core/results.h"
#include "help.h"
#include "meant/meant.h"
#include "names/commands.h"
#include "raw/commands.h"
#include "tcp/commands.h"
#include "udp/commands.h"
#include "version.h"

static const struct command *const commands[] = {
	&tcp_connect_command,
	&tcp_serve_command,
	&udp_send_command,
	&udp_listen_command,
	&raw_send_command,
	&resolve_command,
	&services_command,
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

/* Words that are allowed in place of a command. */
static const char *const other_words[] = {"help", "--help", "--version", "-h", "-V"};
enum { OTHER_COUNT = sizeof(other_words) / sizeof(other_words[0]) };

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* What people who know another program type first. */
static const struct opt_hint hints[] = {
	{"-l -k --listen listen", "to listen: sockit tcp-serve or udp-listen"},
	{"tcp-listen", "to listen: sockit tcp-serve"},
	{"tcp-send", "to connect and send: sockit tcp-connect"},
	{"udp-serve udp-server udp-recv", "to receive datagrams: sockit udp-listen"},
	{"udp-connect udp-client", "to send datagrams: sockit udp-send"},
	{"-u --udp udp", "for UDP: sockit udp-send or udp-listen"},
	{"-z --scan scan nmap", "to scan: sockit tcp-connect -z HOST PORTS"},
	{"nc netcat ncat socat tcp telnet",
		"to connect: sockit tcp-connect; to listen: sockit tcp-serve"},
	{"dns dig getent lookup host nslookup", "for names: sockit resolve"},
	{"ping", "sockit raw-send -r ip dst=HOST icmp echo"},
	{"arping", "sockit raw-send -r -I IFNAME eth arp request target=HOST"},
	{"traceroute", "sockit raw-send -r ip dst=HOST ttl=1-20 icmp echo"},
	{"hping3 trafgen mausezahn nping", "to send packets: sockit raw-send"},
	{"tcpreplay", "sockit raw-send -I IFNAME --replay FILE"},
	{"proxy relay", "to relay: sockit tcp-serve --forward; a proxy: --proxy-server"},
	{0},
};

/* The hint for WORD; for letters joined after a dash, that for the first one that has a hint. */
static const char *hint_for(const char *word)
{
	const char *hint = opt_hint(hints, word, strlen(word));

	if (hint || word[0] != '-' || word[1] == '-')
		return hint;
	for (const char *letter = word + 1; *letter && !hint; letter++)
		hint = opt_hint(hints, (char[]){'-', *letter}, 2);
	return hint;
}

/* ARGV[0] is not a command: suggest the command line for sockit, or the command that was meant. */
static enum status unknown_word(int argc, char *const argv[])
{
	const char *word = argv[0], *hint = hint_for(word);
	struct bytes why = {0}, line = {0};
	struct guess guess;

	guess_begin(&guess, word, strlen(word));
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		guess_offer(&guess, commands[i]->name);
	for (size_t i = 0; i < OTHER_COUNT; i++)
		guess_offer(&guess, other_words[i]);
	bytes_add_text(&why, word[0] == '-' ? "unknown option " : "unknown command ");
	opt_add_quoted(word, &why);
	if (meant_add(argc, argv, &line))
		bytes_add_format(&why, " (did you mean: %s)", bytes_text(&line));
	else if (hint)
		bytes_add_format(&why, " (%s)", hint);
	else if (!guess_add(&guess, "", &why))
		bytes_add_text(&why,
			word[0] == '-'
				? " (options follow a command; sockit help lists them)"
				: " (sockit help lists them; to connect: sockit tcp-connect HOST "
				  "PORT)");
	log_error("%s", bytes_reason(&why));
	bytes_release(&why);
	bytes_release(&line);
	return STATUS_USAGE;
}

static enum status show_help(const struct command *command)
{
	if (!opt_help(command, results_text()))
		results_failed(ENOMEM);
	return results_finish(STATUS_DONE, 0);
}

static enum status show_brief(const struct command *command)
{
	if (!opt_help_brief(command, results_text()))
		results_failed(ENOMEM);
	return results_finish(STATUS_DONE, 0);
}

static enum status show_version(bool verbose)
{
	version_write(results_text(), verbose);
	return results_finish(STATUS_DONE, 0);
}

static enum status run_command(const struct command *command, int argc, char *const argv[])
{
	void *config = malloc(command->config_size);
	struct opt_words words = {0};
	struct bytes why = {0};
	enum status status = STATUS_USAGE;

	log_setup(command->name, 0, false);
	if (!config) {
		log_error("%s", status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	switch (opt_parse(command, argc, argv, config, &words, &why)) {
	case OPT_RUN:
		if (loop_poller_known(&why))
			status = command->run(config, &words);
		else
			status = opt_report(&words, STATUS_USAGE, &why);
		break;
	case OPT_BAD: status = opt_report(&words, STATUS_USAGE, &why); break;
	case OPT_HELP: status = show_help(command); break;
	case OPT_BRIEF: status = show_brief(command); break;
	case OPT_VERSION: status = show_version(opt_given(&words, "verbose")); break;
	case OPT_LIST:
		words.list(results_text());
		status = results_finish(STATUS_DONE, 0);
		break;
	}
	opt_release(command, config, &words);
	bytes_release(&why);
	free(config);
	return status;
}

/* Report what is wrong with the tables. */
static enum status check_tables(void)
{
	struct bytes why = {0};
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char *reason = opt_check(commands[i], &why);

		if (!reason)
			continue;
		log_error("%s", reason);
		status = STATUS_FAILED;
		bytes_clear(&why);
	}
	bytes_release(&why);
	return status;
}

static enum status dump_tables(void)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!opt_dump(commands[i], results_text()))
			results_failed(ENOMEM);
	return results_finish(STATUS_DONE, 0);
}

static enum status overview(void)
{
	help_overview(commands, COMMAND_COUNT, results_text());
	return results_finish(STATUS_DONE, 0);
}

static enum status unknown_topic(const char *word)
{
	struct bytes why = {0};
	struct guess guess;

	guess_begin(&guess, word, strlen(word));
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		guess_offer(&guess, commands[i]->name);
	for (size_t i = 0; help_topics[i]; i++)
		guess_offer(&guess, help_topics[i]);
	bytes_add_text(&why, "no help for ");
	opt_add_quoted(word, &why);
	if (!guess_add(&guess, "", &why))
		bytes_add_text(&why, " (sockit help lists commands and topics)");
	log_error("%s", bytes_reason(&why));
	bytes_release(&why);
	return STATUS_USAGE;
}

/* Without any word: show what commands there are, on standard error like all errors. */
static enum status no_word(void)
{
	enum { WAIT_MS = 1000 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		help_overview(commands, COMMAND_COUNT, out);
		if (fclose(out) == 0)
			(void)errout_write(
				text, size, WAIT_MS); /* there is no other way to report it */
		free(text);
	}
	return STATUS_USAGE;
}

/* `sockit help` and its words. */
static enum status help(int argc, char *const argv[])
{
	const struct command *command;

	if (argc == 0 || strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0)
		return overview();
	if (argc > 1) {
		log_error("help takes one command or topic");
		return STATUS_USAGE;
	}
	if (strcmp(argv[0], "--check") == 0)
		return check_tables();
	if (strcmp(argv[0], "--dump") == 0)
		return dump_tables();
	command = find_command(argv[0]);
	if (command)
		return show_help(command);
	if (!help_topic(argv[0], results_text()))
		return unknown_topic(argv[0]);
	return results_finish(STATUS_DONE, 0);
}

static bool is_one(const char *word, const char *short_one, const char *long_one)
{
	return strcmp(word, short_one) == 0 || strcmp(word, long_one) == 0;
}

static enum status run(int argc, char *argv[])
{
	const struct command *command;

	log_setup(NULL, 0, false);
	if (loop_signals_unblock() < 0 || loop_signals_tolerate() < 0) {
		log_error("cannot catch signals: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	if (fd_open_standard() < 0) {
		log_error("cannot open /dev/null: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	if (secret_take() < 0) {
		log_error("%s", status_reason(errno));
		return STATUS_FAILED;
	}
	atexit(log_finish);
	if (argc < 2)
		return no_word();
	command = find_command(argv[1]);
	if (command)
		return run_command(command, argc - 2, argv + 2);
	if (strcmp(argv[1], "help") == 0 || is_one(argv[1], "-h", "--help"))
		return help(argc - 2, argv + 2);
	if (is_one(argv[1], "-V", "--version"))
		return show_version(argc > 2 && is_one(argv[2], "-v", "--verbose"));
	if (is_one(argv[1], "-v", "--verbose") && argc > 2 && is_one(argv[2], "-V", "--version"))
		return show_version(true);
	return unknown_word(argc - 1, argv + 1);
}

int main(int argc, char *argv[])
{
	return (int)run(argc, argv);
}
