#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""complete.py - type beginnings of command lines into a shell, press TAB, and look at the screen.

usage: complete.py SHELL [ARG...] <CASES

SHELL runs under a terminal of its own. It must show the prompt `READY> ` and, on Ctrl-G, print
LINE<...> with what stands on the command line. A case is a line, | being the cursor:

    sockit tcp-c| => sockit tcp-connect |      what the line becomes
    sockit tcp| ? tcp-connect !udp-send        what is shown below, and what is not

Blank lines and those that begin with # are passed over. Status 1 if a case fails, each with what
was there instead.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 10 * float(os.environ.get("SOCKIT_TEST_PATIENCE", "1"))
ESCAPES = re.compile(rb"\x1b\[[0-9;?>=]*[ -/]*[@-~]|\x1b\].*?(?:\x07|\x1b\\)|\x1b[()].|\x1b[=>]|[\x0e\x0f\x07]")
QUESTION = re.compile(rb"\x1b\[0?c")
LINE = re.compile(r"LINE<(.*?)>\r?\n", re.S)


class Shell:
    def __init__(self, words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Nobody would answer a question that is longer than the screen.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 300, 400, 0, 0))
            os.execvp(words[0], words)
        self.seen = b""

    def text(self):
        return ESCAPES.sub(b"", self.seen).decode(errors="replace")

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, condition):
        """Read until CONDITION holds of what was seen. False: it does not in time, or at all."""
        deadline = time.monotonic() + PATIENCE
        while not condition(self.text()):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                return False
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data:
                return False
            self.seen += data
            # New shells ask the terminal what it is, and wait for the answer.
            if QUESTION.search(data):
                self.type("\x1b[?62c")
        return True

    def line(self):
        """The command line; what was seen before is then all that there is to see of a TAB."""
        self.type("\x07")
        if not self.wait(LINE.search):
            return None
        return LINE.search(self.text()).group(1)

    def clear(self):
        # With the list of fish open the first Ctrl-U may only close that.
        for _ in range(3):
            self.seen = b""
            self.type("\x15")
            if self.line() == "":
                break
        self.seen = b""

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def names(words):
    """The ends of WORDS: fish shows all of HOST:PORT, and zsh leaves out a : or = at the end. What
    they are stands in brackets in fish."""
    return {re.split("[:=]", word.strip("(),;").rstrip(":="))[-1] for word in words}


def shown(text, typed):
    """The names in TEXT that do not stand on the command line."""
    return names(LINE.sub("", text).replace(typed.rstrip(), "").split())


def check(shell, typed, kind, wanted):
    """None, or what is wrong."""
    shell.type(typed)
    if shell.line() != typed:
        return f"the shell does not take what is typed\n{shell.text()!r}"
    shell.seen = b""
    shell.type("\t")
    if kind == "=>":
        line = shell.line()
        wanted = wanted.removesuffix("|")
        return None if line == wanted else f"the line is {line!r}\n{shell.text()!r}"
    words = wanted.split()
    yes = names(word for word in words if word[0] != "!")
    no = names(word[1:] for word in words if word[0] == "!")
    shell.wait(lambda text: yes <= shown(text, typed))
    if shell.line() is None:
        return f"the shell does not answer\n{shell.text()!r}"
    there = shown(shell.text(), typed)
    lacks, extra = yes - there, no & there
    if lacks or extra:
        return f"lacks {sorted(lacks)}, has {sorted(extra)}\n{shell.text()!r}"
    return None


def main():
    shell = Shell(sys.argv[1:])
    if not shell.wait(lambda text: "READY> " in text):
        sys.exit(f"no prompt: {shell.text()!r}")
    shell.clear()
    failed = 0
    for case in sys.stdin:
        case = case.strip("\n")
        if not case.strip() or case.startswith("#"):
            continue
        typed, kind, wanted = re.fullmatch(r"(.*?)\| (=>|\?) ?(.*)", case).groups()
        reason = check(shell, typed, kind, wanted)
        if reason:
            failed += 1
            print(f"FAILED {case}\n{reason}")
        shell.clear()
    shell.end()
    sys.exit(failed > 0)


main()
