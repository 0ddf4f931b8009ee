# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with bats
# SPDX-License-Identifier: ISC
# lib.bash - what the test files share: deadlines, servers on free ports, peers, data.
#
# A test file begins with `load lib`. Each test runs in its own folder, and whatever it started with
# the functions below is ended after it. A file with its own setup or teardown calls enter_tmpdir
# and end_processes there.

bats_require_minimum_version 1.7.0

tests=$BATS_TEST_DIRNAME
# shellcheck source=tests/processes.bash
. "${BASH_SOURCE[0]%/*}/processes.bash"
# shellcheck source=tests/bats.bash
. "${BASH_SOURCE[0]%/*}/bats.bash"
SOCKIT=${SOCKIT:-$tests/../sockit}

# The other side of the tests: small programs that `make units` builds next to the binary. Among
# them is an ip, for systems without iproute2.
PEERS=${PEERS:-${SOCKIT%/*}/peer}
[ -x "$PEERS/peer" ] || PEERS=$tests/../$(cat "$tests/../build/copied" 2>/dev/null)/peer
PATH=$PATH:$PEERS
export SOCKIT PEERS # for the scripts of other shells
test_shell=$BASHPID # of each test, as of setup_file
[ -z "${BATS_TEST_NAME:-}" ] || quicken_bats

# Slow ways to run (valgrind, sanitizers) multiply every deadline.
patience=${SOCKIT_TEST_PATIENCE:-1}

# How long a test may take until everything that it runs is ended (LIFE_S of the peers is longer);
# and a shorter limit for each run of sockit, as a command that runs another.
test_seconds=$((300 * patience))
limit=()

# Nothing ever comes out of it: for waiting without an extra process.
silence=$BATS_FILE_TMPDIR/silence
[ -p "$silence" ] || mkfifo "$silence"

processes=()     # everything that teardown has to end
allowed=()       # statuses above 128 that this test expects
started=0        # servers and peers so far, to name their files

setup() {
	enter_tmpdir
}

teardown() {
	end_processes
}

# enter_tmpdir - bats notes the position before each command, which takes hundreds of times as long
# as a builtin command; from here on the position is determined only once a command has failed.
enter_tmpdir() {
	cd "$BATS_TEST_TMPDIR" || return 1
	: >>crashes
	trap - DEBUG
	trap 'bats_error_trap; note_failure' ERR
	note_test
	watch_over "$test_shell" </dev/null >/dev/null 2>&1 3>&- 4>&- &
	watchdog=$!
	disown "$watchdog"
}

# watch_over PID - once the time of that test is over, list and end what it runs, and finally the
# test itself, which then fails.
watch_over() {
	local self=$BASHPID
	# Not pause, whose process would be left when this one is ended.
	read -r -t "$test_seconds" <>"$silence" || :
	! gone "$1" || return 0
	printf 'still running after %d s:\n%s\n' "$test_seconds" "$(descendants "$1" "$self")" \
		>>"$BATS_TEST_TMPDIR/crashes"
	end_descendants "$1" "$self"
	pause "$((test_seconds / 12))"
	# A shell that hangs itself will not print that.
	cat "$BATS_TEST_TMPDIR/crashes" 2>/dev/null >"/proc/$1/fd/3" || true # where there is no /proc
	kill -s KILL "$1"
}

# pause SECONDS - with a process before bash 5.2, whose read is ended by a SIGALRM: if a busy
# machine delivers that before the read has begun, nothing ends the read.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 502)); then
	pause() {
		! read -r -t "$1" <>"$silence"
	}
else
	pause() {
		sleep "$1"
	}
fi

# wait_for [-t SECONDS] COMMAND... - wait until COMMAND succeeds; it is tried at first after 5 ms,
# and finally every 40 ms.
wait_for() {
	local seconds=30 step pauses=(.005 .005 .01 .01 .02 .02 .03)
	if [ "$1" = -t ]; then
		seconds=$2
		shift 2
	fi
	local deadline=$((SECONDS + seconds * patience + 1))
	for ((step = 0; ; step++)); do
		! "$@" || return 0
		if ((SECONDS >= deadline)); then
			echo "gave up after ${seconds}s waiting for: $*" >&2
			return 1
		fi
		# A child that ends while bash 5.2 says that another one was killed is a zombie, which
		# kill -0 finds, until bash has a next child to wait for.
		((step % 25 != 24)) || (:)
		pause "${pauses[step]:-.04}"
	done
}

# find_default_signals - set default_signals, a prefix for a command with which no signal is
# ignored. A background job of a shell without job control ignores SIGINT, and what an old unshare
# --fork starts ignores SIGTERM too.
find_default_signals() {
	default_signals=()
	! remembered default-signal env --default-signal true 2>/dev/null ||
		default_signals=(env --default-signal)
}

# freeport [apart] - the program of that name; but within a run of run.sh, it gives no port twice:
# the test that has it may not use it yet, or may want nobody there once its server has ended.
freeport() {
	local - try free folder=${SOCKIT_TEST_PORTS:-}
	set -o noclobber
	for try in {1..50}; do
		free=$(command freeport "$@") || return 1
		{ [ -z "$folder" ] || : >"$folder/$free"; } 2>/dev/null || continue
		echo "$free"
		return
	done
	echo "no port is new after $try attempts" >&2
	return 1
}

# share_wait_for - export wait_for to a bash that the test starts.
share_wait_for() {
	export -f wait_for pause
	export silence patience
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# expect_signal NAME - in this test sockit may die of that signal (PIPE, TERM, ...).
expect_signal() {
	allowed+=($((128 + $(kill -l "$1"))))
}

# crashed STATUS - is that an unexpected death? (200 and up: a sanitizer, valgrind.)
crashed() {
	[ "$1" -gt 128 ] && [[ " ${allowed[*]} " != *" $1 "* ]]
}

# sockit ARG... - the binary under test, for pipes and redirections; a crash fails the test later.
sockit() {
	local code=0
	"${limit[@]}" "$SOCKIT" "$@" 3>&- || code=$?
	if crashed "$code"; then
		echo "status $code: sockit $*" >>"$BATS_TEST_TMPDIR/crashes"
	fi
	return "$code"
}

# run_sockit [OPTION OF run...] ARG... - bats' run for sockit; a crash fails, whatever was expected.
run_sockit() {
	local options=()
	while [[ $1 == -[0-9]* || $1 == '!' || $1 == --separate-stderr || $1 == --keep-empty-lines ]]; do
		options+=("$1")
		shift
	done
	run "${options[@]}" sockit "$@"
	if [ "$status" -eq 124 ] && ((${#limit[@]})); then
		printf 'sockit %s did not end\n%s\n' "$*" "$output" >&2
		return 1
	fi
	if crashed "$status"; then
		printf 'status %d: sockit %s\n%s\n' "$status" "$*" "$output" >&2
		return 1
	fi
}

# start_sockit ARG... - start sockit in the background, with the caller's input; sets pid, out and
# err.
start_sockit() {
	started=$((started + 1))
	out=$BATS_TEST_TMPDIR/sockit.$started.out
	err=$BATS_TEST_TMPDIR/sockit.$started.err
	"$SOCKIT" "$@" 3>&- <&0 >"$out" 2>"$err" &
	pid=$!
	processes+=("$pid")
}

# start_ready COMMAND ARG... - sockit COMMAND on a free port of 127.0.0.1, or on $endpoint, until it
# listens; sets pid, out, err, address (as in the ready file) and port. Its input is the caller's,
# as in `start_server <file`.
#
# Once it has ended, the system may give its port to the server of another test: where somebody
# still asks that port, `endpoint=127.0.0.1:$(freeport)` is one that is not given away.
start_ready() {
	local ready=$BATS_TEST_TMPDIR/ready.$((started + 1))
	start_sockit "$1" --ready-file "$ready" "${endpoint:-127.0.0.1:0}" "${@:2}"
	if ! wait_for settled "$pid" "$ready" || [ ! -s "$ready" ]; then
		echo "$1 did not get ready: $(cat "$err")" >&2
		return 1
	fi
	read -r address <"$ready"
	port=${address##*:}
}

start_server() {
	start_ready tcp-serve "$@"
}

# settled PID FILE - FILE is there, or PID will never write it.
settled() {
	[ -s "$2" ] || gone "$1"
}

# start_peer [OPTION...] STEP... - start tests/peer/peer.c; sets peer_pid, peer_port and peer_log.
start_peer() {
	started=$((started + 1))
	local ready=$BATS_TEST_TMPDIR/peer.$started.port
	peer_log=$BATS_TEST_TMPDIR/peer.$started.log
	"$PEERS/peer" --port-file "$ready" "$@" 3>&- </dev/null >"$peer_log" 2>&1 &
	peer_pid=$!
	processes+=("$peer_pid")
	if ! wait_for settled "$peer_pid" "$ready" || [ ! -s "$ready" ]; then
		[ -x "$PEERS/peer" ] || echo "make units builds it" >&2
		echo "peer $*: $(cat "$peer_log")" >&2
		return 1
	fi
	read -r peer_port <"$ready"
}

# listens_at PATH - whether a program listens at this Unix socket; if the kernel does not tell,
# whether the socket exists, which it does a moment before. No other test may use PATH: the kernel
# tells it as the program did, thus not in which folder a relative one is.
listens_at() {
	if [ -e /proc/net/unix ]; then
		grep -q " 00010000 .* $1\$" /proc/net/unix
	else
		test -S "$1"
	fi
}

# catches_usr1 PID - whether SIGUSR1 would no longer end it; needs /proc. Until it has become the
# program, it is a copy of this shell, which catches the signal itself.
catches_usr1() {
	local name
	read -r name <"/proc/$1/comm" || return 1
	[ "$name" != bash ] && ((0x$(sed -n 's/^SigCgt:.*\(...\)$/\1/p' "/proc/$1/status") & 0x200))
}

# wait_exit [-t SECONDS] PID - wait until it has ended on its own; sets status.
wait_exit() {
	local options=()
	if [ "$1" = -t ]; then
		options=(-t "$2")
		shift 2
	fi
	wait_for "${options[@]}" gone "$1" || return 1
	status=0
	wait "$1" || status=$?
	forget "$1"
	if crashed "$status"; then
		echo "process $1 ended with status $status" >&2
		return 1
	fi
}

# stop [-SIGNAL] PID - signal it (TERM) and wait; sets status. The signal's own status is expected.
stop() {
	local signal=TERM
	if [[ $1 == -* ]]; then
		signal=${1#-}
		shift
	fi
	expect_signal "$signal"
	kill -s "$signal" "$1" || return 1
	wait_exit "$1"
}

forget() {
	local one kept=()
	for one in "${processes[@]}"; do
		[ "$one" = "$1" ] || kept+=("$one")
	done
	processes=("${kept[@]}")
}

# A first SIGTERM lets open connections finish, the next one ends a server at once.
terminated() {
	kill -s TERM "$1" 2>/dev/null
	gone "$1"
}

# end_one PID - end it; false if it crashed before, or had to be killed.
end_one() {
	local code=0 running=0
	gone "$1" || running=1
	if ! wait_for terminated "$1"; then
		echo "process $1 did not end at SIGTERM" >&2
		kill -s KILL "$1"
		wait "$1" || return 1
	fi
	wait "$1" || code=$?
	if ((running)) && [ "$code" -eq 143 ]; then
		return 0
	fi
	if [ "$code" -ne 127 ] && crashed "$code"; then
		echo "process $1 ended with status $code" >&2
		return 1
	fi
}

# end_processes - end what the test has started; false if one of them, or any sockit, crashed.
end_processes() {
	local one good=0
	for one in "${processes[@]}"; do
		end_one "$one" || good=1
	done
	processes=()
	if [ -s "$BATS_TEST_TMPDIR/crashes" ]; then
		cat "$BATS_TEST_TMPDIR/crashes" >&2
		good=1
	fi
	if ((good != 0)); then
		tail -n 20 "$BATS_TEST_TMPDIR"/sockit.*.err >&2 2>/dev/null
		[ -z "${BATS_TEST_COMPLETED:-}" ] || bats_capture_stack_trace
	fi
	# With SIGKILL: in a copy of this shell that has just begun, any other signal can still have
	# the effect that it has here, where it ends the test.
	[ -z "${watchdog:-}" ] || kill -s KILL "$watchdog" 2>/dev/null
	return "$good"
}

# must_be_test - end with a failure, whatever happens to our status, unless this is the shell of the
# test itself: in $(...), a pipeline, `run` or the background, a skip would end only that.
must_be_test() {
	[ "$BASHPID" -ne "$test_shell" ] || return 0
	echo "${FUNCNAME[1]} is called in a subshell (by ${FUNCNAME[2]}), which alone it could skip" |
		tee -a "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/crashes" >&2
	exit 1
}

eval "bats_$(declare -f skip)"

# skip [REASON] - that of bats, if it ends the test.
skip() {
	must_be_test
	bats_skip "$@"
}

# need TOOL... - skip the test if one is not installed.
need() {
	must_be_test
	local tool
	for tool; do
		command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed"
	done
}

# built_for_linux - not with PLATFORM=posix, which knows neither the user at a Unix socket nor the
# kernel's counts for a connection.
built_for_linux() {
	"$SOCKIT" tcp-serve -o help | grep -q "^  mptcp"
}

# remembered NAME COMMAND... - the status of COMMAND, which is run once per test file.
remembered() {
	local known=$BATS_FILE_TMPDIR/remembered.$1 code=0
	if [ ! -s "$known" ]; then
		"${@:2}" || code=$?
		echo "$code" >"$known"
	fi
	read -r code <"$known"
	return "$code"
}

# need_namespace - skip if the kernel does not let us make a network namespace (`unshare -rn`).
need_namespace() {
	need unshare
	remembered namespace unshare -rn ip link set lo up 2>/dev/null || skip "cannot make a network namespace"
}

# need_proc - skip if there is no /proc as on Linux.
need_proc() {
	must_be_test
	[ -r /proc/self/status ] || skip "no /proc"
}

# need_signals - skip if /proc does not tell which signals sockit catches: a checker catches all.
need_signals() {
	need_proc
	[ -z "${SOCKIT_TEST_CHECKER:-}" ] || skip "$SOCKIT_TEST_CHECKER catches all signals itself"
}

# need_full - skip if there is no device that is always full.
need_full() {
	must_be_test
	[ -c /dev/full ] || skip "no /dev/full"
}

# need_loopback_addresses - skip if this host has only 127.0.0.1 of 127.0.0.0/8.
need_loopback_addresses() {
	must_be_test
	remembered loopback takes_connections 127.0.0.2 || skip "127.0.0.1 is the only loopback address here"
}

# in_namespace COMMAND... - run COMMAND in a namespace with its own loopback, as root there.
in_namespace() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rn sh -c 'ip link set lo up && exec "$@"' sh "$@" 3>&-
}

# takes_connections HOST - whether HOST is an address of this host.
takes_connections() {
	local pid port=takes-connections
	"$PEERS/peer" --host "$1" --times 1 --port-file "$port" close 3>&- </dev/null 2>/dev/null &
	pid=$!
	wait_for settled "$pid" "$port"
	! gone "$pid" || return 1
	kill "$pid"
	wait "$pid" || true
	rm -f "$port"
}

# need_ipv6 - skip if ::1 is not available.
need_ipv6() {
	must_be_test
	remembered ipv6 takes_connections ::1 || skip "no IPv6 loopback here"
}

# A time in JSON, as an extended regular expression.
rfc3339='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z'

# bytes SIZE - print SIZE as a number; k and M are powers of 1024.
bytes() {
	case $1 in
	*k) echo $((${1%k} * 1024)) ;;
	*M) echo $((${1%M} * 1024 * 1024)) ;;
	*) echo "$1" ;;
	esac
}

# random_file NAME SIZE - write SIZE random bytes to NAME.
random_file() {
	head -c "$(bytes "$2")" /dev/urandom >"$1"
}

# text_file NAME LINES - write numbered lines, for what must remain complete.
text_file() {
	awk -v lines="$2" 'BEGIN { for (i = 1; i <= lines; i++) print "line " i " of " lines }' >"$1"
}

# size_of FILE - print its size in bytes, without the blanks of some wc.
size_of() {
	echo $(($(wc -c <"$1")))
}

# descriptors PID - print how many it has open (Linux). For a server in its sandbox, only root may
# look.
descriptors() {
	local links=(/proc/"$1"/fd/*)
	if [ ! -e "${links[0]}" ]; then
		echo "the descriptors of $1 cannot be seen" >&2
		return 1
	fi
	echo "${#links[@]}"
}

# cpu_ticks PID - print its user and system time so far, in clock ticks (Linux).
cpu_ticks() {
	awk '{ sub(/^.*\) /, ""); print $12 + $13 }' /proc/"$1"/stat
}
