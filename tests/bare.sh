#!/bin/sh
# SPDX-License-Identifier: ISC
# bare.sh - the README's commands, `sh tests/setup.sh && make check`, on a machine that has nothing.
#
#     sh tests/bare.sh       ends with `N passed, N failed, N skipped`, the sums of its runs
#
# SUITE    the Debian to try, such as bullseye or trixie (default: the one that runs here)
# ARCH     its architecture, which has to run here, such as i386 (default: the one of this system)
# ROLES    which of the two runs below (default: root user)
# SOCKIT_TEST_PATIENCE   multiplies every limit, on a machine that is busy
#
# As root, where apt and debootstrap can be had: in a folder with Debian's essential packages and
# nothing else, thrown away at the end; packages come from where the host's apt has them. Twice:
#
#     root    types the two commands, on a system whose root that folder is; namespaces can be made
#     user    has no sudo; root types what setup.sh told the user, then the user types both, in a
#             chroot, where the kernel refuses namespaces, as many containers do; TMPDIR has a blank,
#             and there is no IPv6
#
# Both have the /proc and /dev of a container: processes of its own, null, zero, full, random, urandom,
# tty, shm and terminals. There is no /sys, no /etc/hosts, and while tests run no network but a
# loopback. Mounts, processes and network are in namespaces that end with this script.
#
# Where the bats of that Debian is too old, setup.sh has to say so; then ours is put there, as somebody
# would put a newer release.
#
# Elsewhere the two commands run here, with an empty environment and a PATH of the tools that every
# system has, a compiler, make and bats.
set -u

cd "$(dirname "$0")/.." || exit 1
patience=${SOCKIT_TEST_PATIENCE:-1}
INSTALL_SECONDS=$((300 * patience)) # for debootstrap, and for setup.sh
CHECK_SECONDS=$((1500 * patience))  # for each `make check`
passed=0 failed=0 skipped=0

have() {
	command -v "$1" >/dev/null 2>&1
}

# A prefix for commands: with mounts and processes that end with the command, or when unshare is
# killed.
in_namespaces='unshare --mount --pid --fork --kill-child'

