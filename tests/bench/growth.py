# SPDX-License-Identifier: ISC
"""growth.py - what one more costs when there are many: processor time for each unit of work, and
memory, from ten to as many as descriptors allow or lists are long.

Nothing may grow faster than linear, and no look-up faster than logarithmic: so a unit costs the
same, or little more, however much there is. Where the kernel's own cost grows, because the sockets
do not fit the processor's cache, a bare loop of the same system calls is measured next to sockit.
Times are of the processor, as the kernel counts them for that process, so that other work does not
show.
"""
import contextlib
import os
import random
import resource
import statistics
import subprocess

from common import (LIMIT, LOAD, ROOT, ROUNDS, SOCKIT, Failed, Row, Serving, build, free_port, load,
                    processor_seconds, say, scratch, spawn, stop)
from idle import anonymous_bytes
from udp import udp_port, wait_bound

PROGRAM = os.path.join(ROOT, "build", "bench", "growth")
GOAL, BARE_GOAL = 2.0, 1.5
SPARE = 100  # descriptors
UNITS = 2000
MOST = int(os.environ.get("BENCH_MOST", "1000000"))
LONG = 100_000  # from here on one round has to do
CLOSED = 9
HOST = "127.0.0.1"


class Curve(Row):
    """POINTS and those of the BARE loop, if any, are (how many, microseconds for each UNIT, bytes
    of memory in all). The ratio is of the last time by the least one, or by that of the bare loop."""

    def __init__(self, name, unit, points, bare):
        least, last = min(us for _, us, _ in points), points[-1][1]
        label = "growth: %s, %s to %s" % (name, number(points[0][0]), number(points[-1][0]))
        ours = "%.1f to %.1f us for each %s" % (least, last, unit)
        if bare:
            super().__init__(label, ours, "%.1f us bare loop" % bare[-1][1], last / bare[-1][1],
                             BARE_GOAL, most=True)
        else:
            super().__init__(label, ours, "-", last / least, GOAL, most=True)
        self.curve = {"name": name, "unit": unit, "points": points, "bare": bare}


def number(count):
    return "{:,}".format(count)


def sizes(most):
    """10, 100, 1,000 ... and MOST itself."""
    found, count = [], 10
    while count < most:
        found.append(count)
        count *= 10
    return found + [most]


@contextlib.contextmanager
def holder(*argv):
    """A process that has everything open, until the end of the `with`; it works once it is told."""
    process = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if not process.stdout.readline().strip():
            raise Failed("%s %s failed" % (argv[0], argv[1]))
        yield process
    finally:
        process.stdin.close()
        process.stdout.close()
        stop(process)


@contextlib.contextmanager
def bound(command, port):
    """A process that receives datagrams at PORT, for the length of the `with`."""
    process = spawn(command)
    try:
        wait_bound(process, port)
        yield process
    finally:
        stop(process)


def go(process):
    """The units that PROCESS has done."""
    process.stdin.write(b"\n")
    process.stdin.flush()
    return int(process.stdout.readline() or 0)


def cost(server, work):
    """Microseconds of SERVER's processor for each unit that WORK says it has done."""
    before = processor_seconds(server.pid)
    units = work()
    if units <= 0:
        raise Failed("no work was done")
    return (processor_seconds(server.pid) - before) * 1e6 / units


def short_connections(port):
    """Connections that come and go, one at a time; how many there were."""
    _, errors = load("short", port, 1, LIMIT, UNITS)
    if int(errors):
        raise Failed("%s connections failed" % errors)
    return UNITS


def connections(count):
    port = free_port()
    command = [SOCKIT, "tcp-serve", "--handler", "echo", "%s:%d" % (HOST, port)]
    with Serving(command, port) as server:
        with holder(LOAD, "hold", port, count):
            return cost(server, lambda: short_connections(port)), anonymous_bytes(server.pid)


def members(count, bare=False):
    port = free_port()
    command = ([PROGRAM, "tell", str(port), str(count)] if bare else
               [SOCKIT, "tcp-serve", "--broker", "%s:%d" % (HOST, port)])
    with Serving(command, port) as server:
        with holder(PROGRAM, "members", port, count, max(20 * UNITS, 4 * count)) as crowd:
            memory = anonymous_bytes(server.pid)
            return cost(server, lambda: go(crowd)), memory


