# SPDX-License-Identifier: ISC
"""proxied.py - short connections and round trips through relays that lead to one echo server: how
many a second on the bench's processor, and what each costs the relay itself.

For the second the relay is alone on a processor; the clients and the server have the other."""
import os

from common import (LIMIT, MEASURED, OTHERS, ROUNDS, SOCKIT, Failed, Serving, compare, free_port,
                    load, medians, on, processor_seconds, rounds, say, scratch)
from relay import relays

SECONDS = 1
AT_ONCE = (1, 64, 1000)
TOOLS = ("sockit", "haproxy", "nginx stream")
CPU_ROUNDS = max(9, ROUNDS)


class Mode:
    """One mode of load.c. MOST: units of a run in which processor time is measured. GOALS: to how
    many at once, the most that this time may be of the best peer's."""

    def __init__(self, name, label, most, goals):
        self.name, self.label, self.most, self.goals = name, label, most, goals


MODES = [Mode("short", "relayed short connections, %d at a time", 10_000,
              {1: 0.9, 64: 0.9, 1000: 0.9}),
         Mode("pingpong", "relayed ping-pong, %d", 50_000, {64: 1.0})]


def check(rate, errors, units):
    """One that refuses or loses more than one in a hundred has failed."""
    if float(rate) == 0 or float(errors) > units / 100:
        raise Failed("%s answered, %s errors" % (rate, errors))


def speed(relay, mode, at_once):
    """How many a second."""
    command, port = relay
    with Serving(command, port):
        rate, errors = load(mode.name, port, at_once, SECONDS)
    check(rate, errors, float(rate) * SECONDS)
    return float(rate)


def cost(relay, mode, at_once):
    """Microseconds of the relay's processor, in user mode and in the kernel, for each."""
    command, port = relay
    with Serving(command, port, preexec_fn=on(MEASURED)) as process:
        before = processor_seconds(process.pid)
        rate, errors = load(mode.name, port, at_once, LIMIT, mode.most, limit=2 * LIMIT,
                            preexec_fn=on(OTHERS))
        seconds = processor_seconds(process.pid) - before
    check(rate, errors, mode.most)
    return seconds * 1e6 / mode.most


def rows(found, measure, count, form, suffix="", **how):
    """A row of each mode and number: the medians of COUNT rounds of MEASURE for each that is FOUND."""
    for mode in MODES:
        for at_once in AT_ONCE:
            name = mode.label % at_once + suffix
            say(name)
            figures = medians(rounds(
                found, lambda tool, m=mode, n=at_once: measure(found[tool], m, n), count))
            yield compare(name, figures, form, mode.goals.get(at_once) if suffix else None, **how)


def run():
    echo = free_port()
    server = [SOCKIT, "tcp-serve", "--handler", "echo", "127.0.0.1:%d" % echo]
    with scratch() as folder, Serving(server, echo) as target:
        found = {tool: relay for tool, relay in relays(folder, echo).items() if tool in TOOLS}
        measured = list(rows(found, speed, ROUNDS, "%.0f/s"))
        os.sched_setaffinity(target.pid, {OTHERS})
        return measured + list(rows(found, cost, CPU_ROUNDS, "%.2f us", ", CPU", least=True,
                                    most=True))
