# SPDX-License-Identifier: ISC
"""zone.py - a whole zone from BIND: what a record costs, next to dig."""
import os
import subprocess
import time

from common import (SOCKIT, Failed, compare, finish, free_port, have, medians, rounds, say, scratch,
                    spawn, stop, wait_listening)

RECORDS = int(os.environ.get("BENCH_RECORDS", "300000"))
GOAL = 1.5
ZONE = "bench.example"
CONFIG = """options { directory "%s"; listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; };
	recursion no; pid-file none; session-keyfile none; allow-transfer { any; }; };
controls { };
zone "%s" { type master; file "zone"; };
"""


def prepare(folder, port):
    with open(os.path.join(folder, "named.conf"), "w", encoding="ascii") as file:
        file.write(CONFIG % (folder, port, ZONE))
    with open(os.path.join(folder, "zone"), "w", encoding="ascii") as file:
        file.write("$TTL 300\n@ IN SOA ns host 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.1\n")
        for i in range(RECORDS):
            file.write("h%d A 10.%d.%d.%d\n" % (i, i >> 16, i >> 8 & 255, i & 255))


def wait_loaded(server, port):
    """It listens before it has read the zone."""
    wait_listening(server, port)
    end = time.monotonic() + 60
    question = [SOCKIT, "resolve", "--server", "127.0.0.1:%d" % port, "--type", "SOA", ZONE]
    while subprocess.run(question, capture_output=True, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > end:
            raise Failed("named did not load the zone")
        time.sleep(0.1)


def lines_of(path):
    with open(path, "rb") as file:
        return sum(1 for line in file if b"\tA\t10." in line)


def transfer(folder, tool, command):
    """Microseconds of processor time for each record."""
    path = os.path.join(folder, "answer")
    with open(path, "wb") as out:
        seconds = finish(spawn(command, stdout=out))
    if lines_of(path) < RECORDS:
        raise Failed("%s: %d of %d records" % (tool, lines_of(path), RECORDS))
    return 1e6 * seconds / RECORDS


def row(folder, port):
    tools = {"sockit": [SOCKIT, "resolve", "--server", "127.0.0.1:%d" % port, "--type", "AXFR",
                        ZONE]}
    if have("dig"):
        tools["dig"] = ["dig", "@127.0.0.1", "-p", str(port), "+noall", "+answer", "AXFR", ZONE]
    else:
        say("    dig: not installed, skipped")
    found = rounds(tools, lambda tool: transfer(folder, tool, tools[tool]))
    return compare("zone of %d records, processor time" % RECORDS, medians(found), "%.2f us", GOAL,
                   least=True)


def run():
    say("zone")
    if not have("named"):
        say("    needs named, skipped")
        return []
    with scratch() as folder:
        port, server = free_port(), None
        try:
            prepare(folder, port)
            server = spawn(["named", "-f", "-c", os.path.join(folder, "named.conf")])
            wait_loaded(server, port)
            return [row(folder, port)]
        except Failed as error:
            say("    skipped: %s" % error)
            return []
        finally:
            stop(server)
