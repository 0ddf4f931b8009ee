# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and lib.bash
# SPDX-License-Identifier: ISC
# udp-lib.bash - what the tests of udp-send and udp-listen share, on top of lib.bash.

# start_listen ARG... - udp-listen, as start_server.
start_listen() {
	start_ready udp-listen "$@"
}

# start_python - a python3 program on standard input, in the background, which has the sockets `s`
# (bound to a free port of 127.0.0.1) and writes what it saw to $python_log; sets python_pid,
# python_port.
start_python() {
	need python3
	started=$((started + 1))
	local ready=$BATS_TEST_TMPDIR/python.$started.port
	python_log=$BATS_TEST_TMPDIR/python.$started.log
	{
		cat <<-END
			import os, socket, sys, time
			s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
			s.bind(("127.0.0.1", 0))
			s.settimeout(20)
			with open("$ready.new", "w") as file:
			    file.write(str(s.getsockname()[1]))
			os.rename("$ready.new", "$ready")
		END
		cat
	} >"$ready.py"
	python3 "$ready.py" 3>&- </dev/null >"$python_log" 2>&1 &
	python_pid=$!
	processes+=("$python_pid")
	wait_for settled "$python_pid" "$ready"
	python_port=$(cat "$ready")
}

# has_bytes FILE SIZE - FILE has at least so many.
has_bytes() {
	[ "$(size_of "$1")" -ge "$2" ]
}

# has_lines FILE N
has_lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# free_port - a UDP port that nobody has at the moment.
free_port() {
	python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
