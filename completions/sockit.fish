# SPDX-License-Identifier: ISC
# sockit.fish - completion of sockit's command line in fish.
#
# `make completions` writes the tables from sockit's own: the commands, the layers of raw-send
# (layer, field, form, whether its words may stand alone, words, help), the options, and those of
# them that take a value as the next word.

complete -c sockit -f
complete -c sockit -n __sockit_wants_command -s h -l help -d 'show help'
complete -c sockit -n __sockit_wants_command -l version -d 'show the version'
complete -c sockit -n __sockit_has_operands -a '(__sockit_operand)'

# table begins
complete -c sockit -n __sockit_wants_command -a tcp-connect -d 'connect to a server; send standard input, print the answer'
complete -c sockit -n __sockit_wants_command -a tcp-serve -d 'listen for connections and serve each one'
complete -c sockit -n __sockit_wants_command -a udp-send -d 'send messages or standard input as datagrams'
complete -c sockit -n __sockit_wants_command -a udp-listen -d 'receive datagrams; print, answer or forward them'
complete -c sockit -n __sockit_wants_command -a raw-send -d 'build packets layer by layer and send them; replay captures'
complete -c sockit -n __sockit_wants_command -a resolve -d 'look up names as programs on this host do, or query DNS'
complete -c sockit -n __sockit_wants_command -a services -d 'list services and their port numbers'
complete -c sockit -n __sockit_wants_command -a help -d 'show help'
set -g __sockit_layers \
	'eth|-|-|-|-|Ethernet II' \
	'eth|dst|MAC|-|-|destination' \
	'eth|src|MAC|-|-|source' \
	'eth|type|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth|next layer' \
	'vlan|-|-|-|-|IEEE 802.1Q tag; may be repeated' \
	'vlan|priority|NUMBER|-|-|class of service' \
	'vlan|dei|NUMBER|alone|-|eligible to be dropped' \
	'vlan|id|NUMBER|-|-|VLAN number' \
	'vlan|type|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth|next layer' \
	'mpls|-|-|-|-|MPLS label (RFC 3032); may be repeated' \
	'mpls|label|NUMBER|-|-|label' \
	'mpls|tc|NUMBER|-|-|traffic class' \
	'mpls|bos|NUMBER|-|-|bottom of the stack' \
	'mpls|ttl|NUMBER|-|-|hops left' \
	'arp|-|-|-|-|address resolution for IPv4 (RFC 826)' \
	'arp|hardware|NUMBER|-|-|kind of hardware address' \
	'arp|type|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth|kind of protocol address' \
	'arp|hardware-size|NUMBER|-|-|length of hardware addresses' \
	'arp|size|NUMBER|-|-|length of protocol addresses' \
	'arp|op|NUMBER|alone|request,reply|kind of message' \
	'arp|sender-mac|MAC|-|-|source' \
	'arp|sender|ADDRESS|-|-|source' \
	'arp|target-mac|MAC|-|-|hardware address of the target' \
	'arp|target|ADDRESS|-|-|address in question' \
	'ip|-|-|-|-|IPv4 (RFC 791)' \
	'ip|version|NUMBER|-|-|4' \
	'ip|ihl|NUMBER|-|-|header length in 32-bit words' \
	'ip|dscp|NUMBER|-|cs0,cs1,cs2,cs3,cs4,cs5,cs6,cs7,af11,af12,af13,af21,af22,af23,af31,af32,af33,af41,af42,af43,ef|traffic class' \
	'ip|ecn|NUMBER|-|-|congestion notification' \
	'ip|tos|NUMBER|-|-|dscp and ecn in one byte' \
	'ip|length|NUMBER|-|-|over header and content' \
	'ip|id|NUMBER|-|-|identification, the same in all fragments' \
	'ip|df|NUMBER|alone|-|do not fragment' \
	'ip|mf|NUMBER|alone|-|more fragments follow' \
	'ip|offset|NUMBER|-|-|of this fragment, in units of 8 bytes' \
	'ip|ttl|NUMBER|-|-|hops left' \
	'ip|proto|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none|next layer' \
	'ip|checksum|NUMBER|-|-|over the header' \
	'ip|src|ADDRESS|-|-|source' \
	'ip|dst|ADDRESS|-|-|destination' \
	'ip|options|HEX|-|-|padded with zeros to 4 bytes' \
	'ip6|-|-|-|-|IPv6 (RFC 8200)' \
	'ip6|version|NUMBER|-|-|6' \
	'ip6|class|NUMBER|-|-|traffic class' \
	'ip6|flow|NUMBER|-|-|flow label' \
	'ip6|length|NUMBER|-|-|length of the content' \
	'ip6|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none|next layer' \
	'ip6|hop-limit|NUMBER|-|-|hops left' \
	'ip6|src|ADDRESS|-|-|source' \
	'ip6|dst|ADDRESS|-|-|destination' \
	'hop-options|-|-|-|-|hop-by-hop options of IPv6 (RFC 8200)' \
	'hop-options|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none|next layer' \
	'hop-options|length|NUMBER|-|-|header length in units of 8 bytes, without the first' \
	'hop-options|router-alert|NUMBER|-|-|routers examine the packet (RFC 2711)' \
	'hop-options|options|HEX|-|-|padded to 8 bytes' \
	'dest-options|-|-|-|-|destination options of IPv6 (RFC 8200)' \
	'dest-options|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none|next layer' \
	'dest-options|length|NUMBER|-|-|header length in units of 8 bytes, without the first' \
	'dest-options|router-alert|NUMBER|-|-|routers examine the packet (RFC 2711)' \
	'dest-options|options|HEX|-|-|padded to 8 bytes' \
	'routing|-|-|-|-|routing header of IPv6 (RFC 8200, RFC 8754)' \
	'routing|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none|next layer' \
	'routing|length|NUMBER|-|-|header length in units of 8 bytes, without the first' \
	'routing|type|NUMBER|-|-|0, 2 (mobility), 3 (RPL), 4 (segments)' \
	'routing|left|NUMBER|-|-|segments left' \
	'routing|segments|A+B+C|-|-|addresses in the order of travel; in type 4 the first is ip6 dst' \
	'routing|data|HEX|-|-|contents in place of segments; padded with zeros to 8 bytes' \
	'fragment|-|-|-|-|fragment header of IPv6 (RFC 8200)' \
	'fragment|next|NUMBER|-|icmp,igmp,ip,tcp,udp,ip6,icmp6,gre,sctp,mpls,hop-options,routing,fragment,dest-options,none|next layer' \
	'fragment|offset|NUMBER|-|-|of this fragment, in units of 8 bytes' \
	'fragment|mf|NUMBER|alone|-|more fragments follow' \
	'fragment|id|NUMBER|-|-|identification, the same in all fragments' \
	'icmp|-|-|-|-|ICMP (RFC 792); see also icmp timestamp, icmp mask' \
	'icmp|type|NUMBER|alone|echo-reply,unreachable,redirect,echo,time-exceeded,parameter-problem,timestamp,timestamp-reply,mask,mask-reply|kind of message' \
	'icmp|code|NUMBER|-|-|reason within the type' \
	'icmp|checksum|NUMBER|-|-|over header and content' \
	'icmp|id|NUMBER|-|-|identifies the sender' \
	'icmp|seq|NUMBER|-|-|sequence number' \
	'icmp|mtu|NUMBER|-|-|MTU of the next hop, with unreachable' \
	'icmp|type|NUMBER|alone|timestamp,timestamp-reply|kind of message' \
	'icmp|originate|NUMBER|-|-|when it was sent, in milliseconds since midnight UTC' \
	'icmp|receive|NUMBER|-|-|when the other host received it' \
	'icmp|transmit|NUMBER|-|-|when the other host answered' \
	'icmp|type|NUMBER|alone|mask,mask-reply|kind of message' \
	'icmp|mask|ADDRESS|-|-|network mask' \
	'icmp6|-|-|-|-|ICMPv6 (RFC 4443)' \
	'icmp6|type|NUMBER|alone|unreachable,too-big,time-exceeded,parameter-problem,echo,echo-reply|kind of message' \
	'icmp6|code|NUMBER|-|-|reason within the type' \
	'icmp6|checksum|NUMBER|-|-|over header, content and pseudo-header' \
	'icmp6|id|NUMBER|-|-|identifies the sender' \
	'icmp6|seq|NUMBER|-|-|sequence number' \
	'icmp6|mtu|NUMBER|-|-|MTU of the next hop, with too-big' \
	'ndp|-|-|-|-|neighbor discovery (RFC 4861): ns, na; see also ndp rs, ndp ra' \
	'ndp|type|NUMBER|alone|solicit,advert,ns,na|kind of message' \
	'ndp|code|NUMBER|-|-|0' \
	'ndp|checksum|NUMBER|-|-|over header, content and pseudo-header' \
	'ndp|flags|FLAGS|-|router,solicited,override|of an advertisement' \
	'ndp|target|ADDRESS|-|-|address in question' \
	'ndp|source-mac|MAC|-|-|hardware address of the sender' \
	'ndp|target-mac|MAC|-|-|hardware address of the target' \
	'ndp|type|NUMBER|alone|rs|kind of message' \
	'ndp|type|NUMBER|alone|ra|kind of message' \
	'ndp|hop-limit|NUMBER|-|-|hop limit for hosts to use (0 = unspecified)' \
	'ndp|lifetime|NUMBER|-|-|seconds that the router is a default router' \
	'ndp|reachable|NUMBER|-|-|milliseconds that a neighbor stays reachable' \
	'ndp|retransmit|NUMBER|-|-|milliseconds between solicitations' \
	'ndp|mtu|NUMBER|-|-|MTU of the link' \
	'ndp|prefix-length|NUMBER|-|-|with a prefix: number of its bits' \
	'ndp|prefix-flags|FLAGS|-|on-link,auto|with a prefix: how it may be used' \
	'ndp|valid|NUMBER|-|-|with a prefix: seconds that it is valid' \
	'ndp|preferred|NUMBER|-|-|with a prefix: seconds that it is preferred' \
	'ndp|prefix|ADDRESS|-|-|prefix of the link' \
	'igmp|-|-|-|-|IGMP version 2 (RFC 2236); see also igmp query-v3, igmp report-v3' \
	'igmp|type|NUMBER|alone|query,report-v1,report,leave|kind of message' \
	'igmp|max-response|NUMBER|-|-|time to answer, in tenths of a second' \
	'igmp|checksum|NUMBER|-|-|over header and content' \
	'igmp|group|ADDRESS|-|-|multicast group' \
	'igmp|type|NUMBER|alone|query-v3|kind of message' \
	'igmp|s|NUMBER|alone|-|suppress router-side processing' \
	'igmp|qrv|NUMBER|-|-|querier\'s robustness variable' \
	'igmp|qqic|NUMBER|-|-|querier\'s query interval, encoded' \
	'igmp|count|NUMBER|-|-|number of sources' \
	'igmp|sources|A+B+C|-|-|sources in question' \
	'igmp|type|NUMBER|alone|report-v3|kind of message' \
	'igmp|records|NUMBER|-|-|number of records' \
	'mld|-|-|-|-|multicast listener discovery (RFC 2710); see also mld query-v2, mld report-v2' \
	'mld|type|NUMBER|alone|query,report,done|kind of message' \
	'mld|code|NUMBER|-|-|0' \
	'mld|checksum|NUMBER|-|-|over header, content and pseudo-header' \
	'mld|max-response|NUMBER|-|-|time to answer, in milliseconds' \
	'mld|group|ADDRESS|-|-|multicast group' \
	'mld|type|NUMBER|alone|query-v2|kind of message' \
	'mld|s|NUMBER|alone|-|suppress router-side processing' \
	'mld|qrv|NUMBER|-|-|querier\'s robustness variable' \
	'mld|qqic|NUMBER|-|-|querier\'s query interval, encoded' \
	'mld|count|NUMBER|-|-|number of sources' \
	'mld|sources|A+B+C|-|-|sources in question' \
	'mld|type|NUMBER|alone|report-v2|kind of message' \
	'mld|records|NUMBER|-|-|number of records' \
	'record|-|-|-|-|record of a group in igmp report-v3; may be repeated' \
	'record|mode|NUMBER|alone|is-include,is-exclude,to-include,to-exclude,allow,block|type of the record' \
	'record|count|NUMBER|-|-|number of sources' \
	'record|group|ADDRESS|-|-|multicast group' \
	'record|sources|A+B+C|-|-|sources of the group' \
	'record|aux-length|NUMBER|-|-|length of aux in units of 4 bytes' \
	'record|aux|HEX|-|-|auxiliary data, padded with zeros to 4 bytes' \
	'record6|-|-|-|-|record of a group in mld report-v2, where record means it too' \
	'record6|mode|NUMBER|alone|is-include,is-exclude,to-include,to-exclude,allow,block|type of the record' \
	'record6|count|NUMBER|-|-|number of sources' \
	'record6|group|ADDRESS|-|-|multicast group' \
	'record6|sources|A+B+C|-|-|sources of the group' \
	'record6|aux-length|NUMBER|-|-|length of aux in units of 4 bytes' \
	'record6|aux|HEX|-|-|auxiliary data, padded with zeros to 4 bytes' \
	'udp|-|-|-|-|UDP (RFC 768)' \
	'udp|sport|PORT|-|-|source port' \
	'udp|dport|PORT|-|-|destination port' \
	'udp|length|NUMBER|-|-|over header and content' \
	'udp|checksum|NUMBER|-|-|over header, content and pseudo-header' \
	'tcp|-|-|-|-|TCP (RFC 9293)' \
	'tcp|sport|PORT|-|-|source port' \
	'tcp|dport|PORT|-|-|destination port' \
	'tcp|seq|NUMBER|-|-|number of the first byte of content' \
	'tcp|ack|NUMBER|-|-|number of the next byte expected' \
	'tcp|header|NUMBER|-|-|header length in 32-bit words' \
	'tcp|flags|FLAGS|alone|fin,syn,rst,psh,ack,urg,ece,cwr,ae,none|control bits' \
	'tcp|window|NUMBER|-|-|bytes that the sender accepts' \
	'tcp|checksum|NUMBER|-|-|over header, content and pseudo-header' \
	'tcp|urgent|NUMBER|-|-|end of urgent data' \
	'tcp|mss|NUMBER|-|-|maximum segment size' \
	'tcp|wscale|NUMBER|-|-|shift count of the window' \
	'tcp|sack-ok|NUMBER|alone|-|selective acknowledgments permitted' \
	'tcp|timestamp|N[/N]|-|-|own clock/peer\'s clock' \
	'sctp|-|-|-|-|SCTP (RFC 9260)' \
	'sctp|sport|PORT|-|-|source port' \
	'sctp|dport|PORT|-|-|destination port' \
	'sctp|tag|NUMBER|-|-|verification tag' \
	'sctp|checksum|NUMBER|-|-|CRC-32c of header and chunks' \
	'sctp|chunks|HEX|-|-|chunks as raw bytes' \
	'gre|-|-|-|-|GRE (RFC 2784, RFC 2890)' \
	'gre|version|NUMBER|-|-|0' \
	'gre|protocol|NUMBER|-|ip,arp,vlan,ip6,qinq,lldp,mpls,eth|next layer' \
	'gre|checksum|NUMBER|-|computed|over header and content' \
	'gre|key|NUMBER|-|-|key of the tunnel' \
	'gre|seq|NUMBER|-|-|sequence number' \
	'vxlan|-|-|-|-|VXLAN (RFC 7348), after udp and before eth' \
	'vxlan|flags|NUMBER|-|-|8 = the vni is valid' \
	'vxlan|vni|NUMBER|-|-|number of the virtual network' \
	'payload|-|-|-|-|content: payload TEXT, or one of these fields' \
	'payload|text|TEXT|-|-|TEXT, read as -E or --hex says' \
	'payload|file|PATH|-|-|the bytes of the file PATH' \
	'payload|zero|SIZE|-|-|SIZE zeros' \
	'payload|random|SIZE|-|-|SIZE random bytes' \
	'pad|-|-|-|-|zeros after the content, not counted by lengths and checksums' \
	'pad|pad|SIZE|-|-|size of the packet to pad to' \
	'fcs|-|-|-|-|Ethernet CRC-32 of everything before it (most network cards append their own)' \
	'bytes|-|-|-|-|bytes HEX: these bytes as they are, anywhere' \
	'bytes|hex|HEX|-|-|HEX digits' \

