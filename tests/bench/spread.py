# SPDX-License-Identifier: ISC
"""spread.py - datagrams of one sender passed on to three targets: what one of them costs.

socat passes on to one target, so that a figure is for each datagram that left; samplicate, where it
is installed, to all three.
"""
import socket

from common import (MEASURED, OTHERS, SOCKIT, Failed, compare, finish, have, medians, on,
                    processor_seconds, rounds, say, scratch, spawn, stop)
from udp import HOST, udp_port, wait_bound

SENT, SIZE, RATE = 100_000, 200, 50_000
TARGETS = 3
GOAL = 1.0


def arrived(targets):
    """Datagrams that came to TARGETS, sockets that nobody reads: all but the first few are dropped."""
    wanted = {":%04X" % port for port in targets}
    with open("/proc/self/net/udp", encoding="ascii") as table:
        rows = [line.split() for line in table]
    return sum(int(row[-1]) for row in rows if row[1][-5:] in wanted)


def command(tool, port, targets):
    if tool == "socat":
        return ["socat", "-u", "-b", str(SIZE), "UDP-RECV:%d,bind=%s" % (port, HOST),
                "UDP-SENDTO:%s:%d" % (HOST, targets[0])]
    if tool == "samplicate":
        return ["samplicate", "-4", "-s", HOST, "-p", str(port),
                *["%s/%d" % (HOST, one) for one in targets]]
    forwards = [word for one in targets for word in ("--forward", "%s:%d" % (HOST, one))]
    return [SOCKIT, "udp-listen", *forwards, "%s:%d" % (HOST, port)]


def cost(tool, path, targets):
    """Microseconds of processor time for each datagram that TOOL sent."""
    port = udp_port()
    relay = spawn(command(tool, port, targets), preexec_fn=on(MEASURED))
    try:
        wait_bound(relay, port)
        before, spent = arrived(targets), processor_seconds(relay.pid)
        with open(path, "rb") as file:
            finish(spawn([SOCKIT, "udp-send", "--split", str(SIZE), "--rate", str(RATE),
                          "%s:%d" % (HOST, port)], stdin=file, preexec_fn=on(OTHERS)))
        sent = arrived(targets) - before
        spent = processor_seconds(relay.pid) - spent
    finally:
        stop(relay)
    if sent < SENT / 2:
        raise Failed("%s: %d datagrams passed on" % (tool, sent))
    return 1e6 * spent / sent


def run():
    say("spread")
    tools = ["sockit"] + [tool for tool in ["samplicate", "socat"] if have(tool)]
    sinks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(TARGETS)]
    try:
        for sink in sinks:
            sink.bind((HOST, 0))
        targets = [sink.getsockname()[1] for sink in sinks]
        with scratch() as folder:
            path = folder + "/datagrams"
            with open(path, "wb") as file:
                file.write(b"x" * SIZE * SENT)
            found = rounds(tools, lambda tool: cost(tool, path, targets))
        return [compare("udp, each datagram to %d targets" % TARGETS, medians(found), "%.2f us",
                        GOAL, least=True)]
    except Failed as error:
        say("    skipped: %s" % error)
        return []
    finally:
        for sink in sinks:
            sink.close()
