#!/bin/sh
# SPDX-License-Identifier: ISC
# release.sh - static binaries for several processors, and their checksums, in the folder release.
#
#     sh tests/packaging/release.sh VERSION [PROCESSOR...]     default: all four
#
# Their bytes depend only on the sources and on the version of the compiler, which `sh
# tests/setup.sh cross` installs: anyone who builds the same commit can compare them.
set -eu

version=${1:?which version?}
shift
[ $# -gt 0 ] || set -- x86_64 aarch64 armv7 riscv64
cd "$(dirname "$0")/../.."
MAKE=${MAKE:-make}
zig=$(sh tests/setup.sh zig)
unset CC AR SANITIZE PLATFORM STATIC MAKEFLAGS MAKEOVERRIDES CFLAGS CPPFLAGS LDFLAGS

# target PROCESSOR - print zig's name for it.
target() {
	case $1 in
	armv7) echo arm-linux-musleabihf ;;
	*) echo "$1-linux-musl" ;;
	esac
}

# build PROCESSOR - release/sockit-VERSION-linux-PROCESSOR
build() {
	"$MAKE" -s -j"${JOBS:-2}" PLATFORM=linux STATIC=pie CC="$zig cc -target $(target "$1")" \
		B="build/release/$1" "build/release/$1/sockit"
	cp "build/release/$1/sockit" "release/sockit-$version-linux-$1"
	echo "release/sockit-$version-linux-$1"
}

rm -rf release
mkdir release
for processor; do
	build "$processor"
done
cd release
sha256sum sockit-* >SHA256SUMS
echo release/SHA256SUMS