complete -c sockit -n '__sockit_may tcp-connect --source -s' -s s -l source -x -a '(__sockit_host)' -d 'connect from this address'
complete -c sockit -n '__sockit_may tcp-connect --source-port -p' -s p -l source-port -x -a '(__sockit_port)' -d 'connect from this port'
complete -c sockit -n '__sockit_may tcp-connect --connect-timeout -w' -s w -l connect-timeout -x -d 'give up connecting after TIME (default 10s)'
complete -c sockit -n '__sockit_may tcp-connect --wait' -l wait -x -d 'retry until connected, for up to TIME'
complete -c sockit -n '__sockit_may tcp-connect --type' -l type -x -a 'stream seqpacket' -d 'type of the Unix socket (default stream)'
complete -c sockit -n '__sockit_may tcp-connect --proxy --via' -l proxy -x -a '(__sockit_url socks5:// socks4:// socks4a:// http://)' -d 'connect through a proxy: socks5://, socks4://, socks4a:// or http://, then [USER[:PASSWORD]@]HOST:PORT'
complete -c sockit -n '__sockit_may tcp-connect --proxy --via' -l via -x -a '(__sockit_shell)' -d 'reach the peer through the standard input and output of a command (%h = host, %p = port)'
complete -c sockit -n '__sockit_may tcp-connect --send-proxy' -l send-proxy -x -a 'v1 v2' -d 'first send a PROXY protocol header of this version'
complete -c sockit -n '__sockit_may tcp-connect --tls' -l tls -d 'speak TLS through openssl(1), and verify certificate and host name'
complete -c sockit -n '__sockit_may tcp-connect --tls-ca' -l tls-ca -r -F -d 'with --tls: trust the CA certificates in FILE (PEM) instead of the system\'s'
complete -c sockit -n '__sockit_may tcp-connect --tls-name' -l tls-name -x -a '(__sockit_host)' -d 'with --tls: expect a certificate for NAME, not for HOST'
complete -c sockit -n '__sockit_may tcp-connect --tls-no-verify' -l tls-no-verify -d 'with --tls: accept any certificate'
complete -c sockit -n '__sockit_may tcp-connect' -s o -l option -x -a '(__sockit_socket_option)' -d 'set a socket option (repeatable; -o help lists them)'
complete -c sockit -n '__sockit_may tcp-connect --linger' -l linger -x -a 'inf' -d 'after the peer closes, exit once standard input has been silent for TIME; inf = never (default 1s; 0 on a terminal)'
complete -c sockit -n '__sockit_may tcp-connect --no-half-close -k' -s k -l no-half-close -d 'do not signal the end of standard input to the peer; exit when the peer closes'
complete -c sockit -n '__sockit_may tcp-connect --send-only --recv-only' -l send-only -d 'send only; exit when the peer has it all'
complete -c sockit -n '__sockit_may tcp-connect --send-only --recv-only' -l recv-only -d 'receive only; never read standard input'
complete -c sockit -n '__sockit_may tcp-connect --idle-timeout -i' -s i -l idle-timeout -x -d 'stop when no data has moved for TIME'
complete -c sockit -n '__sockit_may tcp-connect --max-time' -l max-time -x -d 'stop after TIME in any case'
complete -c sockit -n '__sockit_may tcp-connect' -l send -x -d 'send TEXT before standard input (repeatable)'
complete -c sockit -n '__sockit_may tcp-connect --sh' -l sh -x -a '(__sockit_shell)' -d 'run a shell command with the connection as its standard input and output'
complete -c sockit -n '__sockit_may tcp-connect --pty' -l pty -d 'with --sh or a command: give the command a terminal of its own'
complete -c sockit -n '__sockit_may tcp-connect --pass-fd' -l pass-fd -d 'pass the connected socket over standard output and exit (ssh\'s ProxyUseFdpass)'
complete -c sockit -n '__sockit_may tcp-connect --raw' -l raw -d 'put the terminal into raw mode; Ctrl-] leaves'
complete -c sockit -n '__sockit_may tcp-connect --expect' -l expect -x -d 'read until the POSIX extended regular expression matches, then exit with 0; with --send, do not read standard input'
complete -c sockit -n '__sockit_may tcp-connect --prompt' -l prompt -x -d 'show TEXT, send a line, print the answer, and repeat until an empty line'
complete -c sockit -n '__sockit_may tcp-connect --escapes -E --hex' -s E -l escapes -d 'with --send or --prompt: replace \\n \\r \\t \\0 \\\\ and \\xHH in TEXT'
complete -c sockit -n '__sockit_may tcp-connect --escapes -E --hex' -l hex -d 'with --send or --prompt: read TEXT as hex digits'
complete -c sockit -n '__sockit_may tcp-connect --crlf -C' -s C -l crlf -d 'send each LF as CRLF; leave CRLF as it is'
complete -c sockit -n '__sockit_may tcp-connect --telnet -t' -s t -l telnet -d 'refuse telnet options, and keep telnet negotiation out of the data'
complete -c sockit -n '__sockit_may tcp-connect --rate' -l rate -x -d 'send at most RATE bytes per second'
complete -c sockit -n '__sockit_may tcp-connect --hexdump -x' -s x -l hexdump -F -d 'dump both directions in hex to FILE (default: standard error)'
complete -c sockit -n '__sockit_may tcp-connect --save-sent' -l save-sent -r -F -d 'write a copy of the data sent to FILE'
complete -c sockit -n '__sockit_may tcp-connect --save-received' -l save-received -r -F -d 'write a copy of the data received to FILE'
complete -c sockit -n '__sockit_may tcp-connect --interval' -l interval -x -d 'pause for TIME after each line sent'
complete -c sockit -n '__sockit_may tcp-connect --scan -z' -s z -l scan -d 'check which ports are open; send nothing'
complete -c sockit -n '__sockit_may tcp-connect --all' -l all -d 'with --scan: report closed and filtered ports, too'
complete -c sockit -n '__sockit_may tcp-connect --closed' -l closed -d 'with --scan: succeed when nothing listens'
complete -c sockit -n '__sockit_may tcp-connect --parallel' -l parallel -x -d 'with --scan: number of connection attempts at a time (default 256)'
complete -c sockit -n '__sockit_may tcp-connect --progress' -l progress -a 'never terminal always' -d 'show progress on standard error (default: only on a terminal)'
complete -c sockit -n '__sockit_may tcp-connect --stats' -l stats -a 'none text json' -d 'print a summary at the end (default text)'
complete -c sockit -n '__sockit_may tcp-connect' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may tcp-connect --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may tcp-connect --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may tcp-connect --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may tcp-connect --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may tcp-connect --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may tcp-connect --version -V' -s V -l version -d 'print the version; with -v, build and system details'
complete -c sockit -n '__sockit_may tcp-serve --keep-open -k' -s k -l keep-open -d 'after one connection ends, take the next'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l sh -x -a '(__sockit_shell)' -d 'run a shell command for each connection'
complete -c sockit -n '__sockit_may tcp-serve --pty' -l pty -d 'with --sh or a command: give the command a terminal of its own'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l forward -x -a '(__sockit_endpoint)' -d 'relay each connection to ENDPOINT'
complete -c sockit -n '__sockit_may tcp-serve --send-proxy' -l send-proxy -x -a 'v1 v2' -d 'with --forward: first send a PROXY protocol header that names the client'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l handler -x -a 'echo discard chargen daytime time timestamp reverse roster' -d 'run a built-in service'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l reply -x -d 'send TEXT, then close'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l reply-file -r -F -d 'send FILE, then close'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l broker -d 'send what one client sends to all the others, and standard input to all'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l chat -d 'like --broker, line by line, each with the address of its sender'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l collect -d 'merge the lines of all clients into one output'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l collect-dir -x -a '(__sockit_folder)' -d 'write what each connection sends to a new file in DIR'
complete -c sockit -n '__sockit_may tcp-serve --connect-timeout -w' -s w -l connect-timeout -x -d 'with --forward or --proxy-server: give up connecting after TIME (default 10s)'
complete -c sockit -n '__sockit_may tcp-serve --escapes -E --hex' -s E -l escapes -d 'with --reply: replace \\n \\r \\t \\0 \\\\ and \\xHH in TEXT'
complete -c sockit -n '__sockit_may tcp-serve --escapes -E --hex' -l hex -d 'with --reply: read TEXT as hex digits'
complete -c sockit -n '__sockit_may tcp-serve --sh --forward --handler --reply --reply-file --broker --chat --collect --collect-dir --proxy-server' -l proxy-server -x -a 'socks http' -d 'be a SOCKS 4, 4a and 5 proxy, or an HTTP CONNECT proxy'
complete -c sockit -n '__sockit_may tcp-serve' -l to-allow -x -a '(__sockit_net)' -d 'with --proxy-server: connect only to these targets (repeatable)'
complete -c sockit -n '__sockit_may tcp-serve' -l to-deny -x -a '(__sockit_net)' -d 'with --proxy-server: never connect to these targets (repeatable)'
complete -c sockit -n '__sockit_may tcp-serve --auth-file' -l auth-file -r -F -d 'with --proxy-server: admit only users listed in FILE (user:password per line)'
complete -c sockit -n '__sockit_may tcp-serve' -l also -x -a '(__sockit_local)' -d 'listen on this endpoint, too (repeatable)'
complete -c sockit -n '__sockit_may tcp-serve --backlog' -l backlog -x -d 'length of the accept queue (default 4096)'
complete -c sockit -n '__sockit_may tcp-serve --type' -l type -x -a 'stream seqpacket' -d 'type of the Unix socket (default stream)'
complete -c sockit -n '__sockit_may tcp-serve --unix-mode' -l unix-mode -x -d 'mode of the Unix socket file, in octal'
complete -c sockit -n '__sockit_may tcp-serve --proxy-protocol' -l proxy-protocol -d 'expect a PROXY header that names the client'
complete -c sockit -n '__sockit_may tcp-serve --ready-file' -l ready-file -r -F -d 'once listening, write the bound addresses to FILE'
complete -c sockit -n '__sockit_may tcp-serve --workers' -l workers -x -d 'accept and serve with N processes'
complete -c sockit -n '__sockit_may tcp-serve' -s o -l option -x -a '(__sockit_socket_option)' -d 'set a socket option (repeatable; -o help lists them)'
complete -c sockit -n '__sockit_may tcp-serve' -l allow -x -a '(__sockit_net)' -d 'admit only these clients (repeatable)'
complete -c sockit -n '__sockit_may tcp-serve' -l deny -x -a '(__sockit_net)' -d 'refuse these clients; takes precedence over --allow (repeatable)'
complete -c sockit -n '__sockit_may tcp-serve' -l allow-file -r -F -d 'like --allow, with one NET per line of FILE'
complete -c sockit -n '__sockit_may tcp-serve' -l deny-file -r -F -d 'like --deny, with one NET per line of FILE'
complete -c sockit -n '__sockit_may tcp-serve --user' -l user -x -a '(__sockit_user)' -d 'once listening, change to this user and group'
complete -c sockit -n '__sockit_may tcp-serve --chroot' -l chroot -x -a '(__sockit_folder)' -d 'once listening, confine the process to DIR (chroot(2))'
complete -c sockit -n '__sockit_may tcp-serve --no-sandbox' -l no-sandbox -d 'do not drop rights that serving does not need'
complete -c sockit -n '__sockit_may tcp-serve --accept' -l accept -x -d 'exit after N connections have been served'
complete -c sockit -n '__sockit_may tcp-serve --accept-timeout' -l accept-timeout -x -d 'exit when there has been no connection for TIME (default: never)'
complete -c sockit -n '__sockit_may tcp-serve --max-conns' -l max-conns -x -d 'serve at most N at once; others wait (default: as many as descriptors allow; 128 for commands)'
complete -c sockit -n '__sockit_may tcp-serve --max-per-host' -l max-per-host -x -d 'close connections beyond N from one address'
complete -c sockit -n '__sockit_may tcp-serve --grace' -l grace -x -d 'on SIGTERM or SIGINT, let open connections finish for TIME (default 5s)'
complete -c sockit -n '__sockit_may tcp-serve --idle-timeout -i' -s i -l idle-timeout -x -d 'stop when no data has moved for TIME'
complete -c sockit -n '__sockit_may tcp-serve --max-time' -l max-time -x -d 'stop after TIME in any case'
complete -c sockit -n '__sockit_may tcp-serve --crlf -C' -s C -l crlf -d 'send each LF as CRLF; leave CRLF as it is'
complete -c sockit -n '__sockit_may tcp-serve --telnet -t' -s t -l telnet -d 'refuse telnet options, and keep telnet negotiation out of the data'
complete -c sockit -n '__sockit_may tcp-serve --rate' -l rate -x -d 'send at most RATE bytes per second'
complete -c sockit -n '__sockit_may tcp-serve --hexdump -x' -s x -l hexdump -F -d 'dump both directions in hex to FILE (default: standard error)'
complete -c sockit -n '__sockit_may tcp-serve --save-sent' -l save-sent -r -F -d 'write a copy of the data sent to FILE'
complete -c sockit -n '__sockit_may tcp-serve --save-received' -l save-received -r -F -d 'write a copy of the data received to FILE'
complete -c sockit -n '__sockit_may tcp-serve --progress' -l progress -a 'never terminal always' -d 'show progress on standard error (default: only on a terminal)'
complete -c sockit -n '__sockit_may tcp-serve --stats' -l stats -a 'none text json' -d 'print a summary at the end (default text)'
complete -c sockit -n '__sockit_may tcp-serve' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may tcp-serve --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may tcp-serve --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may tcp-serve --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may tcp-serve --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may tcp-serve --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may tcp-serve --version -V' -s V -l version -d 'print the version; with -v, build and system details'
complete -c sockit -n '__sockit_may udp-send --split --lines -l' -l split -x -a 'whole line nul' -d 'how to cut standard input into datagrams: all in one (default; line on a terminal), one per line, NUL-separated, or SIZE bytes each'
complete -c sockit -n '__sockit_may udp-send --split --lines -l' -s l -l lines -d 'send each line as a datagram (--split line)'
complete -c sockit -n '__sockit_may udp-send --escapes -E --hex' -s E -l escapes -d 'replace \\n \\r \\t \\0 \\\\ and \\xHH in TEXT'
complete -c sockit -n '__sockit_may udp-send --escapes -E --hex' -l hex -d 'read TEXT as hex digits'
complete -c sockit -n '__sockit_may udp-send --count' -l count -x -d 'send everything N times (default 1; 0 = forever)'
complete -c sockit -n '__sockit_may udp-send --interval' -l interval -x -d 'pause for TIME between datagrams'
complete -c sockit -n '__sockit_may udp-send --rate' -l rate -x -d 'send at most RATE datagrams per second'
complete -c sockit -n '__sockit_may udp-send --keep-going' -l keep-going -d 'if a datagram fails, warn and send the next one (exit with 1 at the end)'
complete -c sockit -n '__sockit_may udp-send --replies -r' -s r -l replies -d 'wait for N replies and print them (default 1)'
complete -c sockit -n '__sockit_may udp-send --timeout -w' -s w -l timeout -x -d 'with --replies: wait this long for replies (default 1s)'
complete -c sockit -n '__sockit_may udp-send --from' -l from -d 'with --replies: print the sender before each reply'
complete -c sockit -n '__sockit_may udp-send --any-source' -l any-source -d 'with --replies: accept replies from any address and port (TFTP, SIP, DHCP, SSDP)'
complete -c sockit -n '__sockit_may udp-send --source -s' -s s -l source -x -a '(__sockit_host)' -d 'send from this address'
complete -c sockit -n '__sockit_may udp-send --source-port -p' -s p -l source-port -x -a '(__sockit_port)' -d 'send from this port'
complete -c sockit -n '__sockit_may udp-send --broadcast' -l broadcast -d 'allow the broadcast address of a subnet'
complete -c sockit -n '__sockit_may udp-send --ttl' -l ttl -x -d 'hop limit of the datagrams'
complete -c sockit -n '__sockit_may udp-send --interface -I' -s I -l interface -x -a '(__sockit_interface)' -d 'send through interface IFNAME'
complete -c sockit -n '__sockit_may udp-send --loop' -l loop -x -a '0 1' -d 'whether this host receives its own multicast'
complete -c sockit -n '__sockit_may udp-send' -s o -l option -x -a '(__sockit_socket_option)' -d 'set a socket option (repeatable; -o help lists them)'
complete -c sockit -n '__sockit_may udp-send --progress' -l progress -a 'never terminal always' -d 'show progress on standard error (default: only on a terminal)'
complete -c sockit -n '__sockit_may udp-send --stats' -l stats -a 'none text json' -d 'print a summary at the end (default text)'
complete -c sockit -n '__sockit_may udp-send' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may udp-send --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may udp-send --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may udp-send --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may udp-send --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may udp-send --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may udp-send --version -V' -s V -l version -d 'print the version; with -v, build and system details'
complete -c sockit -n '__sockit_may udp-listen --format' -l format -x -a 'raw line hex json' -d 'print datagrams as they are (default), with their senders, as a dump, or as objects'
complete -c sockit -n '__sockit_may udp-listen --from' -l from -d 'print the sender before each datagram'
complete -c sockit -n '__sockit_may udp-listen --max-size' -l max-size -x -d 'longest datagram to receive; longer ones are cut off (default 65535)'
complete -c sockit -n '__sockit_may udp-listen --reply --echo --sh --forward' -l reply -x -d 'answer each datagram with TEXT'
complete -c sockit -n '__sockit_may udp-listen --reply --echo --sh --forward' -l echo -d 'send each datagram back'
complete -c sockit -n '__sockit_may udp-listen --reply --echo --sh --forward' -l sh -x -a '(__sockit_shell)' -d 'run a shell command for each datagram and answer with its output'
complete -c sockit -n '__sockit_may udp-listen --parallel' -l parallel -x -d 'with --sh or a command: run at most N commands at once (default 32)'
complete -c sockit -n '__sockit_may udp-listen --command-timeout' -l command-timeout -x -d 'with --sh or a command: stop a command after TIME (default 60s; 0 = never)'
complete -c sockit -n '__sockit_may udp-listen --reply --echo --sh --forward' -l forward -x -a '(__sockit_endpoint)' -d 'relay datagrams, and replies back (repeatable)'
complete -c sockit -n '__sockit_may udp-listen --keep-source' -l keep-source -d 'with --forward: forward with the sender\'s own address and port (needs CAP_NET_RAW)'
complete -c sockit -n '__sockit_may udp-listen --session-timeout' -l session-timeout -x -d 'with --forward: forget a sender that has been silent for TIME (default 60s)'
complete -c sockit -n '__sockit_may udp-listen --max-sessions' -l max-sessions -x -d 'with --forward: number of senders at a time (default: as many as descriptors allow)'
complete -c sockit -n '__sockit_may udp-listen --escapes -E --hex' -s E -l escapes -d 'with --reply: replace \\n \\r \\t \\0 \\\\ and \\xHH in TEXT'
complete -c sockit -n '__sockit_may udp-listen --escapes -E --hex' -l hex -d 'with --reply: read TEXT as hex digits'
complete -c sockit -n '__sockit_may udp-listen --count' -l count -x -d 'exit after N datagrams'
complete -c sockit -n '__sockit_may udp-listen --timeout -w' -s w -l timeout -x -d 'exit with 5 if nothing has arrived in TIME'
complete -c sockit -n '__sockit_may udp-listen --idle-timeout -i' -s i -l idle-timeout -x -d 'exit once nothing has arrived for TIME'
complete -c sockit -n '__sockit_may udp-listen' -l group -x -a '(__sockit_group)' -d 'join a multicast group, GROUP[@IFNAME], or for one source only, SOURCE@GROUP[@IFNAME] (repeatable)'
complete -c sockit -n '__sockit_may udp-listen --ready-file' -l ready-file -r -F -d 'once listening, write the bound addresses to FILE'
complete -c sockit -n '__sockit_may udp-listen' -s o -l option -x -a '(__sockit_socket_option)' -d 'set a socket option (repeatable; -o help lists them)'
complete -c sockit -n '__sockit_may udp-listen' -l allow -x -a '(__sockit_net)' -d 'admit only these clients (repeatable)'
complete -c sockit -n '__sockit_may udp-listen' -l deny -x -a '(__sockit_net)' -d 'refuse these clients; takes precedence over --allow (repeatable)'
complete -c sockit -n '__sockit_may udp-listen' -l allow-file -r -F -d 'like --allow, with one NET per line of FILE'
complete -c sockit -n '__sockit_may udp-listen' -l deny-file -r -F -d 'like --deny, with one NET per line of FILE'
complete -c sockit -n '__sockit_may udp-listen --user' -l user -x -a '(__sockit_user)' -d 'once listening, change to this user and group'
complete -c sockit -n '__sockit_may udp-listen --chroot' -l chroot -x -a '(__sockit_folder)' -d 'once listening, confine the process to DIR (chroot(2))'
complete -c sockit -n '__sockit_may udp-listen --no-sandbox' -l no-sandbox -d 'do not drop rights that serving does not need'
complete -c sockit -n '__sockit_may udp-listen --progress' -l progress -a 'never terminal always' -d 'show progress on standard error (default: only on a terminal)'
complete -c sockit -n '__sockit_may udp-listen --stats' -l stats -a 'none text json' -d 'print a summary at the end (default text)'
complete -c sockit -n '__sockit_may udp-listen' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may udp-listen --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may udp-listen --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may udp-listen --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may udp-listen --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may udp-listen --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may udp-listen --version -V' -s V -l version -d 'print the version; with -v, build and system details'
complete -c sockit -n '__sockit_may raw-send --layers' -l layers -d 'list the layers and their fields'
complete -c sockit -n '__sockit_may raw-send --replay' -l replay -r -F -d 'send the packets of a capture file'
complete -c sockit -n '__sockit_may raw-send --fragment' -l fragment -x -d 'cut IP packets into fragments of at most SIZE bytes'
complete -c sockit -n '__sockit_may raw-send --oversize' -l oversize -x -a 'fail skip fragment' -d 'handling of packets that exceed the MTU (default fail)'
complete -c sockit -n '__sockit_may raw-send --escapes -E --hex' -s E -l escapes -d 'replace \\n \\r \\t \\0 \\\\ and \\xHH in TEXT'
complete -c sockit -n '__sockit_may raw-send --escapes -E --hex' -l hex -d 'read TEXT as hex digits'
complete -c sockit -n '__sockit_may raw-send --interface -I' -s I -l interface -x -a '(__sockit_interface)' -d 'send frames through IFNAME'
complete -c sockit -n '__sockit_may raw-send --to' -l to -x -a '(__sockit_host)' -d 'destination of a packet without an IP header (the kernel adds one)'
complete -c sockit -n '__sockit_may raw-send --write --dry-run' -l write -r -F -d 'write the packets to a capture file instead of sending them (needs no privilege)'
complete -c sockit -n '__sockit_may raw-send --write --dry-run' -l dry-run -d 'show the packets, send nothing'
complete -c sockit -n '__sockit_may raw-send --hexdump -x' -s x -l hexdump -d 'show the packets, decoded and in hex'
complete -c sockit -n '__sockit_may raw-send' -s o -l option -x -a '(__sockit_socket_option)' -d 'set a socket option (repeatable; -o help lists them)'
complete -c sockit -n '__sockit_may raw-send --count' -l count -x -d 'send everything N times (default 1; 0 = forever)'
complete -c sockit -n '__sockit_may raw-send --interval --rate' -l interval -x -d 'pause for TIME between packets'
complete -c sockit -n '__sockit_may raw-send --interval --rate' -l rate -x -a 'max' -d 'send at most RATE packets per second, or max'
complete -c sockit -n '__sockit_may raw-send --max-gap' -l max-gap -x -d 'with --replay: shorten longer pauses to TIME'
complete -c sockit -n '__sockit_may raw-send --replies -r' -s r -l replies -d 'wait for N answers (default: one per packet)'
complete -c sockit -n '__sockit_may raw-send --timeout -w' -s w -l timeout -x -d 'with --replies: wait this long after the last packet (default 1s)'
complete -c sockit -n '__sockit_may raw-send --progress' -l progress -a 'never terminal always' -d 'show progress on standard error (default: only on a terminal)'
complete -c sockit -n '__sockit_may raw-send --stats' -l stats -a 'none text json' -d 'print a summary at the end (default text)'
complete -c sockit -n '__sockit_may raw-send' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may raw-send --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may raw-send --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may raw-send --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may raw-send --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may raw-send --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may raw-send --version -V' -s V -l version -d 'print the version; with -v, build and system details'
complete -c sockit -n '__sockit_may resolve --all' -l all -d 'print every result: family, type, protocol, address, port, canonical name'
complete -c sockit -n '__sockit_may resolve --canonical' -l canonical -d 'print the canonical name first'
complete -c sockit -n '__sockit_may resolve --fqdn' -l fqdn -d 'print the full name of this host'
complete -c sockit -n '__sockit_may resolve --timeout -w' -s w -l timeout -x -d 'give up on a name after TIME (default: when libc does; 5s for DNS queries)'
complete -c sockit -n '__sockit_may resolve --type' -l type -x -a 'A AAAA CNAME MX NS PTR SOA SRV TXT CAA HTTPS SVCB NAPTR DS DNSKEY TLSA SSHFP ANY AXFR' -d 'query DNS for records: A, AAAA, MX, TXT, SRV, HTTPS, TYPE65, or AXFR for a whole zone'
complete -c sockit -n '__sockit_may resolve' -l server -x -a '(__sockit_host)' -d 'query this DNS server (repeatable)'
complete -c sockit -n '__sockit_may resolve --tcp' -l tcp -d 'query DNS over TCP'
complete -c sockit -n '__sockit_may resolve --dnssec' -l dnssec -d 'ask for signatures too, and with -v report whether the server checked them'
complete -c sockit -n '__sockit_may resolve --class' -l class -x -a 'IN CH HS ANY' -d 'class of the records: IN (default), CH, HS, ANY, CLASS3'
complete -c sockit -n '__sockit_may resolve --batch' -l batch -F -d 'look up the names in FILE, one per line (default: standard input); print each with its addresses, in input order'
complete -c sockit -n '__sockit_may resolve --parallel' -l parallel -x -d 'number of names looked up at once (default 16; 64 for DNS queries)'
complete -c sockit -n '__sockit_may resolve --progress' -l progress -a 'never terminal always' -d 'show progress on standard error (default: only on a terminal)'
complete -c sockit -n '__sockit_may resolve --stats' -l stats -a 'none text json' -d 'print a summary at the end (default text)'
complete -c sockit -n '__sockit_may resolve' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may resolve --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may resolve --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may resolve --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may resolve --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may resolve --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may resolve --version -V' -s V -l version -d 'print the version; with -v, build and system details'
complete -c sockit -n '__sockit_may services --proto' -l proto -x -a '(__sockit_protocol)' -d 'list only services of this protocol, such as tcp'
complete -c sockit -n '__sockit_may services --match' -l match -x -d 'list only those with TEXT in a name or alias'
complete -c sockit -n '__sockit_may services --port --name' -l port -d 'print only port numbers'
complete -c sockit -n '__sockit_may services --port --name' -l name -d 'print only names'
complete -c sockit -n '__sockit_may services --protocols' -l protocols -d 'list IP protocols and their numbers instead'
complete -c sockit -n '__sockit_may services --builtin' -l builtin -d 'use the built-in table, not this host\'s database'
complete -c sockit -n '__sockit_may services' -s v -l verbose -d 'report events on standard error; -vv for details'
complete -c sockit -n '__sockit_may services --json' -l json -d 'print results, and with -v events, as JSON Lines'
complete -c sockit -n '__sockit_may services --ipv4 -4 --ipv6 -6' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sockit -n '__sockit_may services --ipv4 -4 --ipv6 -6' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sockit -n '__sockit_may services --numeric -n' -s n -l numeric -d 'do not look up names or services'
complete -c sockit -n '__sockit_may services --help -h' -s h -l help -d 'show all options; -h shows the usual ones'
complete -c sockit -n '__sockit_may services --version -V' -s V -l version -d 'print the version; with -v, build and system details'

