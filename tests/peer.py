#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""peer.py - the other side of a connection, behaving the way a test wants it to.

    peer.py [--port-file FILE] [--unix PATH | --connect [HOST:]PORT] [--times N] STEP...
    peer.py [...] NAME [ARG...]

Listens on a port of its own of --host, writes the port to FILE, and takes each of N connections
(default 1, 0: without end, all at once) through the steps. Or connects, N times, and does the same.
What it saw is on standard output, a line for each step; the lines are what tests look at.

steps:
  read            to the end: `end after N bytes` or `reset after N bytes`
  read:N          exactly N bytes
  read-until:TEXT until TEXT has come
  slow:N          to the end, N bytes every 50 ms
  save:FILE       to the end, into FILE
  pieces          to the end, a line for each piece that came: `SECONDS BYTES`
  count           to the end, then answer with the number of bytes and a newline
  echo            to the end, sending everything back
  send:TEXT       with \\n, \\r, \\t, \\0, \\xHH
  send-file:FILE  all of FILE
  drip:TEXT       one byte every 20 ms
  flood           send zeros until the other side has enough: `flooded N bytes, then REASON`
  wait:SECONDS    do nothing
  shutdown        end our sending side
  reset           close with a reset
  close           close now (the end of the steps does it, too)
  hold            do nothing until killed

names, for the common ones:
"""
import argparse
import codecs
import os
import socket
import struct
import sys
import threading
import time

NAMED = {
    "reset": ["read:{0}", "reset"],
    "slow-answer": ["read", "wait:{0}", "send:{1}"],
    "silent": ["hold"],
    "slow-reader": ["slow:{0}"],
    "counter": ["count"],
    "half-close": ["send:{0}", "shutdown", "read"],
    "refuse-data": ["wait:0.2", "reset"],
    "close-first": ["send:{0}", "close"],
}
CHUNK = 65536


class Peer:
    """One connection, its steps, and what it saw."""

    def __init__(self, connection, log):
        self.connection = connection
        self.log = log
        self.ahead = b""

    def some(self, most=CHUNK):
        """What comes next, at most MOST bytes; empty at the end."""
        if self.ahead:
            data, self.ahead = self.ahead[:most], self.ahead[most:]
            return data
        return self.connection.recv(most)

    def to_the_end(self, take=None, most=CHUNK, pause=0.0):
        """Read until the end; each piece goes to TAKE. The count, and how it ended into the log."""
        total = 0
        try:
            while True:
                data = self.some(most)
                if not data:
                    self.log("end after %d bytes" % total)
                    return total
                total += len(data)
                if take:
                    take(data)
                time.sleep(pause)
        except ConnectionResetError:
            self.log("reset after %d bytes" % total)
            return total

    def read(self, count=""):
        if not count:
            self.to_the_end()
            return
        left = int(count)
        while left > 0:
            data = self.some(min(left, CHUNK))
            if not data:
                self.log("end %d bytes too early" % left)
                return
            left -= len(data)
        self.log("read %s bytes" % count)

    def read_until(self, text):
        wanted, seen = unescape(text), b""
        while wanted not in seen:
            data = self.some()
            if not data:
                self.log("end before %s" % text)
                return
            seen += data
        end = seen.index(wanted) + len(wanted)
        self.ahead = seen[end:] + self.ahead
        self.log("read %s" % text)

    def slow(self, count):
        self.to_the_end(most=int(count), pause=0.05)

    def save(self, path):
        with open(path, "wb") as file:
            self.to_the_end(file.write)

    def pieces(self):
        start = time.monotonic()
        self.to_the_end(lambda data: self.log("%.3f %d" % (time.monotonic() - start, len(data))))

    def count(self):
        total = self.to_the_end()
        self.connection.sendall(b"%d\n" % total)

    def echo(self):
        self.to_the_end(self.connection.sendall)

    def send(self, text):
        self.connection.sendall(unescape(text))

    def send_file(self, path):
        with open(path, "rb") as file:
            self.connection.sendall(file.read())

    def drip(self, text):
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in unescape(text):
            self.connection.sendall(bytes([byte]))
            time.sleep(0.02)

    def flood(self):
        total = 0
        try:
            while True:
                total += self.connection.send(bytes(CHUNK))
        except OSError as error:
            self.log("flooded %d bytes, then %s" % (total, error.strerror))

    def wait(self, seconds):
        time.sleep(float(seconds))

    def shutdown(self):
        self.connection.shutdown(socket.SHUT_WR)

    def reset(self):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def close(self):
        self.connection.close()

    def hold(self):
        while True:
            time.sleep(3600)

    def go(self, steps):
        """All of STEPS; a connection that breaks ends them."""
        try:
            for step in steps:
                name, _, argument = step.partition(":")
                act = getattr(self, name.replace("-", "_"))
                act(*([argument] if argument else []))
        except OSError as error:
            self.log("%s: %s" % (name, error.strerror or error))
        self.connection.close()


def unescape(text):
    return codecs.escape_decode(text.encode())[0]


def log(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def steps_of(words):
    """The steps that WORDS mean; a bad one ends us before anything is bound."""
    if words[0] in NAMED:
        words = [step.format(*words[1:]) for step in NAMED[words[0]]]
    for word in words:
        name = word.partition(":")[0].replace("-", "_")
        if name.startswith("_") or name in ("go", "some", "to_the_end") or not hasattr(Peer, name):
            sys.exit("peer.py: no such step: %s" % word)
    return words


def listener(options):
    if options.unix:
        server = socket.socket(socket.AF_UNIX)
        server.bind(options.unix)
        server.listen(options.backlog)
        return server, options.unix
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.recv_buffer:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.recv_buffer)
    server.bind((options.host, options.port))
    if not options.deaf:
        server.listen(options.backlog)
    return server, str(server.getsockname()[1])


def publish(path, text):
    """All of TEXT appears in PATH at once."""
    with open(path + ".new", "w") as file:
        file.write(text + "\n")
    os.rename(path + ".new", path)


def serve(options, steps):
    server, where = listener(options)
    if options.port_file:
        publish(options.port_file, where)
    if options.deaf:
        time.sleep(options.deaf)
        server.listen(options.backlog)
    threads = []
    while not options.times or len(threads) < options.times:
        connection = server.accept()[0]
        thread = threading.Thread(target=Peer(connection, log).go, args=(steps,), daemon=True)
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


def dial(options):
    if options.unix:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(options.unix)
        return connection
    host, _, port = options.connect.rpartition(":")
    return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)))


def connect(options, steps):
    threads = []
    for _ in range(options.times):
        thread = threading.Thread(target=Peer(dial(options), log).go, args=(steps,), daemon=True)
        thread.start()
        threads.append(thread)
    if options.port_file:
        publish(options.port_file, str(len(threads)))
    for thread in threads:
        thread.join()


def main():
    names = "\n".join("  %-16s%s" % (name, " ".join(steps)) for name, steps in NAMED.items())
    parser = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__ + names)
    parser.add_argument("--port-file", help="the port (or, connecting, how many) once it is so")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--unix", help="the path of a Unix socket instead of a port")
    parser.add_argument("--connect", help="connect there; with --unix, any word")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--backlog", type=int, default=128)
    parser.add_argument("--recv-buffer", type=int)
    parser.add_argument("--deaf", type=float, metavar="SECONDS", help="refuse that long first")
    parser.add_argument("step", nargs="+")
    options = parser.parse_args()
    steps = steps_of(options.step)
    if options.connect:
        connect(options, steps)
    else:
        serve(options, steps)


if __name__ == "__main__":
    main()
