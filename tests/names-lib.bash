# shellcheck shell=bash disable=SC2154 # variables shared with the tests and with bats
# SPDX-License-Identifier: ISC
# names-lib.bash - a mount and network namespace in which the tests have their own hosts file and
# resolv.conf: no query leaves this host. For tests that `load names-lib` after lib.

# own_names - write hosts and resolv.conf into the test's folder.
own_names() {
	cat >hosts <<-'END'
		127.0.0.1 localhost
		::1 localhost ip6-localhost
		192.0.2.1 one.example one
		192.0.2.2 two.example two deux
		2001:db8::2 two.example two
		2001:db8::6 six.example
	END
	echo "nameserver 127.0.0.1" >resolv.conf
}

need_own_names() {
	need unshare mount ip
	unshare -rnm true 2>/dev/null || skip "cannot make namespaces"
}

# here COMMAND... - run COMMAND with our hosts and resolv.conf, and only the loopback.
here() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rnm sh -c 'ip link set lo up && mountover hosts /etc/hosts &&
		mountover resolv.conf /etc/resolv.conf && exec "$@"' sh "$@" 3>&-
}

# with_silence SCRIPT ARG... - bats' run of the lines SCRIPT there, with a DNS server that never
# answers as the only one: programs wait for it for 5 seconds, or $silent_seconds. They can use
# wait_for, and end what they start.
with_silence() {
	need_own_names
	echo "options timeout:${silent_seconds:-5} attempts:1" >>resolv.conf
	cat >with-silence.bash <<-END
		patience=$patience silence=$silence
		$(declare -f wait_for pause)
		rm -f silent
		"\$SOCKIT" udp-listen --ready-file silent 127.0.0.1:53 >/dev/null &
		silent=\$!
		wait_for test -s silent
		${1}
		status=\$?
		kill \$silent
		exit \$status
	END
	export SOCKIT
	run --separate-stderr here bash with-silence.bash "${@:2}"
	! crashed "$status"
}