set -g __sockit_takes \
	'tcp-connect --source' 'tcp-connect -s' \
	'tcp-connect --source-port' 'tcp-connect -p' \
	'tcp-connect --connect-timeout' 'tcp-connect -w' \
	'tcp-connect --wait' \
	'tcp-connect --type' \
	'tcp-connect --proxy' \
	'tcp-connect --via' \
	'tcp-connect --send-proxy' \
	'tcp-connect --tls-ca' \
	'tcp-connect --tls-name' \
	'tcp-connect --option' 'tcp-connect -o' \
	'tcp-connect --linger' \
	'tcp-connect --idle-timeout' 'tcp-connect -i' \
	'tcp-connect --max-time' \
	'tcp-connect --send' \
	'tcp-connect --sh' \
	'tcp-connect --expect' \
	'tcp-connect --prompt' \
	'tcp-connect --rate' \
	'tcp-connect --save-sent' \
	'tcp-connect --save-received' \
	'tcp-connect --interval' \
	'tcp-connect --parallel' \
	'tcp-serve --sh' \
	'tcp-serve --forward' \
	'tcp-serve --send-proxy' \
	'tcp-serve --handler' \
	'tcp-serve --reply' \
	'tcp-serve --reply-file' \
	'tcp-serve --collect-dir' \
	'tcp-serve --connect-timeout' 'tcp-serve -w' \
	'tcp-serve --proxy-server' \
	'tcp-serve --to-allow' \
	'tcp-serve --to-deny' \
	'tcp-serve --auth-file' \
	'tcp-serve --also' \
	'tcp-serve --backlog' \
	'tcp-serve --type' \
	'tcp-serve --unix-mode' \
	'tcp-serve --ready-file' \
	'tcp-serve --workers' \
	'tcp-serve --option' 'tcp-serve -o' \
	'tcp-serve --allow' \
	'tcp-serve --deny' \
	'tcp-serve --allow-file' \
	'tcp-serve --deny-file' \
	'tcp-serve --user' \
	'tcp-serve --chroot' \
	'tcp-serve --accept' \
	'tcp-serve --accept-timeout' \
	'tcp-serve --max-conns' \
	'tcp-serve --max-per-host' \
	'tcp-serve --grace' \
	'tcp-serve --idle-timeout' 'tcp-serve -i' \
	'tcp-serve --max-time' \
	'tcp-serve --rate' \
	'tcp-serve --save-sent' \
	'tcp-serve --save-received' \
	'udp-send --split' \
	'udp-send --count' \
	'udp-send --interval' \
	'udp-send --rate' \
	'udp-send --timeout' 'udp-send -w' \
	'udp-send --source' 'udp-send -s' \
	'udp-send --source-port' 'udp-send -p' \
	'udp-send --ttl' \
	'udp-send --interface' 'udp-send -I' \
	'udp-send --loop' \
	'udp-send --option' 'udp-send -o' \
	'udp-listen --format' \
	'udp-listen --max-size' \
	'udp-listen --reply' \
	'udp-listen --sh' \
	'udp-listen --parallel' \
	'udp-listen --command-timeout' \
	'udp-listen --forward' \
	'udp-listen --session-timeout' \
	'udp-listen --max-sessions' \
	'udp-listen --count' \
	'udp-listen --timeout' 'udp-listen -w' \
	'udp-listen --idle-timeout' 'udp-listen -i' \
	'udp-listen --group' \
	'udp-listen --ready-file' \
	'udp-listen --option' 'udp-listen -o' \
	'udp-listen --allow' \
	'udp-listen --deny' \
	'udp-listen --allow-file' \
	'udp-listen --deny-file' \
	'udp-listen --user' \
	'udp-listen --chroot' \
	'raw-send --replay' \
	'raw-send --fragment' \
	'raw-send --oversize' \
	'raw-send --interface' 'raw-send -I' \
	'raw-send --to' \
	'raw-send --write' \
	'raw-send --option' 'raw-send -o' \
	'raw-send --count' \
	'raw-send --interval' \
	'raw-send --rate' \
	'raw-send --max-gap' \
	'raw-send --timeout' 'raw-send -w' \
	'resolve --timeout' 'resolve -w' \
	'resolve --type' \
	'resolve --server' \
	'resolve --class' \
	'resolve --parallel' \
	'services --proto' \
	'services --match' \

