#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# check-all.bats - what tests/check-all.sh reports about the runs that it starts.

load lib

# stub NAME LINE... - make a program of that name for check_all.
stub() {
	mkdir -p bin
	printf '%s\n' '#!/bin/bash' "${@:2}" >"bin/$1"
	chmod +x "bin/$1"
}

# check_all - run it with stubs instead of what takes time.
check_all() {
	stub sh 'echo "2 passed, 0 failed, 0 skipped"'
	stub id 'echo 1000'
	# Not exec: bats waits for processes that have its descriptor 3.
	PATH=$PWD/bin:$PATH LOGS=$PWD/logs MAKE=make /bin/sh "$tests/check-all.sh" 3>&-
}

@test "check-all: a line for each run, its failures, and what is left out" {
	# shellcheck disable=SC2016 # for the stub
	stub make 'case "$*" in' \
		'*PLATFORM=posix*) echo "Failed (the details are above):"; echo "a.bats: not ok 1 a"; echo' \
		'	echo "1 passed, 1 failed, 0 skipped"; exit 2 ;;' \
		'*KQUEUE=1*) echo "it does not build"; exit 2 ;;' \
		'*) echo "2 passed, 0 failed, 0 skipped" ;;' \
		'esac'
	run -1 check_all
	[[ $output == *$'posix        1 passed, 1 failed, 0 skipped\n    a.bats: not ok 1 a\n'* ]]
	[[ $output == *$'\npoll         2 passed, 0 failed, 0 skipped\n'* ]]
	[[ $output == *$'\nchaos        2 passed, 0 failed, 0 skipped\n'* ]]
	for suite in 11 13 i386; do
		[[ $output == *"debian-$suite"*' left out: it requires root'* ]]
	done
	[[ $(uname -s) != Linux || $output == *$'\nkqueue       did not get to the end:\n    it does not build\n'* ]]
	grep -q 'it does not build' logs/kqueue.log || [ "$(uname -s)" != Linux ]
}

@test "check-all: status 0 if nothing failed" {
	stub make 'echo "2 passed, 0 failed, 0 skipped"'
	run -0 check_all
	[[ $output != *'not get to the end'* ]]
}

@test "check-all: once it is ended it says at what it was, and nothing is left running" {
	stub make 'sleep 1000 & # what a make runs' "echo \$PPID \$! >'$PWD/running'" wait
	check_all >out 2>&1 &
	wait_for test -s running
	read -r parent child <running
	kill "$parent"
	wait "$!" || true
	wait_for gone "$child"
	grep -q '^check-all.sh: ended while [a-z]* ran$' out
}
