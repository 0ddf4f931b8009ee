#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# whole.bats - more than 2 GiB, from its first byte to its last, out of a file and into one (make
# check-all); it takes that much room, and its time.

load ../lib

# A sparse file, with an end that is not zeros.
setup() {
	enter_tmpdir
	[ "$(df -Pk . | awk 'END { print $4 }')" -gt 3000000 ] || skip "less than 3 GB are free here"
	size=$(((1 << 31) + 4))
	printf 'end\n' | dd of=large bs=64 seek=$((size / 64)) 2>dd.log
}

teardown() {
	end_processes
	rm -rf large dir
}

@test "--reply-file is sent to its end" {
	start_server --reply-file large --accept 1
	sockit tcp-connect "$address" | {
		dd bs=1M count=2048 iflag=fullblock of=/dev/null 2>dd.log
		cat
	} >rest
	[ "$(cat rest)" = end ]
	wait_exit -t 60 "$pid"
	[ "$status" -eq 0 ]
}

@test "--collect-dir takes all of it" {
	mkdir dir
	start_server --collect-dir dir --accept 1
	sockit tcp-connect --send-only "$address" <large
	wait_exit -t 60 "$pid"
	[ "$status" -eq 0 ]
	[ "$(find dir -type f -size +4194304)" ]
	[ "$(tail -c 4 dir/000001-*)" = end ]
}
