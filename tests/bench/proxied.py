# SPDX-License-Identifier: ISC
"""proxied.py - short connections and round trips through relays that lead to one echo server."""
from common import SOCKIT, Failed, Serving, compare, free_port, load, medians, rounds, say, scratch
from relay import relays

SECONDS = 1
AT_ONCE = (1, 64, 1000)
MODES = {"short": "relayed short connections, %d at a time", "pingpong": "relayed ping-pong, %d"}


def measure(relay, mode, at_once):
    """How many a second; one that refuses or loses more than one in a hundred has failed."""
    command, port = relay
    with Serving(command, port):
        rate, errors = load(mode, port, at_once, SECONDS)
    if float(rate) == 0 or float(errors) > float(rate) * SECONDS / 100:
        raise Failed("%s answered, %s errors" % (rate, errors))
    return float(rate)


def run():
    rows = []
    echo = free_port()
    server = [SOCKIT, "tcp-serve", "--handler", "echo", "127.0.0.1:%d" % echo]
    with scratch() as folder, Serving(server, echo):
        found = {tool: relay for tool, relay in relays(folder, echo).items()
                 if tool in ("sockit", "haproxy", "nginx stream")}
        for mode, label in MODES.items():
            for at_once in AT_ONCE:
                name = label % at_once
                say(name)
                figures = medians(rounds(
                    found, lambda tool, m=mode, n=at_once: measure(found[tool], m, n)))
                rows.append(compare(name, figures, "%.0f/s", None))
    return rows
