# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# make.bash - the Makefile as a user calls it, whatever make the tests run under. After lib.

root=$(cd "$tests/.." && pwd)

# The program under test, as make can name it: a blank in the checkout's path is one too many.
program=${SOCKIT#"$root"/}

# need_gnu_make - on the BSDs make(1) is another one.
need_gnu_make() {
	need make
	make --version 2>/dev/null | grep -q '^GNU Make' || skip "make is not GNU make"
}

# unmade COMMAND... - without what an outer make, or bats, has put into the environment.
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

# files FOLDER - the path of each within, sorted.
files() {
	(cd "$1" && find . ! -type d | sed 's/^\.//' | LC_ALL=C sort)
}

# copy_checkout FOLDER - what is in the checkout, without what was built; ours, whoever owns that.
copy_checkout() {
	mkdir -p "$1"
	(cd "$root" && tar -c -f - --exclude=./build --exclude=./.git --exclude='./sockit*' .) |
		tar -x -o -f - -C "$1"
}
