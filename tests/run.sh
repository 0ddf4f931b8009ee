#!/bin/sh
# SPDX-License-Identifier: ISC
# run.sh - run the unit tests and the bats files, and end with `N passed, N failed, N skipped`.
#
#     sh tests/run.sh [FILE...]      FILE is tests/NAME.bats, tests/unit/NAME.c, or for the seeds of
#                                    a fuzz target tests/fuzz/NAME.c; default: all
#
# SOCKIT   the binary to test (default ./sockit)
# UNITS    the folder of the built unit tests
# PEERS    the folder of the built programs that tests talk to
# UNDER    a command to run each unit test under, valgrind say
# JOBS     files at once (default: three for each processor)
# FILE_SECONDS  how long a file may take from the end of one test to that of the next, before it counts
#          as hanging (default: 800, times SOCKIT_TEST_PATIENCE)
# V        name each test that was skipped, too
set -u

cd "$(dirname "$0")/.." || exit 1

SOCKIT=${SOCKIT:-$PWD/sockit}
UNITS=${UNITS:-$PWD/build/unit}
PEERS=${PEERS:-${UNITS%/*}/peer}
UNDER=${UNDER:-}
# Most of the time a test waits for something, so three files share a processor.
JOBS=${JOBS:-$(($(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) * 3))}
FILE_SECONDS=${FILE_SECONDS:-$((800 * ${SOCKIT_TEST_PATIENCE:-1}))}
export SOCKIT PEERS

if [ ! -x "$SOCKIT" ]; then
	echo "run.sh: no binary at $SOCKIT; run make first" >&2
	exit 1
fi

# A sanitizer's finding must not look like one of sockit's own exit statuses.
export ASAN_OPTIONS="exitcode=200:${ASAN_OPTIONS:-}"
export LSAN_OPTIONS="exitcode=200:${LSAN_OPTIONS:-}"
export UBSAN_OPTIONS="exitcode=200:print_stacktrace=1:${UBSAN_OPTIONS:-}"

# What the tests do not set themselves is the same everywhere: signals that the caller ignores (as
# nohup(1) and some CI systems do), who may read new files, and room for the path of a Unix socket.
default=
! env --default-signal true 2>/dev/null || default='env --default-signal'
umask 022
folder=${TMPDIR:-/tmp}
[ "${#folder}" -le 60 ] || export TMPDIR=/tmp

case $* in
'' | *.bats*) sh tests/setup.sh bats || exit 1 ;;
esac

work=$(mktemp -d) || exit 1
# Where the ports are noted that freeport has given.
export SOCKIT_TEST_PORTS="$work/ports"
mkdir "$SOCKIT_TEST_PORTS" || exit 1
workers=
# shellcheck disable=SC2086 # a list of pids
trap '[ -z "$workers" ] || { kill $workers 2>/dev/null; wait; }; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'unfinished >&2; exit 143' TERM

# unfinished - name the files that are being run.
unfinished() {
	for folder in "$work"/*/; do
		[ ! -e "$folder/file" ] || [ -e "$folder/counts" ] ||
			echo "run.sh: ended while $(cat "$folder/file") ran"
	done
}

# is_built FILE PROGRAM - or print a failure, as TAP.
is_built() {
	[ ! -x "$2" ] || return 0
	printf '1..1\nnot ok 1 %s\n' "it is not built, which make check TESTS=$1 does where it can be"
	return 1
}

# run_file FILE TAP - run its tests, with the output in TAP.
# shellcheck disable=SC2086,SC2094 # commands with arguments; within.bash asks only how long the file is
run_file() {
	name=${1##*/} name=${name%.c} tap=$2
	case $1 in
	tests/fuzz/*.c)
		is_built "$1" "${UNITS%/*}/fuzz/$name" >"$tap" || return
		set -- $UNDER "${UNITS%/*}/fuzz/$name" "tests/fuzz/$name"
		;;
	*.c)
		is_built "$1" "$UNITS/$name" >"$tap" || return
		set -- $UNDER "$UNITS/$name"
		;;
	*) set -- bats --timing --formatter tap --print-output-on-failure "$1" ;;
	esac
	bash tests/within.bash "$FILE_SECONDS" "$tap" $default "$@" </dev/null >"$tap" 2>&1 &
	running=$!
	wait "$running"
}

# judge FILE STATUS FAILURES - read its TAP; print the counts, and to FAILURES everything about
# failures; to FAILURES.skips which test was skipped and why, to FAILURES.times how long each took.
# A plan that was not fulfilled, or a status without a failed test, counts as one more failure.
judge() {
	awk -v file="$1" -v status="$2" -v failures="$3" '
	function fail(text) {
		failed++
		print file ": " text > failures
	}
	# How long it took, taken off; it stands before the reason of a skip.
	function timed(line) {
		if (match(line, / in [0-9]+ms( # skip|$)/)) {
			took = substr(line, RSTART + 4) + 0
			sub(/ in [0-9]+ms( # skip|$)/, substr(line, RSTART) ~ /skip/ ? " # skip" : "", line)
			what = line
			sub(/^(not )?ok [0-9]+ /, "", what)
			print took, file ": " what > (failures ".times")
		}
		return line
	}
	/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0; plan = 1; next }
	/^ok / {
		telling = 0
		line = timed($0)
		if (match(tolower(line), /# skip ?/)) {
			skipped++
			print substr(line, RSTART + RLENGTH) "\t" file ": " substr(line, 1, RSTART - 1) \
				> (failures ".skips")
		} else {
			passed++
		}
		next
	}
	/^not ok / { telling = 1; fail(timed($0)); next }
	telling || !/^#/ { print "    " $0 > failures }
	END {
		seen = passed + failed + skipped
		if (!plan || seen < planned)
			fail("ended early: " seen + 0 " of " (plan ? planned : "unknown") \
				" tests ran, status " status)
		else if (status != 0 && !failed)
			fail("status " status " although no test failed")
		print passed + 0, failed + 0, skipped + 0
	}'
}

# take FILE NUMBER - run and judge it, unless another worker has it already.
take() {
	mkdir "$work/$2" 2>/dev/null || return 0
	echo "$1" >"$work/$2/file"
	run_file "$1" "$work/$2/tap"
	judge "$1" $? "$work/$2/failures" <"$work/$2/tap" >"$work/$2/counts"
	read -r p f s <"$work/$2/counts"
	echo "$1: $p passed, $f failed, $s skipped"
	[ "$f" -eq 0 ] || cat "$work/$2/failures"
}

take_all() {
	number=0 running=
	trap '[ -z "$running" ] || { kill "$running" 2>/dev/null; wait "$running"; }; exit 143' TERM
	for file; do
		number=$((number + 1))
		take "$file" "$number"
	done
}

if [ $# -eq 0 ]; then
	set --
	# The long ones first, so that none is left to run alone at the end: sorted by the time that
	# each takes, then by size. No name has a blank.
	long=
	for name in packages man-netcat torture man-examples completions build taps harness resolve serve-command dns \
		serve-limits tcp-connect udp-listen proxy-server broker scan terminal raw-replies raw-wire \
		proxy-client dial raw-checksums raw-replay tls; do
		long="$long tests/$name.bats"
	done
	for name in relay expect drain flow_taps; do
		long="$long tests/unit/$name.c"
	done
	# shellcheck disable=SC2012 # sorted by size
	for file in $long $(ls -S tests/*.bats) tests/unit/*.c "${UNITS%/*}"/fuzz/*.d; do
		case $file in
		*/fuzz/*.d)
			file=${file##*/}
			file=tests/fuzz/${file%.d}.c
			;;
		esac
		case " $* " in
		*" $file "*) ;;
		*) [ ! -e "$file" ] || set -- "$@" "$file" ;;
		esac
	done