def sessions(count, bare=False):
    port, target = udp_port(), udp_port()
    command = ([PROGRAM, "pass", str(port), str(target), str(count)] if bare else
               [SOCKIT, "udp-listen", "--forward", "%s:%d" % (HOST, target), "--max-sessions",
                str(count), "%s:%d" % (HOST, port)])
    with bound([SOCKIT, "udp-listen", "--echo", "%s:%d" % (HOST, target)], target):
        with bound(command, port) as server:
            with holder(PROGRAM, "senders", port, count, max(10 * UNITS, count)) as crowd:
                memory = anonymous_bytes(server.pid)
                return cost(server, lambda: go(crowd)), memory


def networks(folder, count):
    path = os.path.join(folder, "networks")
    with open(path, "w", encoding="ascii") as file:
        for _ in range(count):
            file.write("%d.%d.%d.0/24\n" % (random.randint(128, 223), random.randrange(256),
                                            random.randrange(256)))
    port = free_port()
    with Serving([SOCKIT, "tcp-serve", "--handler", "echo", "--deny-file", path,
                  "%s:%d" % (HOST, port)], port) as server:
        return cost(server, lambda: short_connections(port)), anonymous_bytes(server.pid)


def run_once(command, units, status, stdin=subprocess.DEVNULL):
    """A run of COMMAND from start to end: microseconds for each of UNITS, and memory."""
    try:
        done = subprocess.run([PROGRAM, "run", *command], stdin=stdin, capture_output=True,
                              timeout=LIMIT * 20, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Failed("%s failed" % command[1]) from error
    seconds, kib, got = done.stdout.split()
    if int(got) != status:
        raise Failed("%s ended with status %d" % (command[1], int(got)))
    return float(seconds) * 1e6 / units, int(kib) * 1024


def targets(count):
    """One closed port of each of so many hosts."""
    refused = 4
    hosts = ["127.77.%d.%d:%d" % (*divmod(i, 256), CLOSED) for i in range(count)]
    return run_once([SOCKIT, "tcp-connect", "-z", "-n", *hosts], count, refused)


def names(server, count):
    generator = spawn(["seq", "-f", "h%.0f.bench.example", str(count)], stdout=subprocess.PIPE)
    try:
        return run_once([SOCKIT, "resolve", "--type", "A", "--server", server, "--batch"], count, 0,
                        generator.stdout)
    finally:
        generator.stdout.close()
        stop(generator)


def point(measure, count):
    """The medians of some rounds with COUNT."""
    found = [measure(count) for _ in range(ROUNDS if count < LONG else 1)]
    us, memory = (statistics.median(column) for column in zip(*found))
    say("    %s: %.2f us, %.0f KiB" % (number(count), us, memory / 1024))
    return [count, round(us, 2), int(memory)]


def curve(name, unit, most, measure, bare=False):
    """MEASURE with ever more, up to MOST; also of the bare loop, if there is a BARE one."""
    say(name)
    try:
        points = [point(measure, count) for count in sizes(most)]
        if bare:
            say("    bare loop")
        return Curve(name, unit, points, [
            point(lambda count: measure(count, bare=True), count) for count in sizes(most)
            if bare])
    except Failed as error:
        say("    sockit: %s" % error)
        return Row("growth: " + name, "failed", "-", good=False)


def run():
    build(PROGRAM)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE
    port = udp_port()
    with scratch() as folder, bound([PROGRAM, "dns", str(port)], port):
        server = "%s:%d" % (HOST, port)
        return [
            curve("open connections", "short connection", min(most, 20000), connections),
            curve("sessions of udp-listen --forward", "datagram and answer", min(most, 65536),
                  sessions, bare=True),
            curve("clients of a broker", "message delivered", min(most, 5000), members, bare=True),
            curve("networks of --deny-file", "short connection", MOST,
                  lambda count: networks(folder, count)),
            curve("hosts to scan", "host", 65536, targets),
            curve("names of resolve --batch", "name", MOST, lambda count: names(server, count)),
        ]
