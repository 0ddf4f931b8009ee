# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and lib.bash
# SPDX-License-Identifier: ISC
# udp-lib.bash - what the tests of udp-send and udp-listen share, on top of lib.bash.

# start_listen ARG... - start udp-listen, as start_server does.
start_listen() {
	start_ready udp-listen "$@"
}

# has_bytes FILE SIZE - FILE has at least this many bytes.
has_bytes() {
	[ "$(size_of "$1")" -ge "$2" ]
}

# has_lines FILE N
has_lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# need_linux - skip if sockit was built without what only Linux has.
need_linux() {
	"$SOCKIT" udp-send -o help | grep -q freebind || skip "this build lacks what only Linux has"
}

# write_waits FILE - write a function for scripts to FILE, `waits FILE`: wait until FILE has
# something; 99 if it never has.
write_waits() {
	cat >"$1" <<-'END'
		waits() {
			i=0
			until [ -s "$1" ]; do
				i=$((i + 1))
				[ "$i" -lt 500 ] || exit 99
				sleep 0.02
			done
		}
	END
}
