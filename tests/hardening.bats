#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# hardening.bats - what the compiler and the linker were asked for is in the program.

load lib

setup() {
	enter_tmpdir
	need readelf
	[[ $SOCKIT != *-sanitize* ]] || skip "a sanitizer takes the place of hardening"
	LC_ALL=C readelf -Wldn --dyn-syms "$SOCKIT" >elf 2>/dev/null
	[ -s elf ] || skip "the program is no ELF file"
}

# need_dynamic - skip a static program: the rest is about what is linked when the program starts.
need_dynamic() {
	grep -q 'program interpreter' elf || skip "a static program"
}

@test "hardened: the program is loaded at a random address" {
	need_dynamic
	grep -q 'Elf file type is DYN' elf
}

@test "hardened: no memory can be written and executed, and the stack is data" {
	grep -q GNU_STACK elf
	! grep -E '^ +(LOAD|GNU_STACK) .* RWE ' elf
}

@test "hardened: what the linker filled in is read-only before the program starts" {
	grep -q GNU_RELRO elf
	need_dynamic
	grep -Eq 'FLAGS.*(BIND_NOW|NOW)' elf
}

@test "hardened: libraries are looked for only where the system has them" {
	! grep -E 'RPATH|RUNPATH|TEXTREL' elf
}

@test "hardened: stack and buffers are checked" {
	need_dynamic
	grep -q ' __stack_chk_fail' elf
	grep -q 'NEEDED.*libc\.so\.6' elf || skip "only glibc checks buffers"
	grep -Eq ' __[a-z]+_chk' elf
}

@test "hardened: return addresses can be protected by a shadow stack" {
	need cc
	[[ $(uname -m) == x86_64 ]] || skip "no x86"
	echo 'int main(void) { return 0; }' >probe.c
	cc -Werror -fcf-protection -Wl,-z,shstk -o probe probe.c 2>/dev/null || skip "cc cannot"
	LC_ALL=C readelf -n probe 2>/dev/null | grep -q SHSTK || skip "the linker does not mark it"
	grep -q 'x86 feature:.*SHSTK' elf
}
