# SPDX-License-Identifier: ISC
"""idle.py - ten thousand idle connections: are they held, and what does each cost?"""
import resource
import subprocess

from common import LIMIT, LOAD, Failed, Row, SOCKIT, Serving, free_port, say, stop

COUNT = 10000
SPARE = 100
GOAL_BYTES = 1024


def anonymous_bytes(pid):
    """The memory that is the process's own (Pss where the kernel tells, else RssAnon)."""
    for path, key in (("/proc/%d/smaps_rollup", "Pss_Anon:"), ("/proc/%d/status", "RssAnon:")):
        try:
            with open(path % pid, encoding="ascii") as file:
                for line in file:
                    if line.startswith(key):
                        return int(line.split()[1]) * 1024
        except OSError:
            continue
    raise Failed("no memory figures in /proc")


def hold(server, port, count):
    """How many lasted, and the bytes of user memory each cost while all were open."""
    before = anonymous_bytes(server.pid)
    holder = subprocess.Popen([LOAD, "hold", str(port), str(count)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    try:
        held = int(holder.stdout.readline() or 0)
        cost = (anonymous_bytes(server.pid) - before) / max(held, 1)
        lasted, _ = holder.communicate(b"\n", timeout=LIMIT)
        return int(lasted or 0), cost
    except subprocess.TimeoutExpired as error:
        raise Failed("the connections were not answered") from error
    finally:
        stop(holder)


def run():
    say("idle")
    count = min(COUNT, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE)
    name = "idle: %d connections" % count
    port = free_port()
    command = [SOCKIT, "tcp-serve", "--handler", "echo", "127.0.0.1:%d" % port]
    try:
        with Serving(command, port) as server:
            lasted, cost = hold(server, port, count)
    except Failed as error:
        say("    sockit: %s" % error)
        return [Row(name, "failed", "-", good=False)]
    return [Row(name + " held", str(lasted), "-", lasted / count, 1),
            Row(name + ", user memory each, KiB", "%.0f bytes" % cost, "-",
                cost / GOAL_BYTES, 1, most=True)]
