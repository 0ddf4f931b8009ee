#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# harness.bats - what the tests rely on: a need takes effect where it is called, or fails; and the
# peers.

load lib
load clients

# judged LINE... - print how a test with these lines, after those of $before, ends, as TAP.
judged() {
	{
		printf 'load "%s/lib"\n' "$tests"
		echo 'helper() { need nosuchtool; }'
		echo "${before:-}"
		echo '@test "inner" {'
		printf '\t%s\n' "$@"
		echo '}'
	} >inner.bats
	run env SOCKIT="$SOCKIT" PEERS="$PEERS" bats --formatter tap inner.bats 3>&-
}

@test "need skips the test that calls it" {
	judged 'need nosuchtool' false
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "ok 1 inner # skip nosuchtool is not installed" ]
}

@test "need, where it could skip no more than a subshell, fails the test" {
	# shellcheck disable=SC2016 # for the inner test
	for line in 'run helper' 'text=$(helper) || true' 'helper | true' '(helper) || true' \
		'helper & wait $! || true' 'run need sh' 'text=$(need_ipv6) || true' \
		'run need_namespace' '(skip "because of this") || true'; do
		judged "$line"
		[ "$status" -eq 1 ]
		[[ ${lines[1]} == 'not ok 1 inner' && $output == *"is called in a subshell"* ]]
	done
}

@test "a test that takes too long is ended, with all that it runs, which is named" {
	# shellcheck disable=SC2016 # for the inner test
	for line in 'output=$(sockit tcp-serve -k --reply here 127.0.0.1:0 | cat) || true' \
		'start_server -k --reply here && wait "$pid" || true' \
		'run sh -c "sockit tcp-serve -k --reply here 127.0.0.1:0; true"'; do
		# If everything is slow, it has not got that far after a second.
		for seconds in 1 10 100; do
			before="test_seconds=$seconds" judged "PATH=$(dirname "$SOCKIT"):\$PATH" "$line"
			[[ $output != *"still running"*"--reply here"* ]] || break
		done
		[ "$status" -eq 1 ]
		[[ ${lines[1]} == 'not ok 1 inner' && $output == *"still running after $seconds s:"*"--reply here"* ]]
	done
}

@test "what a process runs is listed, however odd a command line on this machine is" {
	# shellcheck disable=SC2016 # for the other shell
	bash -c $'sleep 1000 &\n\n1 1\n2 3\n3 2\nwait' ') R 1 (' 2>/dev/null 3>&- &
	processes+=($!)
	wait_for eval '[[ $(descendants "$!" 0) == *"sleep 1000"* ]]'
	[[ $(descendants "$test_shell" 0) == *"$! $test_shell bash -c sleep 1000 &  1 1 2 3 3 2 wait ) R 1 ("* ]]
	signal_all TERM "$(descendants "$!" 0)"
	every_process() { printf '%s\n' '2 3 one' '3 2 another' '7 2 x' '8 9 y'; }
	[ "$(descendants 9 0)" = '8 9 y' ]
}

# sleepers TIME - print the processes that sleep that long (Linux).
sleepers() {
	grep -lz "^$1\$" /proc/[0-9]*/cmdline 2>/dev/null | wc -l
}

@test "what a hanging command starts while it is ended is ended, too" {
	need_proc
	local seconds time=1000.$RANDOM
	: >none
	# If everything is slow, it has not even begun after a second.
	for seconds in 1 10; do
		# shellcheck disable=SC2016 # for the other shell
		run -124 bash "$tests/within.bash" "$seconds" none \
			bash -c 'for i in {1..200}; do sleep "$1" & sleep 0.01; done; wait' - "$time"
		[[ $output != *"sleep $time"* ]] || break
	done
	[[ $output == *"sleep $time"* ]]
	wait_for eval "[ \"\$(sleepers $time)\" -eq 0 ]"
}

@test "what is stopped to be ended is ended, even if it is no longer found through its parent" {
	sleep 1000 3>&- &
	processes+=("$!")
	expect_signal TERM
	descendants() {
		[ -e listed ] || echo "${processes[0]} $BASHPID sleep"
		: >listed
	}
	end_descendants "$BASHPID" 0
	wait_for gone "${processes[0]}"
}

@test "a test whose own shell hangs is ended" {
	before='test_seconds=1' judged 'mkfifo never && read -r line <never'
	[ "$status" -eq 1 ]
	[[ $output != *$'\n'ok* ]]
	[ ! -e /proc/self/fd/0 ] || [[ $output == *"still running after 1 s:"* ]]
}

# make_hanging - make a file that hangs before any of its tests has begun.
make_hanging() {
	printf '%s\n' 'setup_file() { exec sleep 1000; }' '@test "one" { true; }' >hangs.bats
}

