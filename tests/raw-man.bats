# SPDX-License-Identifier: ISC
# raw-man.bats - raw-send's page: its examples work as they stand, its options are the real ones.

load lib
load raw-lib

page=$BATS_TEST_DIRNAME/../man/sockit-raw-send.1

@test "every example of the page works" {
	need_frames
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" | grep '^sockit raw-send' >examples
	[ "$(wc -l <examples)" -ge 10 ]
	on_wire '
	sockit() { timeout --foreground 30 "$SOCKIT" "$@"; }
	answer_arp 42 203.0.113.9
	ip route add 198.51.100.0/24 via 192.0.2.7
	there sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
	while read -r line; do
		eval "$line" || echo "FAILED $?: $line"
	done <examples'
	echo "$output"
	[[ $output != *FAILED* ]]
	[ "$(grep -c "^192.0.2.7: echo-reply" <<<"$output")" -eq 5 ]
	[ "$(grep -c "arp-reply" <<<"$output")" -eq 2 ]
	[ "$(grep -c "^192.0.2.7: rst, port" <<<"$output")" -eq 3 ]
}

@test "every layer, field and option is on the page" {
	sockit raw-send --layers | sed -n 's/^  \([a-z0-9-]*\) .*/\1/p; s/^\([a-z0-9]*\) - .*/\1/p' |
		sort -u >words
	sockit help --dump | awk -F '\t' '$1 == "raw-send" { print $3 }' >>words
	tr -s ' ,=()' '\n' <"$page" | sed 's/^-//' | sort -u >page-words
	while read -r word; do
		grep -qxF -- "$word" page-words || {
			echo "$word is not on the page"
			return 1
		}
	done <words
}

@test "mandoc has nothing to say" {
	need mandoc
	run mandoc -T lint -W warning "$page"
	[ -z "$output" ]
}