# table ends

# __sockit_read - what stands before the current word, in global variables: the command, the options
# given as they are typed, the operands, and with -- the number of the word behind it. It is asked
# for each option there is, so it reads a line once.
function __sockit_read
    set -l line (commandline -pc)
    test "$line" = "$__sockit_line"; and return
    set -g __sockit_line $line
    set -g __sockit_words (commandline -opc)
    set -g __sockit_command $__sockit_words[2]
    set -g __sockit_given
    set -g __sockit_operands
    set -g __sockit_behind 0
    set -l option
    for i in (seq 3 (count $__sockit_words))
        set -l word $__sockit_words[$i]
        if test -n "$option"
            set -a __sockit_given $option
            set option
        else if test $__sockit_behind -gt 0
            set -a __sockit_operands $word
        else if test "$word" = --
            set __sockit_behind (math $i + 1)
        else if string match -q -- '--*=*' $word
            set -a __sockit_given (string split -m 1 = -- $word)[1]
        else if string match -q -- '--*' $word
            if contains -- "$__sockit_command $word" $__sockit_takes
                set option $word
            else
                set -a __sockit_given $word
            end
        else if string match -q -- '-?*' $word
            set -l letters (string split '' -- (string sub -s 2 -- $word))
            for j in (seq (count $letters))
                if contains -- "$__sockit_command -$letters[$j]" $__sockit_takes
                    # What stands behind it in the same word is its value.
                    test $j -eq (count $letters); and set option -$letters[$j]
                    test -z "$option"; and set -a __sockit_given -$letters[$j]
                    break
                end
                set -a __sockit_given -$letters[$j]
            end
        else
            set -a __sockit_operands $word
        end
    end