# tally LOG STATUS - add what a run of the tests printed; a run that did not reach its end has
# failed.
tally() {
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$1" | tail -n 1)
	# shellcheck disable=SC2046 # three numbers
	set -- "$2" $(echo "${line:-0 0 0}" | tr -cd '0-9 ')
	[ "$1" -eq 0 ] || [ "$3" -gt 0 ] || set -- "$1" "$2" 1 "$4"
	passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

# checkout FOLDER - copy what is committed; without git, what is here.
checkout() {
	if have git && [ -e .git ]; then
		git diff --quiet HEAD -- || echo 'bare.sh: what is not committed is left out'
		git clone -q . "$1"
	else
		mkdir "$1" && tar -c -f - --exclude=./build . | tar -x -o -f - -C "$1"
	fi
}

# source_of_packages - set mirror, from which apt has the release that runs here; suite and arch;
# and ours, if that is the release.
source_of_packages() {
	# shellcheck disable=SC1091 # this system's
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	# shellcheck disable=SC2016 # apt's own variables
	line=$(apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(CODENAME) $(REPO_URI)' |
		grep "^Packages main $release " | head -n 1)
	suite=${SUITE:-$release} arch=${ARCH:-$(dpkg --print-architecture)} mirror=${line##* } ours=
	[ "$suite" != "$release" ] || ours=yes
	[ -n "$line" ]
}

# can_debootstrap - install it if necessary, and find out whether namespaces can be made.
can_debootstrap() {
	[ "$(id -u)" -eq 0 ] && have apt-get && $in_namespaces true 2>/dev/null || return 1
	if ! have debootstrap || ! source_of_packages; then
		apt-get -q update >"$work/log" 2>&1
		DEBIAN_FRONTEND=noninteractive timeout "$INSTALL_SECONDS" apt-get -qy install \
			--no-install-recommends debootstrap >>"$work/log" 2>&1 </dev/null
	fi
	have debootstrap && source_of_packages
}

# proxies - print NAME=VALUE for each proxy of apt or the environment.
proxies() {
	(
		eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
		for name in http_proxy https_proxy no_proxy; do
			eval "value=\${$name:-}"
			[ -z "$value" ] || echo "$name=$value"
		done
	)
}

# copy_sources - let apt use the same sources and keys as here.
copy_sources() {
	for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf \
		/etc/apt/auth.conf.d /etc/apt/preferences /etc/apt/preferences.d /etc/apt/trusted.gpg \
		/etc/apt/trusted.gpg.d /etc/apt/keyrings /usr/share/keyrings /etc/ssl/certs; do
		[ ! -e "$path" ] || { rm -rf "$base$path" && mkdir -p "$base${path%/*}" &&
			cp -RLp "$path" "$base${path%/*}/" 2>/dev/null; }
	done
}

# make_root - make the chroot from which others are copied; apt in it is configured like ours.
make_root() {
	# shellcheck disable=SC2046 # no proxy has a blank
	if ! timeout "$INSTALL_SECONDS" env $(proxies) debootstrap --variant=minbase --arch="$arch" \
		"$suite" "$base" "$mirror" >"$work/log" 2>&1 </dev/null; then
		tail -n 20 "$work/log"
		return 1
	fi
	[ -z "$ours" ] || copy_sources
	apt-config dump | grep '^Acquire::' >"$base/etc/apt/apt.conf.d/99host"
	echo 'user:x:1000:1000::/home/user:/bin/sh' >>"$base/etc/passwd"
	echo 'user:x:1000:' >>"$base/etc/group"
	mkdir -p "$base/home/user"
}

# mount_container ROOT - mount a container's /proc and /dev.
mount_container() {
	mount -t proc proc "$1/proc" && mount -t tmpfs -o mode=755 tmpfs "$1/dev" || return 1
	for device in null:3 zero:5 full:7 random:8 urandom:9; do
		mknod -m 666 "$1/dev/${device%:*}" c 1 "${device#*:}" || return 1
	done
	mknod -m 666 "$1/dev/tty" c 5 0 &&
		mkdir -m 1777 "$1/dev/shm" && mkdir "$1/dev/pts" &&
		mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$1/dev/pts" &&
		ln -s pts/ptmx "$1/dev/ptmx" && ln -s /proc/self/fd "$1/dev/fd" || return 1
	for link in 0:stdin 1:stdout 2:stderr; do
		ln -s "/proc/self/fd/${link%:*}" "$1/dev/${link#*:}"
	done
}

# within SECONDS ROOT WHO COMMAND [NAME=VALUE]... - run a shell command there, in the checkout, with
# only the environment of a login. With net=none it has only a loopback: perl, which every Debian
# has, unlike ip, brings that up.
within() {
	seconds=$1 root=$2 who=$3 command=$4 home=/root
	shift 4
	[ "$who" = root ] || home=/home/user
	# shellcheck disable=SC2016 # for the inner shells
	set -- /usr/bin/env -i HOME="$home" LOGNAME="$who" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		SOCKIT_TEST_PATIENCE="$patience" "$@" \
		sh -c 'cd "$HOME/sockit" && eval "$1"' sh "$command"
	# shellcheck disable=SC2016
	if [ "$who" = root ]; then
		set -- unshare --mount sh -ec 'mount --rbind "$1" "$1"; cd "$1"; shift; pivot_root . mnt
			exec chroot . sh -ec '\''umount -l /mnt; exec "$@"'\'' sh "$@"' sh "$root" "$@"
	else
		set -- chroot --userspec="$who:$who" --groups= "$root" "$@"
	fi
	# shellcheck disable=SC2016
	[ "$net" = host ] || set -- unshare --net sh -ec '
		echo "$1" >/proc/sys/net/ipv6/conf/all/disable_ipv6
		chroot "$2" perl -e '\''my $up = pack("a16 s x22", "lo", 1); my $s;
			socket($s, 2, 2, 0) && ioctl($s, 0x8914, $up) or die "lo: $!\n"'\''
		shift 2
		exec "$@"' sh "$without_ipv6" "$root" "$@"
	# For i386, uname(2) must report it too.
	[ "$arch" != i386 ] || set -- setarch i386 "$@"
	timeout -k 10 "$seconds" "$@" </dev/null 2>&1
}

# bring_bats ROOT
bring_bats() {
	echo 'bare.sh: going on with the bats of this system'
	(cd "$(dirname "$(readlink -f "$(command -v bats)")")/.." && tar -c -f - bin/bats lib*/bats-core) |
		tar -x -f - -C "$1/usr/local"
}

# set_up ROOT WHO - run the first command; for a user it prints what root has to type.
set_up() {
	net=host
	cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
	if [ "$2" = user ]; then
		# shellcheck disable=SC2046 # no proxy has a blank
		within 60 "$1" user 'sh tests/setup.sh' >"$work/told" && return 1
		cat "$work/told"
		typed=$(sed -n 's/^    //p' "$work/told")
		[ -n "$typed" ] && mkdir -p "$1/root/sockit" || return 1
		# shellcheck disable=SC2046
		within "$INSTALL_SECONDS" "$1" root "$typed" $(proxies) >"$work/log" || return 1
	fi
	# shellcheck disable=SC2046
	within "$INSTALL_SECONDS" "$1" "$2" 'sh tests/setup.sh' $(proxies) >"$work/log" || {
		grep 'is too old for the tests' "$work/log" && bring_bats "$1" &&
			within 60 "$1" "$2" 'sh tests/setup.sh' >>"$work/log"
	} || return 1
	rm -f "$1/etc/resolv.conf" "$1/etc/hosts"
}

# run_as WHO [NAME=VALUE]... - run both commands in a new chroot.
run_as() {
	who=$1
	shift
	printf '\n== a bare machine, %s: sh tests/setup.sh && make check\n' "$who"
	cp -a "$base" "$work/$who" && mount_container "$work/$who" || return 1
	home=$work/$who/root
	[ "$who" = root ] || home=$work/$who/home/user
	checkout "$home/sockit" && mkdir -p "$home/a temporary folder" || return 1
	[ "$who" = root ] || chown -R 1000:1000 "$home"
	: >"$work/log"
	if ! set_up "$work/$who" "$who"; then
		echo "bare.sh: $who could not set it up:"
		tail -n 20 "$work/log"
		failed=$((failed + 1))
		return
	fi
	net=none
	within "$CHECK_SECONDS" "$work/$who" "$who" 'make check' "$@" >"$work/fifo" &
	tee "$work/log" <"$work/fifo"
	wait $!
	tally "$work/log" $?
}

# in_chroots - do all of it, in our namespaces.
in_chroots() {
	base=$work/base without_ipv6=0
	mkfifo "$work/fifo"
	echo "bare.sh: debootstrap of $suite, $arch, from $mirror"
	make_root || return 1
	for role in ${ROLES:-root user}; do
		case $role in
		root) run_as root ;;
		*) without_ipv6=1 && run_as user TMPDIR='/home/user/a temporary folder' ;;
		esac
	done
}

