#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# pass-fd.bats - tcp-connect --pass-fd, alone and for ssh.

load lib

@test "--pass-fd: the connection itself is handed over, and nothing of it is lost" {
	start_server --reply 'all of it'
	run -0 take-fd "$SOCKIT" tcp-connect --pass-fd "$address" </dev/null
	[ "$output" = "all of it" ]
	start_peer read:3 'send:\x05\x00' read-until:'\x00\x50' \
		'send:\x05\x00\x00\x01aaaappearly' 'send: and late' close
	run -0 take-fd "$SOCKIT" tcp-connect --pass-fd --proxy "socks5://127.0.0.1:$peer_port" a 80 </dev/null
	[ "$output" = "early and late" ]
}

@test "--pass-fd: a standard output that is no Unix socket is a usage error" {
	run_sockit -2 tcp-connect --pass-fd 127.0.0.1 1
	[[ $output == *"--pass-fd requires a Unix socket as standard output"* ]]
	run_sockit -2 tcp-connect --pass-fd --send x 127.0.0.1 1
}

@test "--pass-fd: ssh with ProxyUseFdpass" {
	need ssh ssh-keygen
	[ -x /usr/sbin/sshd ] || skip "sshd is not installed (openssh-server)"
	[ "$(id -u)" -eq 0 ] || skip "sshd wants to be root"
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f host
	ssh-keygen -q -t ed25519 -N '' -f user
	cp user.pub authorized
	cat >config <<-END
		HostKey $PWD/host
		AuthorizedKeysFile $PWD/authorized
		StrictModes no
		PidFile none
		UsePAM no
	END
	start_server -k -- /usr/sbin/sshd -i -f "$PWD/config"
	run -0 timeout $((30 * patience)) ssh -F none -i user -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=known -o BatchMode=yes -o ProxyUseFdpass=yes \
		-o ProxyCommand="$SOCKIT tcp-connect --pass-fd 127.0.0.1 %p" -p "$port" \
		"$(id -un)@host" echo through </dev/null
	[[ $output == *through ]]
}