end

# Conditions. The option whose value is completed does not count as given.
function __sockit_wants_command
    set -l words (commandline -opc)
    test (count $words) -eq 1; or begin
        test (count $words) -eq 2; and test "$words[2]" = help
    end
end

# __sockit_may COMMAND OPTION... - an option of COMMAND may stand here, none of OPTION being there.
function __sockit_may
    __sockit_read
    test "$__sockit_command" = $argv[1]; and test $__sockit_behind -eq 0; or return
    for option in $argv[2..]
        contains -- $option $__sockit_given; and return 1
    end
    return 0
end

function __sockit_has_operands
    __sockit_read
    test -n "$__sockit_command"; and test "$__sockit_command" != help
end

# __sockit_typed - the value in the current word, as far as it is typed.
function __sockit_typed
    string unescape -- (commandline -ct) | string replace -r -- '^--[a-z0-9-]+=|^-[A-Za-z0-9]' ''
end

# __sockit_run ARG... - the sockit that is on the command line.
function __sockit_run
    set -l program (string replace -r '^~(?=/)' -- $HOME $__sockit_words[1])
    type -q -- $program; and $program $argv 2>/dev/null
end

# __sockit_ports [PREFIX] - the services that the command may mean.
function __sockit_ports
    set -l only
    string match -qr '^(?<protocol>tcp|udp)-' -- $__sockit_command; and set only --proto $protocol
    __sockit_run services $only | while read -l name port aliases
        printf '%s%s\t%s\n' "$argv[1]" $name $port
    end
