# SPDX-License-Identifier: ISC
"""short.py - short connections: connect, 64 bytes there and back, close."""
from common import Failed, compare, load, medians, rounds, say
from echo import servers, serving

GOAL = 3
SECONDS = 1


def measure(command_of, mode, at_once):
    """How many a second; a server that refuses or loses more than one in a hundred has failed."""
    server = serving(command_of)
    with server:
        rate, errors = load(mode, server.port, at_once, SECONDS)
    if float(rate) == 0 or float(errors) > float(rate) * SECONDS / 100:
        raise Failed("%s answered, %s errors" % (rate, errors))
    return float(rate)


def part(mode, label, form, goal):
    found = servers()
    rows = []
    for at_once in (1, 64):
        name = label % at_once
        say(name)
        figures = medians(rounds(found, lambda tool: measure(found[tool], mode, at_once)))
        rows.append(compare(name, figures, form, goal))
    return rows


def run():
    return part("short", "short connections, %d at a time", "%.0f/s", GOAL)
