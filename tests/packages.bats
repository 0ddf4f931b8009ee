#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# packages.bats - make dist, make static, make deb: the tarball, the one file, the Debian package.
#
# Everything is built once, from the contents of the tarball: statically if there is musl.

load lib
load make

test_seconds=$((600 * patience)) # all is compiled

# setup_file - `a checkout`: a commit of what is in ours, with the tarball and the package;
# `unpacked`: the tarball, built, by rpmbuild where it is installed.
setup_file() {
	local checkout=$BATS_FILE_TMPDIR/'a checkout'
	need_gnu_make
	copy_checkout "$checkout"
	cd "$BATS_FILE_TMPDIR" || return 1
	mkdir unpacked
	how=() optflags='-O0 -g0' # how fast that is, is not asked
	! command -v musl-gcc >/dev/null || how=(CC=musl-gcc STATIC=1) optflags='%{nil}'
	if type git gzip >/dev/null 2>&1 && commit_all "$checkout" >git.log 2>&1; then
		make_in "$checkout" -s dist || return 1
		if type dpkg-deb objdump strip >/dev/null 2>&1; then
			cp "$SOCKIT" "$checkout/program"
			make_in "$checkout" -s PROGRAM=program deb || return 1
		fi
		! type rpmbuild >/dev/null 2>&1 || build_rpm "$checkout" >rpm.log 2>&1 || : >rpm.failed
		[ -n "$(built)" ] || tar -x -f "$checkout"/sockit-*.tar.gz -C unpacked || return 1
	else
		rm -rf "$checkout/.git"
		cp -Rp "$checkout" unpacked/sockit-0
	fi
	[ -n "$(built)" ] || make_in unpacked/sockit-* -s -j2 "${how[@]}"
}

# build_rpm FOLDER - a package of the tarball in FOLDER, whose name rpmbuild does not bear for its blank.
# What is built stays in unpacked, or in a folder of that.
build_rpm() {
	cp "$1"/sockit-*.tar.gz .
	unmade env "${how[@]}" MAKEFLAGS=-j2 rpmbuild --quiet --nodeps --noclean -bb \
		--undefine _auto_set_build_flags --define "optflags $optflags" \
		--define "_topdir $BATS_FILE_TMPDIR/rpm" --define "_sourcedir $BATS_FILE_TMPDIR" \
		--define "_builddir $BATS_FILE_TMPDIR/unpacked" "$tests/packaging/sockit.spec"
}

# built - print the folder in which the tarball was built, if it was.
built() {
	find "$BATS_FILE_TMPDIR/unpacked" -maxdepth 3 -name sockit -type f -perm -u+x -exec dirname {} \;
}

# commit_all FOLDER - make it a repository with one commit, always the same one.
commit_all() (
	cd "$1" && git -c init.defaultBranch=main init -q && git add -A &&
		GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000' \
			git -c user.name=nobody -c user.email=nobody@example.org commit -q -m all
)

