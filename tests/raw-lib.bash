# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # scripts for another shell; variables shared with the tests and bats
# SPDX-License-Identifier: ISC
# raw-lib.bash - two hosts on a wire, each in its own network namespace, for raw-send.

# need_wire - skip if that is not possible.
need_wire() {
	need unshare nsenter ip
	remembered wire unshare -rn ip link add v0 type veth peer name v1 2>/dev/null ||
		skip "cannot make a veth pair in a network namespace of our own"
}

# need_frames - also skip if sockit was built for a system that cannot send frames.
need_frames() {
	need_wire
	run in_namespace "$SOCKIT" raw-send -I lo eth payload x
	[[ $output != *AF_PACKET* ]] || skip "this build of sockit has no AF_PACKET"
}

# The wire: here is v0 (02:00:00:00:00:01, 192.0.2.1, 2001:db8::1), there v1 (...:07, ...7, ...7).
# There, `there COMMAND...` runs; `wait_for` is lib.bash's; `raw ARG...` is sockit raw-send; `capture COUNT [HEX]` begins to
# capture at v1 into captured, and `answer_arp VLAN ADDRESS` to answer for that one.
wire_script='
set -u
ip link set lo up
for file in all default; do
	echo 0 >/proc/sys/net/ipv6/conf/$file/accept_dad
	echo 0 >/proc/sys/net/ipv6/conf/$file/router_solicitations
done
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1
holders= answering=
trap "kill \$holders \$answering 2>/dev/null; wait 2>/dev/null" EXIT
# A namespace of its own for as long as this script holds the FIFO open, in whatever way it ends.
[ -p held ] || mkfifo held
exec 8<>held
is_apart() { [ "$(readlink /proc/$1/ns/net)" != "$(readlink /proc/self/ns/net)" ]; }
set_apart() { # NAME: a variable for the process there
	unshare -n cat <held >/dev/null 8>&- &
	eval "$1=$!"
	holders="$holders $!"
	wait_for is_apart $!
}
set_apart other || exit 1
ip link set v1 netns $other
there() { nsenter -t $other -n "$@"; }
# The same for the background, such that $! is the command itself.
become_there() { exec nsenter -t $other -n "$@"; }
there ip link set lo up
there ip link set v1 address 02:00:00:00:00:07
there ip addr add 192.0.2.7/24 dev v1
there ip -6 addr add 2001:db8::7/64 dev v1 nodad
there ip link set v1 up
ip addr add 192.0.2.1/24 dev v0
ip -6 addr add 2001:db8::1/64 dev v0 nodad
ip link set v0 up
# Until the kernel has seen that both ends are up, which may take a second, what is sent is dropped; a
# link gets its own address then.
is_linked() { grep -q "^fe80.* v0" /proc/net/if_inet6 && there grep -q "^fe80.* v1" /proc/net/if_inet6; }
wait_for is_linked || exit 1
raw() { timeout --foreground 30 "$SOCKIT" raw-send "$@"; }
capture() {
	rm -f ready
	become_there raw-capture v1 "$1" ready ${2:-} >captured &
	capturing=$!
	wait_for test -s ready || exit 1
}
answer_arp() {
	become_there raw-answer v1 "$1" "$2" answering &
	answering=$!
	wait_for test -s answering || exit 1
}
captured() { wait $capturing; cat captured; }
'

# on_wire SCRIPT - run it with the wire; sets status and output.
on_wire() {
	share_wait_for
	SOCKIT=$SOCKIT tests=$tests run unshare -rn bash -c "$wire_script$1" 3>&- </dev/null
	if [ "$status" -ge 128 ]; then
		printf 'status %d: %s\n%s\n' "$status" "$1" "$output" >&2
		return 1
	fi
}

# raw ARG... - run raw-send, outside of any namespace.
raw() {
	run_sockit raw-send "$@"
}

# written ARG... - write the packets as hex, a line each; sets output.
written() {
	sockit raw-send --write written.pcap "$@" && run raw-check --hex written.pcap
}

# judged [--fcs] ARG... - print the layers of each packet, or what is wrong; sets output.
judged() {
	local options=()
	if [ "$1" = --fcs ]; then
		options=(--fcs)
		shift
	fi
	sockit raw-send --write judged.pcap "$@" &&
		run raw-check "${options[@]}" judged.pcap
}

# hex_of ARG... - the packets as hex, a line each, as --dry-run shows them; sets output.
hex_of() {
	run bash -c 'timeout 20 "$SOCKIT" raw-send --dry-run --json "$@" | sed "s/.*\"hex\":\"\([0-9a-f]*\)\".*/\1/"' sh "$@"
}

# bytes_of HEX >FILE - write the bytes that HEX spells.
bytes_of() {
	local text='' i
	for ((i = 0; i < ${#1}; i += 2)); do text+=\\x${1:i:2}; done
	printf %b "$text"
}
