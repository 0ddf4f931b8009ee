# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# sockit.bash - completion of sockit's command line in bash, with the bash-completion package or
# without it.
#
# `make completions` writes the tables from sockit's own. Options: command, --name, -letter,
# whether there is a value (none, value, maybe), what it names, words that it may be, options that
# must not stand before. Layers of raw-send: layer, field, form, whether its words may stand alone,
# words.

# table begins
_sockit_commands='tcp-connect
tcp-serve
udp-send
udp-listen
raw-send
resolve
services
help'
_sockit_options='
tcp-connect|--source|-s|value|host|-|--source -s
tcp-connect|--source-port|-p|value|port|-|--source-port -p
tcp-connect|--connect-timeout|-w|value|-|-|--connect-timeout -w
tcp-connect|--wait|-|value|-|-|--wait
tcp-connect|--type|-|value|-|stream seqpacket|--type
tcp-connect|--proxy|-|value|url|socks5:// socks4:// socks4a:// http://|--proxy --via
tcp-connect|--via|-|value|shell|-|--proxy --via
tcp-connect|--send-proxy|-|value|-|v1 v2|--send-proxy
tcp-connect|--tls|-|none|-|-|--tls
tcp-connect|--tls-ca|-|value|file|-|--tls-ca
tcp-connect|--tls-name|-|value|host|-|--tls-name
tcp-connect|--tls-no-verify|-|none|-|-|--tls-no-verify
tcp-connect|--option|-o|value|socket-option|-|-
tcp-connect|--linger|-|value|-|inf|--linger
tcp-connect|--no-half-close|-k|none|-|-|--no-half-close -k
tcp-connect|--send-only|-|none|-|-|--send-only --recv-only
tcp-connect|--recv-only|-|none|-|-|--send-only --recv-only
tcp-connect|--idle-timeout|-i|value|-|-|--idle-timeout -i
tcp-connect|--max-time|-|value|-|-|--max-time
tcp-connect|--send|-|value|-|-|-
tcp-connect|--sh|-|value|shell|-|--sh
tcp-connect|--pty|-|none|-|-|--pty
tcp-connect|--pass-fd|-|none|-|-|--pass-fd
tcp-connect|--raw|-|none|-|-|--raw
tcp-connect|--expect|-|value|-|-|--expect
tcp-connect|--prompt|-|value|-|-|--prompt
tcp-connect|--escapes|-E|none|-|-|--escapes -E --hex
tcp-connect|--hex|-|none|-|-|--escapes -E --hex
tcp-connect|--crlf|-C|none|-|-|--crlf -C
tcp-connect|--telnet|-t|none|-|-|--telnet -t
tcp-connect|--rate|-|value|-|-|--rate
tcp-connect|--hexdump|-x|maybe|file|-|--hexdump -x
tcp-connect|--save-sent|-|value|file|-|--save-sent
tcp-connect|--save-received|-|value|file|-|--save-received
tcp-connect|--interval|-|value|-|-|--interval
tcp-connect|--scan|-z|none|-|-|--scan -z
tcp-connect|--all|-|none|-|-|--all
tcp-connect|--closed|-|none|-|-|--closed
tcp-connect|--parallel|-|value|-|-|--parallel
tcp-connect|--progress|-|maybe|-|never terminal always|--progress
tcp-connect|--stats|-|maybe|-|none text json|--stats
tcp-connect|--verbose|-v|none|-|-|-
tcp-connect|--json|-|none|-|-|--json
tcp-connect|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
tcp-connect|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
tcp-connect|--numeric|-n|none|-|-|--numeric -n
tcp-connect|--help|-h|none|-|-|--help -h
tcp-connect|--version|-V|none|-|-|--version -V
tcp-serve|--keep-open|-k|none|-|-|--keep-open -k
tcp-serve|--sh|-|value|shell|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--pty|-|none|-|-|--pty
tcp-serve|--forward|-|value|endpoint|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--send-proxy|-|value|-|v1 v2|--send-proxy
tcp-serve|--handler|-|value|-|echo discard chargen daytime time timestamp reverse roster|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--reply|-|value|-|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--reply-file|-|value|file|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--broker|-|none|-|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--chat|-|none|-|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--collect|-|none|-|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--collect-dir|-|value|folder|-|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--connect-timeout|-w|value|-|-|--connect-timeout -w
tcp-serve|--escapes|-E|none|-|-|--escapes -E --hex
tcp-serve|--hex|-|none|-|-|--escapes -E --hex
tcp-serve|--proxy-server|-|value|-|socks http|--sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server
tcp-serve|--to-allow|-|value|net|-|-
tcp-serve|--to-deny|-|value|net|-|-
tcp-serve|--auth-file|-|value|file|-|--auth-file
tcp-serve|--also|-|value|local|-|-
tcp-serve|--backlog|-|value|-|-|--backlog
tcp-serve|--type|-|value|-|stream seqpacket|--type
tcp-serve|--unix-mode|-|value|-|-|--unix-mode
tcp-serve|--proxy-protocol|-|none|-|-|--proxy-protocol
tcp-serve|--ready-file|-|value|file|-|--ready-file
tcp-serve|--workers|-|value|-|-|--workers
tcp-serve|--option|-o|value|socket-option|-|-
tcp-serve|--allow|-|value|net|-|-
tcp-serve|--deny|-|value|net|-|-
tcp-serve|--allow-file|-|value|file|-|-
tcp-serve|--deny-file|-|value|file|-|-
tcp-serve|--user|-|value|user|-|--user
tcp-serve|--chroot|-|value|folder|-|--chroot
tcp-serve|--no-sandbox|-|none|-|-|--no-sandbox
tcp-serve|--accept|-|value|-|-|--accept
tcp-serve|--accept-timeout|-|value|-|-|--accept-timeout
tcp-serve|--max-conns|-|value|-|-|--max-conns
tcp-serve|--max-per-host|-|value|-|-|--max-per-host
tcp-serve|--grace|-|value|-|-|--grace
tcp-serve|--idle-timeout|-i|value|-|-|--idle-timeout -i
tcp-serve|--max-time|-|value|-|-|--max-time
tcp-serve|--crlf|-C|none|-|-|--crlf -C
tcp-serve|--telnet|-t|none|-|-|--telnet -t
tcp-serve|--rate|-|value|-|-|--rate
tcp-serve|--hexdump|-x|maybe|file|-|--hexdump -x
tcp-serve|--save-sent|-|value|file|-|--save-sent
tcp-serve|--save-received|-|value|file|-|--save-received
tcp-serve|--progress|-|maybe|-|never terminal always|--progress
tcp-serve|--stats|-|maybe|-|none text json|--stats
tcp-serve|--verbose|-v|none|-|-|-
tcp-serve|--json|-|none|-|-|--json
tcp-serve|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
tcp-serve|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
tcp-serve|--numeric|-n|none|-|-|--numeric -n
tcp-serve|--help|-h|none|-|-|--help -h
tcp-serve|--version|-V|none|-|-|--version -V
udp-send|--split|-|value|-|whole line nul|--split --lines -l
udp-send|--lines|-l|none|-|-|--split --lines -l
udp-send|--escapes|-E|none|-|-|--escapes -E --hex
udp-send|--hex|-|none|-|-|--escapes -E --hex
udp-send|--count|-|value|-|-|--count
udp-send|--interval|-|value|-|-|--interval
udp-send|--rate|-|value|-|-|--rate
udp-send|--keep-going|-|none|-|-|--keep-going
udp-send|--replies|-r|maybe|-|-|--replies -r
udp-send|--timeout|-w|value|-|-|--timeout -w
udp-send|--from|-|none|-|-|--from
udp-send|--any-source|-|none|-|-|--any-source
udp-send|--source|-s|value|host|-|--source -s
udp-send|--source-port|-p|value|port|-|--source-port -p
udp-send|--broadcast|-|none|-|-|--broadcast
udp-send|--ttl|-|value|-|-|--ttl
udp-send|--interface|-I|value|interface|-|--interface -I
udp-send|--loop|-|value|-|0 1|--loop
udp-send|--option|-o|value|socket-option|-|-
udp-send|--progress|-|maybe|-|never terminal always|--progress
udp-send|--stats|-|maybe|-|none text json|--stats
udp-send|--verbose|-v|none|-|-|-
udp-send|--json|-|none|-|-|--json
udp-send|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
udp-send|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
udp-send|--numeric|-n|none|-|-|--numeric -n
udp-send|--help|-h|none|-|-|--help -h
udp-send|--version|-V|none|-|-|--version -V
udp-listen|--format|-|value|-|raw line hex json|--format
udp-listen|--from|-|none|-|-|--from
udp-listen|--max-size|-|value|-|-|--max-size
udp-listen|--reply|-|value|-|-|--reply --echo --sh --forward
udp-listen|--echo|-|none|-|-|--reply --echo --sh --forward
udp-listen|--sh|-|value|shell|-|--reply --echo --sh --forward
udp-listen|--parallel|-|value|-|-|--parallel
udp-listen|--command-timeout|-|value|-|-|--command-timeout
udp-listen|--forward|-|value|endpoint|-|--reply --echo --sh --forward
udp-listen|--keep-source|-|none|-|-|--keep-source
udp-listen|--session-timeout|-|value|-|-|--session-timeout
udp-listen|--max-sessions|-|value|-|-|--max-sessions
udp-listen|--escapes|-E|none|-|-|--escapes -E --hex
udp-listen|--hex|-|none|-|-|--escapes -E --hex
udp-listen|--count|-|value|-|-|--count
udp-listen|--timeout|-w|value|-|-|--timeout -w
udp-listen|--idle-timeout|-i|value|-|-|--idle-timeout -i
udp-listen|--group|-|value|group|-|-
udp-listen|--ready-file|-|value|file|-|--ready-file
udp-listen|--option|-o|value|socket-option|-|-
udp-listen|--allow|-|value|net|-|-
udp-listen|--deny|-|value|net|-|-
udp-listen|--allow-file|-|value|file|-|-
udp-listen|--deny-file|-|value|file|-|-
udp-listen|--user|-|value|user|-|--user
udp-listen|--chroot|-|value|folder|-|--chroot
udp-listen|--no-sandbox|-|none|-|-|--no-sandbox
udp-listen|--progress|-|maybe|-|never terminal always|--progress
udp-listen|--stats|-|maybe|-|none text json|--stats
udp-listen|--verbose|-v|none|-|-|-
udp-listen|--json|-|none|-|-|--json
udp-listen|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
udp-listen|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
udp-listen|--numeric|-n|none|-|-|--numeric -n
udp-listen|--help|-h|none|-|-|--help -h
udp-listen|--version|-V|none|-|-|--version -V
raw-send|--layers|-|none|-|-|--layers
raw-send|--replay|-|value|file|-|--replay
raw-send|--fragment|-|value|-|-|--fragment
raw-send|--oversize|-|value|-|fail skip fragment|--oversize
raw-send|--escapes|-E|none|-|-|--escapes -E --hex
raw-send|--hex|-|none|-|-|--escapes -E --hex
raw-send|--interface|-I|value|interface|-|--interface -I
raw-send|--to|-|value|host|-|--to
raw-send|--write|-|value|file|-|--write --dry-run
raw-send|--dry-run|-|none|-|-|--write --dry-run
raw-send|--hexdump|-x|none|-|-|--hexdump -x
raw-send|--option|-o|value|socket-option|-|-
raw-send|--count|-|value|-|-|--count
raw-send|--interval|-|value|-|-|--interval --rate
raw-send|--rate|-|value|-|max|--interval --rate
raw-send|--max-gap|-|value|-|-|--max-gap
raw-send|--replies|-r|maybe|-|-|--replies -r
raw-send|--timeout|-w|value|-|-|--timeout -w
raw-send|--progress|-|maybe|-|never terminal always|--progress
raw-send|--stats|-|maybe|-|none text json|--stats
raw-send|--verbose|-v|none|-|-|-
raw-send|--json|-|none|-|-|--json
raw-send|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
raw-send|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
raw-send|--numeric|-n|none|-|-|--numeric -n
raw-send|--help|-h|none|-|-|--help -h
raw-send|--version|-V|none|-|-|--version -V
resolve|--all|-|none|-|-|--all
resolve|--canonical|-|none|-|-|--canonical
resolve|--fqdn|-|none|-|-|--fqdn
resolve|--timeout|-w|value|-|-|--timeout -w
resolve|--type|-|value|-|A AAAA CNAME MX NS PTR SOA SRV TXT CAA HTTPS SVCB NAPTR DS DNSKEY TLSA SSHFP ANY AXFR|--type
resolve|--server|-|value|host|-|-
resolve|--tcp|-|none|-|-|--tcp
resolve|--dnssec|-|none|-|-|--dnssec
resolve|--class|-|value|-|IN CH HS ANY|--class
resolve|--batch|-|maybe|file|-|--batch
resolve|--parallel|-|value|-|-|--parallel
resolve|--progress|-|maybe|-|never terminal always|--progress
resolve|--stats|-|maybe|-|none text json|--stats
resolve|--verbose|-v|none|-|-|-
resolve|--json|-|none|-|-|--json
resolve|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
resolve|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
resolve|--numeric|-n|none|-|-|--numeric -n
resolve|--help|-h|none|-|-|--help -h
resolve|--version|-V|none|-|-|--version -V
services|--proto|-|value|protocol|-|--proto
services|--match|-|value|-|-|--match
services|--port|-|none|-|-|--port --name
services|--name|-|none|-|-|--port --name
services|--protocols|-|none|-|-|--protocols
services|--builtin|-|none|-|-|--builtin
services|--verbose|-v|none|-|-|-
services|--json|-|none|-|-|--json
services|--ipv4|-4|none|-|-|--ipv4 -4 --ipv6 -6
services|--ipv6|-6|none|-|-|--ipv4 -4 --ipv6 -6
services|--numeric|-n|none|-|-|--numeric -n
services|--help|-h|none|-|-|--help -h
services|--version|-V|none|-|-|--version -V
'
_sockit_layers='
eth|-|-|-|-
eth|dst|MAC|-|-
eth|src|MAC|-|-
eth|type|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth
vlan|-|-|-|-
vlan|priority|NUMBER|-|-
vlan|dei|NUMBER|alone|-
vlan|id|NUMBER|-|-
vlan|type|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth
mpls|-|-|-|-
mpls|label|NUMBER|-|-
mpls|tc|NUMBER|-|-
mpls|bos|NUMBER|-|-
mpls|ttl|NUMBER|-|-
arp|-|-|-|-
arp|hardware|NUMBER|-|-
arp|type|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth
arp|hardware-size|NUMBER|-|-
arp|size|NUMBER|-|-
arp|op|NUMBER|alone|request,reply
arp|sender-mac|MAC|-|-
arp|sender|ADDRESS|-|-
arp|target-mac|MAC|-|-
arp|target|ADDRESS|-|-
ip|-|-|-|-
ip|version|NUMBER|-|-
ip|ihl|NUMBER|-|-
ip|dscp|NUMBER|-|cs0,cs1,cs2,cs3,cs4,cs5,cs6,cs7,af11,af12,af13,af21,af22,af23,af31,af32,af33,af41,af42,af43,ef
ip|ecn|NUMBER|-|-
ip|tos|NUMBER|-|-
ip|length|NUMBER|-|-
ip|id|NUMBER|-|-
ip|df|NUMBER|alone|-
ip|mf|NUMBER|alone|-
ip|offset|NUMBER|-|-
ip|ttl|NUMBER|-|-
ip|proto|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none
ip|checksum|NUMBER|-|-
ip|src|ADDRESS|-|-
ip|dst|ADDRESS|-|-
ip|options|HEX|-|-
ip6|-|-|-|-
ip6|version|NUMBER|-|-
ip6|class|NUMBER|-|-
ip6|flow|NUMBER|-|-
ip6|length|NUMBER|-|-
ip6|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none
ip6|hop-limit|NUMBER|-|-
ip6|src|ADDRESS|-|-
ip6|dst|ADDRESS|-|-
hop-options|-|-|-|-
hop-options|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none
hop-options|length|NUMBER|-|-
hop-options|router-alert|NUMBER|-|-
hop-options|options|HEX|-|-
dest-options|-|-|-|-
dest-options|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none
dest-options|length|NUMBER|-|-
dest-options|router-alert|NUMBER|-|-
dest-options|options|HEX|-|-
routing|-|-|-|-
routing|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none
routing|length|NUMBER|-|-
routing|type|NUMBER|-|-
routing|left|NUMBER|-|-
routing|segments|A+B+C|-|-
routing|data|HEX|-|-
fragment|-|-|-|-
fragment|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none
fragment|offset|NUMBER|-|-
fragment|mf|NUMBER|alone|-
fragment|id|NUMBER|-|-
icmp|-|-|-|-
icmp|type|NUMBER|alone|echo-reply,unreachable,redirect,echo,time-exceeded,parameter-problem,timestamp,timestamp-reply,mask,mask-reply
icmp|code|NUMBER|-|-
icmp|checksum|NUMBER|-|-
icmp|id|NUMBER|-|-
icmp|seq|NUMBER|-|-
icmp|mtu|NUMBER|-|-
icmp|type|NUMBER|alone|timestamp,timestamp-reply
icmp|originate|NUMBER|-|-
icmp|receive|NUMBER|-|-
icmp|transmit|NUMBER|-|-
icmp|type|NUMBER|alone|mask,mask-reply
icmp|mask|ADDRESS|-|-
icmp6|-|-|-|-
icmp6|type|NUMBER|alone|unreachable,too-big,time-exceeded,parameter-problem,echo,echo-reply
icmp6|code|NUMBER|-|-
icmp6|checksum|NUMBER|-|-
icmp6|id|NUMBER|-|-
icmp6|seq|NUMBER|-|-
icmp6|mtu|NUMBER|-|-
ndp|-|-|-|-
ndp|type|NUMBER|alone|solicit,advert,ns,na
ndp|code|NUMBER|-|-
ndp|checksum|NUMBER|-|-
ndp|flags|FLAGS|-|router,solicited,override
ndp|target|ADDRESS|-|-
ndp|source-mac|MAC|-|-
ndp|target-mac|MAC|-|-
ndp|type|NUMBER|alone|rs
ndp|type|NUMBER|alone|ra
ndp|hop-limit|NUMBER|-|-
ndp|lifetime|NUMBER|-|-
ndp|reachable|NUMBER|-|-
ndp|retransmit|NUMBER|-|-
ndp|mtu|NUMBER|-|-
ndp|prefix-length|NUMBER|-|-
ndp|prefix-flags|FLAGS|-|on-link,auto
ndp|valid|NUMBER|-|-
ndp|preferred|NUMBER|-|-
ndp|prefix|ADDRESS|-|-
igmp|-|-|-|-
igmp|type|NUMBER|alone|query,report-v1,report,leave
igmp|max-response|NUMBER|-|-
igmp|checksum|NUMBER|-|-
igmp|group|ADDRESS|-|-
igmp|type|NUMBER|alone|query-v3
igmp|s|NUMBER|alone|-
igmp|qrv|NUMBER|-|-
igmp|qqic|NUMBER|-|-
igmp|count|NUMBER|-|-
igmp|sources|A+B+C|-|-
igmp|type|NUMBER|alone|report-v3
igmp|records|NUMBER|-|-
mld|-|-|-|-
mld|type|NUMBER|alone|query,report,done
mld|code|NUMBER|-|-
mld|checksum|NUMBER|-|-
mld|max-response|NUMBER|-|-
mld|group|ADDRESS|-|-
mld|type|NUMBER|alone|query-v2
mld|s|NUMBER|alone|-
mld|qrv|NUMBER|-|-
mld|qqic|NUMBER|-|-
mld|count|NUMBER|-|-
mld|sources|A+B+C|-|-
mld|type|NUMBER|alone|report-v2
mld|records|NUMBER|-|-
record|-|-|-|-
record|mode|NUMBER|alone|is-include,is-exclude,to-include,to-exclude,allow,block
record|count|NUMBER|-|-
record|group|ADDRESS|-|-
record|sources|A+B+C|-|-
record|aux-length|NUMBER|-|-
record|aux|HEX|-|-
record6|-|-|-|-
record6|mode|NUMBER|alone|is-include,is-exclude,to-include,to-exclude,allow,block
record6|count|NUMBER|-|-
record6|group|ADDRESS|-|-
record6|sources|A+B+C|-|-
record6|aux-length|NUMBER|-|-
record6|aux|HEX|-|-
udp|-|-|-|-
udp|sport|PORT|-|-
udp|dport|PORT|-|-
udp|length|NUMBER|-|-
udp|checksum|NUMBER|-|-
tcp|-|-|-|-
tcp|sport|PORT|-|-
tcp|dport|PORT|-|-
tcp|seq|NUMBER|-|-
tcp|ack|NUMBER|-|-
tcp|header|NUMBER|-|-
tcp|flags|FLAGS|alone|fin,syn,rst,psh,ack,urg,ece,cwr,ae,none
tcp|window|NUMBER|-|-
tcp|checksum|NUMBER|-|-
tcp|urgent|NUMBER|-|-
tcp|mss|NUMBER|-|-
tcp|wscale|NUMBER|-|-
tcp|sack-ok|NUMBER|alone|-
tcp|timestamp|N[/N]|-|-
sctp|-|-|-|-
sctp|sport|PORT|-|-
sctp|dport|PORT|-|-
sctp|tag|NUMBER|-|-
sctp|checksum|NUMBER|-|-
sctp|chunks|HEX|-|-
gre|-|-|-|-
gre|version|NUMBER|-|-
gre|protocol|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth
gre|checksum|NUMBER|-|computed
gre|key|NUMBER|-|-
gre|seq|NUMBER|-|-
vxlan|-|-|-|-
vxlan|flags|NUMBER|-|-
vxlan|vni|NUMBER|-|-
payload|-|-|-|-
payload|text|TEXT|-|-
payload|file|PATH|-|-
payload|zero|SIZE|-|-
payload|random|SIZE|-|-
pad|-|-|-|-
pad|pad|SIZE|-|-
fcs|-|-|-|-
bytes|-|-|-|-
bytes|hex|HEX|-|-
'
# table ends

