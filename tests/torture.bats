#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# torture.bats - what once went wrong when a call of the C library failed; `make torture` tries all.

load lib

# torture CASE:CALL... - each call of that kind fails in turn, and nothing goes wrong.
torture() {
	local torture=${PEERS%/*}/torture
	need_proc
	[ -x "$torture/torture" ] || skip "it requires glibc on Linux and no sanitizer"
	run -0 "$torture/torture" "$SOCKIT" "$torture/fail.so" "$PEERS/dns-server" "$@" 3>&-
	[[ $output =~ ([1-9][0-9]*)' calls failed, 0 faults' ]]
}

@test "without memory no result is lost with status 0" {
	MOST=40 torture dns:realloc dns-tcp:realloc services-builtin:realloc:ENOMEM sweep:realloc:ENOMEM
}

@test "without memory a failure has its reason all the same" {
	torture connect:realloc scan-command:calloc scan-proxy:calloc udp-send:realloc dry-run:realloc
}

@test "what breaks off within a server does not look complete to its client" {
	torture forward:send serve-echo:send serve-roster:send serve-reply:send
}

@test "a client that is dropped for lack of memory is warned of" {
	torture serve-echo:malloc:ENOMEM serve-taps:realloc:ENOMEM serve-header:calloc:ENOMEM \
		serve-socks:realloc:ENOMEM serve-socks:send:ENOBUFS
}

@test "what a command for a datagram wrote is whole, or lost with the reason" {
	torture udp-sh:read:EIO udp-sh:write:EIO udp-sh:realloc:ENOMEM
}

@test "what a command behind taps said and is lost is not status 0" {
	torture sh-taps:recv:ECONNRESET sh-taps:send:ENOBUFS sh-taps:realloc:ENOMEM
}

@test "a server outlives a poll(2) without memory" {
	SOCKIT_POLLER=poll torture serve-echo:poll:ENOMEM udp-echo:poll:ENOMEM
}

@test "workers that cannot be started again end the server with a failure" {
	torture workers:realloc
}

@test "a worker that cannot serve says why, and does not crash" {
	torture workers:epoll_ctl
}

@test "an interrupted tcsetattr leaves no terminal raw" {
	torture raw:tcsetattr
}

@test "keys that cannot be passed on any more end tcp-connect with the reason" {
	torture raw-keys:malloc raw-keys:realloc raw-keys:send
}

@test "a client that a broker has left alone for a while is read again, though memory lacked for that" {
	torture broker-behind:epoll_ctl:ENOMEM
}

@test "what a client of a broker says has no gap where memory lacked" {
	torture broker-behind:malloc
}

@test "a connection of openssl that cannot be accepted ends tcp-connect with the reason" {
	need openssl
	torture tls:accept4:EMFILE
}

@test "a target gets nothing of a client that it is not told of, though memory lacked for the header" {
	torture forward-named:malloc forward-named:realloc
}

@test "what is cut short behind a dump has no clean end" {
	torture serve-taps-file:epoll_ctl serve-taps-file:read
}

@test "a sender whose answers cannot be carried back any more is named" {
	torture udp-forward-late:epoll_ctl
}

@test "after lines were lost nobody is listened to for nothing" {
	torture collect-stay:realloc
}
