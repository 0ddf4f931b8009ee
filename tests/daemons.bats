# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# daemons.bats - with other servers: BIND, tftpd, chrony, on free ports of the loopback.

load lib
load udp-lib

# A zone with some records, served by BIND at $dns.
start_bind() {
	need named
	port=$(freeport)
	cat >zone <<-'END'
		$TTL 300
		@ SOA ns hostmaster 7 3600 600 86400 300
		@ NS ns
		ns A 192.0.2.53
		a A 192.0.2.1
		b AAAA 2001:db8::1
		@ MX 10 a
		text TXT "one" "two"
	END
	cat >named.conf <<-END
		options { directory "$PWD"; listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; };
			pid-file none; session-keyfile "$PWD/key"; recursion no; allow-transfer { any; };
			version "as you like it"; };
		controls { };
		zone "example.test" { type primary; file "zone"; };
	END
	named -g -c "$PWD/named.conf" 2>named.log 3>&- &
	processes+=("$!")
	dns=127.0.0.1:$port
	answers() { sockit resolve --server "$dns" --type A -w 1s a.example.test >/dev/null 2>&1; }
	wait_for answers || skip "named does not start here: $(tail -n 1 named.log)"
}

@test "BIND: records of several types, its version, and a zone transfer" {
	start_bind
	run_sockit -0 resolve --server "$dns" --type SOA,MX example.test
	records=$output
	run_sockit -0 resolve --server "$dns" --type TXT text.example.test
	output=$(tr -s '\t ' ' ' <<<"$records"$'\n'"$output")
	[[ $output == *"10 a.example.test"* && $output == *'"one" "two"'* && $output == *" 7 3600 600 86400 300"* ]]
	run_sockit -0 resolve --server "$dns" --class CH --type TXT version.bind
	[[ $output == *'"as you like it"'* ]]
	run_sockit -0 resolve --server "$dns" --type AXFR example.test
	[ "${#lines[@]}" -eq 8 ]
	[[ ${lines[0]} == *SOA* && ${lines[-1]} == *SOA* && $output == *"2001:db8::1"* ]]
	run_sockit -4 resolve --server "$dns" --type AXFR other.test
}

@test "tftpd: a file of one block, read by hand" {
	need in.tftpd
	[ "$(id -u)" = 0 ] || skip "needs root, which tftpd starts as"
	port=$(freeport)
	mkdir files
	chmod 755 . files
	echo 'the only block' >files/small
	chmod 644 files/small
	in.tftpd --foreground --user "$(id -un)" --address "127.0.0.1:$port" "$PWD/files" 2>log 3>&- &
	processes+=("$!")
	block() {
		sockit udp-send -E -r --any-source -w 1s "127.0.0.1:$port" "\\0\\x01$PWD/files/small\\0octet\\0" >block 2>/dev/null &&
			grep -aq 'the only block' block
	}
	wait_for block || skip "tftpd does not start here: $(tail -n 1 log)"
	[ "$(head -c 4 block | od -An -tx1)" = ' 00 03 00 01' ]
	[ "$(tail -c +5 block)" = 'the only block' ]
}

@test "chrony: a request of NTP gets the reply of a server" {
	need chronyd
	[ "$(id -u)" = 0 ] || skip "needs root, which chronyd starts as"
	port=$(freeport)
	printf '%s\n' "port $port" 'allow 127.0.0.1' 'local stratum 8' 'cmdport 0' 'bindaddress 127.0.0.1' \
		"pidfile $PWD/chronyd.pid" "bindcmdaddress /" >chrony.conf
	# -x: the clock is not touched.
	chronyd -d -x -U -u root -f "$PWD/chrony.conf" >log 2>&1 3>&- &
	processes+=("$!")
	time_told() {
		head -c 48 /dev/zero | tr '\0' '#' | sed 's/^#/\x23/; s/#/\x00/2g' |
			sockit udp-send -r -w 1s "127.0.0.1:$port" >reply 2>/dev/null
	}
	wait_for time_told || skip "chronyd does not start here: $(tail -n 1 log)"
	[ "$(size_of reply)" -eq 48 ]
	# Version 4, mode 4 (server), stratum 8.
	[ "$(head -c 2 reply | od -An -tx1)" = ' 24 08' ]
}
