# SPDX-License-Identifier: ISC
# Makefile - build, check, measure and install sockit. `make help` lists what it can do.

MAKEFLAGS += --no-builtin-rules

VERSION  = 0.1.0
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
PLATFORM ?= $(if $(filter Linux,$(shell uname -s)),linux,posix)
SANITIZE ?=
CC      ?= cc

# Each configuration has its objects in a folder of its own.
B := build/$(PLATFORM)-$(notdir $(firstword $(CC)))$(if $(SANITIZE),-sanitize)$(if $(STATIC),-static)

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wvla -Wmissing-prototypes \
	-Wstrict-prototypes -Wwrite-strings -Wundef -Wno-format-nonliteral

probe = $(shell printf 'int main(void){return 0;}' | $(CC) -Werror $(1) -xc - -o /dev/null \
	2>/dev/null && echo '$(1)')
ifneq ($(SANITIZE),)
HARDEN_C  = -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_L  = -fsanitize=$(SANITIZE)
else
comma := ,
HARDEN_C := $(or $(call probe,-O2 -D_FORTIFY_SOURCE=3),$(call probe,-O2 -D_FORTIFY_SOURCE=2)) \
	$(foreach f,-fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=zero,$(call probe,$(f)))
HARDEN_L := $(if $(STATIC),-static,-fPIE -pie) $(foreach f,-Wl$(comma)-z$(comma)relro \
	-Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack,$(call probe,$(f)))
endif

ALL_CFLAGS = -std=c11 -O2 -g $(WARNINGS) $(HARDEN_C) -fno-strict-aliasing $(if $(STATIC),,-fPIE) \
	-pthread -D_POSIX_C_SOURCE=200809L -Isrc -MMD -MP $(CFLAGS)
ALL_LDFLAGS = $(HARDEN_L) -pthread $(LDFLAGS)

# Files named for another platform stay out: everything *_linux and epoll belong to PLATFORM=linux.
OTHERS   := $(if $(filter linux,$(PLATFORM)),%_posix.c,%_linux.c %_epoll.c)
SOURCES  := $(filter-out $(OTHERS),$(wildcard src/*.c src/*/*.c))
OBJECTS  := $(SOURCES:src/%.c=$(B)/%.o)
LIBRARY  := $(filter-out $(B)/main.o,$(OBJECTS))
UNITS    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))

all: sockit

sockit: $(B)/sockit
	@cp -f $(B)/sockit sockit.new && mv -f sockit.new $@

$(B)/sockit: $(OBJECTS)
	$(CC) $(ALL_CFLAGS) -o $@ $(OBJECTS) $(ALL_LDFLAGS)

$(B)/main.o: Makefile
$(OBJECTS): $(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(if $(filter src/main.c,$<),-DSOCKIT_VERSION='"$(VERSION)"') -c -o $@ $<

$(UNITS): $(B)/unit/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -o $@ $< $(LIBRARY) $(ALL_LDFLAGS)

units: $(UNITS)

# A fuzzer links the real code, built for it by clang; what it finds new is kept beside the objects,
# what is worth keeping is moved to tests/fuzz/NAME by hand. FUZZ=NAME picks one, SECONDS is for each.
FUZZ    ?= $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
SECONDS ?= 20
F       := build/fuzz
F_FLAGS := -std=c11 -O1 -g $(WARNINGS) -fsanitize=address,undefined -fno-sanitize-recover=all \
	-pthread -D_POSIX_C_SOURCE=200809L -Isrc -MMD -MP
F_OBJECTS := $(LIBRARY:$(B)/%=$(F)/src/%)

$(F_OBJECTS): $(F)/src/%.o: src/%.c
	@mkdir -p $(@D)
	clang $(F_FLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

$(FUZZ:%=$(F)/%): $(F)/%: tests/fuzz/%.c $(F_OBJECTS)
	@mkdir -p $(F)/new-$*
	clang $(F_FLAGS) -fsanitize=fuzzer -o $@ $< $(F_OBJECTS)

fuzz:
	@if command -v clang >/dev/null; then $(MAKE) --no-print-directory $(FUZZ:%=run-fuzz-%); \
	else echo 'fuzz: left out, clang is not installed'; fi

$(FUZZ:%=run-fuzz-%): run-fuzz-%: $(F)/%
	$< -max_total_time=$(SECONDS) -max_len=4096 -verbosity=0 -artifact_prefix=$(F)/ \
		$(F)/new-$* tests/fuzz/$*

# TESTS=FILE narrows the run; JOBS=N runs N tests at once.
check: $(B)/sockit units
	SOCKIT=$(CURDIR)/$(B)/sockit UNITS=$(CURDIR)/$(B)/unit sh tests/run.sh $(TESTS)

check-all: ## the same tests with every compiler, platform, poller and checker
	sh tests/check-all.sh

demo: sockit
	sh tests/demo.sh

bench: sockit
	python3 tests/bench/run.py $(BENCH)

lint:
	sh tests/lint/run.sh

format:
	clang-format -i $(wildcard src/*.[ch] src/*/*.[ch] tests/unit/*.[ch])

completions: sockit
	sh tests/lint/completions.sh write

install: sockit
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -d $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -m 755 sockit $(DESTDIR)$(BINDIR)/sockit
	install -m 644 man/*.1 $(DESTDIR)$(MANDIR)/man1
	install -m 644 completions/sockit.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sockit
	install -m 644 completions/_sockit $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sockit

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/sockit $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sockit
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sockit
	cd man && for page in *.1; do rm -f $(DESTDIR)$(MANDIR)/man1/$$page; done

dist:
	git archive --prefix=sockit-$(VERSION)/ -o sockit-$(VERSION).tar.gz HEAD

clean:
	rm -rf build sockit sockit.new sockit-*.tar.gz

help:
	@echo 'make              build ./sockit (CC, CFLAGS, LDFLAGS, PLATFORM=posix, STATIC=1, SANITIZE=...)'
	@echo 'make check        build and run the tests; TESTS="tests/opt.bats" runs some'
	@echo 'make check-all    the tests with gcc and clang, sanitizers, PLATFORM=posix, both pollers, valgrind'
	@echo 'make fuzz         feed the parsers what nobody would send; FUZZ=telnet runs one, SECONDS=$(SECONDS) each'
	@echo 'make demo         do the main job once, in front of your eyes'
	@echo 'make bench        compare speed with nc, ncat, socat and others; BENCH=bulk runs one part'
	@echo 'make lint         layering, function length, formatting, shell scripts, man pages'
	@echo 'make install      PREFIX=$(PREFIX), DESTDIR; make uninstall; make dist; make clean'

.PHONY: all units fuzz check check-all demo bench lint format completions install uninstall dist clean help
.SECONDARY:
-include $(OBJECTS:.o=.d) $(UNITS:=.d) $(F_OBJECTS:.o=.d) $(FUZZ:%=$(F)/%.d)
