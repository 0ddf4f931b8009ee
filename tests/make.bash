# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# make.bash - the Makefile as a user calls it, whatever make the tests run under. After lib.

root=$(cd "$tests/.." && pwd)

# The program under test, by a name that make can handle: a blank in the checkout's path would break
# it.
program=${SOCKIT#"$root"/}

# need_gnu_make - skip if there is none: on the BSDs make(1) is a different program.
need_gnu_make() {
	need make
	make --version 2>/dev/null | grep -q '^GNU Make' || skip "make is not GNU make"
}

# unmade COMMAND... - run COMMAND without what an outer make, or bats, has put into the environment.
unmade() {
	local name options=(-u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u MAKELEVEL)
	for name in PREFIX prefix DESTDIR BINDIR MANDIR CC CFLAGS CPPFLAGS LDFLAGS PLATFORM SANITIZE \
		STATIC KQUEUE PROGRAM TESTS UNITS PEERS V $(compgen -e BATS_); do
		options+=(-u "$name")
	done
	env "${options[@]}" "$@" 3>&-
}

# make_in FOLDER ARG...
make_in() {
	unmade make --no-print-directory -C "$@"
}

# files FOLDER - print the path of each file in it, sorted.
files() {
	(cd "$1" && find . ! -type d | sed 's/^\.//' | LC_ALL=C sort)
}

# copy_checkout FOLDER - copy the checkout, without what was built; the copy is ours, whoever owns
# the original.
copy_checkout() {
	mkdir -p "$1"
	(cd "$root" && tar -c -f - --exclude=./build --exclude=./.git --exclude='./sockit*' .) |
		tar -x -o -f - -C "$1"
}
