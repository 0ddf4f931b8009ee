# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# dnsmasq.bash - a real DNS server to ask. A test file loads it after lib.

# start_dnsmasq LINE... - a dnsmasq with these lines of configuration; sets dns and dns_port.
start_dnsmasq() {
	need dnsmasq
	printf '%s\n' listen-address=127.0.0.1 bind-interfaces no-resolv no-hosts no-daemon \
		local=/test/ "$@" >dnsmasq.conf
	local try
	for try in 1 2 3 4 5; do
		dns_port=$(freeport)
		dns=127.0.0.1:$dns_port
		dnsmasq -C dnsmasq.conf -p "$dns_port" 3>&- </dev/null >dnsmasq.log 2>&1 &
		local pid=$!
		if wait_for answers_or_gone "$pid" && ! gone "$pid"; then
			processes+=("$pid")
			return
		fi
	done
	cat dnsmasq.log >&2
	return 1
}

answers_or_gone() {
	gone "$1" || "$SOCKIT" resolve --server "$dns" --type A -w 1s ready.test 2>&1 |
		grep -q 'no such name'
}
