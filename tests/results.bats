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
		tcp-connect -z --all 127.0.0.1 1
		tcp-connect -o help
		tcp-connect --help
		help
		help --dump
		--version
	END
}

@test "a full disk: status 1, and the reason" {
	[ -e /dev/full ] || skip "no /dev/full"
	while read -r words; do
		# shellcheck disable=SC2086
		run bash -c '"$@" >/dev/full' sh "$SOCKIT" $words
		echo "$words: $status $output"
		[ "$status" -eq 1 ]
		[[ $output == *"cannot write "*": no space left on device" ]]
		[ "${#lines[@]}" -eq 1 ]
	done < <(commands)
}

@test "a descriptor that cannot be written to: status 1, and the reason" {
	while read -r words; do
		# shellcheck disable=SC2086
		run bash -c '"$@" </dev/null >&-' sh "$SOCKIT" $words
		echo "$words: $status $output"
		[ "$status" -eq 1 ]
		[[ $output == *"cannot write "*": bad file descriptor" ]]
		[ "${#lines[@]}" -eq 1 ]
	done < <(commands)
}

@test "a reader that has left ends it as it ends cat" {
	expect_signal PIPE
	while read -r words; do
		# shellcheck disable=SC2086
		run bash -c 'exec 4> >(:); wait $!; "$@" >&4' sh "$SOCKIT" $words
		echo "$words: $status $output"
		[ "$status" -eq 141 ]
		[ -z "$output" ]
	done < <(commands)
}

@test "a reader that has left, where SIGPIPE is ignored: status 1, and the reason" {
	while read -r words; do
		# shellcheck disable=SC2086
		run bash -c 'trap "" PIPE; exec 4> >(:); wait $!; "$@" >&4' sh "$SOCKIT" $words
		echo "$words: $status $output"
		[ "$status" -eq 1 ]
		[[ $output == *"cannot write "*": broken pipe" ]]
		[ "${#lines[@]}" -eq 1 ]
	done < <(commands)
}