end

# __sockit_hosts [PREFIX] - what fish knows, and this host.
function __sockit_hosts
    for host in localhost (__fish_print_hostnames)
        printf '%s%s\n' "$argv[1]" $host
    end
end

# __sockit_files PREFIX PATH - the files that begin with PATH: what fish offers to any command.
function __sockit_files
    for file in (complete -C (string join ' ' __sockit_no_command (string escape -n -- $argv[2])))
        printf '%s%s\n' "$argv[1]" $file
    end
end

# __sockit_endpoint_of connect|listen PREFIX WORD - HOST:PORT, unix:PATH and the like.
function __sockit_endpoint_of
    set -l word $argv[3]
    switch "$word"
        case 'unix:*'
            __sockit_files $argv[2]unix: (string sub -s 6 -- $word)
        case 'vsock:*:*' 'fd:*'
        case 'vsock:*'
            printf '%s\n' $argv[2]vsock:{any,host,local}:
        case '[*]:*'
            __sockit_ports $argv[2](string replace -r '[^:,]*$' '' -- $word)
        case '[*'
            printf '%s[%s]:\n' $argv[2] (__sockit_hosts | string match '*:*')
        case '*:*'
            __sockit_ports $argv[2](string replace -r '[^:,]*$' '' -- $word)
        case '*'
            printf '%s\n' $argv[2]{unix:,vsock:,fd:}
            if test $argv[1] = listen
                printf '%s\n' $argv[2]{'*:',localhost:,127.0.0.1:,'[::1]:'}
                __sockit_ports $argv[2]
            else
                __sockit_hosts | string replace -r '^(.*:.*)$' '[$1]' | while read -l host
                    echo $argv[2]$host:
                end
            end
    end
