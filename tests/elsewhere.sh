#!/bin/sh
# SPDX-License-Identifier: ISC
# elsewhere.sh - run the tests without what only Linux has, as they would run on another system.
#
#     sh tests/elsewhere.sh [VARIABLE=VALUE]...    of `make check`, TESTS=tests/scan.bats for some
#
# There is no /proc (but for the /dev/fd that shells need, and for ps) and no /dev/full; of the loopback
# addresses there are 127.0.0.1 and ::1 alone; unshare, nsenter, ip, ss and strace are not installed. As
# root, in namespaces that end with it; status 77 where they cannot be made.
set -u

cd "$(dirname "$0")/.." || exit 1
MISSING=' ps unshare nsenter ip ss strace setpriv '

# tools FOLDER - make links to every program on PATH except the missing ones.
tools() {
	mkdir "$1"
	echo "$PATH" | tr : '\n' | while read -r folder; do
		for program in "$folder"/*; do
			name=${program##*/}
			[ ! -e "$1/$name" ] || continue
			case $MISSING in
			*" $name "*) ;;
			*) ln -s "$program" "$1/$name" ;;
			esac
		done
	done
}

# own_ps FILE PROC - the existing ps reads /proc; write one that knows only `ps -A -o pid= -o ppid=
# -o args=`.
own_ps() {
	cat >"$1" <<-END
		#!/bin/bash
		for one in $2/[0-9]*; do
			read -r stat <"\$one/stat" && read -r _ parent _ <<<"\${stat##*) }" &&
				echo "\${one##*/} \$parent \$(tr '\\0\\n' '  ' <"\$one/cmdline")"
		done 2>/dev/null
	END
	chmod +x "$1"
}

# devices FOLDER PROC - make a /dev with the devices that every system has.
devices() {
	mkdir "$1" "$1/pts" "$1/shm"
	for device in null zero tty random urandom; do
		: >"$1/$device"
		mount --bind "/dev/$device" "$1/$device" || return 1
	done
	mount --bind /dev/pts "$1/pts" && mount -t tmpfs -o mode=1777 none "$1/shm" || return 1
	ln -s pts/ptmx "$1/ptmx"
	ln -s "$2/self/fd" "$1/fd"
	for link in 0:stdin 1:stdout 2:stderr; do
		ln -s "fd/${link%:*}" "$1/${link#*:}"
	done
}

if [ "${1:-}" = inside ]; then
	work=$2
	shift 2
	mkdir "$work/proc" && mount -t proc none "$work/proc" && devices "$work/dev" "$work/proc" || exit 77
	ip link set lo up && ip addr del 127.0.0.1/8 dev lo && ip addr add 127.0.0.1/32 dev lo || exit 77
	tools "$work/bin"
	own_ps "$work/bin/ps" "$work/proc"
	mount --rbind "$work/dev" /dev && mount -t tmpfs none /proc || exit 77
	PATH=$work/bin exec "${MAKE:-make}" check "$@"
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
unshare --mount --net sh "$0" inside "$work" "$@"