@test "a file that hangs is ended, is a failure, and what hangs is named" {
	# If everything is slow, it has not even begun after a second.
	local seconds
	make_hanging
	for seconds in 1 10 100; do
		FILE_SECONDS=$seconds run -1 sh "$tests/run.sh" "$PWD/hangs.bats" 3>&-
		[[ $output != *"sleep 1000"* ]] || break
	done
	[[ $output == *"hangs.bats has printed nothing for $seconds s, and still runs:"*"sleep 1000"* ]]
	[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]
}

@test "a file may take any time as long as it prints more" {
	local seconds pause
	# If everything is slow, it may look as if it hung.
	while read -r seconds pause; do
		: >grows
		# shellcheck disable=SC2016 # for the other shell
		run bash "$tests/within.bash" "$seconds" grows \
			bash -c 'for i in {1..30}; do echo "$i" >>grows; sleep "$1"; done; echo all' - "$pause"
		[ "$output" != all ] || break
	done <<<$'1 0.1\n10 1'
	[ "$output" = all ]
}

@test "a test program that is not built is a failure, which says what would build it" {
	for file in tests/unit/nosuch.c tests/fuzz/nosuch.c; do
		run -1 env UNITS="$PWD/unit" sh "$tests/run.sh" "$file" 3>&-
		[[ $output == *"it is not built, which make check TESTS=$file does where it can be"* ]]
		[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]
	done
}

@test "a run that is ended names the files that it was at, and leaves nothing running" {
	make_hanging
	sh "$tests/run.sh" "$PWD/hangs.bats" >out 2>&1 3>&- &
	local pid=$!
	hangs() {
		list=$(descendants "$pid" 0)
		[[ $list == *"sleep 1000"* ]]
	}
	wait_for hangs
	kill "$pid"
	wait "$pid" || true
	grep -q '^run.sh: ended while .*hangs.bats ran$' out
	while read -r one _ command; do
		[[ $command != *sleep* ]] || wait_for gone "$one"
	done <<<"$list"
}

@test "a process that ends while bash says that another one was killed is waited for" {
	need_proc
	share_wait_for
	export -f gone
	mkfifo said go
	cat >script.bash <<-'END'
		read -r <go &
		echo $! >other
		# What bash says of this one is more than a pipe takes.
		eval "sh -c 'exec sleep 60' $(printf %070000d 0) &"
		kill -s KILL $!
		wait_for gone "$(cat other)" && echo gone
	END
	# shellcheck disable=SC2094 # the pipe has two ends
	bash script.bash 2>said >out 3>&- &
	processes+=("$!")
	exec {report}<said
	read -r -N 1 -u "$report"
	echo >go
	wait_for dead "$(cat other)"
	cat <&"$report" >said.all
	[ "$(cat out)" = gone ]
}

@test "steady: what fails in one run of several is told, and the load ends" {
	printf '%s\n' '@test "now and then" {' "	mkdir '$PWD/first' || mkdir '$PWD/third'" '}' >some.bats
	# A bats that it finds in the folder of this one wants functions that only bash hands on.
	env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" SOCKIT="$SOCKIT" PEERS="$PEERS" RUNS=3 LOAD=1 \
		sh "$tests/steady.sh" "$PWD/some.bats" >out 3>&- &
	local pid=$! code=0
	wait "$pid" || code=$?
	[ "$code" -eq 1 ]
	grep -q 'some.bats: not ok 1 now and then$' out
	grep -q '^    .*mkdir: .*third' out
	grep -q '^run 3: 0 passed, 1 failed, 0 skipped, [0-9]* s$' out
	[ "$(tail -n 1 out)" = '2 passed, 1 failed, 0 skipped' ]
	over() { ! every_process 2>/dev/null | grep -q "kill -0 .* sh $pid\$"; }
	wait_for over
}

@test "a failure in a function says in which and where" {
	# shellcheck disable=SC2016 # for the inner test
	before=$'one() {\n\t[[ $1 == x ]]\n}\ntwo() {\n\tone "$1"\n}' judged 'two x' 'two y' 'two x'
	[[ $output == *"from function \`one' in file inner.bats, line 4"* ]]
	[[ $output == *"from function \`two' in file inner.bats, line 7"* ]]
	[[ $output == *"in test file inner.bats, line 11"*"\`two y' failed"* ]]
	judged true '[[ a == b ]]' true
	[[ $output == *"(in test file inner.bats, line 6)"*"\`[[ a == b ]]' failed"* ]]
}

@test "a failure that bash does not tell of is shown with its test, at no line that is another's" {
	# shellcheck disable=SC2016 # for the inner test
	for line in 'exit 3' 'false || return 1' 'echo $((1 / 0))' '. ./nosuchfile'; do
		judged true "$line" true
		[[ $output == *"(in test file inner.bats, line 4)"*"\`@test \"inner\" {' failed"* ]]
	done
	judged 'echo a crash >>crashes'
	[[ $output == *"from function \`teardown' in test file "*"/lib.bash, line "*"\`end_processes' failed"*"# a crash"* ]]
}