end

# What completes the values of options, by what they name.
function __sockit_host
    __sockit_hosts
end

function __sockit_endpoint
    __sockit_endpoint_of connect '' (__sockit_typed)
end

function __sockit_local
    __sockit_endpoint_of listen '' (__sockit_typed)
end

function __sockit_port
    __sockit_ports
end

function __sockit_interface
    __fish_print_interfaces
end

function __sockit_folder
    __fish_complete_directories (__sockit_typed)
end

function __sockit_net
    __sockit_hosts (__sockit_typed | string replace -r '[^,]*$' '')
end

function __sockit_group
    set -l group (__sockit_typed | string match -r '^.*@')
    and printf '%s\n' $group(__fish_print_interfaces)
end

function __sockit_user
    set -l user (__sockit_typed | string match -r '^.*:')
    and printf '%s\n' $user(__fish_print_groups)
    or __fish_complete_users
end

function __sockit_shell
    complete -C (__sockit_typed)
end

function __sockit_protocol
    __sockit_run services | string replace -r '^[^/]*/(\S+).*' '$1' | sort -u
end

# __sockit_url URL... - one of those, then [USER[:PASSWORD]@]HOST:PORT.
function __sockit_url
    set -l word (__sockit_typed)
    set -l begin (string match -r '^.*://(?:.*@)?' -- $word)
    if test -n "$begin"
        __sockit_endpoint_of connect $begin (string sub -s (math 1 + (string length -- $begin)) -- $word)
    else
        printf '%s\n' $argv
    end
