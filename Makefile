# SPDX-License-Identifier: ISC
# Makefile - build, check, measure and install sockit. `make help` lists what it can do.

MAKEFLAGS += --no-builtin-rules

VERSION  = 0.1.0
# The system that it is built for: its name, or posix for one that is not listed.
SYSTEMS   = linux darwin freebsd netbsd openbsd
PLATFORM ?= $(or $(filter $(SYSTEMS),$(shell uname -s | tr A-Z a-z)),posix)
PLATFORM := $(PLATFORM)
SANITIZE ?=
CC      ?= cc

# Each configuration has its objects in a folder of its own.
empty :=
B := build/$(PLATFORM)-$(subst $(empty) $(empty),-,$(strip $(notdir $(CC))))$(if $(SANITIZE),-sanitize)$(if $(STATIC),-static)$(if $(KQUEUE),-kqueue)

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wvla -Wmissing-prototypes \
	-Wstrict-prototypes -Wwrite-strings -Wundef -Wno-format-nonliteral

# Each step is a line such as `CC src/main.c`; V=1 shows the commands instead, -s nothing.
silent = $(findstring s,$(filter-out --%,$(firstword $(MAKEFLAGS))))
step = $(if $(V),,@$(if $(silent),,echo '$(1)';))

comma := ,
hash := \#
probe = $(shell printf 'int main(void){return 0;}' | $(CC) -Werror $(1) -xc - -o /dev/null \
	2>/dev/null && echo '$(1)')
# Those of the flags that the compiler knows; one that knows them all is asked once.
probe_each = $(or $(call probe,$(1)),$(foreach f,$(1),$(call probe,$(f))))
# Not with CFLAGS=-O0, nor where CFLAGS have it already.
fortify = $(shell printf '\043include <stdio.h>\nint main(void){return 0;}' | $(CC) -Werror -O2 \
	-D_FORTIFY_SOURCE=$(1) $(CPPFLAGS) $(CFLAGS) -xc - -o /dev/null 2>/dev/null && \
	echo '-O2 -D_FORTIFY_SOURCE=$(1)')

# What the compiler knows is written beside the objects, and asked again only once it is another
# compiler or has other flags.
FOUND := STATIC_L HARDEN_C SHADOW_STACK HARDEN_L LEAN_C LEAN_L PREFIX_MAP GLIBC KERNEL_H
ASKED := $(strip $(hash) $(FOUND) $(CC) $(shell LC_ALL=C $(CC) --version 2>/dev/null) / $(CPPFLAGS) / $(CFLAGS) / $(STATIC) / \
	$(CURDIR) .)
ifeq ($(shell sed 1q $(B)/found 2>/dev/null),$(ASKED))
include $(B)/found
UNKNOWN :=
else
UNKNOWN := FORCE
# STATIC=pie is for a C library whose static programs can be position-independent. That it links does
# not tell: where the library's start-up code is not made for it, the program crashes at once.
STATIC_L := $(if $(filter pie,$(STATIC)),$(or $(call probe,-static-pie),-static -pie),-static)
ifeq ($(SANITIZE),)
HARDEN_C := $(or $(call fortify,3),$(call fortify,2)) $(call probe_each,\
	-fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero)
# Return addresses are protected (x86) if the program says that it can do with it, which the linker
# only believes of start-up files that say so, too; Debian's do not. No more is said than is true:
# indirect branches (ibt) would need an endbr in those files.
SHADOW_STACK := $(if $(filter -fcf-protection,$(HARDEN_C)),$(call probe,-Wl$(comma)-z$(comma)shstk))
HARDEN_L := $(SHADOW_STACK) $(if $(STATIC),$(STATIC_L),-fPIE -pie) $(call probe_each,\
	-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack)
endif

# A static binary is one to carry about: without what nobody calls, or only a debugger reads.
ifneq ($(STATIC),)
LEAN_C := -Os $(call probe_each,-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-fno-unwind-tables)
LEAN_L := -s $(call probe,-Wl$(comma)--gc-sections)
endif

PREFIX_MAP := $(if $(call probe,"-ffile-prefix-map=$(CURDIR)=."),yes)
GLIBC := $(shell printf '\043include <features.h>\n\043ifndef __GLIBC__\n\043error\n\043endif\n' | \
	$(CC) $(CPPFLAGS) -E -xc - >/dev/null 2>&1 && echo yes)