# What the functions below share, all local to _sockit:
#
#   words     of the command line up to the cursor as sockit will see them, the current one last;
#             readline has cut them at : and =
#   places    where each of them begins in COMP_WORDS
#   command   the second of them
#   rows      the lines of _sockit_options for it
#   given     the names of the options that stand there, each between blanks
#   operands  the words that are no options
#   ended     set behind --, where options end
#   needs     what the current word names if the option before it takes that for its value, and the
#             words that it may be
#   prefix    what stands in the current word before the value that is completed
#   value     that value, as far as it is typed
#   quote     that it begins with

_sockit_split() {
	local line=${COMP_LINE:0:COMP_POINT} word blanks i
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		blanks=${line%%[![:space:]]*}
		line=${line#"$blanks"}
		((i < COMP_CWORD)) || word=$line
		line=${line#"$word"}
		if ((i > 0)) && [[ -z $blanks ]]; then
			words[${#words[@]} - 1]+=$word
		else
			words+=("$word")
			places+=("$i")
		fi
	done
}

# _sockit_run ARG... - the sockit that is on the command line.
_sockit_run() {
	local program=${words[0]//[\"\'\\]/}
	[[ $program != \~/* ]] || program=$HOME/${program:2}
	"$program" "$@" 2>/dev/null
}

# _sockit_offer WORD... - those that begin with the value. Readline replaces only what stands behind
# the last : or = at which it cuts words, or what begins with an @.
_sockit_offer() {
	local typed=$prefix$value kept="" word
	for word in : =; do
		if [[ -z $quote && $COMP_WORDBREAKS == *"$word"* && $typed == *"$word"* ]]; then
			kept+=${typed%"$word"*}$word
			typed=${typed##*"$word"}
		fi
	done
	[[ -n $quote || $COMP_WORDBREAKS != *@* || $typed != *@* ]] || kept+=${typed%@*}
	for word; do
		[[ $word == "$value"* ]] || continue
		word=$prefix$word
		COMPREPLY+=("${word#"$kept"}")
	done
}

# The same of the lines of standard input, each once.
_sockit_offer_lines() {
	local lines
	mapfile -t lines < <(awk '!seen[$0]++')
	_sockit_offer "${lines[@]}"
}

# _sockit_behind CHARACTERS - what comes behind the last of them is the value.
_sockit_behind() {
	local last=${value##*["$1"]}
	prefix+=${value%"$last"}
	value=$last
}

# _sockit_files f|d - files or folders. Readline knows best about quotes, blanks and ~, where it cuts
# the word at the same place.
_sockit_files() {
	local style=filenames name
	if [[ -z $prefix || (-z $quote && $COMP_WORDBREAKS == *"${prefix: -1}"*) ]]; then
		style=$([[ $1 == f ]] && echo default || echo dirnames)
	else
		while read -r name; do
			[[ ! -d $name ]] || name+=/
			_sockit_offer "$name"
		done < <(compgen "-$1" -- "$value")
	fi
	compopt -o "$style"
}

# _sockit_hosts [SUFFIX] - of the hosts file and of those that ssh knows.
_sockit_hosts() {
	local files=() file
	for file in ~/.ssh/known_hosts ~/.ssh/known_hosts2 /etc/ssh/ssh_known_hosts; do
		[[ -r $file ]] && files+=("$file")
	done
	{
		compgen -A hostname -- "$value"
		# Names are joined by commas, with a port it is [NAME]:PORT; hashes and patterns are none.
		((${#files[@]} == 0)) || awk '/^[^#|]/ {
			count = split($1 ~ /^@/ ? $2 : $1, names, ",")
			for (i = 1; i <= count; i++) {
				sub(/^\[/, "", names[i])
				sub(/\]:[0-9]+$/, "", names[i])
				if (names[i] ~ /^[0-9A-Za-z._:%-]+$/)
					print names[i]
			}
		}' "${files[@]}"
	} | awk -v suffix="${1-}" '{ print (suffix != "" && /:/ ? "[" $0 "]" : $0) suffix }'
}

_sockit_interfaces() {
	# /proc is where /sys is not, in chroots and containers.
	awk -F : 'NR > 2 { sub(/^ */, "", $1); print $1 }' /proc/net/dev 2>/dev/null
}

# The names of services that the command may mean.
_sockit_ports() {
	case $command in
	tcp-*) _sockit_run services --name --proto tcp ;;
	udp-*) _sockit_run services --name --proto udp ;;
	*) _sockit_run services --name ;;
	esac
}

# HOST:PORT, unix:PATH and the like, to connect to; or to listen on where an argument says `local`.
_sockit_endpoint() {
	case $value in
	unix:*)
		_sockit_behind :
		_sockit_files f
		;;
	vsock:*:*) ;;
	vsock:*)
		_sockit_behind :
		_sockit_offer any: host: local:
		;;
	fd:*) ;;
	'['*']':* | [!'[']*:* | :*)
		_sockit_behind :,
		_sockit_offer_lines < <(_sockit_ports)
		;;
	*)
		_sockit_offer unix: vsock: fd:
		if [[ ${1-} == local ]]; then
			_sockit_offer '*:' localhost: 127.0.0.1: '[::1]:'
			[[ -z $value ]] || _sockit_offer_lines < <(_sockit_ports)
		else
			_sockit_offer_lines < <(_sockit_hosts :)
		fi
		;;
	esac
}

