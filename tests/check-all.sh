#!/bin/sh
# SPDX-License-Identifier: ISC
# check-all.sh - the tests with each compiler, sanitizers, platform and poller, and under valgrind; each
# call failing; many clients; a bad line; files of more than 2 GiB. kqueue is an emulation for
# the poller of the BSDs to stand on.
#
# One line for each configuration, and its failures; one for each system that it is only compiled for;
# what is left out is named, with the reason. The status is 0 if nothing failed.
#
# LOGS    the folder for the full output of each (default build/check-all)
# SMALL   the bats files of the valgrind run: one or two for each command and for what reads strangers'
#         bytes. Each start of sockit takes a second there, and all files together some hours.
set -u

cd "$(dirname "$0")/.." || exit 1
MAKE=${MAKE:-make}
SMALL=${SMALL:-tests/tcp-connect.bats tests/tcp-serve.bats tests/udp-send.bats tests/udp-listen.bats
	tests/raw-words.bats tests/raw-replies.bats tests/resolve.bats tests/dns.bats tests/services.bats
	tests/proxy-client.bats tests/proxy-server.bats tests/handlers.bats}
logs=${LOGS:-$PWD/build/check-all}
mkdir -p "$logs" || exit 1
unset CC SANITIZE PLATFORM STATIC KQUEUE TESTS MAKEFLAGS MAKEOVERRIDES
all_good=0

# stop STATUS - end what is running, and this script.
# shellcheck disable=SC2317 # by a trap
stop() {
	trap '' INT TERM
	echo "check-all.sh: ended while $name ran" >&2
	# shellcheck disable=SC2016 # for the other shell
	bash -c '. tests/processes.bash && end_descendants "$1" "$$"' bash "$$" 2>/dev/null
	exit "$1"
}
name=nothing
trap 'stop 130' INT
trap 'stop 143' TERM

# logged NAME COMMAND... - return its status, with its output in a log of that name. It runs in the
# background, so that handling a signal does not have to wait for its end.
logged() {
	name=$1
	shift
	"$@" </dev/null >"$logs/$name.log" 2>&1 &
	wait "$!"
}

left_out() {
	printf '%-12s left out: %s\n' "$1" "$2"
}

# report NAME STATUS - print the configuration's summary, and its failures.
report() {
	log=$logs/$1.log
	summary=$(grep -E '^[0-9]+ passed, ' "$log" | tail -n 1)
	failures=$(sed -n '/^Failed/,/^$/p' "$log" | sed '1d;/^$/d')
	printf '%-12s %s\n' "$1" "${summary:-did not get to the end:}"
	[ "$2" -ne 0 ] || return 0
	all_good=1
	if [ -n "$summary" ] && [ -n "$failures" ]; then
		echo "$failures"
	else
		tail -n 20 "$log"
	fi | sed 's/^/    /'
}

# check NAME VARIABLE=VALUE... - one run of make check.
check() {
	configuration=$1
	shift
	logged "$configuration" "$MAKE" check "$@"
	report "$configuration" $?
}

# bare NAME VARIABLE=VALUE... - run the README's commands on another Debian, in a chroot.
bare() {
	if [ "$(id -u)" -ne 0 ]; then
		left_out "$1" 'it requires root'
	elif ! have debootstrap; then
		left_out "$1" 'debootstrap is not installed'
	else
		logged "$1" env ROLES=root "$2" sh tests/bare.sh
		report "$1" $?
	fi
}

# elsewhere - run the tests as on a system that has less than Linux, in namespaces, which require
# root.
elsewhere() {
	logged elsewhere sh tests/elsewhere.sh
	status=$?
	if [ "$status" -eq 77 ]; then
		left_out elsewhere 'no namespaces can be made'
	else
		report elsewhere "$status"
	fi
}

# knows_m32 - whether gcc can build for 32 bits here, and the result runs.
knows_m32() {
	printf '#include <stdio.h>\nint main(void) { return 0; }\n' |
		gcc -m32 -xc - -o "$logs/m32" 2>/dev/null && "$logs/m32"
}

# other NAME VARIABLE=VALUE... - one run of make NAME.
other() {
	logged "$1" "$MAKE" "$@"
	report "$1" $?
}

