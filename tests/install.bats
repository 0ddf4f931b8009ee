#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# install.bats - make install and make uninstall: which files, where, and that nothing is left.

load lib
load make

setup() {
	need_gnu_make
	need install
	enter_tmpdir
}

# stage [VARIABLE=VALUE]... - make install of the program under test under $PWD/stage.
stage() {
	make_in "$root" -s PROGRAM="$program" DESTDIR="$PWD/stage" install "$@" >installed
}

unstage() {
	make_in "$root" -s PROGRAM="$program" DESTDIR="$PWD/stage" uninstall "$@"
}

# expected BIN SHARE MAN - the files of an installation.
expected() {
	local page
	{
		echo "$1/sockit"
		for page in "$root"/man/*.[1-9]; do
			echo "$3/man${page##*.}/${page##*/}"
		done
		echo "$2/bash-completion/completions/sockit"
		echo "$2/zsh/site-functions/_sockit"
		echo "$2/fish/vendor_completions.d/sockit.fish"
		echo "$2/doc/sockit/COPYING"
		echo "$2/doc/sockit/README.md"
	} | LC_ALL=C sort
}

@test "the program, the pages, the completions and the documents are installed, and no more" {
	stage
	diff <(expected /usr/local/bin /usr/local/share /usr/local/share/man) <(files stage)
	[ "$(find stage/usr/local/share/man/man1 -name '*.1' | wc -l)" -ge 8 ]
}

@test "make says what it has put where" {
	stage
	diff <(expected "$PWD/stage/usr/local/bin" "$PWD/stage/usr/local/share" \
		"$PWD/stage/usr/local/share/man") <(LC_ALL=C sort installed)
}

@test "what is installed is what was built, and runs" {
	stage
	cmp "$SOCKIT" stage/usr/local/bin/sockit
	run -0 stage/usr/local/bin/sockit --version
	[ "$output" = "$(sockit --version)" ]
}

@test "PREFIX and prefix are the same, and so are BINDIR and bindir, MANDIR and mandir" {
	stage PREFIX=/opt/s BINDIR=/b MANDIR=/m
	mv stage capitals
	stage prefix=/opt/s bindir=/b mandir=/m
	diff <(expected /b /opt/s/share /m) <(files stage)
	diff -r capitals stage
	unstage prefix=/opt/s bindir=/b mandir=/m
	[ -z "$(files stage)" ]
}

@test "blanks in DESTDIR and in the prefix" {
	stage DESTDIR="$PWD/a stage" prefix='/my programs'
	diff <(expected '/my programs/bin' '/my programs/share' '/my programs/share/man') \
		<(files 'a stage')
	unstage DESTDIR="$PWD/a stage" prefix='/my programs'
	[ -z "$(files 'a stage')" ]
}

@test "everyone can read it, whatever the umask of who installs" {
	(umask 077 && stage)
	[ -z "$(find stage -type d ! -perm 755)" ]
	[ -z "$(find stage -type f ! -name sockit ! -perm 644)" ]
	[ -n "$(find stage/usr/local/bin/sockit -perm 755)" ]
}

@test "a page can be read where it is installed" {
	local page viewer
	if command -v man >/dev/null; then
		viewer=(man -l)
	elif command -v mandoc >/dev/null; then
		viewer=(mandoc)
	else
		skip "neither man nor mandoc is installed"
	fi
	stage
	for page in stage/usr/local/share/man/man?/*; do
		MANWIDTH=80 LC_ALL=C run -0 --separate-stderr "${viewer[@]}" "$page"
		[[ $output == *SYNOPSIS* || $output == *DESCRIPTION* ]]
		[ -z "$stderr" ]
	done
}

@test "bash finds the completion where it is installed" {
	stage
	run -0 bash -c 'source "$1"; complete -p sockit' - \
		stage/usr/local/share/bash-completion/completions/sockit
	[[ $output == complete*sockit ]]
}

@test "zsh finds the completion where it is installed" {
	need zsh
	stage
	# shellcheck disable=SC2016 # for zsh
	run -0 zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D
		print $_comps[sockit]' - "$PWD/stage/usr/local/share/zsh/site-functions"
	[ "$output" = _sockit ]
}

@test "fish finds the completion where it is installed" {
	need fish
	stage
	# fish completes nothing for a program that does not exist.
	PATH=$PWD/stage/usr/local/bin:$PATH HOME=$PWD XDG_DATA_DIRS=$PWD/stage/usr/local/share \
		run -0 fish -c 'complete -C "sockit tcp-s"'
	[[ $output == tcp-serve* ]]
}

@test "uninstall leaves nothing of it" {
	stage
	unstage
	[ -z "$(files stage)" ]
	[ -z "$(find stage -name '*sockit*')" ]
}

@test "uninstall where nothing is installed is no error" {
	unstage
	[ ! -e stage ]
}

@test "what others have installed stays, and so do the modes of their folders" {
	local share=stage/usr/local/share
	mkdir -p stage/usr/local/bin $share/man/man1 $share/doc/sockit $share/zsh/site-functions
	chmod 2775 stage/usr/local/bin $share/man/man1
	for file in bin/sockit-other share/man/man1/sockit-other.1 share/doc/sockit/notes \
		share/zsh/site-functions/_other; do
		echo theirs >"stage/usr/local/$file"
	done
	cp -Rp stage before
	stage
	[ -n "$(find stage/usr/local/bin -maxdepth 0 -perm 2775)" ]
	[ -n "$(find $share/man/man1 -maxdepth 0 -perm 2775)" ]
	unstage
	diff <(files before) <(files stage)
	[ "$(cat stage/usr/local/bin/sockit-other $share/doc/sockit/notes)" = $'theirs\ntheirs' ]
}

@test "a newer program takes the place of one that runs" {
	stage
	SOCKIT=$PWD/stage/usr/local/bin/sockit start_server --handler echo
	stage
	[ "$(sockit tcp-connect "$address" <<<hello)" = hello ]
}

@test "install-strip installs the same program without its symbols" {
	need strip
	make_in "$root" -s PROGRAM="$program" DESTDIR="$PWD/stage" install-strip
	# A static one never had any.
	if [[ $SOCKIT == *-static/* ]]; then
		[ "$(size_of stage/usr/local/bin/sockit)" -le "$(size_of "$SOCKIT")" ]
	else
		[ "$(size_of stage/usr/local/bin/sockit)" -lt "$(size_of "$SOCKIT")" ]
	fi
	run -0 stage/usr/local/bin/sockit --version
}

@test "a folder that cannot be made is an error" {
	: >file
	run stage DESTDIR="$PWD/file"
	[ "$status" -ne 0 ]
}
