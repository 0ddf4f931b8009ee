#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# large-files.bats - files of more than 2 GiB, in which a program of 32 bits can get lost.
#
# They are sparse, and nobody reads the hole. What does is in large/whole.bats (make check-all).

load lib

hole=$((1 << 31))

# sparse_file NAME TEXT - make a file with TEXT after a hole of 2 GiB.
sparse_file() {
	printf '%s\n' "$2" | dd of="$1" bs=64 seek=$((hole / 64)) 2>dd.log ||
		skip "no file of that size here: $(tail -n 1 dd.log)"
	[ "$(du -k "$1" | cut -f 1)" -lt 1024 ] || skip "this file system has no holes"
}

# behind_hole COMMAND... - run it with the file large as its input, from the end of the hole on.
behind_hole() {
	{
		dd bs=1 skip=$((hole - 1)) count=1 of=/dev/null 2>dd.log
		"$@"
	} <large
}

@test "input is read on from an offset of more than 2 GiB" {
	sparse_file large 127.0.0.9
	run -0 behind_hole sockit resolve -n --batch
	[ "$output" = $'127.0.0.9\t127.0.0.9' ]
	start_server --handler echo
	run -0 behind_hole sockit tcp-connect "$address"
	[ "$output" = 127.0.0.9 ]
	start_ready udp-listen --count 1
	run -0 behind_hole sockit udp-send "$address"
	wait_exit "$pid"
	[ "$(cat "$out")" = 127.0.0.9 ]
}

@test "output is appended to a file of more than 2 GiB" {
	sparse_file large old
	start_server --reply $'new\n'
	sockit tcp-connect "$address" >>large
	[ "$(tail -c 8 large)" = $'old\nnew' ]
	exec {append}>>large
	"$SOCKIT" tcp-serve --collect --accept 1 --ready-file ready 127.0.0.1:0 3>&- >&"$append" &
	processes+=($!)
	wait_for test -s ready
	sockit tcp-connect "$(cat ready)" <<<newer
	wait_exit "${processes[-1]}"
	[ "$status" -eq 0 ]
	[ "$(tail -c 14 large)" = $'old\nnew\nnewer' ]
}

@test "--reply-file serves a file of more than 2 GiB" {
	sparse_file large end
	start_server --reply-file large
	expect_signal PIPE
	[ "$(sockit tcp-connect "$address" | head -c 100000 | wc -c)" -eq 100000 ]
	! grep 'cannot read' "$err"
}

@test "a list of more than 2 GiB is refused, and why" {
	sparse_file large 127.0.0.1
	for option in --allow-file --deny-file '--proxy-server=socks --auth-file'; do
		# shellcheck disable=SC2086 # two words
		run_sockit tcp-serve $option large 127.0.0.1:0
		[ "$status" -eq 1 ]
		[[ $output =~ 'cannot read large: it exceeds the limit of '(16|64)' MiB' ]]
	done
	run_sockit raw-send --dry-run --replay large
	[ "$status" -eq 1 ]
	[[ $output == *'large is not a capture file (pcap or pcapng)' ]]
}