fi

started=0
while [ "$started" -lt "$JOBS" ]; do
	take_all "$@" &
	workers="$workers $!"
	started=$((started + 1))
done
for worker in $workers; do
	wait "$worker"
done
workers=

passed=0 failed=0 skipped=0 number=0
: >"$work/failures"
for file; do
	number=$((number + 1))
	if ! read -r p f s 2>/dev/null <"$work/$number/counts"; then
		p=0 f=1 s=0
		echo "$file: was not run to its end" >"$work/$number.failures"
	fi
	[ "$f" -eq 0 ] || cat "$work/$number"/failures "$work/$number".failures \
		>>"$work/failures" 2>/dev/null
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

# count_skips - print each reason with its count, and the package that would help.
count_skips() {
	cut -f 1 | sort | uniq -c | sort -rn | while read -r count reason; do
		tool=${reason% is not installed}
		case $tool in
		"$reason" | *' '*) package= ;;
		*) package=$(sh tests/setup.sh package "$tool") ;;
		esac
		echo "$count skipped: ${reason:-no reason is given}${package:+ ($package)}"
	done
}

if [ "$skipped" -gt 0 ]; then
	echo
	cat "$work"/*/failures.skips >"$work/skips"
	[ -z "${V:-}" ] || awk -F '\t' '{ print $2 "(" $1 ")" }' "$work/skips"
	count_skips <"$work/skips"
	! grep -q 'is not installed' "$work/skips" || echo "sh tests/setup.sh all installs what is missing"
fi
if [ $# -gt 1 ] && cat "$work"/*/failures.times >"$work/times" 2>/dev/null; then
	printf '\nThe slowest tests:\n'
	sort -rn "$work/times" | head -n 10 |
		awk '{ printf "%6.1f s  %s\n", $1 / 1000, substr($0, length($1) + 2) }'
fi
if [ "$failed" -gt 0 ]; then
	printf '\nFailed (the details are above):\n'
	grep -v '^    ' "$work/failures"
fi
if [ $((passed + failed)) -eq 0 ]; then
	echo "run.sh: no test ran" >&2
	failed=1
fi
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
