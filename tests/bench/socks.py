# SPDX-License-Identifier: ISC
"""socks.py - one long connection through a SOCKS 5 proxy, the same client for all of them."""
from common import (SIZE, SOCKIT, compare, free_port, have, installed, medians, rounds, say,
                    scratch, through)

DANTE = """
internal: 127.0.0.1 port = %d
external: 127.0.0.1
clientmethod: none
socksmethod: none
client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
"""


def dante(folder, port):
    path = "%s/danted.conf" % folder
    with open(path, "w", encoding="ascii") as file:
        file.write(DANTE % port)
    return ["danted", "-f", path]


def proxies(folder):
    """Tool to (command, port)."""
    ports = {name: free_port() for name in ("sockit", "microsocks", "dante")}
    commands = {
        "sockit": [SOCKIT, "tcp-serve", "--proxy-server", "socks",
                   "127.0.0.1:%d" % ports["sockit"]],
        "microsocks": have("microsocks") and [
            "microsocks", "-i", "127.0.0.1", "-p", str(ports["microsocks"])],
        "dante": have("danted") and dante(folder, ports["dante"]),
    }
    return {name: (command, ports[name]) for name, command in installed(commands).items()}


def transfer(command, port, sink_port):
    return through(command, port, sink_port, [
        "sh", "-c", 'head -c %d /dev/zero | "$@"' % SIZE, "sh", SOCKIT, "tcp-connect", "--send-only",
        "--proxy", "socks5://127.0.0.1:%d" % port, "127.0.0.1:%d" % sink_port])


def run():
    say("socks")
    sink = free_port()
    with scratch() as folder:
        found = proxies(folder)
        figures = medians(rounds(found, lambda tool: transfer(*found[tool], sink)))
    say("    " + ", ".join("%s %.2f GB/s" % one for one in figures.items()))
    return [compare("through a SOCKS 5 proxy", figures, "%.2f GB/s", None)]