setup() {
	enter_tmpdir
	checkout=$BATS_FILE_TMPDIR/'a checkout'
	unpacked=$(built)
	version=$(sockit --version)
	version=${version#sockit }
}

need_commit() {
	need git gzip
	[ -d "$checkout/.git" ] || skip "git: $(tail -n 1 "$BATS_FILE_TMPDIR/git.log")"
}

@test "dist: the tarball has the name and the version of the program, and one folder" {
	need_commit
	[ -s "$checkout/sockit-$version.tar.gz" ]
	[ "$(tar -t -f "$checkout/sockit-$version.tar.gz" | cut -d / -f 1 | sort -u)" = "sockit-$version" ]
}

@test "dist: all that is committed is in it" {
	need_commit
	diff <(git -C "$checkout" ls-files | LC_ALL=C sort) \
		<(tar -t -f "$checkout/sockit-$version.tar.gz" | sed "s,^sockit-$version/,,;/\/\$/d;/^\$/d" |
			LC_ALL=C sort)
}

@test "dist: the same bytes from another folder, with another umask, time zone and git settings" {
	need_commit
	git clone -q "$checkout" elsewhere
	mkdir home
	printf '[tar]\n\tumask = 0077\n[core]\n\tautocrlf = true\n' >home/.gitconfig
	(umask 077 && HOME=$PWD/home XDG_CONFIG_HOME=$PWD/home TZ=Asia/Tokyo LC_ALL=C \
		make_in elsewhere -s dist 2>/dev/null)
	cmp "$checkout/sockit-$version.tar.gz" "elsewhere/sockit-$version.tar.gz"
}

@test "dist: what is not committed is left out, and that is said" {
	need_commit
	git clone -q "$checkout" elsewhere
	echo more >>elsewhere/README.md
	run -0 make_in elsewhere -s dist
	[ "$output" = "dist: what is not committed is left out" ]
	cmp "$checkout/sockit-$version.tar.gz" "elsewhere/sockit-$version.tar.gz"
}

@test "dist: where there is no commit it says so" {
	cp "$root/Makefile" .
	run ! make_in . -s dist
	[ "${lines[0]}" = "dist: the tarball is made from a commit, and this is no git checkout" ]
}

@test "the tarball builds without git, and what it builds passes its tests" {
	"$unpacked/sockit" --version
	[ "$("$unpacked/sockit" --version)" = "sockit $version" ]
	# Within bats, `bats` is a part of it; SOCKIT is not needed where ./sockit exists.
	run -0 unmade -u SOCKIT PATH="${PATH//"$BATS_LIBEXEC:"/}" PEERS="$PEERS" \
		sh "$unpacked/tests/run.sh" tests/options.bats
	[[ ${lines[-1]} =~ ^[0-9]+\ passed,\ 0\ failed ]]
}

# static_root - make the folder root, empty except for the static binary of `make static`.
static_root() {
	need musl-gcc strip
	[ -x "$unpacked/sockit-static" ] || make_in "$unpacked" -s static
	mkdir root
	cp "$unpacked/sockit-static" root/sockit
}

# need_chroot - and a loopback of our own, so that no server of names can answer.
need_chroot() {
	static_root
	need_namespace
	unshare -rn chroot root /sockit --version >/dev/null || skip "cannot change the root"
}

# in_root SCRIPT - in the empty root, with a loopback; `in_root` there runs sockit.
in_root() {
	# shellcheck disable=SC2016 # for the inner shell
	in_namespace timeout $((60 * patience)) sh -c 'in_root() { chroot root /sockit "$@"; }; '"$1"
}

@test "static: one file under 700 kB that needs no other" {
	static_root
	[ "$(size_of root/sockit)" -lt 700000 ]
	! LC_ALL=C grep -aq '/ld-musl\|/ld-linux' root/sockit
}

@test "static: without musl-gcc and without a CC, it says what to install" {
	mkdir bin
	for tool in sh make uname printf cat grep cc; do
		ln -s "$(command -v "$tool")" "bin/$tool"
	done
	[[ $(cc -dumpmachine) != *musl* ]] || skip "cc makes musl programs here"
	run ! unmade PATH="$PWD/bin" make -C "$root" -s static
	[[ $output == *"static: no musl-gcc (sh tests/setup.sh static installs it), and no CC is given"* ]]
}

@test "static: in an empty root it serves and connects, by numeric addresses" {
	need_chroot
	in_root 'in_root tcp-serve --ready-file /ready --accept 1 --handler reverse 127.0.0.1:0 &
		until [ -s root/ready ]; do sleep 0.02; done
		echo hello | in_root tcp-connect "$(cat root/ready)"
		wait $!' >answer
	[ "$(cat answer)" = olleh ]
}

@test "static: in an empty root it sends and receives datagrams" {
	need_chroot
	in_root 'in_root udp-listen --ready-file /ready --count 1 127.0.0.1:0 >answer &
		until [ -s root/ready ]; do sleep 0.02; done
		in_root udp-send "$(cat root/ready)" hello
		wait $!'
	[ "$(cat answer)" = hello ]
}

@test "static: in an empty root it knows the services" {
	need_chroot
	run -0 in_root 'in_root services http 53/udp'
	[ "$output" = $'http 80/tcp www\ndomain 53/udp' ]
}

@test "static: in an empty root it builds packets" {
	need_chroot
	run -0 in_root 'in_root raw-send --dry-run ip dst=192.0.2.1 udp dport=53 payload hello'
	[[ ${lines[0]} == 'packet 1: 33 bytes' ]]
}

@test "static: in an empty root a name is a clear error, and a numeric address is not" {
	need_chroot
	run -5 in_root 'in_root resolve --timeout 1s example.org'
	[[ $output == 'sockit resolve: no answer for "example.org" within 1'*s ]]
	run -3 in_root 'in_root resolve --type A example.org'
	[[ $output == 'sockit resolve: cannot read /etc/resolv.conf: no such file or directory'* ]]
	run -0 in_root 'in_root resolve -n 192.0.2.1'
	[ "$output" = 192.0.2.1 ]
}

# need_package - the package of the program under test that setup_file has made of the checkout.
need_package() {
	need dpkg-deb objdump strip
	need_commit
	deb=$(echo "$checkout/sockit_$version"_*.deb)
	[ -s "$deb" ]
}

@test "deb: the control file has what dpkg asks for" {
	need_package
	[ "$(dpkg-deb -f "$deb" Package Version)" = $'Package: sockit\nVersion: '"$version" ]
	[ "$(dpkg-deb -f "$deb" Architecture)" = "$(dpkg --print-architecture)" ]
	[[ $(dpkg-deb -f "$deb" Maintainer) =~ ^.+\ \<.+@.+\>$ ]]
	[[ $(dpkg-deb -f "$deb" Depends) == *'libc6'*' (>= '* || $(ldd "$SOCKIT" 2>&1) != *libc.so.6* ]]
	[ "$(dpkg-deb -f "$deb" Installed-Size)" -gt 100 ]
}

@test "deb: the program, compressed pages, completions, changelog, copyright; all of root" {
	need_package
	mkdir tree
	dpkg-deb -x "$deb" tree
	{
		for page in "$root"/man/*.[1-9]; do
			echo "/usr/share/man/man${page##*.}/${page##*/}.gz"
		done
		printf '/usr/share/%s\n' bash-completion/completions/sockit zsh/vendor-completions/_sockit \
			fish/vendor_completions.d/sockit.fish \
			doc/sockit/README.md doc/sockit/changelog.gz doc/sockit/copyright
		echo /usr/bin/sockit
	} | LC_ALL=C sort | diff - <(files tree)
	[ -z "$(dpkg-deb -c "$deb" | grep -v ' root/root ')" ]
	tree/usr/bin/sockit --version
	gzip -dc tree/usr/share/doc/sockit/changelog.gz | grep -q "^sockit ($version) "
	grep -q 'Permission to use, copy, modify' tree/usr/share/doc/sockit/copyright
}