end

# NAME[=VALUE] of -o, as `-o help` lists them.
function __sockit_socket_option
    set -l typed (__sockit_typed)
    set -l name (string replace -r '=.*' '' -- $typed)
    set -l congestion /proc/sys/net/ipv4/tcp_available_congestion_control
    __sockit_run $__sockit_command -o help | while read -l form help
        set -l option (string replace -r '\[?=.*' '' -- $form)
        if not string match -q '*=*' -- $typed
            # A value that may be left out is in brackets.
            string match -qr '[^[]=' -- $form; and set option $option=
            printf '%s\t%s\n' $option $help
        else if test "$option" = "$name"
            switch $form
                case '*=IFNAME'
                    printf '%s\n' $name=(__fish_print_interfaces)
                case 'congestion=*'
                    test -r $congestion; and printf '%s\n' $name=(string split ' ' <$congestion)
                case 'dscp=*'
                    printf '%s\n' $name=cs{0,1,2,3,4,5,6,7} $name=af{1,2,3,4}{1,2,3} $name=ef
                case '*|*'
                    set -l values (string replace "$name=" '' -- $form | string split '|')
                    printf '%s\n' $name=(string match -rv '[A-Z]' -- $values)
            end
        end
    end
end

# The words of raw-send: layers, and of the last one its fields.
function __sockit_layer
    set -l typed (__sockit_typed)
    set -l begin (string match -r '^.*[=,]' -- $typed)
    set -l layers (string replace -rf '\|-\|.*' '' -- $__sockit_layers)
    set -l layer
    set -l text
    for word in $__sockit_operands
        if test -n "$text"
            set text
        else if contains -- (string replace -r '=.*' '' -- $word) $layers
            set layer (string replace -r '=.*' '' -- $word)
            contains $layer payload bytes; and set text 1
        end
    end
    string replace -rf '^([^|]*)\|-\|.*\|' '$1\t' -- $__sockit_layers
    test -n "$layer"; or return
    for row in (string replace -rf "^$layer\|" '' -- $__sockit_layers)
        set -l part (string split '|' -- $row)
        set -l words (string split , -- $part[4])
        if string match -q -- "$part[1]=*" $typed
            switch $part[2]
                case PATH
                    __sockit_files $begin (string sub -s (math 2 + (string length $part[1])) -- $typed)
                case PORT
                    __sockit_ports $begin
                case ADDRESS
                    __sockit_hosts $begin
                case '*'
                    test "$words" = -; or printf '%s\n' $begin$words
            end
            return
        end
        test $part[1] = -; and continue
        printf '%s=\t%s\n' $part[1] $part[5]
        test $part[3] = alone; or continue
        test "$words" = -; and set words $part[1]
        for word in $words
            printf '%s\t%s\n' $word $part[5]
        end
    end
end

function __sockit_operand
    __sockit_read
    set -l typed (__sockit_typed)
    set -l words $__sockit_operands
    set -l bare
    test (count $words) -eq 1; and not string match -q '*:*' -- $words[1]; and set bare 1
    if test $__sockit_behind -gt 0; and contains $__sockit_command tcp-connect tcp-serve udp-listen
        set -l line
        if test $__sockit_behind -le (count $__sockit_words)
            set line (string escape -- $__sockit_words[$__sockit_behind..])
        end
        complete -C (string join ' ' -- $line (commandline -ct))
        return
    end
    string match -q -- '-*' (commandline -ct); and test $__sockit_behind -eq 0; and return
    switch $__sockit_command
        case tcp-connect
            test -n "$bare"; and __sockit_ports (string replace -r '[^,]*$' '' -- $typed)
            if test (count $words) -eq 0; or contains -- -z $__sockit_given; or contains -- --scan $__sockit_given
                __sockit_endpoint_of connect '' $typed
            end
        case tcp-serve udp-listen udp-send
            if test (count $words) -eq 0 -a $__sockit_command = udp-send
                __sockit_endpoint_of connect '' $typed
            else if test (count $words) -eq 0
                __sockit_endpoint_of listen '' $typed
            else if test -n "$bare"
                __sockit_ports
            end
        case raw-send
            __sockit_layer
        case resolve
            __sockit_hosts
            test (count $words) -gt 0; and __sockit_ports
        case services
            if string match -q '*/*' -- $typed
                set -l name (string replace -r '[^/]*$' '' -- $typed)
                printf '%s\n' $name(__sockit_protocol)
            else
                __sockit_ports
            end
    end
end
