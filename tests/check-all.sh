#!/bin/sh
# SPDX-License-Identifier: ISC
# check-all.sh - the tests with each compiler, sanitizers, platform and poller, and under valgrind; each
# call failing; many clients; a bad line; files of more than 2 GiB. kqueue is an emulation for
# the poller of the BSDs to stand on.
#
# One line for each configuration; the full output of each is kept in build/check-all/. Then one for
# each system that it is only compiled for.
# SMALL   the bats files of the valgrind run: one or two for each command and for what reads strangers'
#         bytes. Each start of sockit takes a second there, and all files together some hours.
set -u

cd "$(dirname "$0")/.." || exit 1
MAKE=${MAKE:-make}
SMALL=${SMALL:-tests/tcp-connect.bats tests/tcp-serve.bats tests/udp-send.bats tests/udp-listen.bats
	tests/raw-words.bats tests/raw-replies.bats tests/resolve.bats tests/dns.bats tests/services.bats
	tests/proxy-client.bats tests/proxy-server.bats tests/handlers.bats}
logs=build/check-all
mkdir -p "$logs" || exit 1
unset CC SANITIZE PLATFORM STATIC TESTS MAKEFLAGS MAKEOVERRIDES
all_good=0

# report NAME STATUS - the configuration's own summary, and its failures.
report() {
	log=$logs/$1.log
	summary=$(grep -E '^[0-9]+ passed, ' "$log" | tail -n 1)
	printf '%-12s %s\n' "$1" "${summary:-did not get to the end:}"
	[ "$2" -ne 0 ] || return 0
	all_good=1
	if [ -n "$summary" ]; then
		sed -n '/^Failed/,/^$/p' "$log" | sed '1d;/^$/d;s/^/    /'
	else
		tail -n 20 "$log" | sed 's/^/    /'
	fi
}

# check NAME VARIABLE=VALUE... - one run of make check.
check() {
	name=$1
	shift
	"$MAKE" check "$@" </dev/null >"$logs/$name.log" 2>&1
	report "$name" $?
}

# bare NAME VARIABLE=VALUE... - the README's commands on another Debian, in a chroot, which takes root.
bare() {
	name=$1
	shift
	env ROLES=root "$@" sh tests/bare.sh </dev/null >"$logs/$name.log" 2>&1
	report "$name" $?
}

# elsewhere - the tests as on a system that has less than Linux has, in namespaces, which take root.
elsewhere() {
	sh tests/elsewhere.sh </dev/null >"$logs/elsewhere.log" 2>&1
	status=$?
	if [ "$status" -eq 77 ]; then
		printf '%-12s left out: no namespaces can be made\n' elsewhere
	else
		report elsewhere "$status"
	fi
}

# knows_m32 - whether gcc can build for 32 bits here, and what it builds runs.
knows_m32() {
	printf '#include <stdio.h>\nint main(void) { return 0; }\n' |
		gcc -m32 -xc - -o "$logs/m32" 2>/dev/null && "$logs/m32"
}

# other NAME VARIABLE=VALUE... - one run of make NAME.
other() {
	name=$1
	shift
	"$MAKE" "$name" "$@" </dev/null >"$logs/$name.log" 2>&1
	report "$name" $?
}

# analyze TOOL - what lint has no time for.
analyze() {
	# shellcheck disable=SC2046 # no name has a blank
	if TOOLS=$1 sh tests/lint/analyze.sh $("$MAKE" -pnq check 2>/dev/null |
		sed -n 's/^SOURCES := //p') >"$logs/analyze.log" 2>&1; then
		printf '%-12s no findings\n' analyze
	else
		all_good=1
		printf '%-12s found:\n' analyze
		sed 's/^/    /' "$logs/analyze.log"
	fi
}

# without NAME TOOL - says that a configuration was left out.
without() {
	printf '%-12s left out: %s is not installed\n' "$1" "$2"
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# under_valgrind - the unit tests and SMALL with the plain build of cc, each process checked. What is
# found is in files of its own: standard error is sockit's, and one of its closed descriptors would become
# the file if valgrind opened that.
under_valgrind() {
	binary=$("$MAKE" -pnq check 2>/dev/null | sed -n 's/^B := //p' | head -n 1)
	checker='valgrind -q --vgdb=no --error-exitcode=201 --leak-check=full'
	# What threads have that still run at the end is only possibly lost.
	checker="$checker --show-leak-kinds=definite --errors-for-leak-kinds=definite"
	found=$PWD/$logs/valgrind
	rm -rf "$found"
	mkdir "$found" || return
	printf '#!/bin/sh\nexec %s --log-fd=9 "%s" "$@" 9>>"%s/$$"\n' "$checker" "$PWD/$binary/sockit" \
		"$found" >"$found.sh"
	chmod +x "$found.sh"
	set --
	for file in tests/unit/*.c $SMALL; do
		[ ! -e "$file" ] || set -- "$@" "$file"
	done
	"$MAKE" units >"$logs/valgrind.log" 2>&1 &&
		SOCKIT=$found.sh UNITS=$PWD/$binary/unit UNDER=$checker SOCKIT_TEST_PATIENCE=6 \
			SOCKIT_TEST_CHECKER=valgrind sh tests/run.sh "$@" </dev/null >>"$logs/valgrind.log" 2>&1
	report valgrind $?
	# Lines that begin with -- are about system calls that it does not know, such as landlock's.
	if grep -h '^==' "$found"/* >>"$logs/valgrind.log"; then
		all_good=1
		grep -h '^==' "$found"/* | head -n 40 | sed 's/^/    /'
	fi
}

for compiler in gcc clang; do
	if have "$compiler"; then
		check "$compiler" CC="$compiler"
	else
		without "$compiler" "$compiler"
	fi
done
SOCKIT_TEST_PATIENCE=2 check sanitizers SANITIZE=address,undefined
check posix PLATFORM=posix
if knows_m32; then
	check 32-bits CC='gcc -m32'
	check large-32 CC='gcc -m32' TESTS=tests/large/whole.bats
else
	without 32-bits gcc-multilib
fi
check large TESTS=tests/large/whole.bats
check kernels TESTS=tests/kernels/each.bats
[ "$(uname -s)" != Linux ] || elsewhere
SOCKIT_POLLER=poll check poll
[ "$(uname -s)" != Linux ] || check kqueue KQUEUE=1
if have musl-gcc; then
	check static-musl CC=musl-gcc STATIC=1
else
	without static-musl musl-gcc
fi
if sh tests/setup.sh zig >/dev/null 2>&1; then
	"$MAKE" --no-print-directory cross || all_good=1
	other release
else
	printf '%-12s left out: its compiler is not installed (sh tests/setup.sh cross)\n' cross
fi
if have clang; then
	analyze clang
else
	without analyze clang
fi
if have valgrind; then
	under_valgrind
else
	without valgrind valgrind
fi
other torture
other soak COUNT=4000
other chaos

if [ "$(id -u)" -eq 0 ] && have debootstrap; then
	bare debian-11 SUITE=bullseye
	bare debian-13 SUITE=trixie
	bare debian-i386 ARCH=i386
else
	without debian-11 debootstrap
fi
exit "$all_good"
