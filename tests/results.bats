# SPDX-License-Identifier: ISC
# results.bats - what every command does when its results cannot be written: one line, with the reason.

load lib

# commands - a command line for each command that prints results, and for help.
commands() {
	cat <<-'END'
		raw-send --dry-run eth payload x
		raw-send --layers
		raw-send --write - eth payload x
		raw-send -o help
		resolve 127.0.0.1 80
		resolve
		services --builtin
		services --builtin ssh
		services --builtin --json nosuch
		resolve --json 127.0.0.1 no-such.invalid
		tcp-connect -z --all 127.0.0.1 1
		tcp-connect -o help
		tcp-connect --help
		help
		help --dump
		--version
	END
}

# loses_output SCRIPT REASON - SCRIPT sends the output of each command to where it is lost: status
# 1, and one line with the REASON.
loses_output() {
	while read -r words; do
		# shellcheck disable=SC2086
		run bash -c "$1" sh "$SOCKIT" $words
		echo "$words: $status $output"
		[ "$status" -eq 1 ]
		[[ $output == *"cannot write "*": $2" ]]
		[ "$(grep -c "cannot write" <<<"$output")" -eq 1 ]
	done < <(commands)
}

@test "a full disk: status 1, and the reason" {
	need_full
	loses_output '"$@" >/dev/full' 'no space left on device'
}

@test "a descriptor that cannot be written to: status 1, and the reason" {
	loses_output '"$@" </dev/null >&-' 'bad file descriptor'
}

@test "a reader that has left ends it as it ends cat" {
	expect_signal PIPE
	while read -r words; do
		# shellcheck disable=SC2086
		run bash -c 'exec 4> >(:); wait $!; "$@" >&4' sh "$SOCKIT" $words
		echo "$words: $status $output"
		[ "$status" -eq 141 ]
		[[ $output != *"cannot write"* ]]
	done < <(commands)
}

@test "a reader that has left, where SIGPIPE is ignored: status 1, and the reason" {
	loses_output 'trap "" PIPE; exec 4> >(:); wait $!; "$@" >&4' 'broken pipe'
}

@test "a reader that leaves ends what waits, not only what writes" {
	expect_signal PIPE
	need mkfifo
	need_namespace
	while read -r words; do
		# shellcheck disable=SC2016 # for the inner shell
		run timeout $((20 * patience)) unshare -rn bash -c 'ip link set lo up
			mkfifo input
			exec 5<>input 4> >(exec head -c 1 >/dev/null)
			"$@" <&5 >&4 2>/dev/null &
			exec 4>&-
			wait $!
			echo $?' sh "$SOCKIT" $words
		rm -f input
		echo "$words: $output"
		[[ $words != raw-send* ]] || built_for_linux || continue # which has no AF_PACKET
		[ "${lines[-1]}" = 141 ]
	done <<-'END'
		raw-send -r -w 60s --count 2 --interval 30s ip dst=127.0.0.1 icmp echo
		raw-send -x --count 2 --interval 30s ip dst=127.0.0.1 icmp echo
	END
	run timeout $((20 * patience)) bash -c 'mkfifo input
		exec 5<>input 4> >(exec head -c 1 >/dev/null)
		echo 127.0.0.1 >&5
		"$SOCKIT" resolve -n --batch <&5 >&4 2>/dev/null &
		exec 4>&-
		wait $!
		echo $?'
	[ "${lines[-1]}" = 141 ]
}
