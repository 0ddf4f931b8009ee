#!/bin/sh
# SPDX-License-Identifier: ISC
# setup.sh - install what building and testing need, and nothing that is there already.
#
#     sh tests/setup.sh          a C compiler, make, bats
#     sh tests/setup.sh lint     also clang-format, shellcheck, mandoc
#     sh tests/setup.sh static   also musl-gcc, unless the compiler itself is one for musl
set -u

die() {
	echo "setup.sh: $*" >&2
	exit 1
}

# A compiler without the C library's headers is no compiler.
have_compiler() {
	printf '#include <stdio.h>\nint main(void) { return 0; }\n' |
		"${CC:-cc}" -xc - -o /dev/null 2>/dev/null
}

# have_musl - a system of musl has no need of another compiler for it.
have_musl() {
	"${CC:-cc}" -dumpmachine 2>/dev/null | grep -q musl
}

have() {
	case $1 in
	compiler) have_compiler ;;
	musl-gcc) command -v musl-gcc >/dev/null 2>&1 || have_musl ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# missing TOOL... - those that are not there.
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

# package MANAGER TOOL - what MANAGER calls the packages that hold TOOL.
package() {
	case $1:$2 in
	apt-get:compiler) echo gcc libc6-dev ;;
	apk:compiler) echo gcc musl-dev linux-headers ;;
	dnf:compiler | zypper:compiler) echo gcc glibc-devel ;;
	pacman:bats) echo bash-bats ;;
	apk:bats) echo bats bash ;;
	brew:bats) echo bats-core ;;
	dnf:clang-format) echo clang-tools-extra ;;
	apk:clang-format) echo clang-extra-tools ;;
	zypper:clang-format) echo clang-tools ;;
	pacman:clang-format) echo clang ;;
	dnf:shellcheck | zypper:shellcheck) echo ShellCheck ;;
	apt-get:musl-gcc) echo musl-tools ;;
	pacman:musl-gcc) echo musl ;;
	*:compiler) echo gcc ;;
	*) echo "$2" ;;
	esac
}

# Homebrew refuses to run as root; every other manager needs it.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "installing needs root, and there is no sudo; run as root: $*"
	fi
}

# install_packages MANAGER PACKAGE... - nothing asks a question, and nothing reads our input.
# One unreachable source makes apt-get update fail although the packages can be had.
install_packages() {
	manager=$1
	shift
	case $manager in
	apt-get)
		as_root apt-get -q update
		as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get -qy install --no-install-recommends "$@"
		;;
	dnf) as_root dnf -qy install "$@" ;;
	apk) as_root apk add --no-cache -q "$@" ;;
	pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
	zypper) as_root zypper -qn install "$@" ;;
	brew) brew install -q "$@" ;;
	esac </dev/null
}

case ${1:-} in
'') tools='compiler make bats' ;;
lint) tools='compiler make bats clang-format shellcheck mandoc' ;;
static) tools='compiler make bats musl-gcc' ;;
*) die "usage: sh tests/setup.sh [lint|static]" ;;
esac

# shellcheck disable=SC2086 # lists of words
wanted=$(missing $tools)
[ -n "$wanted" ] || exit 0

manager=$(find_manager)
[ -n "$manager" ] || die "cannot find apt-get, dnf, apk, pacman, zypper or brew;" \
	"please install by hand: $wanted"

packages=
for tool in $wanted; do
	packages="$packages $(package "$manager" "$tool")"
done
echo "setup.sh: installing with $manager:$packages"
# shellcheck disable=SC2086
install_packages "$manager" $packages || die "$manager could not install:$packages"

# shellcheck disable=SC2086
left=$(missing $tools)
[ -z "$left" ] || die "still missing after the installation: $left"
