# SPDX-License-Identifier: ISC
# calls.bats - the system calls that a connection and a round trip take, which must not grow
# unnoticed. `make bench BENCH=calls` compares them with those of other programs.

load lib
load crowd
load clients

setup() {
	enter_tmpdir
	need strace
	strace -D -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
	built_for_linux || skip "only the Linux build accepts a connection with one call"
	[[ $(unset SOCKIT_POLLER && sockit --version -v) == *'poller: epoll'* ]] ||
		skip "this build of sockit has no epoll"
	export SOCKIT_POLLER=epoll
}

# calls FILE - print what strace counted there, except for waiting, where one call serves any
# number, and for memory, for which sanitizers and some libraries need more.
calls() {
	awk '$NF ~ /^(total|epoll_p?wait2?|m(map|unmap|remap|protect|advise)|brk)$/ { next }
		$4 ~ /^[0-9]+$/ { sum += $4 }
		END { print sum + 0 }' "$1"
}

is_counted() {
	grep -q ' total$' "$1"
}

# count_calls PART... - set count to the calls of a server with "${service[@]}", from its start to
# its end, while the crowd does PART.
count_calls() {
	local ready=ready.$((started += 1))
	strace -D -f -qq -c -o "$ready.calls" "$SOCKIT" tcp-serve --ready-file "$ready" 127.0.0.1:0 \
		"${service[@]}" 3>&- 2>"$ready.err" &
	local pid=$!
	processes+=("$pid")
	wait_for settled "$pid" "$ready"
	crowd_address=$(head -n 1 "$ready") crowd "$@"
	stop "$pid"
	wait_for is_counted "$ready.calls"
	count=$(calls "$ready.calls")
}

# at_most UNITS HUNDREDTHS - so many hundredths of a call for each of the UNITS of "${part[@]}", on
# $at_once connections: what they take more than a tenth of them does.
at_most() {
	local few many
	count_calls "${part[@]}" $(($1 / 10))
	few=$count
	count_calls "${part[@]}" "$1"
	many=$count
	local each=$(((many - few) * 100 / ($1 - $1 / 10) / ${at_once:-1}))
	echo "$each hundredths of a call for each of ${part[*]}, of at most $2"
	[ "$each" -le "$2" ]
}

echoing() {
	service=(--handler echo)
}

forwarding() {
	start_server --handler echo
	service=(--forward "$address")
}

@test "a short connection to an echo takes 6 system calls" {
	echoing
	part=(visits)
	at_most 200 650
}

@test "a short connection that is forwarded takes 16 system calls" {
	forwarding
	part=(visits)
	at_most 200 1650
}

@test "a short connection that is forwarded to another host takes 16 system calls, too" {
	forwarding
	# Only sockets known to be on loopback are checked before the poller is asked.
	service=(--forward "0.0.0.0:$port")
	part=(visits)
	at_most 200 1650
}

@test "a short connection that gets a reply takes 7 system calls" {
	service=(--reply ping)
	part=(readers)
	at_most 200 750
}

@test "clients that vanish in every way take no more system calls than others" {
	echoing
	part=(vanish)
	# A process that looks late sometimes meets some of them in other ways.
	wait_for at_most 200 600
}

@test "a round trip to an echo takes a read and a write" {
	echoing
	part=(trips 1)
	at_most 200 210
	part=(trips 16)
	at_once=16 at_most 100 210
}

@test "a round trip that is forwarded takes two reads and two writes" {
	forwarding
	part=(trips 1)
	at_most 200 410
	part=(trips 16)
	at_once=16 at_most 100 410
}

# count_run COMMAND... - set count to all calls of COMMAND.
count_run() {
	strace -qq -c -o run.calls "$@" >/dev/null
	count=$(calls run.calls)
}

@test "a line to an echo and back takes 40 system calls more than sockit --version" {
	[[ $SOCKIT != *-sanitize* ]] || skip "a sanitizer makes calls of its own"
	start_server --handler echo
	count_run "$SOCKIT" --version
	local before=$count
	echo hello >line
	count_run "$SOCKIT" tcp-connect "$address" <line
	echo "$count calls, and $before for the version"
	[ "$((count - before))" -le 42 ]
}

@test "a closed port takes 2 system calls" {
	need_namespace
	in_namespace bash -c 'for last in 200 1200; do
			strace -qq -c -o $last.calls "$1" tcp-connect -z -n 127.0.0.1 101-$last 2>/dev/null
		done' bash "$SOCKIT" || true
	each=$((($(calls 1200.calls) - $(calls 200.calls)) / 10))
	echo "$each hundredths of a call for each port"
	[ "$each" -le 210 ]
}

@test "256 packets take one system call" {
	need_namespace
	in_namespace bash -c 'for count in 1024 5120; do
			strace -qq -c -o $count.calls "$1" raw-send -I lo --count $count eth payload x || exit
		done' bash "$SOCKIT" || skip "this system sends no frames"
	more=$(($(calls 5120.calls) - $(calls 1024.calls)))
	echo "$more calls for 4096 packets more"
	[ "$more" -le 18 ]
}

# ask_names COUNT - set count to the calls for looking up this many names.
ask_names() {
	seq -f 'n%.0f.test' "$1" >names
	count_run "$SOCKIT" resolve --server "127.0.0.1:$(<dns)" --type A --batch=names
}

# names_at_most HUNDREDTHS - at most this many hundredths of a call for each name.
names_at_most() {
	local few
	ask_names 160
	few=$count
	ask_names 1760
	local each=$(((count - few) / 16))
	echo "$each hundredths of a call for each name, of at most $1"
	[ "$each" -le "$1" ]
}

@test "a name asked of a DNS server takes a write, a read and a 16th of a socket" {
	dns-server --port-file dns 3>&- &
	processes+=("$!")
	wait_for test -s dns
	# If answers come one by one, each is waited for and written separately.
	wait_for names_at_most 233
}
