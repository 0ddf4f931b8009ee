/* SPDX-License-Identifier: ISC */
/* send.c - raw-send: build packets layer by layer and send them. */
#include "base/bytes.h"
#include "base/log.h"
#include "base/status.h"
#include "core/results.h"
#include "raw/commands.h"
#include "raw/send/send_private.h"

static enum status list(const struct opt_words *words)
{
	if (words->operand_count > 0) {
		log_error("--layers lists all layers and takes no operand: \"%s\"",
			words->operands[0]);
		return STATUS_USAGE;
	}
	layers_print(results_text());
	return results_finish(STATUS_DONE, 0);
}

static enum status run(const void *arg, const struct opt_words *words)
{
	const struct raw_send_config *config = arg;
	struct raw_send_setup setup;
	struct bytes why = {0};
	enum status status;
	int signo = 0;

	log_setup("raw-send", config->common.level, config->common.json);
	if (config->send.list)
		return list(words);
	status = raw_send_setup(&setup, config, words, &why);
	if (status == STATUS_DONE)
		status = raw_send_run(&setup, &signo, &why);
	if (bytes_any(&why))
		status = results_report(
			config->common.json && !config->send.write, NULL, words, status, &why);
	bytes_release(&why);
	raw_send_release(&setup);
	return results_finish(status, signo);
}

static const struct opt_hint hints[] = {
	{"-i", "-I IFNAME is the interface, --interval TIME the pause"},
	{"-c", "did you mean --count?"},
	{"-t --ttl", "the field ttl of ip: ip dst=192.0.2.1 ttl=3"},
	{"-p --port", "the field dport of udp and tcp: tcp dport=80"},
	{"-S --syn --icmp --tcp --udp -1 -2",
		"layers are words: ip dst=HOST tcp dport=80 flags=syn"},
	{"-a --spoof", "the field src of eth, ip and ip6: ip src=192.0.2.1"},
	{"--rand-source", "the field src of ip: ip src=random"},
	{"--rand-dest", "the field dst of ip: ip dst=random"},
	{"-d --data --data-length", "the layer payload: payload TEXT, payload zero=SIZE"},
	{"--flood --topspeed --fast --faster", "did you mean --rate max?"},
	{"--pps", "did you mean --rate?"},
	{"--mbps", "--rate counts packets per second"},
	{"--loop", "did you mean --count?"},
	{"--pcap --read --file", "did you mean --replay?"},
	{"--intf1 --iface", "did you mean --interface?"},
	{"--traceroute -T", "sweep the field ttl: raw-send -r ip dst=HOST ttl=1-20 icmp echo"},
	{"--scan", "sweep the field dport: raw-send -r ip dst=HOST tcp dport=1-1024 flags=syn"},
	{"-s --source", "the field src of eth, ip and ip6: ip src=192.0.2.1"},
	{0},
};

static const struct opt_example examples[] = {
	{"raw-send -r ip dst=192.0.2.1 icmp echo", "ping"},
	{"raw-send -r -I eth0 eth arp request target=192.0.2.7", "ask who has an address"},
	{"raw-send -r ip dst=192.0.2.1 tcp dport=1-1024 flags=syn", "probe ports"},
	{"raw-send --dry-run ip dst=192.0.2.1 udp dport=53", "show a packet, send nothing"},
	{"raw-send -I eth0 --replay FILE.pcap --rate max", "send a capture again"},
	{"raw-send --layers", "list the layers and their fields"},
	{0},
};

const struct command raw_send_command = {
	.name = "raw-send",
	.summary = "build packets layer by layer and send them; replay captures",
	.usage = "[OPTION...] LAYER [FIELD=VALUE...] [LAYER ...]",
	.examples = examples,
	.sets = raw_send_sets,
	.rules = raw_send_rules,
	.hints = hints,
	.config_size = sizeof(struct raw_send_config),
	.defaults = &raw_send_defaults,
	.run = run,
};
