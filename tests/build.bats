#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# build.bats - what make rebuilds and what it leaves alone, on a program of three lines.

load lib
load make

setup() {
	need_gnu_make
	need cc
	enter_tmpdir
	small_project 'a checkout'
	cd 'a checkout' || return 1
}

# small_project FOLDER - our Makefile, and sources that build in no time.
small_project() {
	mkdir -p "$1/src/core"
	cp "$root/Makefile" "$1"
	cat >"$1/src/main.c" <<'C'
#include "core/number.h"
#include <stdio.h>
#ifndef WORD
#define WORD "none"
#endif
int main(void)
{
	printf("%d %s %s %s\n", NUMBER, system_name(), WORD, version());
	return 0;
}
C
	printf '%s\n' 'const char *version(void);' 'const char *version(void)' '{ return SOCKIT_VERSION; }' \
		>"$1/src/version.c"
	printf '#define NUMBER 1\nconst char *system_name(void), *version(void);\n' >"$1/src/core/number.h"
	for name in linux posix; do
		cat >"$1/src/core/os_$name.c" <<C
#include "core/number.h"
const char *system_name(void)
{
	return "$name";
}
C
	done
}

# small_papers - make what else is installed, as far as make can tell.
small_papers() {
	mkdir man completions
	touch man/sockit.1 man/sockit-more.7 README.md COPYING
	touch completions/sockit.bash completions/_sockit completions/sockit.fish
}

build() {
	make_in . -s "$@"
}

# age - make all files here equally old, so that a change is newer on any file system.
age() {
	find . -exec touch -t 202001010000 {} +
}

# read_only ARG... - run make where this folder cannot be written, even by root.
read_only() {
	# shellcheck disable=SC2016 # for the inner shell
	unmade unshare -rm sh -c 'mount --bind . . && mount -o remount,bind,ro . &&
		cd "$PWD" && exec make --no-print-directory -s "$@"' sh "$@"
}

# says WORDS - make the program print them before its version.
says() {
	echo "wanted: $1; said: $(./sockit)"
	[[ $(./sockit) == "$1 "* ]]
}

@test "a second make does nothing, in a checkout with a blank in its path too" {
	build PLATFORM=linux
	says '1 linux none'
	run -0 make_in . PLATFORM=linux
	[[ $output == *'Nothing to be done'* ]]
	make_in . -q PLATFORM=linux
}

@test "make says in a line what it compiles; with V=1 it shows the command" {
	run -0 make_in . PLATFORM=linux
	[ "$(grep -v '^LINK ' <<<"$output")" = $'CC src/core/os_linux.c\nCC src/main.c\nCC src/version.c' ]
	build clean
	run -0 make_in . PLATFORM=linux V=1
	[[ $output == *' -c -o build/linux-'*'/main.o src/main.c'* && $output != *$'\n''CC '* ]]
}

@test "a system takes the file that is its own, else the one of its kind, else that of POSIX" {
	for name in bsd openbsd; do
		sed "s/linux/$name/" src/core/os_linux.c >src/core/os_$name.c
	done
	build PLATFORM=openbsd
	says '1 openbsd none'
	build PLATFORM=netbsd
	says '1 bsd none'
	rm src/core/os_bsd.c src/core/os_linux.c
	build PLATFORM=darwin
	says '1 posix none'
	build PLATFORM=linux
	says '1 posix none'
	[ -z "$(find build -name 'os_*.o' ! -name os_posix.o -path '*linux*')" ]
}

@test "each compiler command, with its target, has its objects in a folder of its own" {
	build CC='cc -O0 -fno-common'
	build CC='cc -O0 -fcommon'
	[ -x build/linux-cc--O0--fno-common/sockit ] || [ "$(uname -s)" != Linux ]
	[ "$(find build -name main.o | wc -l)" -eq 2 ]
}

@test "a release for another processor is the same, byte for byte, in whichever folder it is made" {
	need_proc
	local zig
	zig=$(sh "$tests/setup.sh" zig 2>/dev/null) || skip "no compiler for other systems (setup.sh cross)"
	small_project ../elsewhere
	for folder in . ../elsewhere; do
		mkdir -p "$folder/tests/packaging"
		cp "$tests/setup.sh" "$folder/tests"
		cp "$tests/packaging/release.sh" "$folder/tests/packaging"
		(cd "$folder" && unmade timeout $((300 * patience)) sh tests/packaging/release.sh 9.9 aarch64)
	done
	cmp release/sockit-9.9-linux-aarch64 ../elsewhere/release/sockit-9.9-linux-aarch64
	(cd release && sha256sum -c SHA256SUMS)
	run -1 grep -q "$PWD" release/sockit-9.9-linux-aarch64
	echo "ET_DYN: position-independent" && [ "$(od -An -tx1 -j16 -N1 release/sockit-9.9-linux-aarch64)" = ' 03' ]
	run -0 make_in . -s static CC="$zig cc -target aarch64-linux-musl"
	echo "EM_AARCH64, in the ELF header" && [ "$(od -An -tx1 -j18 -N1 sockit-static)" = ' b7' ]
}

