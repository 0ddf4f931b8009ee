# SPDX-License-Identifier: ISC
"""fanout.py - a broker: what one client says, delivered to a hundred others."""
from common import SOCKIT, Serving, compare, free_port, have, load, medians, rounds, say

GOAL = 1.0
LISTENERS = 100
SECONDS = 1
SIZES = [(64, "64 bytes"), (65536, "64 KiB")]


def brokers():
    """Tool to the command that is a broker at a port."""
    found = {"sockit": lambda p: [SOCKIT, "tcp-serve", "--broker", "127.0.0.1:%d" % p]}
    if have("ncat"):
        found["ncat"] = lambda p: ["ncat", "-l", "--broker", "-m", "1000", "127.0.0.1", str(p)]
    else:
        say("    ncat: not installed, skipped")
    return found


def measure(command_of, size):
    """Messages delivered a second."""
    port = free_port()
    with Serving(command_of(port), port):
        return float(load("fanout", port, LISTENERS, size, SECONDS)[0])


def run():
    found = brokers()
    rows = []
    for size, label in SIZES:
        name = "broker, 1 to %d, %s" % (LISTENERS, label)
        say(name)
        figures = medians(rounds(found, lambda tool, n=size: measure(found[tool], n)))
        rows.append(compare(name, figures, "%.0f/s", GOAL))
    return rows