# The tools that every system has; the compiler calls as and ld.
ESSENTIAL='[ awk basename bash cat chgrp chmod chown chroot cmp comm cp cut date dd df diff dirname du echo
	env expand expr false find fold getconf getent getopt grep egrep fgrep gunzip gzip head hostname id
	install join kill link ln logname ls md5sum mkdir mkfifo mknod mktemp mount mv nice nl nohup nproc od
	paste pathchk perl pr printenv printf pwd readlink realpath rm rmdir sed seq setpriv sh sha256sum
	sleep sort split stat stty sync tac tail tar tee test timeout touch tr true truncate tsort tty umount
	uname uniq unlink unshare wc which who xargs yes zcat
	cc gcc c99 cpp as ld ar nm ranlib make bats'

# run_here - run the two commands with only ESSENTIAL; what is missing cannot be installed then.
run_here() {
	printf '\n== this machine, with few tools: sh tests/setup.sh && make check\n'
	mkdir "$work/bin" && mkfifo "$work/fifo" && checkout "$work/sockit" || return 1
	for tool in $ESSENTIAL; do
		! path=$(command -v "$tool") || case $path in /*) ln -s "$path" "$work/bin/$tool" ;; esac
	done
	(cd "$work/sockit" && exec timeout -k 10 "$CHECK_SECONDS" env -i HOME="$work" PATH="$work/bin" \
		sh -c 'sh tests/setup.sh && make check') >"$work/fifo" 2>&1 </dev/null &
	tee "$work/log" <"$work/fifo"
	wait $!
	tally "$work/log" $?
}

sums() {
	printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

if [ "${1:-}" = inside ]; then
	work=$2 suite=$3 mirror=$4 arch=$5 ours=${6:-}
	in_chroots && sums
	exit
fi

# A chroot takes a gigabyte, more than some /tmp have; and /tmp may not allow devices.
work=$(mktemp -d "${TMPDIR:-/var/tmp}/sockit-bare.XXXXXX") || exit 1
child=
# clean_up - whatever else happens. Processes in the namespaces may take a moment to disappear.
clean_up() {
	trap '' INT TERM
	[ -z "$child" ] || kill -s KILL "$child" 2>/dev/null
	rm -rf "$work" 2>/dev/null || { sleep 2 && rm -rf "$work"; }
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if can_debootstrap; then
	$in_namespaces sh tests/bare.sh inside "$work" "$suite" "$mirror" "$arch" "$ours" &
	child=$!
	wait "$child"
	status=$?
	child=
	exit "$status"
fi
if [ -n "${SUITE:-}${ARCH:-}" ]; then
	echo 'bare.sh: another Debian takes root, apt, debootstrap and namespaces'
	exit 1
fi
echo 'bare.sh: no chroot, which takes root, apt, debootstrap and namespaces; so without one'
run_here
sums
