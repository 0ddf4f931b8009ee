#!/bin/sh
# SPDX-License-Identifier: ISC
# cross.sh - compile and link the program, its unit tests and the tests' peers for other systems.
#
#     sh tests/cross.sh TARGET...    as zig names them: aarch64-macos, x86_64-linux-gnu.2.17
#
# One line for each target, and what the compiler had to say: a warning is a failure. What is built
# is in build/cross/TARGET, where it cannot be run. `sh tests/setup.sh cross` installs the compiler.
set -u

cd "$(dirname "$0")/.." || exit 1
MAKE=${MAKE:-make}
zig=$(sh tests/setup.sh zig) || exit 1
unset CC AR SANITIZE PLATFORM STATIC TESTS MAKEFLAGS MAKEOVERRIDES CFLAGS CPPFLAGS LDFLAGS
all_good=0

# platform TARGET - print the Makefile's name for its system.
platform() {
	case ${1#*-} in
	macos*) echo darwin ;;
	*) echo "${1#*-}" | sed 's/[-.].*//' ;;
	esac
}

# build TARGET - with output to its log; the status is make's. The programs that replay the seeds of
# the fuzzers are left out: they consist of the same sources again.
build() {
	folder=build/cross/$1
	mkdir -p "$folder"
	"$MAKE" -j"${JOBS:-2}" PLATFORM="$(platform "$1")" CC="$zig cc -target $1" AR="$zig ar" \
		B="$folder" SEEDED= "$folder/sockit" units </dev/null >"$folder/log" 2>&1
}

for target; do
	if ! build "$target"; then
		said='does not build:'
	elif grep -q 'warning:' "$folder/log"; then
		said='builds with warnings:'
	else
		printf '%-24s builds and links\n' "$target"
		continue
	fi
	all_good=1
	printf '%-24s %s\n' "$target" "$said"
	grep -E 'error:|warning:|undefined|\*\*\*' "$folder/log" | head -n 20 | sed 's/^/    /'
done
exit "$all_good"
