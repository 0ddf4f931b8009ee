#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""terminal.py - run a command at a terminal of its own, and print what stands there at the end.

What is typed is not shown. Lines wider than the window are counted, and told of at the end; the
bytes as they came are in the file `raw`. The status is the command's, 128+N where signal N ended it.

    terminal.py [STEP...] -- COMMAND [ARG...]

    columns:N      the window's width from now on (80 at first; with 0 the terminal does not know)
    see:REGEX      until one of the lines that stand there matches
    unseen:REGEX   until none does
    type:TEXT      as if by the user (escapes as in Python)
    signal:NAME    to the command and what it started
    wait:SECONDS   for what must not happen meanwhile
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 20 * float(os.environ.get("SOCKIT_TEST_PATIENCE", "1"))


class Screen:
    """Rows of a terminal that knows no more than carriage return and newline."""

    def __init__(self):
        self.rows, self.column, self.columns, self.wrapped = [""], 0, 80, 0

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.rows.append("")
        else:
            if self.column >= (self.columns or 80):
                self.rows.append("")
                self.column = 0
                self.wrapped += 1
            row = self.rows[-1].ljust(self.column)
            self.rows[-1] = row[:self.column] + character + row[self.column + 1:]
            self.column += 1

    def shows(self, pattern):
        return any(re.search(pattern, row.rstrip()) for row in self.rows)

    def resize(self, columns):
        """As xterm does: what is outside is gone."""
        self.columns = columns
        self.rows = [row[:columns or 80] for row in self.rows]
        self.column = min(self.column, (columns or 80) - 1)


class Run:
    """A command, its terminal, and the screen that shows what it writes."""

    def __init__(self, command):
        self.screen, self.raw, self.ended = Screen(), b"", False
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)
        self.set_width(80)
        mode = termios.tcgetattr(self.fd)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)

    def set_width(self, columns):
        self.screen.resize(columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))

    def read(self, seconds):
        """What comes within SECONDS; False when nothing did."""
        if self.ended or not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 4096)
        except OSError:
            data = b""
        self.ended = not data
        self.raw += data
        for character in data.decode(errors="replace"):
            self.screen.put(character)
        return bool(data)

    def read_until(self, done, what):
        end = time.monotonic() + PATIENCE
        while not done():
            self.read(0.1)
            if time.monotonic() > end or (self.ended and not done()):
                self.print()
                sys.exit("terminal.py: gave up on %s" % what)

    def step(self, word):
        name, _, value = word.partition(":")
        if name == "columns":
            self.set_width(int(value))
        elif name == "see":
            self.read_until(lambda: self.screen.shows(value), word)
        elif name == "unseen":
            self.read_until(lambda: not self.screen.shows(value), word)
        elif name == "type":
            os.write(self.fd, value.encode().decode("unicode_escape").encode())
        elif name == "signal":
            os.killpg(self.pid, getattr(signal, "SIG" + value))
        elif name == "run":
            subprocess.run(value, shell=True, stdin=subprocess.DEVNULL, check=True)
        elif name == "wait":
            end = time.monotonic() + float(value)
            while time.monotonic() < end:
                self.read(0.05)
        else:
            sys.exit("terminal.py: no such step: %s" % word)

    def print(self):
        with open("raw", "wb") as file:
            file.write(self.raw)
        for row in self.screen.rows:
            print(row.rstrip())
        if self.screen.wrapped:
            print("%d lines were wider than the window" % self.screen.wrapped)


def main():
    where = sys.argv.index("--")
    run = Run(sys.argv[where + 1:])
    for word in sys.argv[1:where]:
        run.step(word)
    run.read_until(lambda: run.ended, "the end")
    code = os.waitstatus_to_exitcode(os.waitpid(run.pid, 0)[1])
    run.print()
    sys.stdout.flush()
    os._exit(128 - code if code < 0 else code)


if __name__ == "__main__":
    main()
