# SPDX-License-Identifier: ISC
"""raw.py - packets a second on a veth pair in a namespace of its own.

Each tool sends at its fastest for the same number of packets; what has arrived at the other end, as
its interface counts it, is divided by the time from first to last look.
"""
import os
import subprocess
import time

from common import (Failed, SOCKIT, compare, finish, have, installed, medians, rounds, say, scratch,
                    spawn, stop)

HERE, THERE = "bench0", "bench1"
MAC = "02:00:00:00:00:02"
SIZES = [60, 1514]
COUNT = int(os.environ.get("BENCH_PACKETS", "1000000"))
SLOW_COUNT = COUNT // 4
REPLAYED = 10000
GOALS = {"trafgen": 1.0, "mausezahn": 1.4, "hping3": 4.0}
REPLAY_GOAL = 1.1


class Wire:
    """The pair, its other end in a namespace that a sleeping child holds."""

    def __init__(self):
        self.holder = None

    def __enter__(self):
        def ip(*words):
            try:
                subprocess.run(["ip", *words], check=True, capture_output=True)
            except (OSError, subprocess.CalledProcessError) as error:
                raise Failed("cannot make a veth pair") from error

        ip("link", "add", HERE, "type", "veth", "peer", "name", THERE)
        self.holder = spawn(["unshare", "-n", "sleep", "3600"])
        own = os.readlink("/proc/self/ns/net")
        end = time.monotonic() + 10
        while os.readlink("/proc/%d/ns/net" % self.holder.pid) == own:
            if time.monotonic() > end:
                raise Failed("no second namespace")
            time.sleep(0.01)
        ip("link", "set", THERE, "netns", str(self.holder.pid))
        subprocess.run(["nsenter", "-t", str(self.holder.pid), "-n", "ip", "link", "set", THERE,
                        "address", MAC, "up"], check=True)
        ip("addr", "add", "192.0.2.1/24", "dev", HERE)
        ip("link", "set", HERE, "up")
        ip("neigh", "replace", "192.0.2.7", "lladdr", MAC, "dev", HERE)
        return self

    def __exit__(self, *_):
        stop(self.holder)
        subprocess.run(["ip", "link", "del", HERE], check=False, capture_output=True)

    def arrived(self):
        """Packets that came to the other end."""
        with open("/proc/%d/net/dev" % self.holder.pid, encoding="ascii") as table:
            for line in table:
                if line.strip().startswith(THERE + ":"):
                    return int(line.split(":")[1].split()[1])
        raise Failed("the other end is gone")


def trafgen_config(folder, size):
    path = os.path.join(folder, "trafgen%d" % size)
    with open(path, "w", encoding="ascii") as file:
        file.write("{ 0x02,0,0,0,0,2, 0x02,0,0,0,0,1, 0x88,0xb5, fill(0, %d), }\n" % (size - 14))
    return path


def commands(folder, size):
    """Tool to its command and number of packets; 0: it does not end by itself."""
    return {
        "sockit": ([SOCKIT, "raw-send", "-I", HERE, "--count", str(COUNT), "eth", "dst=" + MAC,
                    "payload", "zero=%d" % (size - 14)], COUNT),
        "trafgen": (["trafgen", "-o", HERE, "-i", trafgen_config(folder, size), "-n", str(COUNT),
                     "-P", "1", "--no-sock-mem"], COUNT),
        "mausezahn": (["mausezahn", HERE, "-q", "-c", str(SLOW_COUNT), "-b", MAC, "-a",
                       "02:00:00:00:00:01", "-p", str(size - 14), "88:b5"], SLOW_COUNT),
        "hping3": (["hping3", "--udp", "-p", "9", "-I", HERE, "-d", str(size - 42), "--flood", "-q",
                    "192.0.2.7"], 0),
    }


def flood(wire, command, seconds=1.0):
    """Packets a second of a tool that does not end by itself."""
    process = spawn(command)
    time.sleep(0.3)
    before, start = wire.arrived(), time.monotonic()
    time.sleep(seconds)
    after, end = wire.arrived(), time.monotonic()
    stop(process)
    if after == before:
        raise Failed("%s sent nothing" % command[0])
    return (after - before) / (end - start)


def measure(wire, command, count):
    if count == 0:
        return flood(wire, command)
    before, start = wire.arrived(), time.monotonic()
    finish(spawn(command))
    seconds = time.monotonic() - start
    sent = wire.arrived() - before
    if sent < count * 0.99:
        raise Failed("%s: %d of %d packets arrived" % (command[0], sent, count))
    return sent / seconds


def rows_for(name, figures, goals):
    """A row against each peer that was measured."""
    rows = []
    for peer, goal in goals.items():
        if peer in figures or "sockit" not in figures:
            some = {tool: figures[tool] for tool in ("sockit", peer) if tool in figures}
            rows.append(compare("%s, by %s" % (name, peer), some, "%.0f/s", goal))
    return rows or [compare(name, figures, "%.0f/s")]


def run_size(wire, folder, size):
    found = commands(folder, size)
    for tool in list(found):
        if tool != "sockit" and not have(tool):
            say("    %s: not installed, skipped" % tool)
            del found[tool]
    results = rounds(found, lambda tool: measure(wire, *found[tool]))
    return rows_for("packets of %d bytes" % size, medians(results), GOALS)


def replayers(path, loops):
    """Tool to its command, each of them sending PATH LOOPS times as fast as it can."""
    return installed({
        "sockit": [SOCKIT, "raw-send", "-I", HERE, "--replay", path, "--rate", "max", "--count",
                   str(loops)],
        "tcpreplay": have("tcpreplay") and ["tcpreplay", "-i", HERE, "--topspeed", "-K", "-q",
                                            "--loop", str(loops), path]})


def run_replay(wire, folder, size):
    path = os.path.join(folder, "replay%d.pcap" % size)
    subprocess.run([SOCKIT, "raw-send", "--write", path, "--count", str(REPLAYED), "eth",
                    "dst=" + MAC, "payload", "zero=%d" % (size - 14)], check=True)
    loops = COUNT // REPLAYED
    found = replayers(path, loops)
    results = rounds(found, lambda tool: measure(wire, found[tool], COUNT))
    return rows_for("replay of %d bytes" % size, medians(results), {"tcpreplay": REPLAY_GOAL})


def run():
    say("raw")
    rows = []
    try:
        with Wire() as wire, scratch() as folder:
            for size in SIZES:
                rows += run_size(wire, folder, size)
            for size in SIZES:
                rows += run_replay(wire, folder, size)
    except Failed as error:
        say("    skipped: %s" % error)
    return rows