# Two programs of the tests include headers of Linux itself, which a compiler that was put beside the
# system's own for another C library (musl-gcc) does not find.
knows_linux = printf '\043include <linux/veth.h>\n' | $(CC) $(1) -E -xc - >/dev/null 2>&1
SYSTEM_H := -idirafter /usr/include -idirafter /usr/include/$(shell $(CC) -print-multiarch 2>/dev/null)
KERNEL_H := $(shell $(call knows_linux) || ! $(call knows_linux,$(SYSTEM_H)) || echo '$(SYSTEM_H)')
endif

ifneq ($(SANITIZE),)
HARDEN_C = -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_L = -fsanitize=$(SANITIZE)
endif

# The folder of the checkout would get into the binary by way of its debug information.
NO_PATHS = $(if $(PREFIX_MAP),"-ffile-prefix-map=$(CURDIR)=.")

# What the system's headers show: on Linux POSIX and nothing else, unless a file says so; the BSDs
# hide most of what sockit uses from a program that asks for POSIX.
FEATURES_linux   = -D_POSIX_C_SOURCE=200809L
FEATURES_posix   = -D_POSIX_C_SOURCE=200809L
FEATURES_darwin  = -D_DARWIN_C_SOURCE -D__APPLE_USE_RFC_3542
FEATURES_freebsd =
FEATURES_netbsd  = -D_NETBSD_SOURCE
FEATURES_openbsd = -D_BSD_SOURCE
FEATURES := $(FEATURES_$(PLATFORM))

# Files over 2 GiB and times after 2038, where a C library of 32 bits knows how.
LARGE = -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64

ALL_CFLAGS = -std=c11 -O2 $(if $(STATIC),,-g) $(WARNINGS) $(HARDEN_C) -fno-strict-aliasing \
	$(if $(filter-out pie,$(STATIC)),,-fPIE) $(LEAN_C) $(NO_PATHS) -pthread $(FEATURES) $(LARGE) \
	-Isrc -MMD -MP $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(HARDEN_L) $(LEAN_L) -pthread $(LDFLAGS)

# Of the files X_SYSTEM.c that are the same X for several systems, the first of these that is there.
NEAR_linux   = linux posix
NEAR_posix   = posix
NEAR_darwin  = darwin bsd posix
NEAR_freebsd = freebsd bsd posix
NEAR_netbsd  = netbsd oldbsd bsd posix
NEAR_openbsd = openbsd oldbsd bsd posix
CLASSES  := $(sort $(foreach s,$(SYSTEMS) posix,$(NEAR_$s)))
FILES    := $(shell find src -name "*.c" 2>/dev/null)
SPECIFIC := $(foreach s,$(CLASSES),$(filter %_$s.c,$(FILES)))
STEMS    := $(sort $(foreach s,$(CLASSES),$(patsubst %_$s.c,%,$(filter %_$s.c,$(FILES)))))
SOURCES  := $(sort $(filter-out $(SPECIFIC),$(FILES)) $(foreach x,$(STEMS),\
	$(firstword $(foreach s,$(NEAR_$(PLATFORM)),$(filter $x_$s.c,$(SPECIFIC))))))
