#!/bin/sh
# SPDX-License-Identifier: ISC
# deb.sh - a Debian package of what `make install` has installed; with dpkg-deb alone, without
# debhelper.
#
#     sh tests/packaging/deb.sh FOLDER VERSION     FOLDER is the DESTDIR of the installation, and becomes
#                                            the tree of the package; `make deb` does both
#
# DEBFULLNAME, DEBEMAIL   who maintains the package
# SOURCE_DATE_EPOCH       the time of all that is in it (default: that of the commit)
set -eu
umask 022

die() {
	echo "deb: $*" >&2
	exit 1
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# epoch - print the time of the source; the files of a tarball have that of its commit.
epoch() {
	if [ -e .git ]; then
		git log -1 --format=%ct
	else
		stat -c %Y COPYING
	fi
}

# depends - print the libraries that the program needs, in the versions with which it was built.
depends() {
	if ! objdump -p "$root/usr/bin/sockit" | grep -q NEEDED; then
		return
	elif have dpkg-shlibdeps; then
		mkdir "$work/debian"
		printf 'Source: sockit\n\nPackage: sockit\nArchitecture: any\n' >"$work/debian/control"
		(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/sockit") >"$work/substvars"
		sed -n 's/^shlibs:Depends=//p' "$work/substvars"
	else
		echo "libc6 (>= $(dpkg-query -W -f '${Version}' libc6 | sed 's/-.*//'))"
	fi
}

# control - print the file for dpkg. The size is in kilobytes, each file's rounded up, according to
# policy.
control() {
	needs=$(depends)
	cat <<END
Package: sockit
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(find "$root/usr" -type f -exec wc -c {} \; |
	awk '{ kilobytes += int(($1 + 1023) / 1024) } END { print kilobytes }')
${needs:+Depends: $needs
}Section: net
Priority: optional
Description: connect, listen, relay, scan and look up names from the command line
 sockit connects, listens, relays and scans over TCP and Unix-domain sockets,
 sends and receives datagrams, builds packets and resolves names, at a prompt
 and in scripts. It does what netcat, socat, tcpserver, trafgen and getent are
 used for, with one set of options and exit statuses that tell what went wrong.
END
}

copyright() {
	cat <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: sockit

Files: *
Copyright: $(sed -n 's/^Copyright (c) //p' COPYING)
License: ISC
$(sed '1,/^Copyright/d' COPYING | sed '1d;s/^$/./;s/^/ /')
END
}

changelog() {
	cat <<END
sockit ($version) unstable; urgency=medium

  * Release $version.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
}

[ $# -eq 2 ] || die 'usage: sh tests/packaging/deb.sh FOLDER VERSION'
have dpkg-deb || die 'dpkg-deb is not installed'
root=$(cd "$1" && pwd)
[ -x "$root/usr/bin/sockit" ] || die "nothing is installed in $1/usr/bin"
version=$2
cd "$(dirname "$0")/../.."
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-The sockit authors} <${DEBEMAIL:-sockit@packages.invalid}>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(epoch)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$root/DEBIAN"
documents=$root/usr/share/doc/sockit
copyright >"$documents/copyright"
rm "$documents/COPYING"
changelog >"$documents/changelog"
gzip -9n "$documents/changelog" "$root"/usr/share/man/man*/*
control >"$work/control"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$work/md5sums"
mv "$work/control" "$work/md5sums" "$root/DEBIAN"
find "$root" -type d -exec chmod u=rwx,go=rx,g-s {} +
find "$root" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "sockit_${version}_$architecture.deb"