@test "deb: the sums are those of the files" {
	need_package
	need md5sum
	dpkg-deb -R "$deb" tree
	(cd tree && md5sum -c --quiet DEBIAN/md5sums)
	[ "$(sed 's/^[^ ]*  //' tree/DEBIAN/md5sums)" = \
		"$(files tree | sed 's,^/,,' | grep -v ^DEBIAN)" ]
}

@test "deb: the same bytes from the tarball, with another umask and time zone" {
	need_package
	cp "$SOCKIT" "$unpacked/program"
	(umask 077 && TZ=Asia/Tokyo make_in "$unpacked" -s PROGRAM=program deb)
	cmp "$deb" "$unpacked/${deb##*/}"
}

# to_root ARG... - run dpkg on our own root.
to_root() {
	unshare -r dpkg --root="$PWD/root" --log="$PWD/dpkg.log" --force-depends "$@"
}

@test "deb: it installs and removes, and nothing is left" {
	need_package
	need dpkg unshare
	mkdir -p root/var/lib/dpkg/info root/var/lib/dpkg/updates
	: >root/var/lib/dpkg/status
	to_root -l >/dev/null 2>&1 || skip "cannot be root of a root of our own"
	to_root -i "$deb"
	root/usr/bin/sockit --version
	[ -z "$(to_root --verify sockit)" ]
	to_root -r sockit
	[ -z "$(find root -name '*sockit*')" ]
	[ ! -e root/usr/bin ]
}

@test "deb: lintian finds no error and no warning" {
	need lintian
	need_package
	[[ $SOCKIT != *-sanitize* && $SOCKIT != *-static* ]] || skip "no program to package"
	run -0 lintian --fail-on error,warning "$deb"
	[[ $output != *[EW]:\ sockit* ]]
}

@test "the other packages have the version of the program" {
	cd "$tests/packaging"
	for file in sockit.spec PKGBUILD APKBUILD sockit.rb; do
		grep -qE "^ *(Version:|pkgver=|version) *\"?$version\"?$" "$file"
	done
}

@test "rpm: it builds from the tarball, and has what make install installs" {
	need_commit
	need rpmbuild
	[ ! -e "$BATS_FILE_TMPDIR/rpm.failed" ] || { cat "$BATS_FILE_TMPDIR/rpm.log"; false; }
	rpm -qlp "$BATS_FILE_TMPDIR"/rpm/RPMS/*/sockit-"$version"-*.rpm >files
	for file in /usr/bin/sockit /usr/share/man/man1/sockit-tcp-serve.1.gz \
		/usr/share/bash-completion/completions/sockit; do
		grep -qxE "$file|${file%.gz}" files
	done
}

@test "the recipes for Arch Linux, Alpine Linux and Homebrew are well-formed" {
	bash -n "$tests/packaging/PKGBUILD"
	sh -n "$tests/packaging/APKBUILD"
	need ruby
	ruby -c "$tests/packaging/sockit.rb"
}

@test "the image has what the build makes, and starts it" {
	file=$tests/packaging/Dockerfile
	grep -q '^RUN .*make static$' "$file"
	[ "$(sed -n 's/^COPY --from=build \([^ ]*\) .*/\1/p' "$file")" = /src/sockit-static ]
}