# NAME[=VALUE] of -o, as `-o help` lists them.
_sockit_socket_option() {
	local form name=${value%%=*}
	while read -r form _; do
		if [[ $value != *=* ]]; then
			# A value that may be left out is in brackets.
			case $form in
			*[!'[']=*) _sockit_offer "${form%%=*}=" ;;
			*) _sockit_offer "${form%%'['*}" ;;
			esac
		elif [[ ${form%%[[=]*} == "$name" ]]; then
			_sockit_behind '='
			case $form in
			*=IFNAME) _sockit_offer_lines < <(_sockit_interfaces) ;;
			congestion=*)
				form=/proc/sys/net/ipv4/tcp_available_congestion_control
				[[ ! -r $form ]] || _sockit_offer_lines < <(tr ' ' '\n' <"$form")
				;;
			dscp=*) _sockit_offer cs{0..7} af{1..4}{1..3} ef ;;
			*'|'*) _sockit_offer_lines < <(tr '|' '\n' <<<"${form#*=}" | grep -v '[[:upper:]]') ;;
			esac
			return
		fi
	done < <(_sockit_run "$command" -o help)
}

# _sockit_value WHAT WORDS - a value that names WHAT.
_sockit_value() {
	local list
	read -ra list <<<"${2#-}"
	case $1 in
	file) _sockit_files f ;;
	folder) _sockit_files d ;;
	interface) _sockit_offer_lines < <(_sockit_interfaces) ;;
	host) _sockit_offer_lines < <(_sockit_hosts) ;;
	endpoint) _sockit_endpoint ;;
	local) _sockit_endpoint local ;;
	port) _sockit_offer_lines < <(_sockit_ports) ;;
	net)
		_sockit_behind ,
		_sockit_offer_lines < <(_sockit_hosts)
		;;
	group)
		if [[ $value == *@* ]]; then
			_sockit_behind @
			_sockit_offer_lines < <(_sockit_interfaces)
		fi
		;;
	url)
		if [[ $value == *://* ]]; then
			_sockit_behind /@
			_sockit_endpoint
		else
			_sockit_offer "${list[@]}"
		fi
		;;
	user)
		if [[ $value == *:* ]]; then
			_sockit_behind :
			_sockit_offer_lines < <(compgen -g -- "$value")
		else
			_sockit_offer_lines < <(compgen -u -- "$value")
		fi
		;;
	shell) _sockit_offer_lines < <(compgen -c -- "$value") ;;
	socket-option) _sockit_socket_option ;;
	protocol) _sockit_offer_lines < <(_sockit_run services | sed 's|^[^/]*/\([^ ]*\).*|\1|') ;;
	*) ((${#list[@]} == 0)) || _sockit_offer "${list[@]}" ;;
	esac
}

# _sockit_find OPTION - its row, in what; false if there is none.
_sockit_find() {
	local row
	for row in "${rows[@]}"; do
		IFS='|' read -ra what <<<"$row"
		[[ ${what[1]} == "$1" || ${what[2]} == "$1" ]] && return
	done
	return 1
}

# _sockit_letters WORD - joined letters are given. True if one of them takes a value, whose beginning
# is in rest if it stands in the same word; the option's row is then in what.
_sockit_letters() {
	local i
	for ((i = 1; i < ${#1}; i++)); do
		_sockit_find "-${1:i:1}" || return
		given+="${what[1]} "
		rest=${1:i + 1}
		if [[ ${what[3]} == value || (${what[3]} == maybe && $rest == =*) ]]; then
			return 0
		fi
	done
	return 1
}

_sockit_names() {
	local row what other
	for row in "${rows[@]}"; do
		IFS='|' read -ra what <<<"$row"
		for other in ${what[6]}; do
			[[ $given == *" $other "* ]] && continue 2
		done
		_sockit_offer "${what[1]}"
	done
}

# The words of raw-send: layers, and of the last one its fields.
_sockit_layer() {
	local layer="" text="" word row list
	for word in "${operands[@]}"; do
		if [[ -n $text ]]; then
			text=""
		elif [[ $'\n'$_sockit_layers == *$'\n'"${word%%=*}|-|"* ]]; then
			layer=${word%%=*}
			[[ $word == payload || $word == bytes ]] && text=1
		fi
	done
	while IFS='|' read -ra row; do
		if [[ -n $layer && ${row[0]} == "$layer" && ${row[1]} != - ]]; then
			IFS=, read -ra list <<<"${row[4]#-}"
			if [[ $value == "${row[1]}="* ]]; then
				_sockit_behind '=,'
				case ${row[2]} in
				PATH) _sockit_files f ;;
				PORT) _sockit_offer_lines < <(_sockit_ports) ;;
				ADDRESS) _sockit_offer_lines < <(_sockit_hosts) ;;
				*) ((${#list[@]} == 0)) || _sockit_offer "${list[@]}" ;;
				esac
				return
			fi
			_sockit_offer "${row[1]}="
			if [[ ${row[3]} == alone && ${row[4]} == - ]]; then
				_sockit_offer "${row[1]}"
			elif [[ ${row[3]} == alone ]]; then
				_sockit_offer "${list[@]}"
			fi
		elif [[ ${row[1]} == - && $value != *=* ]]; then
			_sockit_offer "${row[0]}"
		fi
	done <<<"$_sockit_layers"
}

_sockit_operand() {
	local count=${#operands[@]} bare=""
	((count > 0)) && [[ ${operands[count - 1]} != *:* ]] && bare=1
	case $command in
	tcp-connect)
		if ((count == 0)) || [[ $given == *" --scan "* ]]; then
			_sockit_endpoint
		fi
		if [[ $bare && $count == 1 ]]; then
			_sockit_behind ,
			_sockit_offer_lines < <(_sockit_ports)
		fi
		;;
	tcp-serve | udp-listen | udp-send)
		if ((count == 0)) && [[ $command == udp-send ]]; then
			_sockit_endpoint
		elif ((count == 0)); then
			_sockit_endpoint local
		elif [[ $bare && $count == 1 ]]; then
			_sockit_offer_lines < <(_sockit_ports)
		fi
		;;
	raw-send) _sockit_layer ;;
	resolve)
		_sockit_offer_lines < <(_sockit_hosts)
		((count == 0)) || _sockit_offer_lines < <(_sockit_ports)
		;;
	services)
		if [[ $value == */* ]]; then
			_sockit_behind /
			_sockit_value protocol -
		else
			_sockit_offer_lines < <(_sockit_ports)
		fi
		;;
	esac
}

# _sockit_program PLACE - a command line of its own begins at that word of COMP_WORDS.
_sockit_program() {
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$1"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	elif ((COMP_CWORD == $1)); then
		_sockit_offer_lines < <(compgen -c -- "$value")
	else
		compopt -o default
	fi
}

# _sockit_read - what stands before the current word: the operands, the options given, whether they
# have ended, and in needs what the current word is, if it is the value of an option. False if a
# command line of its own has begun.
_sockit_read() {
	local i word what rest
	for ((i = 2; i < ${#words[@]} - 1; i++)); do
		word=${words[i]}
		if [[ $needs ]]; then
			needs=""
		elif [[ $ended ]]; then
			operands+=("$word")
		elif [[ $word == -- ]]; then
			ended=1
			if [[ $command == tcp-* || $command == udp-listen ]]; then
				_sockit_program "${places[i + 1]}"
				return 1
			fi
		elif [[ $word == --* ]]; then
			given+="${word%%=*} "
			_sockit_find "$word" && [[ ${what[3]} == value ]] && needs="${what[*]:4:2}"
		elif [[ $word == -?* ]]; then
			_sockit_letters "$word" && [[ -z $rest ]] && needs="${what[*]:4:2}"
		elif [[ $word =~ ^[0-9\&]*[\<\>] ]]; then
			[[ $word == *[\<\>\|\&] ]] && needs="file -"
		else
			operands+=("$word")
		fi
	done
	return 0
}

# The current word, which is no value of the option before it.
_sockit_current() {
	local what rest
	if [[ $value =~ ^[0-9\&]*[\<\>]+[\&\|]? ]]; then
		_sockit_behind '<>&|'
		_sockit_files f
	elif [[ $ended || $value != -* ]]; then
		_sockit_operand
	elif [[ $value == --*=* ]]; then
		if _sockit_find "${value%%=*}" && [[ ${what[3]} != none ]]; then
			prefix=${value%%=*}=
			value=${value#*=}
			_sockit_value "${what[4]}" "${what[5]}"
		fi
	elif [[ $value == --* || $value == - ]]; then
		_sockit_names
	elif _sockit_letters "$value"; then
		[[ ${what[3]} == value ]] || rest=${rest#=}
		prefix=${value%"$rest"}
		value=$rest
		_sockit_value "${what[4]}" "${what[5]}"
	fi
}

_sockit() {
	local words=() places=() command rows=() row given=" " operands=() prefix="" value quote=""
	local needs="" ended=""
	COMPREPLY=()
	_sockit_split
	command=${words[1]}
	value=${words[${#words[@]} - 1]}
	if [[ $value == [\"\']* ]]; then
		quote=${value:0:1}
		value=${value:1}
	fi
	while read -r row; do
		[[ $row != "$command|"* ]] || rows+=("$row")
	done <<<"$_sockit_options"
	if ((${#words[@]} == 2)); then
		_sockit_offer_lines <<<"$_sockit_commands"
		_sockit_offer --help --version
	elif [[ $command == help ]]; then
		((${#words[@]} > 3)) || _sockit_offer_lines <<<"$_sockit_commands"
	elif ! _sockit_read; then
		return
	elif [[ $needs ]]; then
		_sockit_value "${needs%% *}" "${needs#* }"
	else
		_sockit_current
	fi
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=/@,] ]]; then
		compopt -o nospace
	fi
}

complete -F _sockit sockit