# analyze TOOL - run the analysis for which lint has no time.
analyze() {
	# shellcheck disable=SC2046 # no name has a blank
	if logged analyze env TOOLS="$1" sh tests/lint/analyze.sh $("$MAKE" -pnq check 2>/dev/null |
		sed -n 's/^SOURCES := //p'); then
		printf '%-12s no findings\n' analyze
	else
		all_good=1
		printf '%-12s found:\n' analyze
		sed 's/^/    /' "$logs/analyze.log"
	fi
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# under_valgrind - run the unit tests and SMALL with the plain build of cc, checking each process.
# Findings go to separate files: standard error is sockit's, and a file that valgrind opened could
# become one of its closed descriptors.
under_valgrind() {
	binary=$("$MAKE" -pnq check 2>/dev/null | sed -n 's/^B := //p' | head -n 1)
	checker='valgrind -q --vgdb=no --error-exitcode=201 --leak-check=full'
	# Memory of threads that still run at the end is only possibly lost.
	checker="$checker --show-leak-kinds=definite --errors-for-leak-kinds=definite"
	found=$logs/valgrind
	rm -rf "$found"
	mkdir "$found" || return
	printf '#!/bin/sh\nexec %s --log-fd=9 "%s" "$@" 9>>"%s/$$"\n' "$checker" "$PWD/$binary/sockit" \
		"$found" >"$found.sh"
	chmod +x "$found.sh"
	set --
	for file in tests/unit/*.c $SMALL; do
		case $file in
		# valgrind does not know the calls of a sandbox, nor does it survive those that one
		# forbids.
		*/sandbox*) ;;
		*) [ ! -e "$file" ] || set -- "$@" "$file" ;;
		esac
	done
	logged valgrind "$MAKE" units && logged valgrind env SOCKIT="$found.sh" UNITS="$PWD/$binary/unit" \
		UNDER="$checker" SOCKIT_TEST_PATIENCE=6 SOCKIT_TEST_CHECKER=valgrind sh tests/run.sh "$@"
	report valgrind $?
	# Lines that begin with -- are about system calls that valgrind does not know, such as those
	# of Landlock.
	if grep -h '^==' "$found"/* >>"$logs/valgrind.log"; then
		all_good=1
		grep -h '^==' "$found"/* | head -n 40 | sed 's/^/    /'
	fi
}

for compiler in gcc clang; do
	if have "$compiler"; then
		check "$compiler" CC="$compiler"
	else
		left_out "$compiler" 'it is not installed'
	fi
done
SOCKIT_TEST_PATIENCE=2 check sanitizers SANITIZE=address,undefined
check posix PLATFORM=posix
if knows_m32; then
	check 32-bits CC='gcc -m32'
	check large-32 CC='gcc -m32' TESTS=tests/large/whole.bats
else
	left_out 32-bits 'gcc-multilib is not installed'
	left_out large-32 'gcc-multilib is not installed'
fi
check large TESTS=tests/large/whole.bats
check kernels TESTS=tests/kernels/each.bats
SOCKIT_POLLER=poll check poll
if [ "$(uname -s)" = Linux ]; then
	elsewhere
	check kqueue KQUEUE=1
else
	left_out elsewhere 'this is another system'
	left_out kqueue 'this system has its own'
fi
if have musl-gcc; then
	# Debian's musl-gcc lacks the kernel's headers, which two of the peer programs include.
	check static-musl CC=musl-gcc STATIC=1 \
		CPPFLAGS="-idirafter /usr/include -idirafter /usr/include/$(cc -print-multiarch 2>/dev/null)"
else
	left_out static-musl 'musl-gcc is not installed'
fi
if sh tests/setup.sh zig >/dev/null 2>&1; then
	name=cross
	"$MAKE" --no-print-directory cross </dev/null &
	wait "$!" || all_good=1
	other release
else
	left_out cross 'its compiler is not installed (sh tests/setup.sh cross)'
	left_out release 'its compiler is not installed (sh tests/setup.sh cross)'
fi
if have clang; then
	analyze clang
else
	left_out analyze 'clang is not installed'
fi
if have valgrind; then
	under_valgrind
else
	left_out valgrind 'it is not installed'
fi
other torture
other soak COUNT=4000
other chaos
bare debian-11 SUITE=bullseye
bare debian-13 SUITE=trixie
bare debian-i386 ARCH=i386
exit "$all_good"
