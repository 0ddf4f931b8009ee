# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # variables and functions shared with bats and lib.bash
# SPDX-License-Identifier: ISC
# bats.bash - what bats does for each test, in a fifth of the time.
#
# bats starts a shell for each test, which reads bats, the libraries here and the test file again;
# that takes longer than most tests. Here each test runs in a copy of the shell that has read its
# file. bats-exec-test still determines what a test is; a bats that works differently behaves as
# always.

# run_in_copies - run the tests in $tests_to_run, as bats-exec-file does with one job and without
# retries.
run_in_copies() {
	local test_name number=0 code traps first=$BATS_FILE_FIRST_TEST_NUMBER_IN_SUITE
	bats_exec_file_status=0
	traps=$(trap -p DEBUG ERR)
	trap - DEBUG ERR
	set +e
	make_folders "$((first + 1))" "$((first + ${#tests_to_run[@]}))"
	for test_name in "${tests_to_run[@]}"; do
		if [ -n "${BATS_INTERRUPTED:-}" ]; then
			bats_exec_file_status=130
			break
		fi
		number=$((number + 1))
		(run_copy "${flags[@]}" "$filename" "$test_name" "$((first + number))" "$number" 1)
		code=$?
		[ "$code" -eq 0 ] || bats_exec_file_status=$code
	done
	set -e
	eval "$traps"
}

# Only if bats-exec-test is given the arguments that it gets here.
# shellcheck disable=SC2016 # as it stands in bats-exec-file
if [[ $(declare -f bats_run_tests) == *'"$filename" "$test_name" "$test_number_in_suite" "$test_number_in_file"'* ]]; then
	bats_run_tests() {
		run_in_copies
	}
fi

# make_folders FIRST LAST - make the folders of the tests with these numbers.
make_folders() {
	local number folders=()
	for ((number = $1; number <= $2; number++)); do
		folders+=("$BATS_RUN_TMPDIR/test/$number")
	done
	mkdir -p "${folders[@]}"
}

# run_copy ARG... - bats-exec-test, which ends this shell. The files that it would source were
# already sourced, and bats removes all folders when it ends.
run_copy() {
	set -eET
	test_shell=$BASHPID
	BATS_OUT=$BATS_RUN_TMPDIR/bats.$BASHPID.out
	mkdir() {
		:
	}
	source() {
		[ "$1" != "$BATS_TEST_SOURCE" ] || choose_test
	}
	rm() {
		[ "${FUNCNAME[1]}" = bats_exit_trap ] || command rm "$@"
	}
	# shellcheck source=/dev/null
	. "$BATS_LIBEXEC/bats-exec-test"
}

# choose_test - what bats from 1.9 on does when it reaches that test in the file.
choose_test() {
	unset -f source mkdir
	quicken_bats
	declare -F bats_test_begin >/dev/null ||
		eval "$(grep -m 1 -o "^bats_test_function .* -- $BATS_TEST_NAME;" "$BATS_TEST_SOURCE")"
}

# quicken_bats - in a test, bats notes its position before each of its own commands too, and calls
# date(1) twice for the time; from 1.10 on, a variable replaces that.
quicken_bats() {
	bats_debug_trap() {
		:
	}
	[ -n "${EPOCHREALTIME:-}" ] || return 0
	get_mills_since_epoch() {
		local now=$((${EPOCHREALTIME/[^0-9]/} / 1000))
		if [ $# -gt 0 ]; then
			printf -v "$1" %s "$now"
		else
			echo "$now"
		fi
	}
}

# note_test - record where the test begins, for failures that call no trap, such as a division by
# zero.
note_test() {
	local at=0 line
	until [ "${FUNCNAME[at]}" = "$BATS_TEST_NAME" ]; do
		((++at < ${#FUNCNAME[@]})) || break
	done
	line=${BASH_LINENO[at - 1]}
	# From bats 1.9 on, setup is called next to the test, not in it.
	((at < ${#FUNCNAME[@]})) || read -r _ line _ <<<"$(shopt -s extdebug && declare -F "$BATS_TEST_NAME")"
	BATS_DEBUG_LAST_STACK_TRACE=("$line $BATS_TEST_NAME $BATS_TEST_SOURCE")
	BATS_DEBUG_LASTLAST_STACK_TRACE=("${BATS_DEBUG_LAST_STACK_TRACE[@]}")
}

# note_failure - record where the failure is; once the test has returned, that is where note_test
# says.
note_failure() {
	[ "${FUNCNAME[1]}" = bats_perform_test ] || bats_capture_stack_trace
	BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
}
