# SPDX-License-Identifier: ISC
"""bulk.py - one long connection: pipes and files to /dev/null, pipes and files."""
import filecmp
import os
import subprocess
import time

from common import (Failed, GB, LIMIT, LOAD, SIZE, SOCKIT, compare, finish, free_port, have,
                    installed, medians, openbsd_nc, rounds, say, scratch, spawn, stop,
                    wait_listening)

GOALS = {
    ("pipe", "null"): 1.7,
    ("pipe", "pipe"): 1.8,
    ("file", "null"): 3,
    ("file", "pipe"): 2,
    ("file", "file"): 1.3,
}
CPU_GOAL = 0.5

def tools():
    """Tool to (server, client) for a port: the client's input goes to the server's output."""
    nc = openbsd_nc()
    found = {
        "sockit": (lambda p: [SOCKIT, "tcp-serve", "127.0.0.1:%d" % p],
                   lambda p: [SOCKIT, "tcp-connect", "127.0.0.1:%d" % p]),
        "nc": nc and (lambda p: [nc, "-d", "-l", "127.0.0.1", str(p)],
                      lambda p: [nc, "-N", "127.0.0.1", str(p)]),
        "ncat": have("ncat") and (lambda p: ["ncat", "--recv-only", "-l", "127.0.0.1", str(p)],
                                  lambda p: ["ncat", "--send-only", "127.0.0.1", str(p)]),
    }
    for name, options in (("socat", []), ("socat -b256k", ["-b", "262144"])):
        found[name] = have("socat") and (
            lambda p, o=options: ["socat", *o, "-u",
                                  "TCP-LISTEN:%d,bind=127.0.0.1,reuseaddr" % p, "STDOUT"],
            lambda p, o=options: ["socat", *o, "-u", "STDIN", "TCP:127.0.0.1:%d" % p])
    return installed(found)


class Transfer:
    """One run: a source, a client, a server, a sink."""

    def __init__(self, commands, source, sink, folder):
        self.server_of, self.client_of = commands
        self.source, self.sink = source, sink
        self.input = os.path.join(folder, "input")
        self.output = os.path.join(folder, "output")
        self.helpers = []

    def open_sink(self):
        if self.sink == "null":
            return os.open("/dev/null", os.O_WRONLY)
        if self.sink == "file":
            # Preallocated, so that the price of fresh pages is nobody's.
            fd = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.posix_fallocate(fd, 0, SIZE)
            return fd
        reader, writer = os.pipe()
        self.helpers.append(spawn([LOAD, "drain", str(SIZE)], stdin=reader))
        os.close(reader)
        return writer

    def open_source(self):
        if self.source == "file":
            return os.open(self.input, os.O_RDONLY)
        reader, writer = os.pipe()
        self.helpers.append(spawn([LOAD, "feed", str(SIZE)], stdout=writer))
        os.close(writer)
        return reader

    def run(self):
        """Seconds, and the CPU seconds of client and server together."""
        port = free_port()
        server = client = None
        sink = self.open_sink()
        try:
            server = spawn(self.server_of(port), stdout=sink)
            os.close(sink)
            wait_listening(server, port)
            start = time.monotonic()
            source = self.open_source()
            client = spawn(self.client_of(port), stdin=source)
            os.close(source)
            cpu = finish(client) + finish(server)
            for helper in self.helpers:
                finish(helper)
            seconds = time.monotonic() - start
            self.check()
            return seconds, cpu
        finally:
            stop(server, client, *self.helpers)

    def check(self):
        if self.sink == "file" and self.source == "file" and not filecmp.cmp(
                self.input, self.output, shallow=False):
            raise Failed("the copy differs")


def make_input(path):
    with open(path, "wb") as file:
        left = SIZE
        while left > 0:
            left -= file.write(os.urandom(min(left, 1 << 20)))


def iperf(folder):
    """What memory to nowhere does here, for the scale of things; nothing to compare with."""
    del folder
    port = free_port()
    server = spawn(["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(port)])
    try:
        wait_listening(server, port)
        start = time.monotonic()
        done = subprocess.run(["iperf3", "-c", "127.0.0.1", "-p", str(port), "-n", str(SIZE)],
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=LIMIT)
        if done.returncode != 0:
            raise Failed("iperf3 ended with status %d" % done.returncode)
        return SIZE / GB / (time.monotonic() - start)
    except subprocess.TimeoutExpired as error:
        raise Failed("iperf3 took over %d s" % LIMIT) from error
    finally:
        stop(server)


def run():
    found = tools()
    rows = []
    with scratch() as folder:
        make_input(os.path.join(folder, "input"))
        for (source, sink), goal in GOALS.items():
            name = "bulk: %s -> %s" % (source, sink)
            say(name)
            results = rounds(found, lambda tool: Transfer(
                found[tool], source, sink, folder).run())
            speed = medians(results, lambda one: SIZE / GB / one[0])
            cpu = medians(results, lambda one: one[1] / (SIZE / GB))
            rows.append(compare(name, speed, "%.2f GB/s", goal))
            rows.append(compare(name + ", CPU", cpu, "%.3f s/GB",
                                None if sink == "file" else CPU_GOAL, least=True, most=True))
        if have("iperf3"):
            try:
                say("    iperf3, memory to nowhere: %.2f GB/s" % iperf(folder))
            except Failed as error:
                say("    %s" % error)
        else:
            say("    iperf3: not installed, skipped")
    return rows