# KQUEUE=1 is for the tests: the poller of the BSDs, with an emulation of what it stands on.
ifneq ($(KQUEUE),)
SOURCES  := $(SOURCES:%/poller_linux.c=%/poller_bsd.c)
EMULATED := $(B)/kqueue.o
CPPFLAGS += -Itests/kqueue
endif
OBJECTS  := $(SOURCES:src/%.c=$(B)/%.o)
LIBRARY  := $(filter-out $(B)/main.o,$(OBJECTS))
UNITS    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
PEERS    := $(patsubst tests/peer/%.c,$(B)/peer/%,$(wildcard tests/peer/*.c))
PEER_LIB := $(patsubst tests/peer/%.c,$(B)/peer/%.o,$(wildcard tests/peer/lib/*.c))
OTHERS   := $(foreach s,$(filter-out $(NEAR_$(PLATFORM)),$(CLASSES)),%_$s.c)
TARGETS  := $(patsubst tests/fuzz/%.c,%,$(filter-out $(OTHERS),$(wildcard tests/fuzz/*.c)))
# One is judged by glibc's libresolv.
SEEDED   := $(patsubst %,$(B)/fuzz/%,$(filter-out $(if $(GLIBC),,dns_print),$(TARGETS)))

all: sockit ## build ./sockit (CC, CFLAGS, LDFLAGS, PLATFORM=posix, STATIC=1, SANITIZE=..., V=1)

# The one of this configuration, even if another was built later.
sockit: $(B)/sockit $(if $(filter $(B),$(shell cat build/copied 2>/dev/null)),,FORCE)
	@cp -f $(B)/sockit sockit.new && mv -f sockit.new $@ && echo $(B) >build/copied

$(B)/sockit: $(OBJECTS) $(EMULATED)
	$(call step,LINK $@)$(CC) $(ALL_CFLAGS) -o $@ $(OBJECTS) $(EMULATED) $(ALL_LDFLAGS)

# Other flags than last time are a reason to build, as a changed source is.
FLAGS := $(strip $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS))
ifneq ($(shell cat $(B)/flags 2>/dev/null),$(FLAGS))
$(B)/flags: FORCE
endif
$(B)/flags: | $(B)/found
	@printf '%s\n' '$(subst ','\'',$(FLAGS))' >$@

$(B)/found: $(UNKNOWN)
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(ASKED))' $(foreach f,$(FOUND),'$f := $($f)') >$@

$(B)/version.o: Makefile
DEFINE_version = -DSOCKIT_VERSION='"$(VERSION)"'
DEFINE_features_posix = -DSOCKIT_PLATFORM='"$(PLATFORM)"'
$(OBJECTS): $(B)/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call step,CC $<)$(CC) $(ALL_CFLAGS) $(DEFINE_$(basename $(notdir $<))) -c -o $@ $<

$(B)/kqueue.o: tests/kqueue/kqueue.c $(B)/flags
	$(call step,CC $<)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# What tests do in preparation may fail where it shows.
LENIENT := -Wno-unused-result

# What tests link with: everything but main.
$(B)/libsockit.a: $(LIBRARY) $(EMULATED)
	$(call step,AR $@)rm -f $@ && $(AR) rc $@ $(LIBRARY) $(EMULATED)

$(UNITS) $(PEERS) $(SEEDED): $(B)/%: tests/%.c $(B)/libsockit.a
	@mkdir -p $(@D)
	$(call step,CC $<)$(CC) $(ALL_CFLAGS) $(LENIENT) $(KERNEL) -I$(dir $<) -o $@ $< $(filter %.o,$^) $(B)/libsockit.a \
		$(F_LIBRARY) $(ALL_LDFLAGS)

$(PEERS): $(PEER_LIB)
$(PEERS): KERNEL := $(KERNEL_H)
$(SEEDED): $(B)/fuzz/lib/seeds.o
$(PEER_LIB) $(B)/fuzz/lib/seeds.o: $(B)/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call step,CC $<)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# What makes calls fail stands between the program and glibc, where most sanitizers stand, too.
T := $(B)/torture
TORTURE := $(if $(filter-out undefined,$(SANITIZE))$(STATIC)$(filter-out linux,$(PLATFORM)),,$(if $(GLIBC),$(T)/torture $(T)/fail.so))
TORTURE_C := $(filter-out tests/torture/fail.c,$(wildcard tests/torture/*.c))
T_FLAGS = -std=c11 -O1 -g $(filter-out -Wwrite-strings,$(WARNINGS)) $(LENIENT) -Itests/peer -Itests/torture $(CPPFLAGS) $(CFLAGS)

$(T)/torture: $(TORTURE_C) $(wildcard tests/torture/*.h) $(PEER_LIB)
	@mkdir -p $(@D)
	$(call step,CC $@)$(CC) $(T_FLAGS) -o $@ $(TORTURE_C) $(B)/peer/lib/peer.o $(B)/peer/lib/place.o $(if $(SANITIZE),$(HARDEN_L)) $(LDFLAGS)

$(T)/fail.so: tests/torture/fail.c tests/torture/calls.h
	@mkdir -p $(@D)
	$(call step,CC $<)$(CC) $(T_FLAGS) -Wno-pedantic -Wno-missing-prototypes -Wno-conversion -fPIC -shared -o $@ $< -ldl

units: $(UNITS) $(PEERS) $(SEEDED) $(TORTURE)

# A fuzzer links the real code, built for it by clang; what it finds new is kept beside the objects,
# what is worth keeping is moved to tests/fuzz/NAME by hand. FUZZ=NAME picks one, SECONDS is for each.
FUZZ    ?= $(TARGETS)
SECONDS ?= 20
F       := build/fuzz
F_FLAGS := -std=c11 -O1 -g $(WARNINGS) $(LENIENT) -pthread -D_POSIX_C_SOURCE=200809L $(LARGE) -Isrc \
	-MMD -MP -DSOCKIT_VERSION='"$(VERSION)"'
F_CHECK := -fsanitize=address,undefined -fno-sanitize-recover=all
# What a target takes for something that hangs.
F_LIMITS := -timeout=10 -rss_limit_mb=1024 -max_len=4096

$(LIBRARY:$(B)/%=$(F)/src/%): $(F)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(call step,CC $<)clang $(F_FLAGS) $(F_CHECK) -fsanitize=fuzzer-no-link -c -o $@ $<

$(F)/libsockit.a: $(LIBRARY:$(B)/%=$(F)/src/%)
	$(call step,AR $@)rm -f $@ && $(AR) rc $@ $^

# DNS records are printed by libresolv, too.
$(B)/fuzz/dns_print $(F)/dns_print $(F)/covered/dns_print: F_LIBRARY = -lresolv

$(FUZZ:%=$(F)/%): $(F)/%: tests/fuzz/%.c $(F)/libsockit.a
	@mkdir -p $(F)/new-$*
	$(call step,CC $<)clang $(F_FLAGS) $(F_CHECK) -fsanitize=fuzzer -DFUZZER -o $@ $< \
		$(F)/libsockit.a $(F_LIBRARY)

# The words that the parsers know, from their tables.
$(F)/dictionary: tests/fuzz/lib/dictionary.c $(F)/libsockit.a
	$(call step,CC $<)clang $(F_FLAGS) $(F_CHECK) -o $@ $< $(F)/libsockit.a

# Two at once, which may be for different targets, build one after the other.
ONE_AT_ONCE = mkdir -p $(F) && $(if $(shell command -v flock),flock $(F)/lock)

fuzz: ## feed random input to the parsers; FUZZ=telnet runs one, SECONDS=20 for each
	@if command -v clang >/dev/null; then \
		$(ONE_AT_ONCE) $(MAKE) --no-print-directory $(FUZZ:%=$(F)/%) $(F)/dictionary && \
		$(MAKE) --no-print-directory $(FUZZ:%=run-fuzz-%); \
	else echo 'fuzz: left out, clang is not installed'; fi

$(FUZZ:%=run-fuzz-%): run-fuzz-%: $(F)/% $(F)/dictionary
	@$(F)/dictionary $* >$<.dict.$$$$ && mv -f $<.dict.$$$$ $<.dict
	$< -max_total_time=$(SECONDS) $(F_LIMITS) -dict=$<.dict -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=$(F)/ $(F)/new-$* tests/fuzz/$*

# The same once more, with counters in place of the checks.
$(LIBRARY:$(B)/%=$(F)/covered/src/%): $(F)/covered/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(call step,CC $<)clang $(F_FLAGS) -fprofile-instr-generate -fcoverage-mapping -c -o $@ $<

$(F)/covered/libsockit.a: $(LIBRARY:$(B)/%=$(F)/covered/src/%)
	$(call step,AR $@)rm -f $@ && $(AR) rc $@ $^

$(FUZZ:%=$(F)/covered/%): $(F)/covered/%: tests/fuzz/%.c tests/fuzz/lib/seeds.c $(F)/covered/libsockit.a
	$(call step,CC $<)clang $(F_FLAGS) -fprofile-instr-generate -fcoverage-mapping -o $@ \
		$(filter %.c,$^) $(F)/covered/libsockit.a $(F_LIBRARY)

fuzz-coverage: ## measure how much of each parser its fuzzing seeds reach; under 90 % of the lines fails
	@if command -v clang >/dev/null && command -v llvm-cov >/dev/null; then \
		$(ONE_AT_ONCE) $(MAKE) --no-print-directory $(FUZZ:%=$(F)/covered/%) && \
		sh tests/fuzz/lib/coverage.sh $(F)/covered $(FUZZ); \
	else echo 'fuzz-coverage: left out, clang or llvm-cov is not installed'; fi

check: $(B)/sockit units ## build and run the tests; TESTS=tests/scan.bats runs some, JOBS=N files at once
	$(if $(V),,@)SOCKIT='$(CURDIR)/$(B)/sockit' UNITS='$(CURDIR)/$(B)/unit' PEERS='$(CURDIR)/$(B)/peer' \
		sh tests/run.sh $(TESTS)

# RUNS and LOAD are other numbers than these.
steady: $(B)/sockit units ## run the tests ten times, beside four busy processes; TESTS=tests/scan.bats runs some
	SOCKIT='$(CURDIR)/$(B)/sockit' UNITS='$(CURDIR)/$(B)/unit' PEERS='$(CURDIR)/$(B)/peer' \
		sh tests/steady.sh $(TESTS)

check-bare: ## run the README's first commands in a minimal Debian chroot (root), or in an empty environment
	sh tests/bare.sh

# SAMPLE=N runs each Nth, TIME=N stops after N seconds, MOST=N fails no more than the first N calls of
# each kind, JOBS=N runs so many at once; CASES names some, such as forward, forward:send.
# SANITIZE=undefined may look on.
torture: $(B)/sockit units ## make each call of the C library fail in turn; TIME=60 for a sample, CASES=forward for one
	$(if $(TORTURE),$(T)/torture $(CURDIR)/$(B)/sockit $(CURDIR)/$(T)/fail.so $(CURDIR)/$(B)/peer/dns-server \
		$(CASES),@echo 'torture: left out, it requires glibc on Linux and no sanitizer but undefined'; echo '0 passed, 0 failed, 1 skipped')

# As zig's C compiler names them: a system's oldest and newest C library, 32 bits, musl.
CROSS ?= aarch64-macos x86_64-macos x86_64-freebsd x86_64-netbsd x86_64-openbsd \
	x86_64-linux-gnu.2.17 aarch64-linux-musl arm-linux-musleabihf x86-linux-musl
cross: ## compile and link for macOS, the BSDs, old glibc, and musl; CROSS=TARGET for one of them
	sh tests/cross.sh $(CROSS)

# COUNT=N clients for each mode; MODES names some, such as broker.
soak: $(B)/sockit units ## run 100,000 misbehaving clients against each mode of each server
	SOCKIT='$(CURDIR)/$(B)/sockit' PEERS='$(CURDIR)/$(B)/peer' bash tests/soak/run.sh $(MODES)

chaos: $(B)/sockit units ## transfer over bad lines: loss, delay, reordering, a tiny MTU; FAULTS=loss runs one
	SOCKIT='$(CURDIR)/$(B)/sockit' PEERS='$(CURDIR)/$(B)/peer' bash tests/chaos/run.sh $(FAULTS)

check-all: ## run the tests with all compilers, sanitizers, pollers, platforms and Debian releases, and valgrind
	sh tests/check-all.sh

demo: sockit ## send 300 MB through a server and a relay, and compare
	sh tests/demo.sh

bench: sockit ## compare speed with nc, socat and others; BENCH=bulk for one part, BENCH=calls for system calls
	python3 tests/bench/run.py $(BENCH)

picture: ## update the figures and pictures of README.md from the results of make bench
	python3 tests/bench/picture.py

lint: $(B)/sockit ## check layers, analyzers, formatting, shell scripts, man pages, options, completions
	SOCKIT='$(CURDIR)/$(B)/sockit' SOURCES='$(SOURCES)' sh tests/lint/run.sh

format: ## format the sources as lint requires
	clang-format -i $$(find src tests -name '*.[ch]')

completions: sockit ## update the shell completions from the option tables
	sh completions/generate.sh write

# Where things go, in the names of the GNU standards, and in the capitals of other Makefiles.
PREFIX    ?= /usr/local
prefix     = $(PREFIX)
BINDIR    ?= $(prefix)/bin
bindir     = $(BINDIR)
datadir    = $(prefix)/share
MANDIR    ?= $(datadir)/man
mandir     = $(MANDIR)
docdir     = $(datadir)/doc/sockit
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir  = $(datadir)/zsh/site-functions
fishcompdir = $(datadir)/fish/vendor_completions.d

PROGRAM   ?= $(B)/sockit
INSTALL   ?= install
INSTALL_PROGRAM ?= $(INSTALL) -m 755
INSTALL_DATA    ?= $(INSTALL) -m 644

# What install and uninstall do something to: put HOW FROM FOLDER NAME
EACH_FILE = \
	put '$(INSTALL_PROGRAM)' '$(PROGRAM)' '$(bindir)' sockit; \
	for page in $(wildcard man/*.[1-9]); do \
		put '$(INSTALL_DATA)' $$page '$(mandir)'/man$${page\#\#*.} $${page\#*/}; \
	done; \
	put '$(INSTALL_DATA)' completions/sockit.bash '$(bashcompdir)' sockit; \
	put '$(INSTALL_DATA)' completions/_sockit '$(zshcompdir)' _sockit; \
	put '$(INSTALL_DATA)' completions/sockit.fish '$(fishcompdir)' sockit.fish; \
	for text in README.md COPYING; do put '$(INSTALL_DATA)' $$text '$(docdir)' $$text; done

# A folder that is there keeps its mode, which install -d would change.
install: $(PROGRAM) ## install to prefix=/usr/local under DESTDIR; PROGRAM=sockit-static installs that binary
	@put() { \
		echo "$(DESTDIR)$$3/$$4"; \
		{ [ -d "$(DESTDIR)$$3" ] || $(INSTALL) -d "$(DESTDIR)$$3"; } && \
			$$1 "$$2" "$(DESTDIR)$$3/$$4" || exit 1; \
	}; $(EACH_FILE)

install-strip: ## install without symbols
	@$(MAKE) --no-print-directory INSTALL_PROGRAM='$(INSTALL_PROGRAM) -s' install

uninstall: ## remove what install has installed
	@put() { rm -f "$(DESTDIR)$$3/$$4" || exit 1; }; $(EACH_FILE)
	@rmdir '$(DESTDIR)$(docdir)' 2>/dev/null || true

# The bytes depend on the commit alone, not on who makes it, when, where, or with which settings.
DIST = sockit-$(VERSION)
dist: ## make a reproducible tarball of the last commit
	@[ -e .git ] || \
		{ echo 'dist: the tarball is made from a commit, and this is no git checkout' >&2; exit 1; }
	@git diff --quiet HEAD -- || echo 'dist: what is not committed is left out' >&2
	git -c tar.umask=0022 -c core.autocrlf=false -c core.eol=lf \
		archive --format=tar --prefix=$(DIST)/ -o $(DIST).tar HEAD
	gzip -9nf $(DIST).tar

# By musl-gcc unless CC says otherwise; on a system of musl, cc will do.
ifeq ($(STATIC),)
static: ## build ./sockit-static, one small file that needs no other files, with musl-gcc or CC
	@cc='$(if $(filter default file,$(origin CC)),,$(CC))'; \
	if [ -n "$$cc" ]; then :; \
	elif command -v musl-gcc >/dev/null; then cc=musl-gcc; \
	elif $(CC) -dumpmachine 2>/dev/null | grep -q musl; then cc='$(CC)'; \
	else \
		echo 'static: no musl-gcc (sh tests/setup.sh static installs it), and no CC is given' >&2; \
		exit 1; \
	fi; \
	$(MAKE) --no-print-directory STATIC=1 CC="$$cc" static
else
static: $(B)/sockit
	cp -f $(B)/sockit sockit-static
endif

release: ## build static binaries for x86-64, ARM and RISC-V, and try them (first: sh tests/setup.sh cross)
	sh tests/packaging/release.sh $(VERSION)
	sh tests/packaging/try.sh release/sockit-*

deb: $(PROGRAM) ## build a Debian package; DEBFULLNAME and DEBEMAIL name its maintainer
	@rm -rf $(B)/deb
	@$(MAKE) --no-print-directory install-strip DESTDIR=$(B)/deb prefix=/usr \
		zshcompdir=/usr/share/zsh/vendor-completions >/dev/null
	sh tests/packaging/deb.sh $(B)/deb $(VERSION)

clean: ## remove what was built
	rm -rf build release sockit sockit.new sockit-static sockit-*.tar sockit-*.tar.gz sockit_*.deb

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*\#\# /\1 /p' Makefile | \
		while read -r target text; do printf 'make %-14s %s\n' "$$target" "$$text"; done

.PHONY: all units fuzz fuzz-coverage torture soak chaos check steady check-bare cross check-all demo bench picture lint format completions install install-strip \
	uninstall dist static release deb clean help FORCE
.SECONDARY: $(FUZZ:%=$(F)/%) $(FUZZ:%=$(F)/covered/%)
-include $(OBJECTS:.o=.d) $(UNITS:=.d) $(PEERS:=.d) $(SEEDED:=.d) $(PEER_LIB:.o=.d) $(wildcard $(B)/fuzz/lib/*.d)
-include $(foreach f,$(F) $(F)/covered,$(LIBRARY:$(B)/%.o=$(f)/src/%.d) $(FUZZ:%=$(f)/%.d))
