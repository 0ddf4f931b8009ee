# SPDX-License-Identifier: ISC
"""startup.py - how long it takes to be there at all, and how much memory a server starts with."""
from common import (Failed, Row, SOCKIT, Serving, compare, free_port, load, medians, openbsd_nc,
                    rounds, say)

RUNS = 200
TIME_GOAL = 1.3
RESIDENT_GOAL_KIB = 3 * 1024


def resident_kib(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    raise Failed("no VmHWM in /proc")


def memory_row():
    name = "start-up: resident, of 3 MB"
    port = free_port()
    command = [SOCKIT, "tcp-serve", "--handler", "echo", "127.0.0.1:%d" % port]
    try:
        with Serving(command, port) as server:
            kib = resident_kib(server.pid)
    except Failed as error:
        say("    sockit: %s" % error)
        return Row(name, "failed", "-", good=False)
    return Row(name, "%d KiB" % kib, "-", kib / RESIDENT_GOAL_KIB, 1, most=True)


def run():
    say("startup")
    commands = {"sockit": [SOCKIT, "--version"]}
    nc = openbsd_nc()
    if nc:
        commands["nc -h"] = [nc, "-h"]
    else:
        say("    nc: not installed, skipped")
    results = rounds(commands, lambda tool: float(load("spawn", RUNS, *commands[tool])[0]))
    return [compare("start-up: --version", medians(results), "%.0f us", TIME_GOAL, least=True,
                    most=True), memory_row()]
