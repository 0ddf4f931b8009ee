/* SPDX-License-Identifier: ISC */
/* raw_round.c - what is built from words is dissected into the same words, truncated or not. */
#include "../fuzz/words.c"
#include "base/status.h"
#include "tap.h"

#define ETH "eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 "
#define IP  "ip src=192.0.2.1 dst=192.0.2.7 "
#define IP6 "ip6 src=2001:db8::1 dst=2001:db8::7 "

static const char *const lines[] = {
	ETH "arp reply sender=192.0.2.1 target=192.0.2.7 target-mac=02:00:00:00:00:07",
	ETH "vlan id=42 priority=3 dei vlan id=7 " IP
	    "ttl=3 dscp=ef df id=9 tcp sport=1 dport=2 mss=1460 "
	    "wscale=7 sack-ok timestamp=1/2 flags=syn,ack",
	ETH "mpls label=16 tc=5 mpls label=1048575 ttl=9 " IP "udp dport=53",
	ETH "mpls label=3 " IP6 "udp dport=53",
	IP "options=94040000 igmp leave group=239.1.2.3",
	IP "igmp query-v3 group=239.1.2.3 s qrv=5 qqic=20 sources=192.0.2.1+192.0.2.2",
	IP "igmp query-v3",
	IP "igmp report-v3 mode=allow group=239.1.2.3 sources=192.0.2.1",
	IP "igmp report-v3 records=2 group=239.1.2.3",
	IP "igmp report-v3",
	IP "igmp report-v3 record is-exclude group=239.1.2.3 "
	   "record allow group=239.1.2.4 sources=192.0.2.1+192.0.2.2 aux=0102030405 "
	   "record block group=239.1.2.5 sources=192.0.2.3",
	IP "igmp report-v3 records=1 record group=239.1.2.3 bytes 0400000001020304",
	IP "icmp type=3 code=4 mtu=1300",
	IP "icmp echo id=7 seq=9 payload hello",
	IP "icmp timestamp id=7 seq=9 originate=1",
	IP "icmp timestamp-reply id=7 originate=1 receive=86399999 transmit=4294967295",
	IP "icmp mask id=7",
	IP "icmp mask-reply id=7 mask=255.255.255.0",
	IP "icmp unreachable code=3 " IP "udp dport=9 payload quoted",
	IP "gre " IP "icmp echo id=1",
	IP "gre key=42 checksum seq=7 " IP6 "icmp6 echo id=1",
	IP "gre checksum=0xbeef protocol=0x1234 payload x",
	IP "gre key=1 " ETH IP "udp dport=9",
	IP "udp vxlan vni=16777215 " ETH IP "udp dport=9 payload inner",
	IP6 "udp dport=4789 vxlan vni=1 " ETH IP6 "tcp dport=80",
	IP "sctp sport=5 dport=36412 tag=0x1234 chunks=0100001400000001",
	IP6 "sctp dport=36412",
	IP "ip src=10.0.0.1 dst=10.0.0.2 udp dport=9",
	IP6 "hop-options router-alert=0 dest-options options=1e0412345678 udp dport=9",
	IP6 "hop-options icmp6 echo id=3",
	IP6 "routing type=0 segments=2001:db8::8+2001:db8::9 udp dport=9",
	IP6 "routing type=2 segments=2001:db8::9 udp dport=9",
	IP6 "routing type=3 segments=2001:db8::8+2001:db8::9 udp dport=9",
	IP6 "routing type=4 segments=2001:db8::7+2001:db8::8+2001:db8::9 udp dport=9",
	IP6 "routing type=4 left=0 segments=2001:db8::7 udp dport=9",
	IP6 "routing data=0000001720010db8000000000000000000000009 udp dport=9",
	IP6 "routing type=9 data= udp dport=9",
	IP6 "routing left=1 type=2 data=0000000020010db8000000000000000000000009 udp dport=9",
	IP6 "fragment offset=185 mf id=0xdeadbeef payload x",
	IP6 "fragment id=5 udp dport=9",
	IP6 "ndp ns target=2001:db8::7 source-mac=02:00:00:00:00:01",
	IP6 "ndp na target=2001:db8::7 flags=solicited,override target-mac=02:00:00:00:00:07",
	IP6 "ndp rs source-mac=02:00:00:00:00:01",
	IP6 "ndp ra lifetime=9000 flags=managed hop-limit=9 reachable=1 retransmit=2 mtu=1400 "
	    "prefix=2001:db8:5:: prefix-length=48 valid=7 prefix-flags=auto "
	    "source-mac=02:00:00:00:00:01",
	IP6 "hop-options router-alert=0 mld report group=ff02::5",
	IP6 "mld done group=ff02::5 max-response=7",
	IP6 "mld query-v2 group=ff02::5 sources=2001:db8::1+2001:db8::2 qqic=9",
	IP6 "mld report-v2 record group=ff02::5 sources=2001:db8::1+2001:db8::2 "
	    "record6 to-include group=ff02::6 aux=01",
	IP6 "mld report-v2 mode=block group=ff02::5 sources=2001:db8::1",
};

static size_t split(char *line, char *words[64])
{
	size_t count = 0;

	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	return count;
}

/* Whole and cut at every place, in a copy of exactly that size, for sanitizers. */
static bool survives_cuts(const struct layer *first, const struct bytes *out)
{
	for (size_t size = 0; size < out->size; size++) {
		unsigned char *copy = malloc(size + 1);
		struct packet p;

		if (!copy)
			return false;
		memcpy(copy, out->data, size);
		packet_dissect(&p, first, copy, size);
		for (size_t i = 0; i < p.count; i++)
			if (p.pieces[i].at + p.pieces[i].header > p.pieces[i].end)
				return false;
		free(copy);
	}
	return true;
}

static void test_line(const char *text)
{
	struct spec_reading reading = {.numeric = true};
	struct bytes out = {0}, why = {0};
	struct build build = {.id = 1};
	char line[1024], *words[64];
	struct packet p;
	struct spec spec;

	snprintf(line, sizeof(line), "%s", text);
	if (spec_read(&spec, words, split(line, words), &reading, &why) != STATUS_DONE ||
		build_packet(&build, &spec, &out, &p, &why) != STATUS_DONE) {
		OK(false, "%s: %s", text, bytes_text(&why));
	} else {
		packet_dissect(&p, spec.layers[0]->layer, out.data, out.size);
		OK(same_packet(&spec, &p), "%s", text);
		OK(survives_cuts(spec.layers[0]->layer, &out), "cut anywhere");
	}
	spec_release(&spec);
	bytes_release(&out);
	bytes_release(&why);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		test_line(lines[i]);
	return tap_end();
}