@test "a file is read once for all of its tests, and they know nothing of each other" {
	[[ $BATS_VERSION =~ ^1\.([7-9]|1[0-3])\. ]] || skip "bats $BATS_VERSION may do that in its own way"
	# shellcheck disable=SC2016 # for the inner test
	before=$'reader=$BASHPID\n@test "one" {\n\tseen=1 started=7\n\tcd /\n\texec 7<.\n}' \
		judged '[ "$reader" -ne "$BASHPID" ]' '[ -z "${seen:-}" ] && [ "$started" -eq 0 ]' \
		'[ . -ef "$BATS_TEST_TMPDIR" ]' '! (: <&7) 2>/dev/null'
	[ "$output" = $'1..2\nok 1 one\nok 2 inner' ]
}

@test "what a need has found out is not asked again in the same file" {
	asked() { echo >>asked; "$1"; }
	remembered yes asked true
	remembered yes asked false
	run ! remembered no asked false
	run ! remembered no asked true
	[ "$(wc -l <asked)" -eq 2 ]
}

@test "a peer takes a connection through its steps" {
	start_peer read-until:question 'send:an\x73wer\n' shutdown read
	run -0 sockit tcp-connect 127.0.0.1 "$peer_port" <<<"a question, and more"
	[ "$output" = answer ]
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = $'read question\nend after 11 bytes' ]
}

@test "a peer says what is no step, and ends" {
	run -1 peer read nosuchstep
	[ "$output" = "peer: no such step: nosuchstep" ]
	run -1 peer read-until
	[ "$output" = "peer: read-until needs an argument: read-until" ]
	run -1 peer hold:long
	[ "$output" = "peer: hold takes no argument: hold:long" ]
}

@test "JSON that is none is found out" {
	for text in '' '{"a":1,"a":2}' '{"a":01}' '[1,]' $'"\x01"' '{a:1}' '"\x"' '1 2' '"\ud800"' '"a' '[1' \
		tru 1. $'"\xff"' $'"\xed\xa0\x80"'; do
		run -1 json <<<"$text"
	done
	printf '%s\n' '{"a":{"b":[1,-2.5e3,"x\u00e9\n"]},"c":true,"d":null,"e":{}}' '"x"' >good
	run -0 json <good
	[ "$output" = $'a.b.0=1\na.b.1=-2.5e3\na.b.2=xé\\x0a\nc=true\nd=null\n=x' ]
	run -0 json c a.b.1 e <good
	[ "${lines[0]}" = $'true\t-2.5e3\t-' ]
	[ "${lines[1]}" = $'-\t-\t-' ]
}

@test "lint: a prototype that can fail and is not marked is named" {
	mkdir headers
	printf '/* Do it. 0, or -1 with errno. */\nint do_it(int a,\n\tint b);\n\nint count(void);\n' >headers/a.h
	run -1 sh "$BATS_TEST_DIRNAME/lint/checked.sh" headers
	[ "$output" = "a.h:3: do_it can fail, and is not marked CHECKED" ]
	sed -i.before 's/b);/b) CHECKED;/' headers/a.h
	rm headers/a.h.before
	run -0 sh "$BATS_TEST_DIRNAME/lint/checked.sh" headers
}

@test "lint: a sleep that nothing asks for, and no comment explains, is named" {
	printf '%s\n' 'until it_is; do' '	sleep 0.02' done '# It hangs.' "x 'sleep 0.3'" 'exec sleep 60' \
		'y; sleep 1.5 # because' '' 'z; sleep 0.5' >bad.bats
	run -1 sh "$BATS_TEST_DIRNAME/lint/sleeps.sh" "$PWD/bad.bats"
	[ "${output%: z*}" = "$PWD/bad.bats:9: it sleeps, and no comment says why" ]
}

@test "lint: a test that would fail at no line, or not at all, is named" {
	printf '%s\n' 'f() {' '	! true' '	return 1' '}' '@test "x" {' "	sh -c 'exit 1' || true" '	true || return 1' \
		'	! true || false' '	! false' '	true' '	! true' '}' >bad.bats
	run -1 sh "$BATS_TEST_DIRNAME/lint/returns.sh" "$PWD/bad.bats"
	[[ ${lines[0]} == "$PWD/bad.bats:7: "* && ${lines[1]} == "$PWD/bad.bats:9: "* && ${#lines[@]} -eq 2 ]]
}

@test "lint: what an analyzer finds is a failure" {
	need cppcheck
	printf 'int f(void)\n{\n\tint a[2] = {0};\n\treturn a[2];\n}\n' >bad.c
	TOOLS=cppcheck run -1 sh "$BATS_TEST_DIRNAME/lint/analyze.sh" "$PWD/bad.c"
	[[ $output == *"bad.c:4:"*"arrayIndexOutOfBounds"* ]]
}