@test "make help tells what each target is for" {
	run -0 make_in . help
	for target in all check check-bare cross check-all lint bench install uninstall deb dist release static help; do
		grep -Eq "^make $target +[^ ]" <<<"$output" || false
	done
}

@test "a changed header is built in" {
	build
	age
	sed -i.old 's/NUMBER 1/NUMBER 2/' src/core/number.h
	build
	[[ $(./sockit) == '2 '* ]]
}

@test "a header that is gone, with those who asked for it, is no trouble" {
	build PLATFORM=linux
	age
	mv src/core/number.h src/core/numbers.h
	for file in src/main.c src/core/*.c; do
		sed -i.old 's/number\.h/numbers.h/' "$file"
	done
	build PLATFORM=linux
	says '1 linux none'
}

@test "other CFLAGS build again, and theirs is the last word" {
	build PLATFORM=linux
	build PLATFORM=linux CFLAGS="-O3 -DWORD='\"it is\"'"
	says '1 linux it is'
	make_in . -q PLATFORM=linux CFLAGS="-O3 -DWORD='\"it is\"'"
	build PLATFORM=linux
	says '1 linux none'
}

# asks ARG... - does make ask the compiler what it knows, and not just its version?
asks() {
	: >"$BATS_TEST_TMPDIR/asked"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH build CC=our-cc PLATFORM=linux "$@"
	grep -q -e -Werror "$BATS_TEST_TMPDIR/asked"
}

@test "what the compiler knows is asked once, until it is another one or has other flags" {
	mkdir ../bin
	cat >../bin/our-cc <<-'END'
		#!/bin/sh
		folder=${0%/bin/*}
		echo "$*" >>"$folder/asked"
		[ "$1" != --version ] || { cat "$folder/version"; exit; }
		exec cc "$@"
	END
	chmod +x ../bin/our-cc
	echo one >../version
	asks
	run ! asks
	[ "$(sort -u ../asked)" = --version ]
	asks CFLAGS='-DWORD=\"mine\"'
	says '1 linux mine'
	run ! asks CFLAGS='-DWORD=\"mine\"'
	asks
	echo two >../version
	asks
	run ! asks
}

@test "CPPFLAGS and the environment's CFLAGS count" {
	build PLATFORM=linux CPPFLAGS='-DWORD=\"cpp\"'
	says '1 linux cpp'
	unmade env CFLAGS='-DWORD=\"mine\"' make -s PLATFORM=linux
	says '1 linux mine'
}

@test "CFLAGS that build for a debugger, or ask for less hardening, are no reason to warn" {
	[[ $(make_in . -n) == *' -D_FORTIFY_SOURCE='* ]]
	run -0 build CFLAGS='-O0 -g3'
	[ -z "$output" ]
	run -0 build CPPFLAGS=-D_FORTIFY_SOURCE=2 CFLAGS='-O2 -fno-stack-protector'
	[ -z "$output" ]
}

@test "./sockit is the one that was asked for, though another was built since" {
	build PLATFORM=linux
	build PLATFORM=posix
	says '1 posix none'
	build PLATFORM=linux
	says '1 linux none'
	make_in . -q PLATFORM=linux
}

@test "what is installed is the one that was asked for, though another was built since" {
	small_papers
	build PLATFORM=linux
	build PLATFORM=posix
	build PLATFORM=linux install DESTDIR=stage prefix=/usr
	[[ $(stage/usr/bin/sockit) == '1 linux '* ]]
}

@test "a page is installed by its section" {
	small_papers
	build install DESTDIR=stage prefix=/usr
	[ "$(cd stage/usr/share/man && echo man?/*)" = 'man1/sockit.1 man7/sockit-more.7' ]
}

@test "a new version is built in" {
	build
	age
	sed -i.old 's/^VERSION *=.*/VERSION = 9.9.9/' Makefile
	build
	[[ $(./sockit) == *' 9.9.9' ]]
}

@test "the folder of the checkout is not in the program" {
	echo 'int main(void) { return 0; }' >probe.c
	cc -ffile-prefix-map=/x=. probe.c -o probe 2>/dev/null || skip "cc does not know -ffile-prefix-map"
	small_project ../elsewhere
	build
	make_in ../elsewhere -s
	cmp sockit ../elsewhere/sockit
}

@test "make -j builds the same" {
	build
	cp sockit ../serial
	build clean
	build -j4
	cmp sockit ../serial
}

@test "make clean leaves what a fresh checkout has" {
	files . >../before
	build
	touch sockit-static sockit-9.9.9.tar.gz sockit_9.9.9_all.deb
	build clean
	diff ../before <(files .)
	[ ! -e build ]
}

@test "a checkout that cannot be written: make says so, and what was built can be installed" {
	need unshare mount
	read_only -v >/dev/null 2>&1 || skip "cannot make a mount that cannot be written"
	small_papers
	mkdir ../stage
	run ! read_only
	[[ $output == *build*'Read-only file system'* ]]
	build
	read_only install DESTDIR="$PWD/../stage" prefix=/usr
	cmp sockit ../stage/usr/bin/sockit
}

@test "without a compiler make says which is not there" {
	run ! build CC=no-such-cc
	[[ $output == *no-such-cc* ]]
}
